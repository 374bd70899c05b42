#ifndef TR_HOST_SEEN_H
#define TR_HOST_SEEN_H

// The report of running processes: the rows of actors/system/introspect.h, read and checked. Pure;
// they come from outside, and names in them may hold anything.
//
// Thread: any. Owns: its rows.

#include <stdbool.h>
#include <stdint.h>

#include "actors/system/introspect.h"
#include "wire/limits.h"
#include "wire/session_id.h"

enum { TR_SEEN_NAME_BYTES = 64, TR_SEEN_COUNTERS_CAP = 32 };

typedef struct tr_seen_actor {
    uint64_t actor;
    uint64_t handled;
    uint64_t spent_ns;
    uint64_t mailbox_length;
    uint64_t mailbox_cap;
    uint64_t relations;
    uint64_t questions;
    uint64_t alarms;
    char state[16]; // "up", "asleep", "stopping"
    char behaviour[TR_SEEN_NAME_BYTES];
    tr_buf names; // registered, each with its zero byte
} tr_seen_actor;

typedef struct tr_seen_child {
    uint64_t supervisor;
    uint64_t actor; // 0: none now
    uint64_t restarts;
    char name[TR_SEEN_NAME_BYTES];
    char state[16];
} tr_seen_child;

typedef struct tr_seen_coroutine {
    char name[TR_SEEN_NAME_BYTES];
    char waits_for[TR_SEEN_NAME_BYTES];
    uint64_t since_ms; // ago
} tr_seen_coroutine;

typedef struct tr_seen_link {
    uint64_t node;
    uint64_t core;
    uint64_t in_flight;
    uint64_t pending_bytes;
    uint64_t received;
    int64_t heard_ms; // ago; -1: never
    uint64_t incarnation;
    char state[16];
    char endpoint[TR_ENDPOINT_CAP_BYTES];
} tr_seen_link;

typedef struct tr_seen_letter {
    char message[TR_SEEN_NAME_BYTES];
    int64_t reason;
    tr_address from;
    tr_address to;
} tr_seen_letter;

typedef struct tr_seen_member {
    uint64_t node;
    uint64_t cores;
    uint64_t roles;
    char name[TR_NODE_NAME_CAP_BYTES];
    char (*endpoints)[TR_ENDPOINT_CAP_BYTES];
    uint32_t endpoint_count;
} tr_seen_member;

// A core thread that code keeps for itself.
typedef struct tr_seen_busy {
    uint64_t node;
    uint64_t core;
    uint64_t ms;
    char handler[64];
    char place[128];
} tr_seen_busy;

// The sessions of a core thread (sdk/roles/sessions_inspect.h).
typedef struct tr_seen_hosting {
    uint64_t sessions;
    uint64_t connected;
    uint64_t shards;
    char store[16]; // its kind; "": there is none
    bool is_store_away;
} tr_seen_hosting;

typedef struct tr_seen_session {
    char id[TR_SESSION_SHOWN_SIZE + 1]; // its beginning
    bool is_connected;
    uint64_t minutes; // here
    uint64_t bytes;
    uint64_t handlers; // in flight
    char stored[16];
} tr_seen_session;

typedef struct tr_seen_shard {
    uint64_t shard;
    uint64_t epoch;
    uint64_t store_epoch; // 0: not taken there
    bool is_due_elsewhere;
} tr_seen_shard;

typedef struct tr_seen_counter {
    char name[32];
    uint64_t value;
} tr_seen_counter;

// One core thread.
typedef struct tr_seen_core {
    uint64_t alias; // by which it was asked
    tr_buf metrics; // rows of metrics/metric.h, an array, not looked at
    uint64_t node;
    uint64_t core;
    uint64_t cores; // of the process
    uint64_t age_ms;
    bool is_broker;
    char name[TR_NODE_NAME_CAP_BYTES];
    tr_seen_counter counters[TR_SEEN_COUNTERS_CAP];
    uint32_t counter_count;
    char (*endpoints)[TR_ENDPOINT_CAP_BYTES]; // of every core thread of its process
    uint32_t endpoint_count;
    tr_seen_actor *actors;
    tr_seen_child *children;
    tr_seen_coroutine *coroutines;
    tr_seen_link *links;
    tr_seen_letter *letters;
    tr_seen_member *members;
    tr_seen_busy *busy;
    tr_seen_session *sessions;
    tr_seen_shard *shards;
    tr_seen_hosting hosting;
    uint32_t actor_count;
    uint32_t child_count;
    uint32_t coroutine_count;
    uint32_t link_count;
    uint32_t letter_count;
    uint32_t member_count;
    uint32_t busy_count;
    uint32_t session_count;
    uint32_t shard_count;
    bool is_hosting; // sessions
} tr_seen_core;

// Adds a page of a section. TR_EMALFORMED: it is not what it should be; what was read stays.
int tr_seen_read(tr_seen_core *self, enum tr_inspect_section section, tr_slice rows)
    __attribute__((warn_unused_result));

void tr_seen_done(tr_seen_core *self);

// Of a counter; 0 when there is none of that name.
uint64_t tr_seen_counter_of(const tr_seen_core *self, const char *name);

#endif
