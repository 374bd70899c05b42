#ifndef TESTS_STRESS_CITIZEN_H
#define TESTS_STRESS_CITIZEN_H

// An actor that does everything an actor can, at random, to everybody it finds, and holds the
// runtime to its promises meanwhile: messages of one sender come in order and without a gap, each
// question has one outcome, each monitor one `down`, each alarm fires once and none that was
// cancelled, each pool call is done once, and no mailbox is longer than its cap.
//
// Thread: the core thread's.

#include <stdbool.h>
#include <stdint.h>

#include "actors/core/core_record.h"

// By the number of its kind: what its args point to.
enum citizen_kind { PLAIN, NARROW, TRAPPING, SLEEPER, WATCHER, CITIZEN_KINDS };
extern const tr_behaviour citizen_behaviours[CITIZEN_KINDS];

// On each core thread before its loop runs: the pool's function, dead letters counted, the watcher
// and the supervision tree. `number` tells the core threads of the story apart.
void citizens_settle(tr_core *core, unsigned number);

// Nobody on this core thread waits for anything: no question, call, coroutine or message.
bool citizens_are_at_rest(tr_core *core, void *unused);
// Ends everybody but the watcher.
void citizens_end(tr_core *core, void *unused);
// Only the watcher is left, and every monitor of it has fired.
bool citizens_are_gone(tr_core *core, void *unused);

#endif
