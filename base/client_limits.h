#ifndef TR_BASE_CLIENT_LIMITS_H
#define TR_BASE_CLIENT_LIMITS_H

// How much one address may have of a process: connections, uploads, downloads, requests that the app
// answers, new pages a second. An IPv6
// address counts as its /64, which is what one subscriber gets. All core threads share it; what is
// refused is counted (base/refusals.h), and said in the log a few times a second.
//
// Who is behind a trusted proxy is known by the address that the proxy forwards; the proxy's own has
// no limits.
//
// Thread: any. Owns: one record for each address that has something, or had until a moment ago.

#include <stdbool.h>
#include <stdint.h>

#include "troupe/slice.h"

// Of each address; 0: no limit.
typedef struct tr_client_caps {
    uint32_t connections;
    uint32_t uploads; // under way, as the next two
    uint32_t downloads;
    uint32_t requests;       // that the app answers itself
    uint32_t sessions_per_s; // new ones, in the long run; four times as many at once
} tr_client_caps;

#define TR_CLIENT_SESSIONS_BURST 4u // seconds' worth
#define TR_CLIENTS_IDLE_CAP 65536u  // addresses that are remembered though they have nothing

// Counted as long as they are there.
enum tr_client_use {
    TR_CLIENT_CONNECTION,
    TR_CLIENT_UPLOAD,
    TR_CLIENT_DOWNLOAD,
    TR_CLIENT_REQUEST,
    TR_CLIENT_USES
};

typedef struct tr_client_limits tr_client_limits;
typedef struct tr_client_entry tr_client_entry;

tr_client_limits *tr_client_limits_new(const tr_client_caps *caps);
// Nobody has anything of it any more. NULL inside is fine.
void tr_client_limits_free(tr_client_limits **self);

// One more for the address, to be given back with tr_client_give. NULL: it has as many as it may,
// or that is no address. `self` NULL: no limits; then it is NULL, too, and not refused.
tr_client_entry *tr_client_take(tr_client_limits *self, tr_slice address, enum tr_client_use use,
                                uint64_t now_ms, bool *out_is_refused);
void tr_client_give(tr_client_entry **client, enum tr_client_use use, uint64_t now_ms);

// May the address have one more new page now? One that is none may, and so may all where `self` is
// NULL.
bool tr_client_may_open(tr_client_limits *self, tr_slice address, uint64_t now_ms);

// The same for a page that is built for its HTML alone. Half of what an address may open at once is kept for
// pages that people see. Not said in the log: who asked is given a page all the same.
bool tr_client_may_paint(tr_client_limits *self, tr_slice address, uint64_t now_ms);

// Addresses that there are records of.
uint32_t tr_client_limits_count(tr_client_limits *self);

// The address as what is counted: IPv4 as IPv6 has it, the /64 of IPv6. False: it is none.
typedef struct tr_client_key {
    unsigned char bytes[16];
} tr_client_key;
bool tr_client_key_read(tr_slice address, tr_client_key *out);

#endif
