#ifndef TR_SDK_ROLES_HANDLERS_ROLE_H
#define TR_SDK_ROLES_HANDLERS_ROLE_H

// The role `handlers`: a well-known actor (TR_SLOT_HANDLERS) that takes handler_call from sessions
// of other processes and has this core thread's pool run them. A call it cannot take it answers at
// once with handler_done: TR_EFULL (the pool's queue is), TR_ENOTFOUND (no such handler here),
// TR_EPROTOCOL (the state has another size: another version of the app), TR_ECANCELLED (this process is
// stopped). Requests of a call to its page travel to the session by themselves.
//
// Stopped, it gives back what has not begun, so that it runs elsewhere, and asks all sessions actors to
// send nothing more.
//
// Thread: its core thread's. Owns: nothing; the pool does.

#include "actors/core/actor.h"
#include "troupe/pages/app.h"

// Sets the role up on this core thread. Lends the app.
int tr_handlers_start(tr_core *core, const tr_app *app) __attribute__((warn_unused_result));

// Calls that wait or run here and that somebody waits for.
uint32_t tr_handlers_busy(tr_core *core);

// From now on it takes no call. And: what is left until it may go.
void tr_handlers_drain(tr_core *core);
uint32_t tr_handlers_left(tr_core *core);

#endif
