#ifndef TR_BROKER_BROKER_H
#define TR_BROKER_BROKER_H

// The broker: a well-known actor (TR_SLOT_BROKER, core 0) that hears every node's hello, tells all
// nodes who is alive, and grants shards to workers. Any number run side by side; no data passes
// through one, and running sessions do not need one.
//
// Thread: core 0 of a broker process. Owns: its directory.

#include "actors/core/core.h"

// `app`: whose pages the cluster serves; processes of another one are refused. Lent until the end.
// NULL: the app of the first process that has one.
int tr_broker_start(tr_core *core, const char *app) __attribute__((warn_unused_result));

#endif
