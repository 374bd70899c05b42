#ifndef TR_TESTING_LAB_H
#define TR_TESTING_LAB_H

// Real sessions on one core thread, without a gateway: the lab plays the connections. A call runs
// on the core thread and has been worked off completely (but for waits for time or a pool thread)
// when it returns, so that tests and fuzzers read as a sequence.
//
// Thread: the test's; between its calls it may read what it lends. Owns: its system.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "testing/client_model.h"
#include "troupe/actors/core.h"
#include "troupe/pages/app.h"

enum { LAB_CONNECTIONS = 4 };

typedef struct lab lab;

typedef struct lab_connection {
    cm_client page;
    char session_id[32];
    unsigned close_code; // asked for by the session
    unsigned credits;
    unsigned packets; // after the registration answer
    unsigned owed;    // packets not yet reported as written
    bool is_attached;
    bool is_slow;   // reports no packet as written
    bool is_broken; // a packet did not fit the page
} lab_connection;

lab *tr_lab_start(const tr_app *app, uint64_t session_timeout_ms);

// With a clock that stands still but for tr_lab_advance, with the app's background handlers, and
// with downloads.
lab *tr_lab_start_held(const tr_app *app, uint64_t session_timeout_ms);
// The same with a store; NULL: none.
lab *tr_lab_start_held_stored(const tr_app *app, uint64_t session_timeout_ms, const char *store);

// The same with sessions that are kept in a store; NULL: none.
lab *tr_lab_start_stored(const tr_app *app, const char *store);

// As tr_system_advance.
int tr_lab_advance(lab *self, uint64_t ms);

// Is some session's handler on a pool thread?
bool tr_lab_is_busy(lab *self);

void tr_lab_stop(lab **self);

// Opens connection `n` anew. NULL: no session id.
void tr_lab_open(lab *self, unsigned n, const char *session_id, bool newest_wins);
// The connection goes away.
void tr_lab_detach(lab *self, unsigned n);
// The same with what its gateway says of it (wire/close_code.h).
void tr_lab_detach_with(lab *self, unsigned n, unsigned code);

// A browser's packet, type byte included. The result of tr_flet_read; 0: handed to the session.
int tr_lab_packet(lab *self, unsigned n, const void *bytes, size_t size);
void tr_lab_event(lab *self, unsigned n, uint32_t target, const char *event);

// A browser's registration packet (action 1), as the gateway hands it on; its session id decides
// whether the page is a new one.
void tr_lab_register(lab *self, unsigned n, const void *bytes, size_t size, const char *client_ip,
                     const char *user_agent);

// Called on the core thread with every packet for a connection, the registration answer included.
typedef void lab_watcher(void *arg, unsigned n, const void *bytes, size_t size);
void tr_lab_watch(lab *self, lab_watcher *watcher, void *arg);

// Runs `fn` with the session of connection `n` on the core thread, outside of any handler; NULL
// when there is none. Its changes go out when it says so, or with the session's next turn.
typedef struct tr_session tr_session;
void tr_lab_do(lab *self, unsigned n, void (*fn)(tr_session *session, void *arg), void *arg);

// How the URLs of its downloads are written; its key need not be secret, for nobody else asks.
extern const struct tr_upload_settings tr_lab_downloads;

// Runs `fn` on the core thread.
void tr_lab_on_core(lab *self, void (*fn)(tr_core *core, void *arg), void *arg);

// Runs `fn` on the core thread with connection `n`, which it may change.
void tr_lab_touch(lab *self, unsigned n, void (*fn)(lab_connection *connection, void *arg),
                  void *arg);

// From now on packets of connection `n` are taken but not reported as written.
void tr_lab_slow(lab *self, unsigned n, bool is_slow);

// Reports every packet so far as written.
void tr_lab_written(lab *self, unsigned n);

// The connection as it is now; what is pointed to changes with the next call of this lab only, but
// for the values below `page`.
const lab_connection *tr_lab_look(lab *self, unsigned n);

// Waits until connection `n` has had so many packets: for what pool threads do. False after 10 s.
bool tr_lab_wait_for_packets(lab *self, unsigned n, unsigned packets);

// Is the page of connection `n` what a fresh encoding of its session's says? False writes why.
bool tr_lab_is_same(lab *self, unsigned n, tr_buf *why);

uint32_t tr_lab_session_count(lab *self);
// Ends the session of connection `n`.
void tr_lab_end_session(lab *self, unsigned n);

#endif
