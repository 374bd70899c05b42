#ifndef TR_ACTORS_CORE_STACK_OVERFLOW_H
#define TR_ACTORS_CORE_STACK_OVERFLOW_H

// A stack that ran over its end, said by name: one log line, `event=stack_overflow handler=<name>`,
// and then the process dies of the SIGSEGV as it would have. It does not go on: the fault may lie
// in the middle of malloc, or of a table half changed (docs/decisions).
//
// The first thread that starts installs the process's handler of SIGSEGV. What is no overflow goes
// to the handler that was there before, and so does an overflow once it was said.
//
// Thread: each function is about the calling one.

#include "troupe/slice.h"

// Lets this thread's overflows be told, those of the coroutines on it too: gives it a signal stack,
// unless it has one, and unblocks SIGSEGV.
void tr_overflow_thread_start(void);
void tr_overflow_thread_end(void);

// Whose code runs on this thread's own stack. Lent until the next call; empty: nobody's.
void tr_overflow_name(tr_slice handler);

#endif
