#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/must.h"
#include "base/number.h"

void tr_buf_done(tr_buf *self)
{
    tr_free(self->data);
    *self = (tr_buf){0};
}

void tr_buf_grow(tr_buf *self, size_t more)
{
    tr_must(more <= SIZE_MAX / 2 - self->size);
    size_t needed = self->size + more;
    size_t cap = self->cap < 64 ? 64 : self->cap * 2;
    if (cap < needed)
        cap = needed;
    self->data = tr_realloc(self->data, cap);
    self->cap = cap;
}

void tr_buf_append(tr_buf *self, const void *bytes, size_t size)
{
    if (size == 0)
        return;
    memcpy(tr_buf_reserve(self, size), bytes, size);
    self->size += size;
}

void tr_buf_printf(tr_buf *self, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    va_list again;
    va_copy(again, args);
    int length = tr_format_list(NULL, 0, format, args);
    va_end(args);
    tr_must(length >= 0);
    char *to = (char *)tr_buf_reserve(self, (size_t)length + 1);
    tr_format_list(to, (size_t)length + 1, format, again);
    va_end(again);
    self->size += (size_t)length;
}

const char *tr_buf_text(tr_buf *self)
{
    *tr_buf_reserve(self, 1) = 0;
    return (const char *)self->data;
}
