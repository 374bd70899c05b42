#ifndef TR_BROKER_DIRECTORY_H
#define TR_BROKER_DIRECTORY_H

// A broker's tables: which nodes said hello lately and who owns which shard. Soft state: a broker
// that restarts learns all of it from the next hellos, and grants no shards before it had time to.
// Time comes as an argument; nothing here sends.
//
// Epochs of a shard never go back, whatever is forgotten: one that is granted is above all that the
// broker has heard of, above what the asker has, and above the clock of the broker's start in
// seconds, which a shard's owners do not change as often as. Of two who say that they own a shard,
// the higher epoch has it, and of equal ones the higher node number: every broker decides alike.
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
    bool is_stored;                    // others may go on with its pages
    uint32_t store;                    // enum tr_store_reach
    uint64_t store_identity;           // 0: none
    bool is_silent;                    // it has been for TR_PEER_SILENCE_MS, and keeps its shards
    uint64_t token;                    // the number that a member list for it must carry
    tr_buf endpoints;                  // msgpack, as in the hello
    char trunk[TR_ENDPOINT_CAP_BYTES]; // "": it has none
    uint64_t seen_ms;
    uint64_t changed; // the version in which its row is as it is,
    uint64_t loaded;  // and its load
    bool takes_changes;
    uint64_t told; // the version that it was told last
} tr_directory_node;

// Who left the list, and in which version. Whoever has an older list than these reach back to, gets it
// whole.
#define TR_DIRECTORY_GONE_KEPT 256u
typedef struct tr_directory_gone {
    uint64_t node;
    uint64_t version;
} tr_directory_gone;

typedef struct tr_directory_shard {
    uint64_t node; // 0: free
    uint64_t epoch;
    uint32_t core;
    uint64_t sure_ms; // when it was granted, or its owner last said that it has it
} tr_directory_shard;

typedef struct tr_directory {
    tr_directory_node *nodes;
    uint32_t count;
    uint64_t started_ms;
    uint64_t first_epoch;
    uint64_t first_version; // of a list of this broker's
    uint64_t version;
    tr_directory_gone gone[TR_DIRECTORY_GONE_KEPT];
    uint64_t gone_count; // ever; the latest are kept
    tr_directory_shard shards[TR_SHARDS];
} tr_directory;

// Epochs that it grants are higher than `first_epoch`. Versions of its list begin with `first_version`,
// which chance picks, so that nobody takes another broker's list for one of this one's; not 0.
void tr_directory_init(tr_directory *self, uint64_t now_ms, uint64_t first_epoch,
                       uint64_t first_version);
void tr_directory_done(tr_directory *self);

// A node said hello. 0, or 1 when what others must know of it changed; TR_EFULL (TR_PEERS_CAP),
// TR_EMALFORMED. `on_conflict` is called for each shard that it says to own and does not: another
// node does, or did since. A shard of its own that it has not said for TR_PEER_SILENCE_MS is freed:
// until then it may be on its way, to it or from it.
int tr_directory_hello(tr_directory *self, tr_address agent, const tr_msg_node_hello *hello,
                       uint64_t now_ms,
                       void (*on_conflict)(void *arg, uint32_t shard, uint64_t epoch), void *arg);

// A node that is known; NULL: it is not. Valid until the next hello or removal.
tr_directory_node *tr_directory_find(const tr_directory *self, uint64_t node);

// The app whose pages the members serve: what the first of them said; "": none has one.
const char *tr_directory_app(const tr_directory *self);

// The store that the members' pages are in: what the first of them said; 0: none has one.
uint64_t tr_directory_store(const tr_directory *self);

// A hello that its sender said before it heard that we had forgotten it, or that is old enough to be one:
// the list that it names is of before, or none of ours. What a process said last may be read behind the
// end of its connection, and a dead one would be a member again. Who lives hears in the answer what
// became of it, and its next hello is taken. A process that keeps no list (takes_changes) cannot tell,
// and is believed.
bool tr_directory_is_late(const tr_directory *self, uint64_t node, const tr_msg_node_hello *hello);

// Is the grace over?
bool tr_directory_is_settled(const tr_directory *self, uint64_t now_ms);

// Does the node only watch (a health check), or is it not known?
bool tr_directory_is_watcher(const tr_directory *self, uint64_t node);

// Forgets a node and frees its shards. False when it was not known.
bool tr_directory_remove(tr_directory *self, uint64_t node);

// We were stopped or starved for so long: what the nodes said meanwhile is not read yet.
void tr_directory_was_away(tr_directory *self, uint64_t away_ms);

// A node to forget; 0: none. One that has been silent for TR_PEER_SILENCE_MS, or, when it is a worker
// whose pages are in no store, for TR_SHARD_KEPT_MS: it may be paused, and its pages nowhere else.
uint64_t tr_directory_silent(const tr_directory *self, uint64_t now_ms);

// Is the node silent and kept? Then a connection that breaks says nothing more: ZeroMQ gives one up
// that nobody answers on.
bool tr_directory_is_kept(const tr_directory *self, uint64_t node);

// Notes which nodes are silent and kept all the same: they get nothing new. True: others must hear of
// it.
bool tr_directory_note_silence(tr_directory *self, uint64_t now_ms);

// Grants a known node those of the rows of shard that nobody has, or that it has already and has
// lost, and writes them with their epochs as such rows (wire/rows.h). Returns how many;
// TR_EUNAVAILABLE before the grace is over, TR_ENOTFOUND for an unknown node, TR_EMALFORMED.
int tr_directory_claim(tr_directory *self, uint64_t node, tr_slice shards, uint64_t now_ms,
                       tr_buf *out);

// Writes the member list as the message node_members wants it. Nodes without roles only watch and
// are left out.
void tr_directory_write(const tr_directory *self, tr_buf *out);

// What is to be told to somebody who has the list of version `since`: parts of node_members.
typedef struct tr_directory_news {
    uint64_t since; // 0: `members` is the whole list
    tr_buf members;
    tr_buf gone;
    tr_buf loads;
} tr_directory_news;

// Writes what changed since a version, or, when that is none of this broker's or too old, everything.
// `out` is all zero before; the caller ends it with tr_directory_news_done.
void tr_directory_write_since(const tr_directory *self, uint64_t since, tr_directory_news *out);
void tr_directory_news_done(tr_directory_news *self);

#endif
