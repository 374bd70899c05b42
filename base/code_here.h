#ifndef TR_BASE_CODE_HERE_H
#define TR_BASE_CODE_HERE_H

// The author's code that the calling thread runs now. The report of a crash reads it
// (actors/core/stack_overflow.h), which is made in a signal handler and may do no more than read;
// so do the reports of code that does not return (actors/system/watchdog.h,
// actors/system/stop_guard.h).
//
// Thread: each has its own; others may read it. Owns: nothing; the texts outlive the code that
// runs.

#include <stdatomic.h>
#include <stddef.h>

// Relaxed: another thread (the watchdog) may see the name of one handler and the line of the next.
typedef struct tr_code_here {
    _Atomic(const char *) handler; // its name; NULL: none of an app's
    _Atomic(const char *) file;    // where it is written; NULL: not known
    _Atomic unsigned line;
    const char *doing; // a step that fails when the author's code is wrong, or NULL
    // The behaviour of the actor, or the kind of the job, that has its turn; NULL: nothing has.
    _Atomic(const char *) turn_of;
    const char *thread;        // its name
    struct tr_code_here *next; // of all threads
    struct tr_code_here *prev;
} tr_code_here;

extern _Thread_local tr_code_here tr_code_runs;

static inline void tr_code_is(const char *handler, const char *file, unsigned line)
{
    atomic_store_explicit(&tr_code_runs.handler, handler, memory_order_relaxed);
    atomic_store_explicit(&tr_code_runs.file, file, memory_order_relaxed);
    atomic_store_explicit(&tr_code_runs.line, line, memory_order_relaxed);
    tr_code_runs.doing = NULL;
}

static inline void tr_code_turn_of(const char *name)
{
    atomic_store_explicit(&tr_code_runs.turn_of, name, memory_order_relaxed);
}

// The name of the handler, or of whatever has its turn; NULL: nothing runs.
const char *tr_code_name(const tr_code_here *self);
// " at=FILE:LINE", or "" where that is not known.
const char *tr_code_place(const tr_code_here *self, char *storage, size_t size);

// Between these two, tr_code_each shows what the calling thread runs. Static text.
void tr_code_thread_start(const char *thread);
void tr_code_thread_end(void);
// From any thread; no thread starts or ends meanwhile.
void tr_code_each(void (*see)(const tr_code_here *code, void *arg), void *arg);

#endif
