#ifndef TR_ACTORS_CORE_ACTOR_H
#define TR_ACTORS_CORE_ACTOR_H

// Actors as Troupe's own rooms know them: troupe/actors/actor.h, and what is of no use to an app.
//
// A packet in a body (tr_send) moves in on success and stays the caller's on failure; the receiver
// may take it out of the message with tr_message_take_packet.
//
// Thread: the core thread that spawned the actor.

#include "troupe/actors/actor.h"
#include "wire/message.h"

// Answers a message that was asked with a status and a value, as most of Troupe's own answers are.
#define tr_answer(core, question, ...)                                                             \
    tr_answer_body((core), (question), TR_MSG_answer, &(const tr_msg_answer){__VA_ARGS__})

#endif
