#ifndef TR_WIRE_MESSAGES_H
#define TR_WIRE_MESSAGES_H

// The structs, numbers and shapes that wire/messages.def lists.
//
//     struct tr_msg_browser_event { uint32_t target; tr_slice name; tr_slice data; };
//     TR_MSG_browser_event == 3
//
// Field kinds: u16 u32 u64 i64 f64 boolean address, and three that hold bytes: text (UTF-8), bytes
// (any), frame (a reference-counted tr_frame; NULL is an empty one).
//
// Thread: any; the tables are constant.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/frame.h"
#include "wire/address.h"
#include "wire/slice.h"

enum tr_field_kind {
    TR_FIELD_u16,
    TR_FIELD_u32,
    TR_FIELD_u64,
    TR_FIELD_i64,
    TR_FIELD_f64,
    TR_FIELD_boolean,
    TR_FIELD_address,
    TR_FIELD_text,
    TR_FIELD_bytes,
    TR_FIELD_frame
};

typedef uint16_t tr_c_u16;
typedef uint32_t tr_c_u32;
typedef uint64_t tr_c_u64;
typedef int64_t tr_c_i64;
typedef double tr_c_f64;
typedef bool tr_c_boolean;
typedef tr_address tr_c_address;
typedef tr_slice tr_c_text;
typedef tr_slice tr_c_bytes;
typedef tr_frame *tr_c_frame;

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

enum tr_message_class { TR_CLASS_SYSTEM, TR_CLASS_USER };

typedef struct tr_field {
    const char *name;
    const char *doc;
    uint16_t offset; // in the struct
    uint16_t kind;   // enum tr_field_kind
} tr_field;

typedef struct tr_shape {
    const char *name;
    const char *doc;
    const tr_field *fields;
    uint16_t type; // enum tr_message_type
    uint16_t class; // enum tr_message_class
    uint16_t field_count;
    uint16_t size; // of the struct
} tr_shape;

// NULL when no row has this number.
const tr_shape *tr_shape_find(unsigned type);

// All rows, in the order of the list.
const tr_shape *tr_shape_all(size_t *out_count);

#endif
