#include "store/lmdb_rows.h"

#include "troupe/err.h"
#include "wire/load.h"

enum { OWNER_BYTES = TR_LMDB_OWNER_BYTES };

uint64_t tr_lmdb_now_ms(const tr_lmdb_tables *self)
{
    return self->at_boot_ms + tr_store_boot_ms();
}

MDB_val tr_lmdb_val(const void *data, size_t size)
{
    return (MDB_val){.mv_size = size, .mv_data = (void *)(uintptr_t)data};
}

int tr_lmdb_get(const tr_lmdb_work *self, MDB_dbi table, const void *key, size_t size, MDB_val *out)
{
    MDB_val k = tr_lmdb_val(key, size);
    return mdb_get(self->txn, table, &k, out);
}

int tr_lmdb_put(const tr_lmdb_work *self, MDB_dbi table, const void *key, size_t size,
                const void *value, size_t value_size)
{
    MDB_val k = tr_lmdb_val(key, size);
    MDB_val v = tr_lmdb_val(value, value_size);
    return mdb_put(self->txn, table, &k, &v, 0);
}

int tr_lmdb_drop(const tr_lmdb_work *self, MDB_dbi table, const void *key, size_t size)
{
    MDB_val k = tr_lmdb_val(key, size);
    int error = mdb_del(self->txn, table, &k, NULL);
    return error == MDB_NOTFOUND ? 0 : error;
}

int tr_lmdb_read_owner(const tr_lmdb_work *self, uint32_t shard, tr_store_shard *out)
{
    uint8_t key[4];
    tr_store_u32(key, shard);
    MDB_val value;
    *out = (tr_store_shard){.shard = shard};
    int error = tr_lmdb_get(self, self->tables->shards, key, sizeof key, &value);
    if (error == MDB_NOTFOUND)
        return 0;
    if (error != 0)
        return error;
    if (value.mv_size != OWNER_BYTES)
        return MDB_CORRUPTED;
    const uint8_t *at = value.mv_data;
    out->epoch = tr_load_u64(at);
    out->node = tr_load_u64(at + 8);
    out->core = tr_load_u32(at + 16);
    return 0;
}

int tr_lmdb_write_owner(const tr_lmdb_work *self, const tr_store_shard *owner)
{
    uint8_t key[4];
    uint8_t value[OWNER_BYTES];
    tr_store_u32(key, owner->shard);
    tr_store_u64(value, owner->epoch);
    tr_store_u64(value + 8, owner->node);
    tr_store_u32(value + 16, owner->core);
    return tr_lmdb_put(self, self->tables->shards, key, sizeof key, value, sizeof value);
}

int tr_lmdb_check_fence(const tr_lmdb_work *self, tr_store_op *op, bool *out_is_fenced)
{
    tr_store_shard owner;
    int error = tr_lmdb_read_owner(self, op->shard, &owner);
    *out_is_fenced = owner.epoch != op->epoch || op->epoch == 0;
    if (error == 0 && *out_is_fenced) {
        op->epoch = owner.epoch;
        op->status = TR_EFENCED;
    }
    return error;
}
