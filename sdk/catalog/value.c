#include "sdk/catalog/value.h"

#include <math.h>

#include "wire/writer.h"

// The integers that both of Flet's clients can read.
#define INTEGER_LOW (-2147483648.0)
#define INTEGER_HIGH 4294967295.0

static bool is_number(tr_value value)
{
    return value.kind == TR_VALUE_INTEGER || value.kind == TR_VALUE_FLOAT;
}

bool tr_value_equal(tr_value a, tr_value b)
{
    if (is_number(a) && is_number(b)) {
        if (a.kind == TR_VALUE_INTEGER && b.kind == TR_VALUE_INTEGER)
            return a.integer == b.integer;
        return !(tr_value_as_number(a, 0) < tr_value_as_number(b, 0)) &&
               !(tr_value_as_number(a, 0) > tr_value_as_number(b, 0));
    }
    if (a.kind != b.kind)
        return false;
    switch (a.kind) {
    case TR_VALUE_NIL:
        return true;
    case TR_VALUE_BOOLEAN:
        return a.boolean == b.boolean;
    case TR_VALUE_TEXT:
    case TR_VALUE_BYTES:
    case TR_VALUE_RAW:
        return tr_slice_equal(a.slice, b.slice);
    case TR_VALUE_HANDLER:
        return a.handler == b.handler && tr_slice_equal(tr_value_payload(a), tr_value_payload(b));
    default:
        return false;
    }
}

static void write_number(tr_buf *out, double value)
{
    if (value >= INTEGER_LOW && value <= INTEGER_HIGH && !(value < floor(value)) &&
        !(value > floor(value)))
        tr_write_integer(out, (int64_t)value);
    else
        tr_write_float(out, value);
}

void tr_value_write(tr_buf *out, tr_value value)
{
    switch (value.kind) {
    case TR_VALUE_BOOLEAN:
        tr_write_boolean(out, value.boolean);
        return;
    case TR_VALUE_INTEGER:
        if (value.integer >= INT32_MIN && value.integer <= UINT32_MAX)
            tr_write_integer(out, value.integer);
        else
            tr_write_float(out, (double)value.integer);
        return;
    case TR_VALUE_FLOAT:
        write_number(out, value.number);
        return;
    case TR_VALUE_TEXT:
        tr_write_text(out, value.slice);
        return;
    case TR_VALUE_BYTES:
        tr_write_bytes(out, value.slice);
        return;
    case TR_VALUE_RAW:
        tr_write_raw(out, value.slice);
        return;
    case TR_VALUE_HANDLER:
        tr_write_boolean(out, true);
        return;
    default:
        tr_write_nil(out);
    }
}

tr_value tr_value_read(tr_reader *reader)
{
    switch (tr_reader_peek(reader)) {
    case TR_KIND_NIL:
        (void)tr_reader_nil(reader); // peek has said that it is one
        return TR_NIL;
    case TR_KIND_BOOLEAN:
        return tr_value_boolean(tr_reader_boolean(reader));
    case TR_KIND_INTEGER: {
        // Beyond int64_t there is nothing that a property could mean.
        tr_reader ahead = *reader;
        int64_t value = tr_reader_integer(&ahead);
        if (ahead.failed)
            return tr_value_number(tr_reader_number(reader));
        *reader = ahead;
        return tr_value_integer(value);
    }
    case TR_KIND_FLOAT:
        return tr_value_number(tr_reader_number(reader));
    case TR_KIND_TEXT:
        return tr_value_text(tr_reader_text(reader));
    case TR_KIND_BYTES:
        return tr_value_bytes(tr_reader_bytes(reader));
    default: {
        tr_slice raw = tr_reader_skip(reader);
        return reader->failed ? TR_NIL : tr_value_raw(raw);
    }
    }
}

double tr_value_as_number(tr_value value, double otherwise)
{
    switch (value.kind) {
    case TR_VALUE_BOOLEAN:
        return value.boolean ? 1 : 0;
    case TR_VALUE_INTEGER:
        return (double)value.integer;
    case TR_VALUE_FLOAT:
        return value.number;
    default:
        return otherwise;
    }
}
