#ifndef TR_WIRE_FIELD_H
#define TR_WIRE_FIELD_H

// The fields of a struct and their msgpack: one array, a value for each field in the table's order.
// Bodies of messages and rows of lists are both read and written here.
//
// Thread: any; pure. Texts, bytes and lists that were read point into the input.

#include <stdbool.h>

#include "base/buf.h"
#include "troupe/actors/message.h"
#include "wire/reader.h"

// Is the field a tr_slice in its struct?
static inline bool tr_field_is_slice(const tr_field *field)
{
    return field->kind == TR_FIELD_text || field->kind == TR_FIELD_bytes ||
           field->kind == TR_FIELD_list;
}

// Reads an array into a zeroed struct. An older sender has fewer fields, and the rest stays zero; a
// newer one has more, which are skipped. TR_EMALFORMED: fewer than `required`, or a field of
// another kind, a number out of its range, a text that is not UTF-8. TR_ESYSTEM: no memory for a
// packet. A packet that was read before the failure is in the struct, and the caller's.
int tr_fields_read(tr_reader *in, const tr_field *fields, unsigned count, unsigned required,
                   void *out_body) __attribute__((warn_unused_result));

// Appends the struct's fields as an array.
void tr_fields_write(tr_buf *out, const tr_field *fields, unsigned count, const void *body);

// For people: `target=3 name="click" data=1B`.
void tr_fields_print(tr_buf *out, const tr_field *fields, unsigned count, const void *body);

#endif
