#ifndef TR_STORE_LMDB_TABLES_H
#define TR_STORE_LMDB_TABLES_H

// The tables of a store's file, and what each operation does in them.
//
//     "snapshots"  id                      -> shard (4) | expires (8) | generation (8) | base
//                  id | number (4)         -> generation (8) | change
//     "expiry"     shard | expires | id    -> nothing: what a sweep looks at
//     "shards"     shard (4)               -> epoch (8) | node (8) | core (4)
//     "nodes"      node (8)                -> expires (8)
//     "about"      "version" (4), "boot" (36), "clock" -> time at the boot (8) | calendar (8),
//                  "identity" (8): chance gave it when the file was made
//
// A shard's highest bit says that there is a generation: files of version 1 had none, and no changes.
// Numbers are big-endian, so that keys are in order. Leases go by CLOCK_BOOTTIME and end with the
// boot that gave them ("boot" is the kernel's id of it). Snapshots expire by a time that goes on as
// CLOCK_BOOTTIME does, and from one boot to the next by as much as the calendar: a calendar that is
// set ends no session and keeps none. "clock" has that time at the start of the boot, in
// milliseconds, and how far the calendar is ahead of it, modulo 2^64.
//
// Thread: one at a time. Owns: the environment.

#include <lmdb.h>

#include "store/engine.h"
#include "store/lmdb_turn.h"

enum { TR_LMDB_VERSION = 2 };

typedef struct tr_lmdb_tables {
    MDB_env *env;
    tr_lmdb_turn turn;
    MDB_dbi snapshots;
    MDB_dbi expiry;
    MDB_dbi shards;
    MDB_dbi nodes;
    MDB_dbi about;
    uint64_t identity;
    uint64_t at_boot_ms; // of "clock", as the file has it
    uint64_t calendar_ahead_ms;
} tr_lmdb_tables;

// Makes the file and what is missing in it. 0 or an error of LMDB's; then nothing is open.
int tr_lmdb_tables_open(tr_lmdb_tables *self, const char *path, uint32_t *out_version);
void tr_lmdb_tables_close(tr_lmdb_tables *self);

// Does them in one transaction. 0: it is on disk, and each has its status; otherwise none was done.
int tr_lmdb_tables_run(tr_lmdb_tables *self, tr_store_op **ops, unsigned count);

// The error code for a caller, from one of LMDB's.
int tr_lmdb_status_of(int error);

#endif
