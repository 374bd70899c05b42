#ifndef TR_SDK_SESSION_MOVE_H
#define TR_SDK_SESSION_MOVE_H

// A session on its way from one worker to another (docs/decisions/0011): what each end knows of it.
//
//     SETTLING ──▶ UNWINDING ──▶ HOLDING ──▶ SENDING ──▶ SENT ──▶ ended    where it was
//        └── nothing in flight ─────▲
//     ARRIVING ──▶ there                                                   where it goes
//
// While it settles it serves as always. From UNWINDING on it is frozen: nothing new starts, what
// the browser says is kept. Once it was sent it never serves again, whatever becomes of it there.
//
// Thread: the session's. Owns: session->move.

#include "sdk/session/session_record.h"

// Sends the session to that sessions actor, as soon as nothing is in flight, TR_MOVE_SETTLE_MS at
// the latest. `epoch` is the one with which the shard becomes the target's.
void tr_move_begin(tr_session *session, tr_address target, uint64_t epoch);

// Its shard goes there now: where it went first is no more. Nothing, if it goes there already, or has
// only arrived here.
void tr_move_redirect(tr_session *session, tr_address target, uint64_t epoch);

// The session was made from a file: it waits for that connection to follow it.
void tr_move_arrive(tr_session *session, const tr_msg_session_move *move);

// The session comes back as a file. True: it was sent, so it serves no more, and is out of the way.
bool tr_move_give_way(tr_session *session);

bool tr_move_is_frozen(const tr_session *session);

// Nothing may go to its browser now: that has been asked to wait, or is not here yet.
bool tr_move_is_silent(const tr_session *session);

// Closes its browser's connection, also one that has not answered yet since the session arrived.
void tr_move_close_browser(tr_session *session, uint16_t code, const char *reason);

// Is it on its way from here, or ending?
bool tr_move_is_leaving(const tr_session *session);

// The end of its turn: goes on when it can.
void tr_move_on_turn_end(tr_session *session);

// True: the message was about the move, or for one who serves no more.
bool tr_move_take(tr_session *session, const tr_message *message);

// A browser registers anew. True: it is sent after the session.
bool tr_move_pass_on(tr_session *session, const tr_message *open);

// Whose connection a registration is: its sender's, or that of a gateway for which a worker passes it
// on.
tr_address tr_open_connection(const tr_message *open);

// Passes it on to another sessions actor. One that cannot be passed on is told to come again.
void tr_open_pass_on(tr_core *core, tr_actor *from, tr_address target, const tr_message *open);

void tr_move_free(tr_session *session);

#endif
