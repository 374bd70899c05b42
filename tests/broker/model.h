#ifndef TR_TESTS_BROKER_MODEL_H
#define TR_TESTS_BROKER_MODEL_H

// A cluster on one thread, as far as it decides what is written of a page: brokers, workers, gateways,
// browsers and a store. What they say is late, lost, or comes twice; they are killed and stopped,
// and cut off each other. Who should own a shard, who gets it, and whom the store refuses is the code
// that runs (tr_directory, tr_ownership, tr_routes, the store in memory); what is actors elsewhere
// is told again in short (model_*.c). A seed decides everything, the clock included.
//
// Thread: a test's. Owns: all of it.

#include <ev.h>

#include "broker/directory.h"
#include "broker/ownership.h"
#include "store/store.h"

enum { BROKERS = 2, WORKERS = 3, GATEWAYS = 2, PEOPLE = 4 };
enum {
    FIRST_WORKER = BROKERS,
    FIRST_GATEWAY = FIRST_WORKER + WORKERS,
    FIRST_PERSON = FIRST_GATEWAY + GATEWAYS,
    STORE = FIRST_PERSON + PEOPLE,
    PLACES,
    NATURE = PLACES // what happens to them
};
enum { SESSIONS_CAP = 20, OPS_CAP = 64, READINGS_CAP = 16, CONNECTIONS_CAP = 16 };
enum { TICK_MS = 50, HELLO_TICKS = TR_HEARTBEAT_MS / TICK_MS, PATIENCE_MS = 4000 };

// What may be wrong on purpose.
enum model_bug {
    NO_BUG,
    WRITES_UNFENCED,   // a write is done whatever the shard's epoch is
    READS_BEFORE_TAKE, // a session is read before its shard is taken
    TRUSTS_SILENCE,    // a write without an answer counts as one that is not done any more
    TRUSTS_MOVES,      // a page that comes from another worker counts as the latest
    GIVES_UNSAVED,     // a page leaves that has never been written
    BUGS
};

enum model_word {
    W_TICK, // to oneself
    W_HELLO,
    W_MEMBERS,
    W_CLAIM,
    W_GRANTED,
    W_LOST,
    W_GONE, // a process is down: `epoch` is its node
    W_OPEN,
    W_ATTACHED,
    W_REFUSED,
    W_EVENT,
    W_FRAME,
    W_HANDED,
    W_MOVED,
    W_ASKED, // of the store
    W_DONE,
    W_START, // from here on to NATURE
    W_SILENT,
    W_CUT_OVER,
    W_KILL,
    W_STRIKE
};

// Bytes that several letters share.
typedef struct model_text {
    unsigned refs;
    tr_buf bytes;
} model_text;

typedef struct model_letter {
    uint64_t at;
    uint64_t order;
    enum model_word word;
    unsigned from;
    unsigned to;
    uint64_t from_node;
    uint64_t to_node; // 0: whoever is there
    uint64_t line;    // incarnation of the line between the two
    unsigned whom;    // of GONE
    model_text *text;
    char id[TR_SESSION_ID_SIZE + 1]; // a session; "": a new one
    uint64_t connection;             // a browser's
    uint64_t epoch;
    uint64_t op;
    uint64_t store_epoch; // of the shard of a page that moves
    uint64_t node;        // of the store's answer: who has the shard
    uint32_t shard;
    uint32_t number; // an event's
    uint32_t count;  // what the page shows
    uint32_t taken;  // the last event in it
    uint32_t safe;   // the last one that is in the store
    int status;
    enum tr_store_verb verb;
} model_letter;

typedef struct model_place {
    uint64_t node; // another one each time that it starts
    bool is_up;
    uint64_t stopped_until;
} model_place;

typedef struct model_session {
    char id[TR_SESSION_ID_SIZE + 1];
    uint64_t serial; // what is here under that id, and not what was before
    unsigned shard;
    uint32_t count;
    uint32_t taken;
    uint32_t safe;
    bool is_kept; // the store has it, of whatever moment
    bool is_dirty;
    bool is_writing;
    bool is_answer_due; // to a browser that has come
    uint64_t write_at;
    unsigned gateway;
    uint64_t gateway_node;
    uint64_t connection;
} model_session;

typedef struct model_hold { // tr_shard_hold
    uint64_t epoch;
    uint64_t doubted;
    uint64_t given;   // when it was lost, or handed over, the last time
    uint64_t highest; // of those times
    uint64_t from;    // of the worker that it came from
    bool is_taking;
    uint64_t taking_for;
    uint64_t taking_from;
    uint64_t lost;
} model_hold;

typedef struct model_op {
    uint64_t number; // 0: none
    enum tr_store_verb verb;
    char id[TR_SESSION_ID_SIZE + 1];
    uint64_t session; // its serial
    unsigned shard;
    uint64_t epoch;
    uint32_t taken;
    uint64_t sent_at;
} model_op;

typedef struct model_reading {
    bool is_there;
    bool is_asked;
    uint64_t until;
    model_letter open;
} model_reading;

// A member: a worker or a gateway.
typedef struct model_member {
    unsigned place;
    tr_routes routes;
    struct {
        uint64_t node;
        uint64_t seen_at;
        model_text *list;
        model_text *earlier;
        uint64_t earlier_until;
    } brokers[BROKERS];
    tr_buf told;
    uint64_t joined_at;
    uint64_t ticked_at;
    unsigned ticks;
} model_member;

typedef struct model_worker {
    model_member member;
    tr_ownership ownership;
    model_hold holds[TR_SHARDS];
    model_session sessions[SESSIONS_CAP];
    unsigned session_count;
    model_op ops[OPS_CAP];
    model_reading readings[READINGS_CAP];
    tr_store *store;
} model_worker;

typedef struct model_gateway {
    model_member member;
    struct model_connection {
        uint64_t number; // 0: none
        unsigned person;
        uint64_t session_node;
    } connections[CONNECTIONS_CAP];
} model_gateway;

typedef struct model_broker {
    tr_directory directory;
    model_text *list; // as it was told last; NULL: something has changed
    uint64_t ticked_at;
    bool has_told;
} model_broker;

enum model_state { AWAY, COMING, READY };

typedef struct model_person {
    char id[TR_SESSION_ID_SIZE + 1];
    enum model_state state;
    unsigned gateway;
    uint64_t gateway_node;
    uint64_t connection;
    uint64_t come_at;
    uint64_t heard_at;
    uint64_t click_at;
    uint32_t clicks;
    uint32_t sent; // on this connection
    uint32_t safe;
    uint32_t shown;
    unsigned pages; // that it has had before
    bool has_moved; // its page, to another worker
} model_person;

typedef struct model_writer {
    uint64_t epoch;
    uint64_t node;
} model_writer;

typedef struct model {
    uint64_t now;
    uint64_t order;
    uint64_t random;
    uint64_t trace;
    enum model_bug bug;
    bool is_sync;
    bool is_quiet; // nothing breaks any more, and nobody clicks
    model_letter **letters;
    unsigned count;
    unsigned cap;
    uint64_t next_op;
    model_place places[PLACES];
    uint64_t last_at[PLACES][PLACES]; // of what comes in order
    uint64_t lines[PLACES]
                  [PLACES]; // incarnation, as each end knows it: of another one nothing is taken
    uint64_t breaks[PLACES][PLACES]; // the latest
    uint64_t cut_until[PLACES][PLACES];
    model_broker brokers[BROKERS];
    model_worker workers[WORKERS];
    model_gateway gateways[GATEWAYS];
    model_person people[PEOPLE];
    struct ev_loop *loop;
    tr_store *store; // with it the store is there when no worker is
    model_writer writers[TR_SHARDS];
    char broken[160]; // the promise that was broken first; "": none
    unsigned stale;   // pages that were shown and were not the latest
    unsigned fenced;
    unsigned taken_over;
    unsigned doubted;
} model;

// One run. `self` is 1 MiB or so: not on the stack.
void model_run(model *self, uint64_t seed, enum model_bug bug);

// -- model_net.c --
uint64_t model_below(model *self, uint64_t bound);
bool model_chance(model *self, unsigned percent);
void model_break(model *self, const char *format, ...) __attribute__((format(printf, 2, 3)));
// A letter from one to another; the rest is the caller's to fill in. To whoever is there.
model_letter model_write(const model *self, enum model_word word, unsigned from, unsigned to);
model_letter model_answer(const model *self, enum model_word word, const model_letter *to);
void model_send(model *self, const model_letter *letter);
void model_send_at(model *self, const model_letter *letter, uint64_t at);
// The next letter that somebody takes, if it comes by then. The caller frees it with model_done.
model_letter *model_next(model *self, uint64_t until);
void model_done(model_letter *letter);
// `who` hears at that time that `whom` is down. Nothing of before comes behind that, and what it says
// before is not heard.
void model_lose(model *self, unsigned who, unsigned whom, uint64_t at);
// The line between them is over, once both have heard of it.
void model_end_line(model *self, unsigned one, unsigned other);
int model_find(const model *self, uint64_t node); // the place; -1: none
model_text *model_text_of(tr_buf *bytes);         // takes them
model_text *model_text_keep(model_text *self);
void model_text_drop(model_text **self);

// -- model_members.c --
void model_broker_start(model *self, unsigned index);
void model_broker_stop(model *self, unsigned index);
void model_broker_take(model *self, unsigned index, const model_letter *letter);
void model_member_start(model *self, model_member *of, unsigned place);
void model_member_stop(model_member *of);
// True: there is another list.
bool model_member_take(model *self, model_member *of, const model_letter *letter);
bool model_member_tick(model *self, model_member *of);
bool model_member_has_broker(const model *self, const model_member *of);
void model_shards_settle(model *self, model_worker *of);
void model_shards_take(model *self, model_worker *of, const model_letter *letter);

// -- model_sessions.c --
void model_worker_start(model *self, unsigned index);
void model_worker_stop(model *self, unsigned index);
void model_worker_take(model *self, unsigned index, const model_letter *letter);
void model_worker_lose(model *self, model_worker *of, unsigned shard);
void model_openings_look(model *self, model_worker *of);
model_session *model_session_find(model_worker *of, const char *id);
model_session *model_session_make(model *self, model_worker *of, const char *id);
void model_sessions_drop(model *self, model_worker *of, unsigned shard);
void model_hold_forget(model_hold *hold); // tr_snapshots_lose

// -- model_moves.c --
bool model_worker_gives(model *self, model_worker *of, unsigned shard, tr_address target);
void model_worker_is_handed(model *self, model_worker *of, const model_letter *letter);

// -- model_store.c --
void model_store_take(model *self, const model_letter *letter);
void model_store_check(model *self, const model_person *of);
void model_store_ask(model *self, model_worker *of, const model_op *op,
                     const model_session *session);

// -- model_people.c --
void model_gateway_take(model *self, unsigned index, const model_letter *letter);
void model_person_take(model *self, unsigned index, const model_letter *letter);
bool model_person_is_settled(const model_person *of);
void model_page_moves(model *self, const char *id);
// It was opened just now, and went with its worker; then its browser begins anew.
bool model_page_may_be_lost(model *self, const char *id);

#endif
