#ifndef TR_WIRE_ROWS_H
#define TR_WIRE_ROWS_H

// Lists of rows inside messages: a msgpack array of arrays, each with the fields that a ROW of
// wire/messages.def names.
//
//     tr_row_shard row;
//     tr_rows in = TR_ROWS(shard, hello->shards);
//     while (tr_rows_next(&in, &row))
//         ...
//     if (!tr_rows_are_sound(&in))
//
// A row may have more fields than are known here (a newer sender; they are skipped), or fewer as
// long as the required ones are there (an older one; the rest reads as zero).
//
// Thread: any; pure. Texts, bytes and lists of a row point into the input.

#include "base/buf.h"
#include "wire/messages.h"
#include "wire/reader.h"

typedef struct tr_row_shape {
    const char *name;
    const tr_field *fields;
    uint16_t field_count;
    uint16_t required; // so many fields must be there
    uint32_t size;     // of the struct, bytes
    uint32_t cap;      // rows of one list
} tr_row_shape;

typedef tr_slice tr_c_list; // a msgpack array as it stands

#define FIELD(message, kind, name, doc) tr_c_##kind name;
#define MESSAGE(name, number, class, doc, fields)
#define ROW(name, required, cap, doc, fields)                                                      \
    typedef struct tr_row_##name {                                                                 \
        fields                                                                                     \
    } tr_row_##name;                                                                               \
    extern const tr_row_shape tr_row_shape_##name;
#include "wire/messages.def"
#undef ROW
#undef MESSAGE
#undef FIELD

typedef struct tr_rows {
    const tr_row_shape *shape;
    tr_reader in;
    uint32_t left;
    uint32_t broken; // rows that were left out
    tr_slice row;    // the bytes of the one that was read last
} tr_rows;

// No bytes are an empty list. Bytes that are no array, or have more rows than the shape's cap, are
// an empty list and not sound.
tr_rows tr_rows_of(const tr_row_shape *shape, tr_slice list);
#define TR_ROWS(name, list) tr_rows_of(&tr_row_shape_##name, (list))

// Reads the next row into its struct. A broken one is left out and counted. False at the end.
bool tr_rows_next(tr_rows *self, void *out_row);

// After the last row: was the list whole, and no row of it broken?
bool tr_rows_are_sound(const tr_rows *self);
// The same, though single rows may have been broken.
bool tr_rows_are_whole(const tr_rows *self);

// Appends one row: tr_row_write(out, shard, .shard = 3, .epoch = 1). The array's head, the count of
// rows, is the caller's (tr_write_array).
#define tr_row_write(out, name, ...)                                                               \
    tr_row_write_body((out), &tr_row_shape_##name, &(const tr_row_##name){__VA_ARGS__})
void tr_row_write_body(tr_buf *out, const tr_row_shape *shape, const void *row);

#endif
