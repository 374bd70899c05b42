#ifndef TR_STORE_LMDB_SNAPSHOTS_H
#define TR_STORE_LMDB_SNAPSHOTS_H

// What operations about snapshots do in a store's file. Each returns LMDB's error, which fails the
// whole transaction, and leaves its own outcome in the operation's status.
//
// Thread: the transaction's. Owns: nothing.

#include "store/lmdb_rows.h"

int tr_lmdb_save(const tr_lmdb_work *self, tr_store_op *op);
int tr_lmdb_delete(const tr_lmdb_work *self, tr_store_op *op);
int tr_lmdb_load(const tr_lmdb_work *self, tr_store_op *op);
int tr_lmdb_sweep(const tr_lmdb_work *self, tr_store_op *op);

#endif
