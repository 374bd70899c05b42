#ifndef TR_ACTORS_CORE_STACK_OVERFLOW_H
#define TR_ACTORS_CORE_STACK_OVERFLOW_H

// The last words of a process. A stack that ran over its end is said by name (one log line,
// `event=stack_overflow handler=<name>`); whatever else kills (SIGSEGV, SIGBUS, SIGFPE, SIGILL,
// SIGABRT) is `event=crash signal= handler= at=FILE:LINE`, `at` being where the handler is written,
// with a backtrace behind it. Then the process dies of the signal as it would have. It does not go
// on: the fault may lie in the middle of malloc, or of a table half changed (docs/decisions).
//
// The first thread that starts installs the process's handlers of these signals. The handler that
// was installed before gets the signal next.
//
// Thread: each function is about the calling one.

#include "troupe/slice.h"

// Lets this thread's overflows be told, those of the coroutines on it too: gives it a signal stack,
// unless it has one, and unblocks these signals.
void tr_overflow_thread_start(void);
void tr_overflow_thread_end(void);

// Names the code that runs on this thread's own stack. Lent until the next call; empty: nobody's.
void tr_overflow_name(tr_slice handler);

#endif
