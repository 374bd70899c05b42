#include "host/table.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/must.h"
#include "base/number.h"

// The width for people, in characters: bytes that begin one.
static uint32_t width_of(const char *text)
{
    uint32_t width = 0;
    for (; *text != '\0'; text++)
        width += ((unsigned char)*text & 0xc0) != 0x80;
    return width;
}

static void add(tr_table *self, const char *text)
{
    uint32_t width = width_of(text);
    if (width > self->widths[self->at])
        self->widths[self->at] = width;
    tr_buf_append(&self->text, text, strlen(text) + 1);
    self->at = (self->at + 1) % self->columns;
}

void tr_table_begin(tr_table *self, const char *const *names, uint32_t columns)
{
    tr_must(columns != 0 && columns <= TR_TABLE_COLUMNS_CAP);
    *self = (tr_table){.columns = columns};
    for (uint32_t i = 0; i < columns; i++) {
        bool is_number = names[i][0] == '>';
        self->right |= (uint32_t)is_number << i;
        add(self, names[i] + is_number);
    }
}

// A name may hold what moves a terminal's cursor.
static void make_plain(char *text)
{
    char *to = text;
    for (size_t left = strlen(text); left != 0;) {
        tr_character first = tr_character_of(text, left);
        if (first.is_control)
            *to = '?';
        else
            memmove(to, text, first.size);
        to += first.is_control ? 1 : first.size;
        text += first.size;
        left -= first.size;
    }
    *to = '\0';
}

void tr_table_cell(tr_table *self, const char *format, ...)
{
    char text[512];
    va_list values;
    va_start(values, format);
    tr_format_list(text, sizeof text, format, values);
    va_end(values);
    make_plain(text);
    add(self, text);
}

void tr_table_write(tr_table *self, unsigned indent, tr_buf *out)
{
    tr_must(self->at == 0);
    const char *cell = (const char *)self->text.data;
    const char *end = cell + self->text.size;
    for (uint32_t column = 0; cell != end; column = (column + 1) % self->columns) {
        uint32_t space = self->widths[column] - width_of(cell);
        bool is_right = (self->right >> column & 1) != 0;
        bool is_last = column + 1 == self->columns;
        tr_buf_printf(out, "%*s%*s%s%*s",
                      column == 0                ? (int)indent
                      : is_last && *cell == '\0' ? 0
                                                 : 2,
                      "", is_right ? (int)space : 0, "", cell, is_right || is_last ? 0 : (int)space,
                      "");
        if (is_last)
            tr_buf_append(out, "\n", 1);
        cell += strlen(cell) + 1;
    }
    tr_buf_done(&self->text);
}
