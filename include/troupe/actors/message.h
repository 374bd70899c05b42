#ifndef TROUPE_MESSAGE_H
#define TROUPE_MESSAGE_H

// Messages: typed structs. An app names its own ones in a header:
//
//     TR_MESSAGE(greet, 1001, (text, name), (u32, times))
//
// which gives `struct tr_msg_greet { tr_slice name; uint32_t times; }`, the number TR_MSG_greet,
// and the table by which it is copied, packed for other processes (a msgpack array of the fields in
// this order) and printed. Numbers from 1 000 to 2 147 483 647 are the app's; never reuse one. New
// fields go last: an older sender leaves them out, and they read as zero.
//
// Field kinds: u16 u32 u64 i64 f64 boolean, address (tr_address), text (tr_slice, UTF-8) and bytes
// (tr_slice, any). One to twelve fields; the struct is at most TR_MESSAGE_STRUCT_CAP bytes.
//
// Thread: a message belongs to one thread; it never crosses as a pointer.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "troupe/actors/address.h"
#include "troupe/language.h"
#include "troupe/linker_sets.h"
#include "troupe/slice.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

#define TR_MESSAGE_STRUCT_CAP 512u
#define TR_MESSAGE_FIRST 1000u

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
    TR_FIELD_packet, // Troupe's own: a reference-counted tr_packet
    TR_FIELD_list    // Troupe's own: a tr_slice of one msgpack array
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
typedef struct tr_packet *tr_c_packet;

// SYSTEM messages overtake USER ones in a mailbox. An app's are USER.
enum tr_message_class { TR_CLASS_SYSTEM, TR_CLASS_USER };

typedef struct tr_field {
    const char *name;
    const char *doc;
    uint16_t offset; // in the struct
    uint16_t kind;   // enum tr_field_kind
} tr_field;

// Everything known about a message type. Constant.
typedef struct tr_shape {
    const char *name;
    const char *doc;
    const tr_field *fields;
    uint32_t type; // TR_MSG_name
#ifdef __cplusplus
    uint16_t class_;
#else
    uint16_t class; // enum tr_message_class
#endif
    uint16_t field_count;
    uint32_t size; // of the struct, bytes
    uint32_t reserved;
} tr_shape;

enum tr_message_flag {
    TR_FLAG_ASK = 1,   // the sender waits: `correlation` is its question's number
    TR_FLAG_ANSWER = 2 // this answers question `correlation` of the receiver
};

// One message in memory: routing head, then the struct of its type, then the bytes its text and
// bytes fields point to, all in one block. Read it; never change it.
typedef struct tr_message {
    struct tr_message *next; // link of whatever queue holds it
    tr_address to;
    tr_address from;
    uint64_t correlation;
    const tr_shape *shape;
    uint32_t flags; // set of enum tr_message_flag
    uint32_t size;  // bytes of the whole block
    __extension__ unsigned char body[] __attribute__((aligned(16)));
} tr_message;

// The message's type, for a switch over TR_MSG_ names.
#define TR_TYPE(message) ((message)->shape->type)

// The struct of a message whose type was looked at: TR_BODY(message, greet)->times.
#define TR_BODY(message, name) ((const tr_msg_##name *)(const void *)(message)->body)

// The shapes lie in one section as an array, so the compiler must not align them as it pleases.
#define TR_MESSAGE(name, number, ...)                                                              \
    typedef struct tr_msg_##name {                                                                 \
        TR_EACH_(TR_STRUCT_FIELD_, name, __VA_ARGS__)                                              \
    } tr_msg_##name;                                                                               \
    TR_ASSERT_((number) >= TR_MESSAGE_FIRST,                                                       \
               "numbers below 1000 are Troupe's own: docs/actors.md");                             \
    TR_ASSERT_(sizeof(tr_msg_##name) <= TR_MESSAGE_STRUCT_CAP, "too many fields: docs/actors.md"); \
    enum { TR_MSG_##name = (number) };                                                             \
    static const tr_field tr_fields_##name[] = {TR_EACH_(TR_TABLE_FIELD_, name, __VA_ARGS__)};     \
    static const tr_shape tr_shape_##name                                                          \
        __attribute__((section("tr_shapes"), used, aligned(__alignof__(tr_shape)))) = {            \
            #name,                                                                                 \
            "",                                                                                    \
            tr_fields_##name,                                                                      \
            (number),                                                                              \
            TR_CLASS_USER,                                                                         \
            sizeof tr_fields_##name / sizeof tr_fields_##name[0],                                  \
            sizeof(tr_msg_##name),                                                                 \
            0}

// Frees a message that was given to the caller (an answer); one that a behaviour is handed stays
// Troupe's. NULL is fine.
void tr_message_free(tr_message *self);

// How TR_MESSAGE walks its fields.
#define TR_STRUCT_FIELD_(message, kind, name) tr_c_##kind name;
#define TR_TABLE_FIELD_(message, kind, name)                                                       \
    {#name, "", offsetof(tr_msg_##message, name), TR_FIELD_##kind},
#define TR_UNWRAP_(...) __VA_ARGS__
#define TR_CALL_(macro, ...) macro(__VA_ARGS__)
#define TR_ONE_(macro, message, field) TR_CALL_(macro, message, TR_UNWRAP_ field)
#define TR_PICK_(a, b, c, d, e, f, g, h, i, j, k, l, name, ...) name
#define TR_EACH_(macro, message, ...)                                                              \
    TR_PICK_(__VA_ARGS__, TR_E12_, TR_E11_, TR_E10_, TR_E9_, TR_E8_, TR_E7_, TR_E6_, TR_E5_,       \
             TR_E4_, TR_E3_, TR_E2_, TR_E1_, none)                                                 \
    (macro, message, __VA_ARGS__)
#define TR_E1_(m, n, f) TR_ONE_(m, n, f)
#define TR_E2_(m, n, f, ...) TR_ONE_(m, n, f) TR_E1_(m, n, __VA_ARGS__)
#define TR_E3_(m, n, f, ...) TR_ONE_(m, n, f) TR_E2_(m, n, __VA_ARGS__)
#define TR_E4_(m, n, f, ...) TR_ONE_(m, n, f) TR_E3_(m, n, __VA_ARGS__)
#define TR_E5_(m, n, f, ...) TR_ONE_(m, n, f) TR_E4_(m, n, __VA_ARGS__)
#define TR_E6_(m, n, f, ...) TR_ONE_(m, n, f) TR_E5_(m, n, __VA_ARGS__)
#define TR_E7_(m, n, f, ...) TR_ONE_(m, n, f) TR_E6_(m, n, __VA_ARGS__)
#define TR_E8_(m, n, f, ...) TR_ONE_(m, n, f) TR_E7_(m, n, __VA_ARGS__)
#define TR_E9_(m, n, f, ...) TR_ONE_(m, n, f) TR_E8_(m, n, __VA_ARGS__)
#define TR_E10_(m, n, f, ...) TR_ONE_(m, n, f) TR_E9_(m, n, __VA_ARGS__)
#define TR_E11_(m, n, f, ...) TR_ONE_(m, n, f) TR_E10_(m, n, __VA_ARGS__)
#define TR_E12_(m, n, f, ...) TR_ONE_(m, n, f) TR_E11_(m, n, __VA_ARGS__)

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
