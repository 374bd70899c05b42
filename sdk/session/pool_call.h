#ifndef TR_SDK_SESSION_POOL_CALL_H
#define TR_SDK_SESSION_POOL_CALL_H

// A pool thread's end of a call.
//
// Thread: a pool thread's.

#include "actors/pool/pool.h"

// The function of every pool thread.
int64_t tr_pool_call_run(tr_pool_thread *thread, const tr_message *message);

#endif
