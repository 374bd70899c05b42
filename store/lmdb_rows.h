#ifndef TR_STORE_LMDB_ROWS_H
#define TR_STORE_LMDB_ROWS_H

// Rows of a store's file within a transaction. Each returns 0 or LMDB's error, which fails the whole
// transaction.
//
// Thread: the transaction's. Owns: nothing.

#include "store/lmdb_tables.h"

enum { TR_LMDB_OWNER_BYTES = 20 };

typedef struct tr_lmdb_work {
    tr_lmdb_tables *tables;
    MDB_txn *txn;
} tr_lmdb_work;

MDB_val tr_lmdb_val(const void *data, size_t size);
int tr_lmdb_get(const tr_lmdb_work *self, MDB_dbi table, const void *key, size_t size,
                MDB_val *out);
int tr_lmdb_put(const tr_lmdb_work *self, MDB_dbi table, const void *key, size_t size,
                const void *value, size_t value_size);
int tr_lmdb_drop(const tr_lmdb_work *self, MDB_dbi table, const void *key,
                 size_t size); // also what is not there

int tr_lmdb_read_owner(const tr_lmdb_work *self, uint32_t shard, tr_store_shard *out);
int tr_lmdb_write_owner(const tr_lmdb_work *self, const tr_store_shard *owner);

// Whether the operation's epoch is the shard's; otherwise its status and epoch say so.
int tr_lmdb_check_fence(const tr_lmdb_work *self, tr_store_op *op, bool *out_is_fenced);

// The time by which snapshots expire.
uint64_t tr_lmdb_now_ms(const tr_lmdb_tables *self);

#endif
