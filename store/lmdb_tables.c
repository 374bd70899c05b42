#include "store/lmdb_tables.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/random.h"
#include "store/lmdb_rows.h"
#include "store/lmdb_snapshots.h"
#include "troupe/err.h"
#include "wire/load.h"

enum {
    OWNER_BYTES = TR_LMDB_OWNER_BYTES,
    BOOT_ID_BYTES = 36,
    CLOCK_BYTES = 16,
    STEP_MS = 1000 // by less the calendar is not set, but read later
};

#define MAP_BYTES ((size_t)1 << 36) // address space, not disk: how far the file can grow

int tr_lmdb_status_of(int error)
{
    switch (error) {
    case MDB_SUCCESS:
        return 0;
    case MDB_NOTFOUND:
        return TR_ENOTFOUND;
    case MDB_MAP_FULL:
    case ENOSPC:
    case EDQUOT:
    case EFBIG: // the process's own limit (RLIMIT_FSIZE)
        return TR_EFULL;
    case MDB_INVALID:
    case MDB_CORRUPTED:
    case MDB_PAGE_NOTFOUND:
    case MDB_VERSION_MISMATCH:
        return TR_EMALFORMED;
    default:
        return TR_EUNAVAILABLE;
    }
}

static int take(const tr_lmdb_work *self, tr_store_op *op)
{
    tr_store_shard owner;
    int error = tr_lmdb_read_owner(self, op->shard, &owner);
    if (error != 0)
        return error;
    if (owner.epoch != op->epoch) {
        op->epoch = owner.epoch;
        op->node = owner.node;
        op->core = owner.core;
        op->status = TR_EFENCED;
        return 0;
    }
    owner.epoch++;
    owner.node = op->node;
    owner.core = op->core;
    error = tr_lmdb_write_owner(self, &owner);
    if (error == 0)
        op->epoch = owner.epoch;
    return error;
}

static int release(const tr_lmdb_work *self, tr_store_op *op)
{
    bool is_fenced;
    int error = tr_lmdb_check_fence(self, op, &is_fenced);
    if (error != 0 || is_fenced)
        return error;
    return tr_lmdb_write_owner(self, &(tr_store_shard){.shard = op->shard, .epoch = op->epoch});
}

// Calls `add` for each row of a table; it returns how many it added, or what the status is to be.
static int each(const tr_lmdb_work *self, MDB_dbi table, tr_store_op *op,
                int (*add)(tr_store_op *op, const MDB_val *key, const MDB_val *value))
{
    MDB_cursor *cursor;
    int error = mdb_cursor_open(self->txn, table, &cursor);
    if (error != 0)
        return error;
    MDB_val key;
    MDB_val value;
    while (op->status >= 0 && (error = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) == 0) {
        int added = add(op, &key, &value);
        op->status = added < 0 ? added : op->status + added;
    }
    mdb_cursor_close(cursor);
    return error == MDB_NOTFOUND ? 0 : error;
}

static int add_shard(tr_store_op *op, const MDB_val *key, const MDB_val *value)
{
    if (key->mv_size != 4 || value->mv_size != OWNER_BYTES)
        return TR_EMALFORMED;
    const uint8_t *at = value->mv_data;
    tr_store_shard row = {.shard = tr_load_u32(key->mv_data),
                          .epoch = tr_load_u64(at),
                          .node = tr_load_u64(at + 8),
                          .core = tr_load_u32(at + 16)};
    tr_buf_append(&op->rows, &row, sizeof row);
    return 1;
}

static int list_shards(const tr_lmdb_work *self, tr_store_op *op)
{
    return each(self, self->tables->shards, op, add_shard);
}

static int add_node(tr_store_op *op, const MDB_val *key, const MDB_val *value)
{
    if (key->mv_size != 8 || value->mv_size != 8)
        return TR_EMALFORMED;
    uint64_t expires_ms = tr_load_u64(value->mv_data);
    uint64_t now_ms = tr_store_boot_ms();
    if (expires_ms <= now_ms)
        return 0;
    tr_store_node row = {.node = tr_load_u64(key->mv_data), .left_ms = expires_ms - now_ms};
    tr_buf_append(&op->rows, &row, sizeof row);
    return 1;
}

static int list_nodes(const tr_lmdb_work *self, tr_store_op *op)
{
    return each(self, self->tables->nodes, op, add_node);
}

static int renew(const tr_lmdb_work *self, tr_store_op *op)
{
    uint8_t key[8];
    uint8_t value[8];
    tr_store_u64(key, op->node);
    tr_store_u64(value, tr_store_boot_ms() + op->ttl_ms);
    if (op->ttl_ms == 0)
        return tr_lmdb_drop(self, self->tables->nodes, key, sizeof key);
    return tr_lmdb_put(self, self->tables->nodes, key, sizeof key, value, sizeof value);
}

static int (*const verbs[])(const tr_lmdb_work *self, tr_store_op *op) = {
    [TR_STORE_SAVE] = tr_lmdb_save,   [TR_STORE_DELETE] = tr_lmdb_delete,
    [TR_STORE_LOAD] = tr_lmdb_load,   [TR_STORE_TAKE] = take,
    [TR_STORE_RELEASE] = release,     [TR_STORE_SHARDS] = list_shards,
    [TR_STORE_RENEW] = renew,         [TR_STORE_NODES] = list_nodes,
    [TR_STORE_SWEEP] = tr_lmdb_sweep,
};

static int write_clock(const tr_lmdb_work *self)
{
    uint8_t clock[CLOCK_BYTES];
    tr_store_u64(clock, self->tables->at_boot_ms);
    tr_store_u64(clock + 8, self->tables->calendar_ahead_ms);
    return tr_lmdb_put(self, self->tables->about, "clock", 5, clock, sizeof clock);
}

// The next boot goes on from here: how far the calendar is ahead then is not told by anything else.
static int note_calendar(const tr_lmdb_work *self)
{
    tr_lmdb_tables *tables = self->tables;
    uint64_t ahead_ms = tr_store_calendar_ms() - tr_lmdb_now_ms(tables);
    if (ahead_ms - tables->calendar_ahead_ms + STEP_MS <= 2 * STEP_MS)
        return 0;
    tables->calendar_ahead_ms = ahead_ms;
    return write_clock(self);
}

static bool only_reads(const tr_store_op *op)
{
    return op->verb == TR_STORE_LOAD || op->verb == TR_STORE_SHARDS || op->verb == TR_STORE_NODES;
}

int tr_lmdb_tables_run(tr_lmdb_tables *self, tr_store_op **ops, unsigned count)
{
    bool writes = false;
    for (unsigned i = 0; i < count; i++)
        writes |= !only_reads(ops[i]);
    tr_lmdb_work work = {.tables = self};
    int error = writes ? tr_lmdb_turn_begin(&self->turn, self->env, &work.txn)
                       : mdb_txn_begin(self->env, NULL, MDB_RDONLY, &work.txn);
    if (error != 0)
        return error;
    for (unsigned i = 0; i < count && error == 0; i++)
        error = verbs[ops[i]->verb](&work, ops[i]);
    uint64_t ahead_ms = self->calendar_ahead_ms;
    if (error == 0 && writes)
        error = note_calendar(&work);
    if (writes)
        error = tr_lmdb_turn_end(&self->turn, work.txn, error);
    else
        mdb_txn_abort(work.txn);
    if (error != 0)
        self->calendar_ahead_ms = ahead_ms;
    return error;
}

static int open_env(const char *path, MDB_env **out)
{
    int error = mdb_env_create(out);
    if (error != 0)
        return error;
    if ((error = mdb_env_set_maxdbs(*out, 8)) != 0 ||
        (error = mdb_env_set_mapsize(*out, MAP_BYTES)) != 0 ||
        (error = mdb_env_open(*out, path, MDB_NOSUBDIR | MDB_NORDAHEAD, 0600)) != 0) {
        mdb_env_close(*out);
        return error;
    }
    int dead;
    return mdb_reader_check(*out, &dead); // slots of readers that were killed
}

static void read_boot_id(char out[BOOT_ID_BYTES])
{
    memset(out, '?', BOOT_ID_BYTES);
    int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return;
    if (read(fd, out, BOOT_ID_BYTES) != BOOT_ID_BYTES)
        memset(out, '?', BOOT_ID_BYTES);
    close(fd);
}

// Of a boot that is new here the leases of the one before have ended.
static int know_boot(const tr_lmdb_work *self, bool *out_is_known)
{
    char boot[BOOT_ID_BYTES];
    MDB_val value;
    read_boot_id(boot);
    int error = tr_lmdb_get(self, self->tables->about, "boot", 4, &value);
    if (error != 0 && error != MDB_NOTFOUND)
        return error;
    *out_is_known =
        error == 0 && value.mv_size == sizeof boot && memcmp(value.mv_data, boot, sizeof boot) == 0;
    if (*out_is_known)
        return 0;
    error = mdb_drop(self->txn, self->tables->nodes, 0);
    return error != 0 ? error
                      : tr_lmdb_put(self, self->tables->about, "boot", 4, boot, sizeof boot);
}

static int know_clock(const tr_lmdb_work *self, bool is_known_boot)
{
    tr_lmdb_tables *tables = self->tables;
    MDB_val value;
    int error = tr_lmdb_get(self, tables->about, "clock", 5, &value);
    if (error != 0 && error != MDB_NOTFOUND)
        return error;
    bool is_there = error == 0 && value.mv_size == CLOCK_BYTES;
    tables->calendar_ahead_ms = is_there ? tr_load_u64((uint8_t *)value.mv_data + 8) : 0;
    tables->at_boot_ms =
        is_there && is_known_boot
            ? tr_load_u64(value.mv_data)
            : tr_store_calendar_ms() - tables->calendar_ahead_ms - tr_store_boot_ms();
    return is_there && is_known_boot ? 0 : write_clock(self);
}

// The form of what is written from now on. Rows of the form before stay as they are until they are
// written again, and are read.
static int know_version(const tr_lmdb_work *self, uint32_t *out_version)
{
    MDB_val value;
    uint8_t version[4] = {0};
    int error = tr_lmdb_get(self, self->tables->about, "version", 7, &value);
    if (error != 0 && error != MDB_NOTFOUND)
        return error;
    if (error == 0 && value.mv_size == sizeof version)
        memcpy(version, value.mv_data, sizeof version);
    *out_version = tr_load_u32(version);
    if (*out_version >= TR_LMDB_VERSION)
        return 0;
    *out_version = TR_LMDB_VERSION;
    tr_store_u32(version, TR_LMDB_VERSION);
    return tr_lmdb_put(self, self->tables->about, "version", 7, version, sizeof version);
}

static int know_identity(const tr_lmdb_work *self)
{
    tr_lmdb_tables *tables = self->tables;
    MDB_val value;
    int error = tr_lmdb_get(self, tables->about, "identity", 8, &value);
    if (error != 0 && error != MDB_NOTFOUND)
        return error;
    uint8_t identity[8];
    if (error == 0 && value.mv_size == sizeof identity) {
        tables->identity = tr_load_u64(value.mv_data);
        return 0;
    }
    tables->identity = tr_random_u64() | 1;
    tr_store_u64(identity, tables->identity);
    return tr_lmdb_put(self, tables->about, "identity", 8, identity, sizeof identity);
}

// Makes what is missing, and ends the leases of an earlier boot. The version that is there in
// `out_version`.
static int make_tables(tr_lmdb_tables *out, uint32_t *out_version)
{
    tr_lmdb_work work = {.tables = out};
    int error = tr_lmdb_turn_begin(&out->turn, out->env, &work.txn);
    if (error != 0)
        return error;
    if ((error = mdb_dbi_open(work.txn, "snapshots", MDB_CREATE, &out->snapshots)) != 0 ||
        (error = mdb_dbi_open(work.txn, "expiry", MDB_CREATE, &out->expiry)) != 0 ||
        (error = mdb_dbi_open(work.txn, "shards", MDB_CREATE, &out->shards)) != 0 ||
        (error = mdb_dbi_open(work.txn, "nodes", MDB_CREATE, &out->nodes)) != 0 ||
        (error = mdb_dbi_open(work.txn, "about", MDB_CREATE, &out->about)) != 0)
        goto end;
    if ((error = know_version(&work, out_version)) != 0 || (error = know_identity(&work)) != 0)
        goto end;
    bool is_known_boot;
    if ((error = know_boot(&work, &is_known_boot)) == 0)
        error = know_clock(&work, is_known_boot);
end:
    return tr_lmdb_turn_end(&out->turn, work.txn, error);
}

int tr_lmdb_tables_open(tr_lmdb_tables *self, const char *path, uint32_t *out_version)
{
    int error = open_env(path, &self->env);
    if (error != 0)
        return error;
    if ((error = tr_lmdb_turn_open(&self->turn, path)) != 0)
        mdb_env_close(self->env);
    else if ((error = make_tables(self, out_version)) != 0)
        tr_lmdb_tables_close(self);
    return error;
}

void tr_lmdb_tables_close(tr_lmdb_tables *self)
{
    tr_lmdb_turn_close(&self->turn);
    mdb_env_close(self->env);
}
