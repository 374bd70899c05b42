#include "store/pg_array.h"

#include <string.h>

#include "wire/load.h"

enum { COUNT_AT = 12, HEAD_BYTES = 20 };

static uint8_t *add(tr_pg_array *self, size_t size)
{
    uint8_t *at = tr_buf_reserve(&self->bytes, size);
    self->bytes.size += size;
    return at;
}

void tr_pg_array_begin(tr_pg_array *self, enum tr_pg_type element)
{
    self->bytes.size = 0;
    self->count = 0;
    uint8_t *head = add(self, HEAD_BYTES);
    tr_store_u32(head, 1);     // dimensions
    tr_store_u32(head + 4, 0); // no nulls
    tr_store_u32(head + 8, element);
    tr_store_u32(head + COUNT_AT, 0);
    tr_store_u32(head + 16, 1); // lower bound
}

void tr_pg_array_int4(tr_pg_array *self, uint32_t value)
{
    uint8_t *at = add(self, 8);
    tr_store_u32(at, 4);
    tr_store_u32(at + 4, value);
    self->count++;
}

void tr_pg_array_int8(tr_pg_array *self, uint64_t value)
{
    uint8_t *at = add(self, 12);
    tr_store_u32(at, 8);
    tr_store_u64(at + 4, value);
    self->count++;
}

void tr_pg_array_bytes(tr_pg_array *self, const void *bytes, size_t size)
{
    uint8_t *at = add(self, 4 + size);
    tr_store_u32(at, (uint32_t)size);
    if (size != 0)
        memcpy(at + 4, bytes, size);
    self->count++;
}

void tr_pg_array_end(tr_pg_array *self)
{
    tr_store_u32(self->bytes.data + COUNT_AT, self->count);
}

void tr_pg_array_done(tr_pg_array *self)
{
    tr_buf_done(&self->bytes);
}
