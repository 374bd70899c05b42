// What lies in a store, from anybody who can write there: a base and changes, plain and encrypted.
// Whatever it is, it is read as a whole or refused, and what we write ourselves is read as it was.
//
// Input: a byte that chooses; then pieces, each of them its size (two bytes) and so many bytes.

#include "fuzz.h"

#include <string.h>

#include "base/log.h"
#include "base/must.h"
#include "sdk/session/snapshots.h"
#include "store/change_log.h"
#include "store/delta.h"
#include "troupe/err.h"

enum { PIECES = 6, HOW = 3, IS_SEALED = 4, HAS_HEAD = 8, IS_OURS = 16 };

static const char id[] = "aaabcdefghijklmnopqrstuvwxyz";

typedef struct input {
    const uint8_t *at;
    const uint8_t *end;
} input;

static tr_slice take_piece(input *self)
{
    size_t left = (size_t)(self->end - self->at);
    if (left < 2)
        return (tr_slice){"", 0};
    size_t size = (size_t)self->at[0] | (size_t)self->at[1] << 8;
    size = size < left - 2 ? size : left - 2;
    tr_slice piece = {(const char *)self->at + 2, (uint32_t)size};
    self->at += 2 + size;
    return piece;
}

static void copy(tr_slice from, tr_buf *to)
{
    to->size = 0;
    tr_buf_append(to, from.data, from.size);
}

static tr_store_op *make_op(void)
{
    tr_store_op *op = tr_store_op_new(TR_STORE_LOAD, NULL, NULL);
    memcpy(op->id, id, TR_SESSION_ID_SIZE);
    return op;
}

static void add(tr_store_op *op, uint32_t number, const tr_record_keys *keys, bool is_sealed,
                tr_slice record)
{
    tr_buf sealed = {0};
    copy(record, &sealed);
    if (is_sealed)
        tr_record_seal(keys, op->id, &sealed);
    tr_change_log_add(&op->log, number, sealed.data, sealed.size);
    tr_buf_done(&sealed);
}

static void make_record(tr_slice base, tr_slice hunks, bool has_head, tr_buf *out)
{
    static const uint8_t head[TR_DELTA_HEAD_BYTES];
    if (has_head)
        tr_buf_append(out, head, sizeof head);
    tr_buf_append(out, hunks.data, hunks.size);
    if (has_head)
        tr_delta_write_head(base, base, out->data, out->size);
}

// Pieces as they came: as records, or as what is encrypted in them; or as hunks behind a right head, so that it is
// they that are read.
static void read_strange(input *in, unsigned choice, const tr_record_keys *keys)
{
    bool is_sealed = (choice & IS_SEALED) != 0;
    tr_store_op *op = make_op();
    tr_slice base = take_piece(in);
    size_t cap = base.size;
    copy(base, &op->bytes);
    if (is_sealed)
        tr_record_seal(keys, op->id, &op->bytes);
    for (uint32_t number = 1; number < PIECES && in->at != in->end; number++) {
        tr_slice hunks = take_piece(in);
        tr_buf record = {0};
        make_record(base, hunks, (choice & HAS_HEAD) != 0, &record);
        cap += record.size;
        add(op, number, keys, is_sealed, tr_buf_slice(&record));
        tr_buf_done(&record);
    }
    int result = tr_change_log_apply(keys, op);
    tr_must(result == 0 || result == TR_EREFUSED || result == TR_EMALFORMED);
    tr_must(result != 0 || op->bytes.size <= cap);
    tr_snapshot snapshot;
    if (result == 0)
        (void)tr_snapshot_read(tr_buf_slice(&op->bytes), &snapshot);
    tr_store_op_free(op);
}

// Pieces as pages, one after the other: what is written of them is read as the last one.
static void write_and_read(input *in, unsigned choice, const tr_record_keys *keys)
{
    bool is_sealed = (choice & IS_SEALED) != 0 && tr_record_is_sealing(keys);
    tr_store_op *op = make_op();
    tr_slice page = take_piece(in);
    bool is_like_sealed = page.size >= 3 && memcmp(page.data, "TRE", 3) == 0;
    copy(is_like_sealed ? (page = (tr_slice){"", 0}) : page, &op->bytes);
    if (is_sealed)
        tr_record_seal(keys, op->id, &op->bytes);
    for (uint32_t number = 1; number < PIECES && in->at != in->end; number++) {
        tr_buf delta = {0};
        tr_slice next = take_piece(in);
        if (tr_delta_encode(page, next, SIZE_MAX / 2, &delta)) {
            add(op, number, keys, is_sealed, tr_buf_slice(&delta));
            page = next;
        } else {
            number--;
        }
        tr_buf_done(&delta);
    }
    int result = tr_change_log_apply(keys, op);
    bool may_refuse = !is_sealed && keys->how == TR_ENCRYPTION_REQUIRE;
    tr_must(result == (may_refuse ? TR_EREFUSED : 0));
    if (result == 0) {
        tr_must(op->bytes.size == page.size);
        tr_must(page.size == 0 || memcmp(op->bytes.data, page.data, page.size) == 0);
    }
    tr_store_op_free(op);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static tr_record_keys keys;
    if (size < 2)
        return 0;
    tr_log_level_set(TR_LOG_ERROR);
    unsigned choice = data[0];
    enum tr_store_encryption how = (enum tr_store_encryption)(choice % HOW);
    if (!keys.is_set)
        tr_record_keys_derive(TR_SLICE("a secret of some length"), how, &keys);
    keys.how = how;
    input in = {data + 1, data + size};
    if ((choice & IS_OURS) != 0)
        write_and_read(&in, choice, &keys);
    else
        read_strange(&in, choice, &keys);
    return 0;
}
