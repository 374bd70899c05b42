#include "store/lmdb_snapshots.h"

#include <string.h>

#include "store/change_log.h"
#include "troupe/err.h"
#include "wire/load.h"

enum {
    OLD_HEAD_BYTES = 12, // of a base without a generation
    HEAD_BYTES = 20,
    CHANGE_HEAD_BYTES = 8,
    CHANGE_KEY_BYTES = TR_SESSION_ID_SIZE + 4,
    EXPIRY_BYTES = 12 + TR_SESSION_ID_SIZE
};

#define HAS_GENERATION 0x80000000u

typedef struct base {
    uint32_t shard;
    uint64_t expires_ms;
    uint64_t generation; // 0: it has none
    tr_slice record;
} base;

static int read_base(const tr_lmdb_work *self, const char *id, base *out)
{
    MDB_val value;
    int error = tr_lmdb_get(self, self->tables->snapshots, id, TR_SESSION_ID_SIZE, &value);
    if (error != 0)
        return error;
    const uint8_t *at = value.mv_data;
    if (value.mv_size < OLD_HEAD_BYTES)
        return MDB_CORRUPTED;
    bool is_new = (tr_load_u32(at) & HAS_GENERATION) != 0;
    size_t head_size = is_new ? HEAD_BYTES : OLD_HEAD_BYTES;
    if (value.mv_size < head_size)
        return MDB_CORRUPTED;
    *out = (base){.shard = tr_load_u32(at) & ~HAS_GENERATION,
                  .expires_ms = tr_load_u64(at + 4),
                  .generation = is_new ? tr_load_u64(at + OLD_HEAD_BYTES) : 0,
                  .record = {(const char *)at + head_size, (uint32_t)(value.mv_size - head_size)}};
    return 0;
}

static void expiry_key(uint8_t out[EXPIRY_BYTES], uint32_t shard, uint64_t expires_ms,
                       const char *id)
{
    tr_store_u32(out, shard);
    tr_store_u64(out + 4, expires_ms);
    memcpy(out + 12, id, TR_SESSION_ID_SIZE);
}

static void change_key(uint8_t out[CHANGE_KEY_BYTES], const void *id, uint32_t number)
{
    memcpy(out, id, TR_SESSION_ID_SIZE);
    tr_store_u32(out + TR_SESSION_ID_SIZE, number);
}

static bool is_change_of(const MDB_val *key, const void *id)
{
    return key->mv_size == CHANGE_KEY_BYTES && memcmp(key->mv_data, id, TR_SESSION_ID_SIZE) == 0;
}

static int drop_changes(const tr_lmdb_work *self, const void *id)
{
    MDB_cursor *cursor;
    uint8_t first[CHANGE_KEY_BYTES];
    int error = mdb_cursor_open(self->txn, self->tables->snapshots, &cursor);
    if (error != 0)
        return error;
    change_key(first, id, 1);
    while (error == 0) {
        MDB_val key = tr_lmdb_val(first, sizeof first);
        MDB_val value;
        error = mdb_cursor_get(cursor, &key, &value, MDB_SET_RANGE);
        if (error != 0 || !is_change_of(&key, id))
            break;
        error = mdb_cursor_del(cursor, 0);
    }
    mdb_cursor_close(cursor);
    return error == MDB_NOTFOUND ? 0 : error;
}

// What goes with the base that is there: its expiry, its changes.
static int drop_around(const tr_lmdb_work *self, const char *id)
{
    base was;
    uint8_t key[EXPIRY_BYTES];
    int error = read_base(self, id, &was);
    if (error != 0)
        return error == MDB_NOTFOUND ? 0 : error;
    expiry_key(key, was.shard, was.expires_ms, id);
    error = tr_lmdb_drop(self, self->tables->expiry, key, sizeof key);
    return error != 0 ? error : drop_changes(self, id);
}

static int put_base(const tr_lmdb_work *self, const tr_store_op *op, uint64_t expires_ms)
{
    tr_slice record = tr_store_op_record(op);
    MDB_val k = tr_lmdb_val(op->id, TR_SESSION_ID_SIZE);
    MDB_val v = {.mv_size = HEAD_BYTES + record.size};
    int error = mdb_put(self->txn, self->tables->snapshots, &k, &v, MDB_RESERVE);
    if (error != 0)
        return error;
    uint8_t *at = v.mv_data;
    tr_store_u32(at, op->shard | HAS_GENERATION);
    tr_store_u64(at + 4, expires_ms);
    tr_store_u64(at + OLD_HEAD_BYTES, op->generation);
    if (record.size != 0)
        memcpy(at + HEAD_BYTES, record.data, record.size);
    return 0;
}

static int save_base(const tr_lmdb_work *self, const tr_store_op *op)
{
    int error = drop_around(self, op->id);
    if (error != 0)
        return error;
    uint64_t expires_ms = tr_lmdb_now_ms(self->tables) + op->ttl_ms;
    uint8_t key[EXPIRY_BYTES];
    expiry_key(key, op->shard, expires_ms, op->id);
    error = tr_lmdb_put(self, self->tables->expiry, key, sizeof key, "", 0);
    return error != 0 ? error : put_base(self, op, expires_ms);
}

static int has_change(const tr_lmdb_work *self, const tr_store_op *op, uint32_t number, bool *out)
{
    uint8_t key[CHANGE_KEY_BYTES];
    MDB_val value;
    change_key(key, op->id, number);
    int error = tr_lmdb_get(self, self->tables->snapshots, key, sizeof key, &value);
    *out = error == 0 && value.mv_size >= CHANGE_HEAD_BYTES &&
           tr_load_u64(value.mv_data) == op->generation;
    return error == MDB_NOTFOUND ? 0 : error;
}

static int put_change(const tr_lmdb_work *self, const tr_store_op *op)
{
    tr_slice record = tr_store_op_record(op);
    uint8_t key[CHANGE_KEY_BYTES];
    change_key(key, op->id, op->number);
    MDB_val k = tr_lmdb_val(key, sizeof key);
    MDB_val v = {.mv_size = CHANGE_HEAD_BYTES + record.size};
    int error = mdb_put(self->txn, self->tables->snapshots, &k, &v, MDB_RESERVE);
    if (error != 0)
        return error;
    tr_store_u64(v.mv_data, op->generation);
    memcpy((uint8_t *)v.mv_data + CHANGE_HEAD_BYTES, record.data, record.size);
    return 0;
}

static int save_change(const tr_lmdb_work *self, tr_store_op *op)
{
    base its;
    int error = read_base(self, op->id, &its);
    bool is_there = error == 0 && its.generation == op->generation &&
                    its.expires_ms > tr_lmdb_now_ms(self->tables);
    if (error != 0 && error != MDB_NOTFOUND)
        return error;
    if (is_there && op->number > 1 &&
        (error = has_change(self, op, op->number - 1, &is_there)) != 0)
        return error;
    if (is_there)
        return put_change(self, op);
    op->status = TR_ENOTFOUND;
    return 0;
}

int tr_lmdb_save(const tr_lmdb_work *self, tr_store_op *op)
{
    bool is_fenced;
    int error = tr_lmdb_check_fence(self, op, &is_fenced);
    if (error != 0 || is_fenced)
        return error;
    return op->number == 0 ? save_base(self, op) : save_change(self, op);
}

int tr_lmdb_delete(const tr_lmdb_work *self, tr_store_op *op)
{
    bool is_fenced;
    int error = tr_lmdb_check_fence(self, op, &is_fenced);
    if (error != 0 || is_fenced)
        return error;
    error = drop_around(self, op->id);
    return error != 0 ? error
                      : tr_lmdb_drop(self, self->tables->snapshots, op->id, TR_SESSION_ID_SIZE);
}

static void add_change(tr_store_op *op, const MDB_val *key, const MDB_val *value,
                       uint64_t generation)
{
    const uint8_t *at = value->mv_data;
    if (value->mv_size < CHANGE_HEAD_BYTES) {
        op->status = TR_EMALFORMED;
        return;
    }
    if (tr_load_u64(at) != generation)
        return;
    tr_change_log_add(&op->log, tr_load_u32((const uint8_t *)key->mv_data + TR_SESSION_ID_SIZE),
                      at + CHANGE_HEAD_BYTES, value->mv_size - CHANGE_HEAD_BYTES);
}

static int load_changes(const tr_lmdb_work *self, tr_store_op *op, uint64_t generation)
{
    MDB_cursor *cursor;
    uint8_t first[CHANGE_KEY_BYTES];
    int error = mdb_cursor_open(self->txn, self->tables->snapshots, &cursor);
    if (error != 0)
        return error;
    change_key(first, op->id, 1);
    MDB_val key = tr_lmdb_val(first, sizeof first);
    MDB_val value;
    error = mdb_cursor_get(cursor, &key, &value, MDB_SET_RANGE);
    while (error == 0 && is_change_of(&key, op->id)) {
        add_change(op, &key, &value, generation);
        error = mdb_cursor_get(cursor, &key, &value, MDB_NEXT);
    }
    mdb_cursor_close(cursor);
    return error == MDB_NOTFOUND ? 0 : error;
}

int tr_lmdb_load(const tr_lmdb_work *self, tr_store_op *op)
{
    base it;
    int error = read_base(self, op->id, &it);
    if (error == MDB_CORRUPTED) {
        op->status = TR_EMALFORMED;
        return 0;
    }
    if (error != 0 && error != MDB_NOTFOUND)
        return error;
    if (error == MDB_NOTFOUND || it.expires_ms <= tr_lmdb_now_ms(self->tables)) {
        op->status = TR_ENOTFOUND;
        return 0;
    }
    tr_buf_append(&op->bytes, it.record.data, it.record.size);
    return it.generation != 0 ? load_changes(self, op, it.generation) : 0;
}

// What a cursor tells is good until the next change.
static int drop_expired(const tr_lmdb_work *self, const uint8_t *found)
{
    char id[TR_SESSION_ID_SIZE];
    memcpy(id, found, sizeof id);
    int error = drop_changes(self, id);
    return error != 0 ? error : tr_lmdb_drop(self, self->tables->snapshots, id, TR_SESSION_ID_SIZE);
}

static int sweep_each(const tr_lmdb_work *self, MDB_cursor *cursor, tr_store_op *op)
{
    uint8_t first[4];
    tr_store_u32(first, op->shard);
    MDB_val key = tr_lmdb_val(first, sizeof first);
    MDB_val value;
    uint64_t until_ms = tr_lmdb_now_ms(self->tables);
    int error = mdb_cursor_get(cursor, &key, &value, MDB_SET_RANGE);
    while (error == 0 && op->status < (int)TR_STORE_SWEEP_COUNT) {
        const uint8_t *at = key.mv_data;
        if (key.mv_size != EXPIRY_BYTES || tr_load_u32(at) != op->shard ||
            tr_load_u64(at + 4) > until_ms)
            break;
        if ((error = drop_expired(self, at + 12)) != 0 || (error = mdb_cursor_del(cursor, 0)) != 0)
            break;
        op->status++;
        error = mdb_cursor_get(cursor, &key, &value, MDB_NEXT);
    }
    return error == MDB_NOTFOUND ? 0 : error;
}

int tr_lmdb_sweep(const tr_lmdb_work *self, tr_store_op *op)
{
    bool is_fenced;
    int error = tr_lmdb_check_fence(self, op, &is_fenced);
    if (error != 0 || is_fenced)
        return error;
    MDB_cursor *cursor;
    error = mdb_cursor_open(self->txn, self->tables->expiry, &cursor);
    if (error != 0)
        return error;
    error = sweep_each(self, cursor, op);
    mdb_cursor_close(cursor);
    return error;
}
