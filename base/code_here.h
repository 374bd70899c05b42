#ifndef TR_BASE_CODE_HERE_H
#define TR_BASE_CODE_HERE_H

// Whose code the calling thread runs, for the report of a crash (actors/core/stack_overflow.h),
// which is made in a signal handler and can only read what is there.
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
    const char *doing; // what Troupe does on its behalf that the author may have got wrong, or NULL
} tr_code_here;

extern _Thread_local tr_code_here tr_code_runs;

static inline void tr_code_is(const char *handler, const char *file, unsigned line)
{
    atomic_store_explicit(&tr_code_runs.handler, handler, memory_order_relaxed);
    atomic_store_explicit(&tr_code_runs.file, file, memory_order_relaxed);
    atomic_store_explicit(&tr_code_runs.line, line, memory_order_relaxed);
    tr_code_runs.doing = NULL;
}

#endif
