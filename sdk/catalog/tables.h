#ifndef TR_SDK_CATALOG_TABLES_H
#define TR_SDK_CATALOG_TABLES_H

// The shapes of the generated tables (sdk/generated/*.c). Only the files that read or write by
// them look at them: catalog.c, argument.c, build.c, record.c, method.c.
//
// Thread: any; constant data.

#include <stdint.h>

#include "sdk/catalog/catalog.h"
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

// Slots for certain types of controls only.
typedef struct tr_slot_info {
    tr_kind_id kind;
    tr_prop_id prop;
    const tr_kind_id *takes; // 0 at the end
} tr_slot_info;

extern const tr_slot_info tr_generated_slots[]; // by kind, then by property
extern const unsigned tr_generated_slot_count;

typedef struct tr_icon_info {
    const char *name;
    int32_t number;
} tr_icon_info;

extern const tr_icon_info tr_generated_icons[]; // by name
extern const unsigned tr_generated_icon_count;

// How one field of an argument struct (include/troupe/controls/controls.h) is read.
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
    TR_ARG_SIDES // double: defaults of sides that are not given (0 all, 1 horizontal, 2 vertical)
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

// How a value from the browser is read, and the C object that it becomes.
enum tr_read {
    TR_READ_NOTHING,
    TR_READ_BOOLEAN,  // bool
    TR_READ_FLAG,     // int, UI_UNSET when nil; everything from here on may be nil
    TR_READ_INTEGER,  // int64_t, UI_UNSET when nil
    TR_READ_NUMBER,   // double, NAN when nil
    TR_READ_DURATION, // int64_t, milliseconds, UI_UNSET when nil
    TR_READ_ENUM,     // int, 1 + position in the enumeration; 0 when nil or not a member
    TR_READ_TEXT,     // const char *; everything from here on: a pointer, NULL when nil
    TR_READ_DATE,     // const char *, ISO 8601
    TR_READ_BYTES,    // const tr_slice *
    TR_READ_RECORD,   // const struct *
    TR_READ_ANY,      // const ui_any *
    TR_READ_TEXTS,    // lists, which end with NULL
    TR_READ_BYTES_LIST,
    TR_READ_RECORDS,
    TR_READ_PAIRS,  // a map of texts: key, text, key, text, NULL
    TR_READ_MEMBERS // list of int that ends with 0
};

typedef struct tr_reading {
    uint8_t kind; // enum tr_read
    uint8_t enumeration;
    uint16_t record;
} tr_reading;

typedef struct tr_record_field {
    const char *key;
    uint16_t offset;
    bool is_required;
    tr_reading reading;
} tr_record_field;

typedef struct tr_record_info {
    const char *name;
    uint16_t size;
    uint16_t count;
    const tr_record_field *fields;
} tr_record_info;

extern const tr_record_info tr_generated_records[]; // by number, from 1 on

// Which payload an event of that name has in some control.
typedef struct tr_event_class {
    const char *event;
    uint16_t record;
} tr_event_class;

extern const tr_event_class tr_generated_event_classes[];
extern const unsigned tr_generated_event_class_count;

typedef struct tr_method_argument {
    const char *key;
    uint16_t offset;
    uint16_t deflt;  // sent when it is not given; 0: nil is
    tr_prop_id from; // its value is sent instead of nil; 0: nil is
    uint8_t kind;    // enum tr_arg
    uint8_t extra;
    bool is_required;
} tr_method_argument;

// The owner of the method: the page, the window, a service (which the page has one of), or the
// control with the key.
enum tr_called { TR_CALLED_PAGE, TR_CALLED_WINDOW, TR_CALLED_SERVICE, TR_CALLED_KEY };

typedef struct tr_method_info {
    const char *name; // as in ui_<name>, which is unique
    const char *wire;
    const tr_kind_id *kinds; // the controls that have it, 0-terminated
    const tr_method_argument
        *arguments; // those of one key in a row; the first that is given is sent
    uint16_t count;
    uint8_t target; // enum tr_called
    bool has_args;  // otherwise no map is sent at all
    bool omits_nil; // arguments that are not given are left out
    uint16_t key;   // offsets in the call's struct; 0: it has none
    uint16_t result;
    uint16_t timeout_ms;
    tr_reading returns;
    uint32_t default_ms; // 0: TR_CLIENT_CALL_MS
} tr_method_info;

extern const tr_method_info tr_generated_methods[]; // by number, from 1 on, and so by name
extern const unsigned tr_generated_method_count;

#endif
