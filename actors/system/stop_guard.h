#ifndef TR_ACTORS_SYSTEM_STOP_GUARD_H
#define TR_ACTORS_SYSTEM_STOP_GUARD_H

// Ends the process when its stopping does not: a job or a handler that never returns keeps its
// thread, and the stop waits for that thread. After the grace one line names each of them
// (`event=stop_forced handler=NAME at=FILE:LINE thread=NAME`), and the process ends at once with
// the exit code that it would have had.
//
// Thread: the one that stops the process; it watches on a thread of its own. Owns: that thread.

#include <stdint.h>

typedef struct tr_stop_guard tr_stop_guard;

// NULL when the system has no thread for it: then the stop is not watched, which the log says.
tr_stop_guard *tr_stop_guard_new(uint64_t grace_ms, int exit_code);
// The grace begins anew. Safe with NULL.
void tr_stop_guard_renew(tr_stop_guard *self, uint64_t grace_ms);
// Stopped in time. Safe with NULL inside.
void tr_stop_guard_free(tr_stop_guard **self);

#endif
