#ifndef TR_STORE_ENGINE_H
#define TR_STORE_ENGINE_H

// The interface between an engine and store.c, both ways.
//
// Thread: as each function says. Owns: nothing.

#include "base/lock.h"
#include "store/images.h"
#include "store/ranges.h"
#include "store/store.h"

typedef struct tr_store_engine {
    const char *kind;
    const char *prefix; // of its URLs
    int (*check_url)(const char *url, char *why, size_t why_size);
    int (*prepare)(const char *url, uint64_t *identity, char *why, size_t why_size);
    int (*open)(tr_store *self, const char *url);
    // The loop's thread. Takes the operation; ends it with tr_store_complete, at once or later.
    void (*submit)(tr_store *self, tr_store_op *op);
    // The end of a turn in which something was submitted. NULL: nothing is to be done then.
    void (*flush)(tr_store *self);
    // No tr_store_complete comes from another thread once it returns. The operations that the
    // engine still had are ended.
    void (*close)(tr_store *self);
} tr_store_engine;

extern const tr_store_engine tr_store_memory;
extern const tr_store_engine tr_store_lmdb;
extern const tr_store_engine tr_store_postgres;

// Some operations, oldest first.
typedef struct tr_store_queue {
    tr_store_op *head;
    tr_store_op *tail;
    uint32_t count;
} tr_store_queue;

void tr_store_queue_push(tr_store_queue *self, tr_store_op *op);
tr_store_op *tr_store_queue_pop(tr_store_queue *self);              // NULL: empty
void tr_store_queue_move(tr_store_queue *self, tr_store_queue *to); // all, behind what is there

struct tr_store {
    const tr_store_engine *engine; // NULL: it is several stores
    tr_store_parts *parts;         // these; otherwise NULL, and nothing below is used
    struct ev_loop *loop;
    void *mine; // the engine's
    uint64_t patience_ms;
    const tr_record_keys *keys; // NULL: nothing is encrypted
    tr_images images;
    bool is_closing;
    uint32_t news; // operations that were submitted and are not flushed
    ev_prepare prepare;
    ev_async wake;
    tr_lock lock;         // guards `done`
    tr_store_queue ended; // the operation whose `done` is to run
    bool is_away;         // the last one that ended found nobody
    uint32_t ops;         // submitted, `done` not run yet
    size_t bytes;
    tr_store_op *oldest; // of those
    tr_store_op *newest;
};

// The operation is over: its `done` runs on the loop's thread, in a later turn. Any thread.
void tr_store_complete(tr_store_op *op, int status);

// What a SAVE writes. Its number 0: as the session's base, of this generation, in place of the base
// before and all changes. Otherwise behind the base of this generation and the change before, if both
// are there and the base has not expired; else the status is TR_ENOTFOUND. One with the same number is
// replaced. A base and its changes are read in one transaction.
tr_slice tr_store_op_record(const tr_store_op *self);

// As it was when it was submitted: an attempt came to nothing.
void tr_store_op_reset(tr_store_op *self);

// Puts a line for people together. Returns `code`.
int tr_store_say(char *why, size_t why_size, int code, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

// The clocks: leases go by time that does not stand still in suspend (CLOCK_BOOTTIME), what
// outlives the machine's start by the calendar.
uint64_t tr_store_boot_ms(void);
uint64_t tr_store_calendar_ms(void);

// By how much a test has set the calendar forward, or back. While no operation is under way.
extern int64_t tr_store_calendar_shift_ms;

#endif
