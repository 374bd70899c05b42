#ifndef TR_HOST_TABLE_H
#define TR_HOST_TABLE_H

// Text in columns. A table is filled cell by cell, row by row, and then written with every column
// as wide as its widest cell.
//
// Thread: any. Owns: its cells.

#include <stdint.h>

#include "base/buf.h"

enum { TR_TABLE_COLUMNS_CAP = 16 };

typedef struct tr_table {
    tr_buf text; // of all cells, each with its zero byte
    uint32_t widths[TR_TABLE_COLUMNS_CAP];
    uint32_t columns;
    uint32_t at;    // column of the next cell
    uint32_t right; // bit n: column n is a number's
} tr_table;

// The head: one name per column, those that begin with '>' are numbers' and set to the right.
void tr_table_begin(tr_table *self, const char *const *names, uint32_t columns);
void tr_table_cell(tr_table *self, const char *format, ...) __attribute__((format(printf, 2, 3)));
// Writes it, each line behind `indent` spaces, and ends it.
void tr_table_write(tr_table *self, unsigned indent, tr_buf *out);

#endif
