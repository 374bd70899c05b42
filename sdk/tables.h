#ifndef TR_SDK_TABLES_H
#define TR_SDK_TABLES_H

// The shapes of the generated tables (sdk/generated/*.c). Only catalog.c and build.c look at them.
//
// Thread: any; constant data.

#include <stdint.h>

#include "sdk/catalog.h"
#include "troupe/slice.h"

extern const tr_kind_info tr_generated_kinds[]; // by tr_kind_id, and so by name
extern const uint16_t tr_generated_wires[];     // kind ids by wire name
extern const unsigned tr_generated_wire_count;
extern const tr_slice tr_generated_props[]; // by tr_prop_id, and so by name
extern const char *const *const tr_generated_enums[];
extern const tr_value tr_generated_defaults[];

typedef struct tr_renamed_info {
    tr_kind_id kind;
    tr_prop_id prop;
    tr_slice wire;
} tr_renamed_info;

extern const tr_renamed_info tr_generated_renamed[];
extern const unsigned tr_generated_renamed_count;

typedef struct tr_icon_info {
    const char *name;
    int32_t number;
} tr_icon_info;

extern const tr_icon_info tr_generated_icons[]; // by name
extern const unsigned tr_generated_icon_count;

// How one field of an argument struct (include/troupe/controls.h) is read.
enum tr_arg {
    TR_ARG_FLAG,     // int, UI_UNSET when not given
    TR_ARG_INTEGER,  // int, UI_UNSET when not given
    TR_ARG_NUMBER,   // double, NAN when not given
    TR_ARG_TEXT,     // const char *; everything from here on: NULL or 0 when not given
    TR_ARG_ICON,     // const char *, an icon's name
    TR_ARG_DATE,     // const char *, ISO 8601
    TR_ARG_TIME,     // const char *, HH:MM
    TR_ARG_DURATION, // int, milliseconds, UI_UNSET when not given
    TR_ARG_ENUM,     // int, 1 + position in the enumeration `extra`
    TR_ARG_BITS,     // int, sent as it is
    TR_ARG_BYTES,    // const ui_bytes_value *
    TR_ARG_VALUE,    // const ui_…_value *, which starts with its number
    TR_ARG_VALUES,   // NULL-terminated list of those
    TR_ARG_TEXTS,    // NULL-terminated list of texts
    TR_ARG_PAIRS,    // the same: key, text, key, text
    TR_ARG_NUMBERS,  // NAN-terminated list of double
    TR_ARG_MEMBERS,  // 0-terminated list of int of the enumeration `extra`
    TR_ARG_CONTROL,  // ui_control *
    TR_ARG_CONTROLS, // list of those, ends with UI_END
    TR_ARG_EVENT,    // const tr_handler *
    TR_ARG_SIDES     // double: what sides that are not given take (0 all, 1 horizontal, 2 vertical)
};

// `extra` of a TR_ARG_NUMBER that is not given.
enum { TR_ELSE_ABSENT, TR_ELSE_HORIZONTAL, TR_ELSE_VERTICAL, TR_ELSE_ALL, TR_ELSE_ZERO };

typedef struct tr_argument {
    tr_prop_id prop;
    uint16_t offset;
    uint8_t kind; // enum tr_arg
    uint8_t extra;
} tr_argument;

typedef struct tr_arguments {
    const tr_argument *at;
    unsigned count;
} tr_arguments;

extern const tr_arguments tr_generated_arguments[]; // by tr_kind_id

typedef struct tr_member {
    const char *key;
    uint16_t offset;
    uint8_t kind; // enum tr_arg
    uint8_t extra;
    uint16_t deflt; // written when not given; 0 = nothing is
} tr_member;

typedef struct tr_value_info {
    const char *name;
    const char *type; // `_type`, or NULL
    const tr_member *members;
    unsigned member_count;
} tr_value_info;

extern const tr_value_info tr_generated_values[]; // by the number that a value struct starts with
extern const unsigned tr_generated_value_count;

#endif
