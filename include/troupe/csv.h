#ifndef TROUPE_CSV_H
#define TROUPE_CSV_H

// Comma-separated values (RFC 4180): records of a file, read one by one, and lines made of texts.
// Not in troupe/troupe.h.
//
//     tr_csv csv = {.file = fopen(path, "r")};
//     while (tr_csv_read(&csv))
//         printf("%s has %u fields\n", csv.fields[0], csv.count);
//     if (csv.error != NULL)
//         ...
//     tr_csv_done(&csv);
//
// Fields may be quoted and hold line breaks; lines end with \n or \r\n; a byte order mark at the
// start is passed over, and so are empty lines.
//
// Thread: any; reading blocks. Owns: the fields, not the file.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

#define TR_CSV_FIELDS_CAP 256u
#define TR_CSV_RECORD_CAP_BYTES (1u << 20)

// Zeroed, but for the file.
typedef struct tr_csv {
    FILE *file;
    char separator;    // 0: a comma
    uint32_t count;    // of fields in this record
    uint64_t bytes;    // read so far
    const char *error; // for people; static. NULL: none
    char *fields[TR_CSV_FIELDS_CAP];
    char *text; // the rest is the reader's
    size_t size, cap;
} tr_csv;

// The next record: its fields are good until the next call. False: there is none, or `error`.
bool tr_csv_read(tr_csv *self);

void tr_csv_done(tr_csv *self);

// Writes a line of the texts (NULL-ended), each quoted where it has to be, with \r\n. How many bytes
// it takes, without the zero byte behind it; -1: more than `cap` has room for, and nothing is written.
// A text that a spreadsheet would take for a formula is not changed.
int64_t tr_csv_line(char *out, size_t cap, const char *const *texts);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
