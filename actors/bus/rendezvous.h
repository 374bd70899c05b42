#ifndef TR_ACTORS_BUS_RENDEZVOUS_H
#define TR_ACTORS_BUS_RENDEZVOUS_H

// Who should have what, so that everybody who knows the same nodes comes to the same answer, and a
// node that comes or goes changes only what it gets or had: weighted rendezvous hashing (Thaler and
// Ravishankar 1998; weights as in Schindelhauer and Schomaker, "Weighted Distributed Hash Tables",
// SPAA 2005). Each node draws a number for each key, and the best one has it; a node's draws are
// the better the greater its weight. Integers only, so that no machine rounds in its own way.
//
// Pure. Thread: any. Owns: nothing.

#include <stdint.h>

typedef struct tr_candidate {
    uint64_t node;   // 0: none
    uint32_t weight; // of all weights it gets this part of the keys; 0: it gets nothing
} tr_candidate;

// Which of them; `count`: there is none with a weight. Their order does not matter.
uint32_t tr_rendezvous_pick(uint64_t key, const tr_candidate *candidates, uint32_t count);

// Which of a node's parts (its core threads) has the key; parts is not 0.
uint32_t tr_rendezvous_part(uint64_t key, uint64_t node, uint32_t parts);

#endif
