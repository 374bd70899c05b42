#include "store/change_log.h"

#include "store/delta.h"
#include "troupe/err.h"
#include "wire/load.h"

enum { HEAD_BYTES = 8 };

void tr_change_log_add(tr_buf *log, uint32_t number, const void *record, size_t size)
{
    uint8_t *head = tr_buf_reserve(log, HEAD_BYTES);
    tr_store_u32(head, number);
    tr_store_u32(head + 4, (uint32_t)size);
    log->size += HEAD_BYTES;
    tr_buf_append(log, record, size);
}

static int apply_one(const tr_record_keys *keys, tr_store_op *op, uint32_t number, tr_buf *record)
{
    int result = tr_record_unseal(keys, op->id, record);
    if (result == 0)
        result = tr_delta_apply(tr_buf_slice(record), &op->bytes);
    // Of the first one: a program of an older form has put a base of its own in the place of this one's.
    return result == TR_ENOTFOUND && number != 1 ? TR_EMALFORMED : result;
}

int tr_change_log_apply(const tr_record_keys *keys, tr_store_op *op)
{
    int result = tr_record_unseal(keys, op->id, &op->bytes);
    uint32_t number = 0;
    for (size_t at = 0; result == 0 && at != op->log.size;) {
        const uint8_t *head = op->log.data + at;
        uint32_t size = tr_load_u32(head + 4);
        tr_buf record = {0};
        tr_buf_append(&record, head + HEAD_BYTES, size);
        at += HEAD_BYTES + size;
        result =
            tr_load_u32(head) == ++number ? apply_one(keys, op, number, &record) : TR_EMALFORMED;
        tr_buf_done(&record);
    }
    return result == TR_ENOTFOUND ? 0 : result;
}
