#include "tests/support/teller.h"

#include <check.h>
#include <string.h>

#include "troupe/err.h"

void teller_open(teller *self, const char *url)
{
    teller_open_patient(self, url, TELLER_PATIENCE_MS);
}

void teller_open_patient(teller *self, const char *url, uint64_t patience_ms)
{
    teller_open_keyed(self, url, patience_ms, NULL);
}

uint64_t teller_identity(const char *url)
{
    char why[256] = "";
    uint64_t identity;
    ck_assert_msg(tr_store_prepare(url, &identity, why, sizeof why) == 0, "%s", why);
    return identity;
}

void teller_open_keyed(teller *self, const char *url, uint64_t patience_ms,
                       const tr_record_keys *keys)
{
    (void)teller_identity(url);
    self->loop = ev_loop_new(EVFLAG_AUTO);
    ck_assert_int_eq(tr_store_open(self->loop, url, patience_ms, keys, &self->store), 0);
}

void teller_close(teller *self)
{
    tr_store_close(&self->store);
    ev_loop_destroy(self->loop);
}

static void on_done(tr_store_op *op)
{
    *(bool *)op->arg = true;
}

void teller_run(teller *self, tr_store_op *op)
{
    bool is_done = false;
    op->done = on_done;
    op->arg = &is_done;
    ck_assert_int_eq(tr_store_submit(self->store, op), 0);
    ck_assert(!is_done); // never inside of submit
    while (!is_done)
        ev_run(self->loop, EVRUN_ONCE);
}

static int finish(teller *self, tr_store_op *op)
{
    teller_run(self, op);
    int status = op->status;
    tr_store_op_free(op);
    return status;
}

static tr_store_op *of_session(enum tr_store_verb verb, const char *id, uint32_t shard,
                               uint64_t epoch)
{
    tr_store_op *op = tr_store_op_new(verb, NULL, NULL);
    ck_assert_uint_eq(strlen(id), TR_SESSION_ID_SIZE);
    memcpy(op->id, id, TR_SESSION_ID_SIZE);
    op->shard = shard;
    op->epoch = epoch;
    return op;
}

int teller_save(teller *self, const char *id, uint32_t shard, uint64_t epoch, const char *text,
                uint64_t ttl_ms)
{
    tr_store_op *op = of_session(TR_STORE_SAVE, id, shard, epoch);
    op->ttl_ms = ttl_ms;
    tr_buf_append(&op->bytes, text, strlen(text));
    return finish(self, op);
}

int teller_delete(teller *self, const char *id, uint32_t shard, uint64_t epoch)
{
    return finish(self, of_session(TR_STORE_DELETE, id, shard, epoch));
}

const char *teller_load(teller *self, const char *id)
{
    static char text[4096];
    tr_store_op *op = of_session(TR_STORE_LOAD, id, 0, 0);
    teller_run(self, op);
    ck_assert(op->status == 0 || op->status == TR_ENOTFOUND);
    bool is_there = op->status == 0;
    ck_assert_uint_lt(op->bytes.size, sizeof text);
    if (op->bytes.size != 0)
        memcpy(text, op->bytes.data, op->bytes.size);
    text[op->bytes.size] = '\0';
    tr_store_op_free(op);
    return is_there ? text : NULL;
}

bool teller_holds(teller *self, const char *id, const char *text)
{
    tr_store_op *op = of_session(TR_STORE_LOAD, id, 0, 0);
    teller_run(self, op);
    bool found =
        op->status == 0 && memmem(op->bytes.data, op->bytes.size, text, strlen(text)) != NULL;
    tr_store_op_free(op);
    return found;
}

int teller_take(teller *self, uint32_t shard, uint64_t *epoch, uint64_t node)
{
    tr_store_op *op = tr_store_op_new(TR_STORE_TAKE, NULL, NULL);
    op->shard = shard;
    op->epoch = *epoch;
    op->node = node;
    op->core = 1;
    teller_run(self, op);
    int status = op->status;
    *epoch = op->epoch;
    tr_store_op_free(op);
    return status;
}

int teller_release(teller *self, uint32_t shard, uint64_t epoch)
{
    tr_store_op *op = tr_store_op_new(TR_STORE_RELEASE, NULL, NULL);
    op->shard = shard;
    op->epoch = epoch;
    return finish(self, op);
}

int teller_renew(teller *self, uint64_t node, uint64_t ttl_ms)
{
    tr_store_op *op = tr_store_op_new(TR_STORE_RENEW, NULL, NULL);
    op->node = node;
    op->ttl_ms = ttl_ms;
    return finish(self, op);
}

int teller_sweep(teller *self, uint32_t shard, uint64_t epoch)
{
    tr_store_op *op = tr_store_op_new(TR_STORE_SWEEP, NULL, NULL);
    op->shard = shard;
    op->epoch = epoch;
    return finish(self, op);
}

tr_store_shard teller_shard(teller *self, uint32_t shard)
{
    tr_store_op *op = tr_store_op_new(TR_STORE_SHARDS, NULL, NULL);
    teller_run(self, op);
    tr_store_shard found = {.shard = shard};
    const tr_store_shard *rows = (const tr_store_shard *)(const void *)op->rows.data;
    ck_assert_uint_eq(op->rows.size, (size_t)op->status * sizeof *rows);
    for (int i = 0; i < op->status; i++)
        if (rows[i].shard == shard)
            found = rows[i];
    tr_store_op_free(op);
    return found;
}

uint64_t teller_left_ms(teller *self, uint64_t node)
{
    tr_store_op *op = tr_store_op_new(TR_STORE_NODES, NULL, NULL);
    teller_run(self, op);
    uint64_t left_ms = 0;
    const tr_store_node *rows = (const tr_store_node *)(const void *)op->rows.data;
    for (int i = 0; i < op->status; i++)
        if (rows[i].node == node)
            left_ms = rows[i].left_ms;
    tr_store_op_free(op);
    return left_ms;
}

const char *teller_id(char out[TR_SESSION_ID_SIZE + 1], uint32_t shard)
{
    tr_session_id_make(out, shard);
    return out;
}
