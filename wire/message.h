#ifndef TR_WIRE_MESSAGE_H
#define TR_WIRE_MESSAGE_H

// One message in memory: routing head, then the body struct of its row, then the bytes its text and
// bytes fields point to, all in one block. Made from a struct (local send) or from msgpack (another
// thread or process); whoever receives it cannot tell which.
//
// Thread: one thread at a time; it never crosses as a pointer. Owns: its block and one reference to
// each frame in it.

#include <stdint.h>

#include "base/buf.h"
#include "wire/address.h"
#include "wire/messages.h"

enum tr_message_flag {
    TR_FLAG_ASK = 1,   // the sender waits: `correlation` is its question's number
    TR_FLAG_ANSWER = 2 // this answers question `correlation` of the receiver
};

typedef struct tr_message {
    struct tr_message *next; // link of whatever queue holds it
    tr_address to;
    tr_address from;
    uint64_t correlation;
    const tr_shape *shape;
    uint32_t flags;
    uint32_t size; // bytes of the whole block
    _Alignas(16) unsigned char body[];
} tr_message;

// The body of a message whose type was looked at: TR_BODY(message, browser_event)->target.
#define TR_BODY(message, name) ((const tr_msg_##name *)(const void *)(message)->body)

// Copies a body struct deeply; a frame field is taken over (one reference moves in). Never NULL.
// Texts are UTF-8 already: what came from outside was checked there (tr_scan_is_utf8), since the
// receiving end of a bus refuses a message whose text is not.
tr_message *tr_message_new(unsigned type, const void *body);

// Reads a body from msgpack (scanned or not: every byte is checked). The text and bytes are copied
// into the block. TR_EMALFORMED (also: a text that is not UTF-8), TR_ETOOBIG (over
// TR_ENVELOPE_CAP_BYTES), TR_ENOTFOUND (no such row), TR_ESYSTEM (out of memory).
int tr_message_decode(unsigned type, const void *bytes, size_t size, tr_message **out)
    __attribute__((warn_unused_result));

// Appends the body as msgpack.
void tr_message_encode(const tr_message *self, tr_buf *out);

// NULL is fine.
void tr_message_free(tr_message *self);

// Takes a frame field out of a message: the caller owns the reference, the field becomes NULL.
tr_frame *tr_message_take_frame(tr_frame *const *field);

// For people: `browser_event{target=3 name="click" data=1B}`.
void tr_message_print(const tr_message *self, tr_buf *out);

#endif
