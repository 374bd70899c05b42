// The engine for one process: tables that all of its loops share, gone with the last of them.

#include <string.h>

#include "base/mem.h"
#include "base/table.h"
#include "store/change_log.h"
#include "store/engine.h"
#include "troupe/err.h"

typedef struct snapshot {
    char id[TR_SESSION_ID_SIZE + 1];
    uint32_t shard;
    uint64_t expires_ms;
    uint64_t generation;
    uint32_t number; // of the last change
    tr_buf bytes;
    tr_buf log;
    size_t last_at; // where the last change begins in it
    UT_hash_handle hh;
} snapshot;

typedef struct owner {
    tr_store_shard row; // the key is its shard
    UT_hash_handle hh;
} owner;

typedef struct lease {
    uint64_t node;
    uint64_t expires_ms;
    UT_hash_handle hh;
} lease;

// Under the lock.
static struct {
    tr_lock lock;
    unsigned users;
    snapshot *snapshots;
    owner *owners;
    lease *leases;
} tables = {.lock = TR_LOCK_INIT("store_memory", TR_LOCK_STORE)};

static void drop_snapshot(snapshot *gone)
{
    HASH_DEL(tables.snapshots, gone);
    tr_buf_done(&gone->bytes);
    tr_buf_done(&gone->log);
    tr_free(gone);
}

static bool is_fenced(tr_store_op *op)
{
    owner *found;
    HASH_FIND(hh, tables.owners, &op->shard, sizeof op->shard, found);
    if (found != NULL && found->row.epoch == op->epoch)
        return false;
    op->epoch = found != NULL ? found->row.epoch : 0;
    return true;
}

static snapshot *find_or_add(const char *id)
{
    snapshot *found;
    HASH_FIND_STR(tables.snapshots, id, found);
    if (found != NULL)
        return found;
    found = tr_new(snapshot);
    memcpy(found->id, id, sizeof found->id);
    HASH_ADD_STR(tables.snapshots, id, found);
    return found;
}

static void save_base(const tr_store_op *op)
{
    snapshot *to = find_or_add(op->id);
    tr_slice record = tr_store_op_record(op);
    to->shard = op->shard;
    to->expires_ms = tr_store_boot_ms() + op->ttl_ms;
    to->generation = op->generation;
    to->number = 0;
    to->bytes.size = to->log.size = 0;
    tr_buf_append(&to->bytes, record.data, record.size);
}

static int save_change(const tr_store_op *op)
{
    snapshot *to;
    HASH_FIND_STR(tables.snapshots, op->id, to);
    if (to == NULL || to->generation != op->generation || to->expires_ms <= tr_store_boot_ms() ||
        (op->number != to->number && op->number != to->number + 1))
        return TR_ENOTFOUND;
    tr_slice record = tr_store_op_record(op);
    if (op->number == to->number)
        to->log.size = to->last_at;
    to->last_at = to->log.size;
    tr_change_log_add(&to->log, op->number, record.data, record.size);
    to->number = op->number;
    return 0;
}

static int save(tr_store_op *op)
{
    if (is_fenced(op))
        return TR_EFENCED;
    if (op->number != 0)
        return save_change(op);
    save_base(op);
    return 0;
}

static int delete (tr_store_op *op)
{
    if (is_fenced(op))
        return TR_EFENCED;
    snapshot *found;
    HASH_FIND_STR(tables.snapshots, op->id, found);
    if (found != NULL)
        drop_snapshot(found);
    return 0;
}

static int load(tr_store_op *op)
{
    snapshot *found;
    HASH_FIND_STR(tables.snapshots, op->id, found);
    if (found == NULL || found->expires_ms <= tr_store_boot_ms())
        return TR_ENOTFOUND;
    tr_buf_append(&op->bytes, found->bytes.data, found->bytes.size);
    tr_buf_append(&op->log, found->log.data, found->log.size);
    return 0;
}

static int take(tr_store_op *op)
{
    owner *found;
    HASH_FIND(hh, tables.owners, &op->shard, sizeof op->shard, found);
    if ((found != NULL ? found->row.epoch : 0) != op->epoch) {
        if (found != NULL) {
            op->epoch = found->row.epoch;
            op->node = found->row.node;
            op->core = found->row.core;
        }
        return TR_EFENCED;
    }
    if (found == NULL) {
        found = tr_new(owner);
        found->row.shard = op->shard;
        HASH_ADD(hh, tables.owners, row.shard, sizeof found->row.shard, found);
    }
    found->row = (tr_store_shard){
        .shard = op->shard, .core = op->core, .epoch = ++op->epoch, .node = op->node};
    return 0;
}

static int release(tr_store_op *op)
{
    if (is_fenced(op))
        return TR_EFENCED;
    owner *found;
    HASH_FIND(hh, tables.owners, &op->shard, sizeof op->shard, found);
    found->row.node = 0;
    return 0;
}

static int list_shards(tr_store_op *op)
{
    for (const owner *at = tables.owners; at != NULL; at = at->hh.next)
        tr_buf_append(&op->rows, &at->row, sizeof at->row);
    return (int)HASH_COUNT(tables.owners);
}

static int renew(tr_store_op *op)
{
    lease *found;
    HASH_FIND(hh, tables.leases, &op->node, sizeof op->node, found);
    if (found == NULL && op->ttl_ms != 0) {
        found = tr_new(lease);
        found->node = op->node;
        HASH_ADD(hh, tables.leases, node, sizeof found->node, found);
    }
    if (found != NULL && op->ttl_ms == 0) {
        HASH_DEL(tables.leases, found);
        tr_free(found);
    } else if (found != NULL) {
        found->expires_ms = tr_store_boot_ms() + op->ttl_ms;
    }
    return 0;
}

static int list_nodes(tr_store_op *op)
{
    uint64_t now_ms = tr_store_boot_ms();
    int count = 0;
    for (const lease *at = tables.leases; at != NULL; at = at->hh.next) {
        if (at->expires_ms <= now_ms)
            continue;
        tr_store_node row = {.node = at->node, .left_ms = at->expires_ms - now_ms};
        tr_buf_append(&op->rows, &row, sizeof row);
        count++;
    }
    return count;
}

static int sweep(tr_store_op *op)
{
    if (is_fenced(op))
        return TR_EFENCED;
    uint64_t now_ms = tr_store_boot_ms();
    int count = 0;
    snapshot *at;
    snapshot *next;
    HASH_ITER (hh, tables.snapshots, at, next) {
        if (at->shard != op->shard || at->expires_ms > now_ms)
            continue;
        drop_snapshot(at);
        if (++count == (int)TR_STORE_SWEEP_COUNT)
            break;
    }
    return count;
}

static int (*const verbs[])(tr_store_op *op) = {
    [TR_STORE_SAVE] = save,   [TR_STORE_DELETE] = delete,    [TR_STORE_LOAD] = load,
    [TR_STORE_TAKE] = take,   [TR_STORE_RELEASE] = release,  [TR_STORE_SHARDS] = list_shards,
    [TR_STORE_RENEW] = renew, [TR_STORE_NODES] = list_nodes, [TR_STORE_SWEEP] = sweep,
};

static void submit(tr_store *self, tr_store_op *op)
{
    (void)self;
    tr_lock_take(&tables.lock);
    int status = verbs[op->verb](op);
    tr_lock_give(&tables.lock);
    tr_store_complete(op, status);
}

static int check_url(const char *url, char *why, size_t why_size)
{
    if (strcmp(url, "memory") == 0)
        return 0;
    return tr_store_say(why, why_size, TR_EINVALID, "nothing follows 'memory'");
}

static int prepare(const char *url, uint64_t *identity, char *why, size_t why_size)
{
    *identity = 0;
    (void)url;
    (void)why;
    (void)why_size;
    return 0;
}

static int open_tables(tr_store *self, const char *url)
{
    (void)self;
    (void)url;
    tr_lock_take(&tables.lock);
    tables.users++;
    tr_lock_give(&tables.lock);
    return 0;
}

static void drop_all(void)
{
    snapshot *at;
    snapshot *next;
    HASH_ITER (hh, tables.snapshots, at, next)
        drop_snapshot(at);
    owner *shard;
    owner *next_shard;
    HASH_ITER (hh, tables.owners, shard, next_shard) {
        HASH_DEL(tables.owners, shard);
        tr_free(shard);
    }
    lease *node;
    lease *next_node;
    HASH_ITER (hh, tables.leases, node, next_node) {
        HASH_DEL(tables.leases, node);
        tr_free(node);
    }
}

static void close_tables(tr_store *self)
{
    (void)self;
    tr_lock_take(&tables.lock);
    if (--tables.users == 0)
        drop_all();
    tr_lock_give(&tables.lock);
}

const tr_store_engine tr_store_memory = {
    .kind = "memory",
    .prefix = "memory",
    .check_url = check_url,
    .prepare = prepare,
    .open = open_tables,
    .submit = submit,
    .close = close_tables,
};
