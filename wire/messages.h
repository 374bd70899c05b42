#ifndef TR_WIRE_MESSAGES_H
#define TR_WIRE_MESSAGES_H

// The structs, numbers and shapes that wire/messages.def lists. (An app's own messages come from
// TR_MESSAGE, troupe/actors/message.h, and are found here too.)
//
//     struct tr_msg_browser_event { uint32_t target; tr_slice name; tr_slice data; };
//     TR_MSG_browser_event == 3
//
// Field kinds: u16 u32 u64 i64 f64 boolean address, and three that hold bytes: text (UTF-8), bytes
// (any), packet (a reference-counted tr_packet; NULL is an empty one).
//
// Thread: any; the tables are constant.

#include "base/packet.h"
#include "troupe/actors/actor.h"
#include "troupe/actors/message.h"
#include "wire/address.h"

// The signals' structs and numbers are troupe/actors/actor.h's.
#define SIGNAL(name, number, class, doc, fields)
#define FIELD(message, kind, name, doc) tr_c_##kind name;
#define MESSAGE(name, number, class, doc, fields)                                                  \
    typedef struct tr_msg_##name {                                                                 \
        fields                                                                                     \
    } tr_msg_##name;
#include "wire/messages.def"
#undef MESSAGE
#undef FIELD

enum tr_message_type {
#define MESSAGE(name, number, class, doc, fields) TR_MSG_##name = (number),
#include "wire/messages.def"
#undef MESSAGE
};
#undef SIGNAL

// Of Troupe's own and the program's own (TR_MESSAGE); NULL when no message has this number.
const tr_shape *tr_shape_find(uint32_t type);

// Finds the program's own anew: what declares some was loaded, or is unloaded. No system runs then.
void tr_shapes_gather(void);

// The type that a question of this type is answered by; 0: any.
uint32_t tr_shape_answer(uint32_t question);

// Is the sender told when the actor that it was for is no more?
bool tr_shape_tells_when_gone(uint32_t type);

// 0; TR_EEXISTS when two messages of the program have one number but differ, TR_EFULL when it has
// too many (both logged, by name).
int tr_shapes_check(void);

// All rows of messages.def and signals.def, in this order.
const tr_shape *tr_shape_all(size_t *out_count);

#endif
