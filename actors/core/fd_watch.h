#ifndef TR_ACTORS_CORE_FD_WATCH_H
#define TR_ACTORS_CORE_FD_WATCH_H

// File descriptors that actors wait for (tr_watch_fd).
//
// Thread: the core thread's.

#include "actors/core/actor_record.h"

void tr_watches_end(tr_actor *self);
void tr_watches_move(tr_actor *to);

#endif
