#include "wire/parcel.h"

#include <string.h>

#include "base/must.h"

// Messages behind it stay aligned.
enum { HEAD_SIZE = (sizeof(tr_batch_head) + 15) / 16 * 16 };

void tr_parcels_begin(tr_buf *out)
{
    tr_must(out->size == 0);
    memset(tr_buf_reserve(out, HEAD_SIZE), 0, HEAD_SIZE);
    out->size = HEAD_SIZE;
}

void tr_parcels_seal(tr_buf *batch, const tr_batch_head *head)
{
    tr_must(batch->size >= HEAD_SIZE);
    memcpy(batch->data, head, sizeof *head);
}

void tr_parcels_open(tr_batch_reader *self, const void *bytes, size_t size, tr_batch_head *out_head)
{
    tr_must(size >= HEAD_SIZE);
    memcpy(out_head, bytes, sizeof *out_head);
    const uint8_t *at = bytes;
    *self = (tr_batch_reader){at + HEAD_SIZE, at + size};
}

int tr_parcels_next(tr_batch_reader *self, tr_message **out)
{
    if (self->at == self->end)
        return 0;
    size_t length;
    int result = tr_message_unpack(self->at, (size_t)(self->end - self->at), &length, out);
    self->at += length;
    return result < 0 ? result : 1;
}
