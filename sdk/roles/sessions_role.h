#ifndef TR_SDK_ROLES_SESSIONS_ROLE_H
#define TR_SDK_ROLES_SESSIONS_ROLE_H

// The sessions of one core thread: a well-known actor (TR_SLOT_SESSIONS) that finds or makes the
// session a browser asks for, and holds the shards of session ids that this core thread owns.
//
// Thread: its core thread's. Owns: the index; sessions are actors of their own.

#include <stdbool.h>
#include <stdint.h>

#include "sdk/session/session_record.h"

typedef struct tr_sessions_options {
    const tr_app *app;
    uint64_t timeout_ms;        // a disconnected session is kept so long
    uint64_t unused_timeout_ms; // and one that nobody has used; 0: TR_SESSION_UNUSED_MS
    uint64_t memory_max;        // bytes of heap in use beyond which no session is new; 0: no limit
    struct tr_client_limits *clients;     // borrowed while the process runs; NULL: no limits
    struct tr_restore_turn *restore_turn; // of the process; likewise; NULL: of this core thread
    bool runs_background;
    const char *store;                       // its URL; NULL: sessions live in memory
    const struct tr_record_keys *store_keys; // borrowed while the process runs; NULL: none
    enum tr_durability durability;
    enum tr_handlers_mode handlers;
    bool builds_again; // a page that comes from another process, or from the store (renewal.h)
    bool says_times;   // in the log, how long each handler took
    const struct tr_upload_settings
        *uploads; // borrowed while the process runs; NULL: there are none
    const struct tr_upload_settings *downloads; // likewise
    const struct tr_auth_settings *auth;        // likewise; NULL: nobody can sign in
} tr_sessions_options;

// Sets the role up on this core thread.
int tr_sessions_start(tr_core *core, const tr_sessions_options *options)
    __attribute__((warn_unused_result));

// Can browsers open sessions here: are there shards of ours?
bool tr_sessions_ready(tr_core *core);

// Is there a store, and it does not answer?
bool tr_sessions_store_is_away(tr_core *core);

uint32_t tr_sessions_count(tr_core *core);

// Takes nothing new, and hands what is there over to other workers. Are some still on their way?
void tr_sessions_drain(tr_core *core);
bool tr_sessions_are_leaving(tr_core *core);

// From now on nothing arrives either. What arrived before is counted as leaving still.
void tr_sessions_shut(tr_core *core);

#endif
