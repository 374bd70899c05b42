#ifndef TR_BROKER_MEMBERS_H
#define TR_BROKER_MEMBERS_H

// Parts of member lists: our own endpoints, and what several brokers tell, as one.
//
// Thread: a core thread's. Owns: nothing.

#include <stdbool.h>
#include <stdint.h>

#include "actors/core/core.h"
#include "base/buf.h"
#include "troupe/slice.h"

// Where each core thread of this process is reached, as a msgpack array; empty when none is.
void tr_members_endpoints(tr_core *core, tr_buf *out);

// Appends the rows of one list whose nodes are not there yet, with whatever a newer broker says
// more. `nodes` has room for TR_PEERS_CAP and has `count` of them; returns how many it has then.
uint32_t tr_members_merge(tr_slice list, tr_buf *rows, uint64_t *nodes, uint32_t count);

bool tr_members_has(tr_slice list, uint64_t node);

// What changed in a list, as node_members says it.
typedef struct tr_member_changes {
    tr_slice members; // rows that are new, or other ones than before
    tr_slice gone;
    tr_slice loads;
} tr_member_changes;

// Writes the list as it is with these changes. Rows that are in none of them stay as they are, with
// whatever a newer broker says more; one whose load alone changed is written as this program knows it.
void tr_members_apply(tr_slice list, const tr_member_changes *changes, tr_buf *out);

#endif
