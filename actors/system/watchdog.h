#ifndef TR_ACTORS_SYSTEM_WATCHDOG_H
#define TR_ACTORS_SYSTEM_WATCHDOG_H

// Tells of a core thread that does not come back to its loop: an async handler that sleeps or
// computes keeps every page of that thread. A line within a second, and again at growing intervals:
// `event=handler_blocks handler=NAME at=FILE:LINE ms=N cpu_ms=N starved_ms=N disk_reads=N core=N`,
// `at` being where the handler is written. Of its time, `cpu_ms` are what it computed, and
// `starved_ms` what it would have, had the machine had a processor for it: those are not the
// handler's, and do not count. The rest it waited, for its disk where there are `disk_reads`.
//
// Thread: one that is no core thread; the program's main thread looks while it waits for a signal.
// Owns: nothing.

#include <stdint.h>

#include "actors/system/thread_times.h"
#include "troupe/actors/system.h"
#include "wire/limits.h"

enum { TR_WATCHDOG_LOOK_MS = 250, TR_WATCHDOG_FIRST_MS = 500 };

// Zeroed, it has seen nothing.
typedef struct tr_watchdog {
    struct tr_watched {
        uint64_t turn_ns;       // the turn that was looked at
        tr_thread_times before; // at the first look at it
        uint64_t stood_ns;      // since when it has not run, as far as was seen
        uint64_t stood_ran_ns;  // what it had run until then
        uint64_t next_ms;       // how old it is when it is told of again
    } cores[TR_CORES_CAP];
} tr_watchdog;

// To be called every TR_WATCHDOG_LOOK_MS. For how many milliseconds the longest turn goes on,
// those left out in which there was no processor for it.
uint64_t tr_watchdog_look(tr_watchdog *self, tr_system *system);

// Names all that are blocked now, told of before or not: when the process is asked to end.
void tr_watchdog_tell_all(tr_watchdog *self, tr_system *system);

#endif
