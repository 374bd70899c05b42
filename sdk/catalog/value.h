#ifndef TR_SDK_CATALOG_VALUE_H
#define TR_SDK_CATALOG_VALUE_H

// One property value on its way in or out of a control: a kind and borrowed contents. Controls keep
// their own copies.
//
// Thread: any; pure. Lends: texts, bytes and nodes stay whose they were.

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "troupe/pages/event.h"
#include "troupe/slice.h"
#include "wire/reader.h"

typedef struct tr_node tr_node;

enum tr_value_kind {
    TR_VALUE_NIL,
    TR_VALUE_BOOLEAN,
    TR_VALUE_INTEGER,
    TR_VALUE_FLOAT,
    TR_VALUE_TEXT,
    TR_VALUE_BYTES,
    TR_VALUE_RAW,     // msgpack already: maps, lists, extension types
    TR_VALUE_HANDLER, // travels to the browser as true
    TR_VALUE_NODE,    // one child
    TR_VALUE_NODES    // a child list
};

typedef struct tr_value {
    enum tr_value_kind kind;
    union {
        bool boolean;
        int64_t integer;
        double number;
        tr_slice slice; // text, bytes, raw
        struct {
            const tr_handler *handler;
            const tr_slice *payload; // its argument; NULL: nothing
        };
        tr_node *node;                    // the child; NULL never
        struct tr_node_list const *nodes; // the child list (node.h)
    };
} tr_value;

#define TR_NIL ((tr_value){.kind = TR_VALUE_NIL})

static inline tr_value tr_value_boolean(bool value)
{
    return (tr_value){.kind = TR_VALUE_BOOLEAN, .boolean = value};
}

static inline tr_value tr_value_integer(int64_t value)
{
    return (tr_value){.kind = TR_VALUE_INTEGER, .integer = value};
}

static inline tr_value tr_value_number(double value)
{
    return (tr_value){.kind = TR_VALUE_FLOAT, .number = value};
}

static inline tr_value tr_value_text(tr_slice value)
{
    return (tr_value){.kind = TR_VALUE_TEXT, .slice = value};
}

static inline tr_value tr_value_bytes(tr_slice value)
{
    return (tr_value){.kind = TR_VALUE_BYTES, .slice = value};
}

// `value` is exactly one well-formed msgpack value without controls in it.
static inline tr_value tr_value_raw(tr_slice value)
{
    return (tr_value){.kind = TR_VALUE_RAW, .slice = value};
}

// One with a payload (UI_CALL) lends that.
static inline tr_value tr_value_handler(const tr_handler *value)
{
    if (value == NULL || value->kind != TR_HANDLER_WITH_PAYLOAD)
        return (tr_value){.kind = value != NULL ? TR_VALUE_HANDLER : TR_VALUE_NIL,
                          .handler = value};
    const tr_handler_with_payload *with = (const tr_handler_with_payload *)(const void *)value;
    return (tr_value){.kind = with->to != NULL ? TR_VALUE_HANDLER : TR_VALUE_NIL,
                      .handler = with->to,
                      .payload = with->payload.size != 0 ? &with->payload : NULL};
}

static inline tr_slice tr_value_payload(tr_value value)
{
    return value.kind == TR_VALUE_HANDLER && value.payload != NULL ? *value.payload
                                                                   : (tr_slice){NULL, 0};
}

// Equal in kind and contents; a whole number equals the same number as a float. Raw values are
// compared byte by byte; nodes and lists never equal anything.
bool tr_value_equal(tr_value a, tr_value b);

// A scalar, raw or handler (as true); never a node. Whole floats within 32 bits are written as
// integers: the browser takes them everywhere, and they are four times shorter.
void tr_value_write(tr_buf *out, tr_value value);

// The next msgpack value: scalars as themselves, everything else as raw. Nil when there
// is none, with `failed` set as readers do.
tr_value tr_value_read(tr_reader *reader);

// The numeric value of a boolean, integer or float; `otherwise` for the rest.
double tr_value_as_number(tr_value value, double otherwise);

#endif
