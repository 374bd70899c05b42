#ifndef TR_SDK_SESSION_STORE_WATCH_H
#define TR_SDK_SESSION_STORE_WATCH_H

// Does a core thread reach its store? Others hear of it (enum tr_store_reach): who has not reached it for
// TR_STORE_LOST_MS gives its pages to workers that do. All must have noticed by then that a store is away
// for everybody, and a store that is back counts as reached only after TR_STORE_STEADY_MS, when all have
// had time to find it: so nobody gives pages away that nobody can save.
//
// Pure: time comes as an argument (CLOCK_BOOTTIME). Thread: its owner's. Owns: nothing.

#include <stdbool.h>
#include <stdint.h>

#include "actors/bus/routes.h"

#define TR_STORE_LOST_MS 10000u
#define TR_STORE_STEADY_MS 5000u
// A longer pause between two looks is one in which we were stopped or starved: nothing was found out
// in it.
#define TR_STORE_LOOK_MS 2000u

typedef struct tr_store_watch {
    bool is_away;
    uint64_t since_ms; // of that, or of its end; 0: it never was
    uint64_t looked_ms;
} tr_store_watch; // all zero before

enum tr_store_reach tr_store_watch_look(tr_store_watch *self, bool is_away, uint64_t now_ms);

#endif
