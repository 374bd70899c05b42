#ifndef TR_BROKER_DIRECTORY_H
#define TR_BROKER_DIRECTORY_H

// A broker's tables: which nodes said hello lately and who owns which shard. Soft state: a broker
// that restarts learns all of it from the next hellos, and grants no shards before it had time to.
// Time comes as an argument; nothing here sends.
//
// Thread: its broker's. Owns: its rows.

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "wire/address.h"
#include "wire/limits.h"
#include "wire/messages.h"

// For so long after the start nothing is granted, and nobody is told who is alive: who is has found
// the broker and said so by then. A shorter list would make nodes drop each other.
#define TR_DIRECTORY_GRACE_MS (TR_HEARTBEAT_MS + TR_BROKER_RECONNECT_MS + 200u)

typedef struct tr_directory_node {
    tr_address agent;
    char name[TR_NODE_NAME_CAP_BYTES];
    char app[TR_APP_NAME_CAP_BYTES]; // "": none
    uint32_t roles;
    uint32_t cores;
    uint32_t sessions;
    bool draining;
    uint64_t token;   // the number that a member list for it must carry
    tr_buf endpoints; // msgpack, as in the hello
    uint64_t seen_ms;
} tr_directory_node;

typedef struct tr_directory_shard {
    uint64_t node; // 0: free
    uint64_t epoch;
    uint32_t core;
} tr_directory_shard;

typedef struct tr_directory {
    tr_directory_node *nodes;
    uint32_t count;
    uint64_t started_ms;
    tr_directory_shard shards[TR_SHARDS];
} tr_directory;

void tr_directory_init(tr_directory *self, uint64_t now_ms);
void tr_directory_done(tr_directory *self);

// A node said hello. 0, or 1 when what others must know of it changed; TR_EFULL (TR_PEERS_CAP),
// TR_EMALFORMED. `on_conflict` is called for each shard it claims to own that another node owns
// with an epoch at least as high.
int tr_directory_hello(tr_directory *self, tr_address agent, const tr_msg_node_hello *hello,
                       uint64_t now_ms,
                       void (*on_conflict)(void *arg, uint32_t shard, uint64_t epoch), void *arg);

// The app whose pages the members serve: what the first of them said; "": none has one.
const char *tr_directory_app(const tr_directory *self);

// Is the grace over?
bool tr_directory_is_settled(const tr_directory *self, uint64_t now_ms);

// Does the node only watch (a health check), or is it not known?
bool tr_directory_is_watcher(const tr_directory *self, uint64_t node);

// Forgets a node and frees its shards. False when it was not known.
bool tr_directory_remove(tr_directory *self, uint64_t node);

// We were stopped or starved for so long: what the nodes said meanwhile is not read yet.
void tr_directory_was_away(tr_directory *self, uint64_t away_ms);

// A node that has been silent for TR_PEER_SILENCE_MS; 0: none.
uint64_t tr_directory_silent(const tr_directory *self, uint64_t now_ms);

// Grants free shards to a known node and writes them as rows of shard (wire/rows.h). Returns how
// many; TR_EUNAVAILABLE before the grace is over, TR_ENOTFOUND for an unknown node.
int tr_directory_claim(tr_directory *self, uint64_t node, const tr_msg_shard_claim *claim,
                       uint64_t now_ms, tr_buf *out);

// Writes the member list as the message node_members wants it. Nodes without roles only watch and
// are left out.
void tr_directory_write(const tr_directory *self, tr_buf *out);

#endif
