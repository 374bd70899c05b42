#ifndef TR_WIRE_MESSAGE_H
#define TR_WIRE_MESSAGE_H

// One message in memory: routing head, then the body struct of its row, then the bytes its text and
// bytes fields point to, all in one block. Made from a struct (local send), from a packed one
// (another thread) or from msgpack (another process); whoever receives it cannot tell which.
//
// Thread: one thread at a time; it never crosses as a pointer. Owns: its block and one reference to
// each packet in it.

#include <stdint.h>

#include "base/buf.h"
#include "wire/messages.h"

// Copies a body struct deeply; a packet field is taken over (one reference moves in). Never NULL.
// Texts are UTF-8 already: what came from outside was checked there (tr_scan_is_utf8), since
// another process refuses a message whose text is not.
tr_message *tr_message_new(unsigned type, const void *body);

// A message in the caller's storage, whose texts, bytes and packets stay where the body has them: to
// be encoded before any of them goes. Once it was sent, tr_message_view_sent drops the references
// that moved in; a message that was not sent needs nothing.
typedef struct tr_message_view {
    _Alignas(tr_message) unsigned char bytes[sizeof(tr_message) + TR_MESSAGE_STRUCT_CAP +
                                             sizeof(uint32_t)];
} tr_message_view;
tr_message *tr_message_view_of(tr_message_view *storage, unsigned type, const void *body);
void tr_message_view_sent(tr_message *self);

// The bytes of its texts, bytes and packets. Over TR_MESSAGE_CAP_BYTES it cannot be sent, whatever
// the way.
size_t tr_message_content_size(const tr_shape *shape, const void *body);

// Its size in memory, its packets included, bytes.
size_t tr_message_memory_size(const tr_message *self);

// Reads a body from msgpack (scanned or not: every byte is checked). The text and bytes are copied
// into the block. TR_EMALFORMED (also: a text that is not UTF-8), TR_ETOOBIG (over
// TR_ENVELOPE_CAP_BYTES), TR_ENOTFOUND (no such row), TR_ESYSTEM (out of memory).
int tr_message_decode(unsigned type, const void *bytes, size_t size, tr_message **out)
    __attribute__((warn_unused_result));

// Reads a body into a struct of its type, whose texts and bytes then point into the input.
// TR_EMALFORMED, TR_ENOTFOUND, TR_EWRONGTYPE (a type with packets: these are read into messages
// only).
int tr_message_read(unsigned type, const void *bytes, size_t size, void *out_body)
    __attribute__((warn_unused_result));

// Can every receiver take it? TR_EINVALID: a text is not UTF-8, or a slice without data has a size;
// TR_ETOOBIG: texts, bytes and packets are over TR_ENVELOPE_CAP_BYTES together.
int tr_message_check_body(const tr_message *self) __attribute__((warn_unused_result));

// Appends the body as msgpack.
void tr_message_encode(const tr_message *self, tr_buf *out);

// Between threads of this process: appends the message as it lies in memory, texts and bytes behind
// its struct, the bytes of its packets behind those (references of a packet stay on one thread). The
// bytes that were appended before must end at a multiple of 16, as these do.
void tr_message_pack(const tr_message *self, tr_buf *out);

// A message of the caller's from what was packed, and how many bytes that was, which are set on an
// error, too: TR_ETOOBIG (over TR_ENVELOPE_CAP_BYTES), TR_ESYSTEM (out of memory). The bytes need
// not be aligned. Only for what this program packed: whatever does not add up aborts.
int tr_message_unpack(const void *bytes, size_t size, size_t *out_length, tr_message **out)
    __attribute__((warn_unused_result));

// Debug builds (TR_DEBUG) keep a tag behind the block, and abort when it is not there: the message
// was freed, or something wrote past its end.
#ifdef TR_DEBUG
void tr_message_check(const tr_message *self);
#else
#define tr_message_check(self) ((void)0)
#endif

// Takes a packet field out of a message: the caller owns the reference, the field becomes NULL.
tr_packet *tr_message_take_packet(tr_packet *const *field);

// For people: `browser_event{target=3 name="click" data=1B}`.
void tr_message_print(const tr_message *self, tr_buf *out);

#endif
