#ifndef TR_ACTORS_POOL_POOL_H
#define TR_ACTORS_POOL_POOL_H

// The pools as Troupe's own rooms know them: troupe/actors/pool.h, and what sync handlers need. A handler
// call is a job whose message is handler_call; its sender gets handler_done when it is over, with
// the status that the pool's function returned, or TR_ETIMEOUT.
//
// Thread: tr_pool_submit and the like on the core thread; tr_pool_ask and the like on the pool
// thread. Owns: its threads and their sockets.

#include <stdint.h>

#include "troupe/actors/pool.h"
#include "wire/message.h"

typedef struct tr_pool tr_pool;
typedef struct tr_pool_waiter tr_pool_waiter;

// Runs one handler call on a pool thread and returns its status.
typedef int64_t (*tr_pool_function)(tr_pool_thread *thread, const tr_message *call);

// Every handler call of this core thread's pool runs this function. Once, before the first submit.
void tr_pool_set_function(tr_core *core, tr_pool_function function);

// TR_EFULL when the queue is full for this sender, TR_ECANCELLED when the core thread ends. A call
// with the number 0 (nobody waits for its end; background handlers) has no deadline, and its thread
// is not counted against the pool's.
int tr_pool_submit(tr_core *core, tr_address from, const tr_msg_handler_call *call)
    __attribute__((warn_unused_result));

// Calls of this node's senders that wait are dropped: there is nobody left to tell.
void tr_pool_drop_node(tr_core *core, uint64_t node);

// A handler call that nobody waits for any more: dropped if it waits, and otherwise its waits end
// with TR_ECANCELLED. Its sender hears no more of it than it does of a call that it does not know.
void tr_pool_cancel_call(tr_core *core, tr_address from, uint64_t call);

// A handler call that waits and has not begun: it is out of the queue, and its message the caller's. NULL:
// it runs, or has run, or nobody knows it.
tr_message *tr_pool_take_back(tr_core *core, tr_address from, uint64_t call)
    __attribute__((warn_unused_result));

// Gives all handler calls back that wait and have not begun: their senders hear TR_ECANCELLED.
void tr_pool_give_back(tr_core *core);

// Tells the sender of a handler call that was not taken why; it is tried again where there is no room.
void tr_pool_refuse(tr_core *core, tr_address from, uint64_t call, int64_t status);

// What senders have yet to be told.
uint32_t tr_pool_untold(const tr_core *core);

// A well-known actor of the core thread that this pool thread works for.
tr_address tr_pool_thread_home(const tr_pool_thread *self, uint32_t slot);

// Asks an actor and blocks until the answer, which becomes the caller's. TR_ETIMEOUT (its deadline,
// or the job's), TR_EGONE, TR_EFULL (it cannot take the question now), TR_ECANCELLED as in
// tr_pool_sleep; TR_EINVALID, TR_ETOOBIG as of tr_pool_send; TR_ESYSTEM (no memory for the answer).
int tr_pool_ask(tr_pool_thread *self, tr_address to, unsigned type, const void *body,
                uint64_t deadline_ms, tr_message **out) __attribute__((warn_unused_result));

void tr_pool_close(tr_core *core);
int tr_pool_deliver(tr_core *core, const tr_message *message);
// A thread that sends without end must not keep the core thread: the rest of its messages comes in
// the next turn.
bool tr_pool_has_more(const tr_core *core);
void tr_pool_drain(tr_core *core);
// A job of an app: its number, or TR_EFULL, TR_ETOOBIG, TR_ECANCELLED. `asker`: an actor of this
// core thread, or unset; `sender`: in whose turn it waits.
int64_t tr_pool_submit_work(tr_core *core, tr_pool_work work, tr_slice input, uint64_t deadline_ms,
                            tr_address asker, tr_address sender, tr_pool_waiter *waiter);
// Nobody waits for it any more: it is dropped if it waits, and its own waits end if it runs.
void tr_pool_cancel_work(tr_core *core, uint64_t number);

#endif
