// The store of the model: the engine in memory, which is asked late, or twice, and whose answers are
// lost; and what must hold of all that is written.

#include <string.h>

#include "tests/broker/model.h"
#include "troupe/err.h"
#include "wire/reader.h"
#include "wire/writer.h"

enum { HOUR_MS = 3600000 };

static void on_done(tr_store_op *op)
{
    *(bool *)op->arg = true;
}

// The operation; the caller's.
static tr_store_op *run(model *self, tr_store *store, tr_store_op *op)
{
    bool is_done = false;
    op->done = on_done;
    op->arg = &is_done;
    if (tr_store_submit(store, op) < 0)
        model_break(self, "the store is full");
    while (!is_done)
        ev_run(self->loop, EVRUN_ONCE);
    return op;
}

static uint64_t epoch_now(model *self, tr_store *store, unsigned shard)
{
    tr_store_op *op = run(self, store, tr_store_op_new(TR_STORE_SHARDS, on_done, NULL));
    const tr_store_shard *rows = (const tr_store_shard *)(const void *)op->rows.data;
    uint64_t epoch = 0;
    for (int i = 0; i < op->status; i++)
        if (rows[i].shard == shard)
            epoch = rows[i].epoch;
    tr_store_op_free(op);
    return epoch;
}

static const model_person *person_of(const model *self, const char *id)
{
    for (unsigned i = 0; i < PEOPLE; i++)
        if (strcmp(self->people[i].id, id) == 0)
            return &self->people[i];
    return NULL;
}

// One owner writes with an epoch, and nothing goes back behind what somebody was told is safe.
static void note_write(model *self, const model_letter *asked, uint64_t epoch)
{
    model_writer *writer = &self->writers[asked->shard];
    const model_person *person = person_of(self, asked->id);
    if (writer->epoch == epoch && writer->node != asked->from_node)
        model_break(self, "two have written with one epoch of shard %u", asked->shard);
    if (person != NULL && asked->taken < person->safe)
        model_break(self, "the store has %u of %u that are safe", asked->taken, person->safe);
    *writer = (model_writer){epoch, asked->from_node};
}

static void fill(tr_store_op *op, const model_letter *asked)
{
    memcpy(op->id, asked->id, sizeof op->id);
    op->shard = asked->shard;
    op->epoch = asked->epoch;
    op->node = asked->from_node;
    op->ttl_ms = HOUR_MS;
    if (asked->verb == TR_STORE_SAVE) {
        tr_write_unsigned(&op->bytes, asked->count);
        tr_write_unsigned(&op->bytes, asked->taken);
    }
}

static void answer(model *self, const model_letter *asked, const tr_store_op *op)
{
    model_letter done = model_answer(self, W_DONE, asked);
    tr_reader in = tr_reader_of(tr_buf_slice(&op->bytes));
    if (asked->verb == TR_STORE_LOAD && op->status == 0) {
        done.count = (uint32_t)tr_reader_unsigned(&in);
        done.taken = (uint32_t)tr_reader_unsigned(&in);
    }
    done.status = op->status;
    done.epoch = op->epoch;
    done.node = op->node;
    done.shard = op->shard;
    model_send(self, &done);
}

void model_store_take(model *self, const model_letter *asked)
{
    tr_store *store = self->workers[asked->from - FIRST_WORKER].store;
    if (store == NULL)
        return;
    tr_store_op *op = tr_store_op_new(asked->verb, on_done, NULL);
    fill(op, asked);
    if (asked->verb == TR_STORE_SAVE && self->bug == WRITES_UNFENCED)
        op->epoch = epoch_now(self, store, asked->shard);
    uint64_t epoch = op->epoch;
    run(self, store, op);
    self->fenced += op->status == TR_EFENCED && asked->verb == TR_STORE_SAVE;
    if (asked->verb == TR_STORE_SAVE && op->status == 0)
        note_write(self, asked, epoch);
    answer(self, asked, op);
    tr_store_op_free(op);
}

void model_store_ask(model *self, model_worker *of, const model_op *op,
                     const model_session *session)
{
    model_letter letter = model_write(self, W_ASKED, of->member.place, STORE);
    memcpy(letter.id, op->id, sizeof letter.id);
    letter.verb = op->verb;
    letter.op = op->number;
    letter.shard = op->shard;
    letter.epoch = op->epoch;
    if (session != NULL) {
        letter.count = session->count;
        letter.taken = session->taken;
    }
    model_send(self, &letter);
}

// In the end: each click is there, once.
void model_store_check(model *self, const model_person *of)
{
    tr_store_op *op = tr_store_op_new(TR_STORE_LOAD, on_done, NULL);
    memcpy(op->id, of->id, sizeof op->id);
    run(self, self->store, op);
    tr_reader in = tr_reader_of(tr_buf_slice(&op->bytes));
    uint32_t count = op->status == 0 ? (uint32_t)tr_reader_unsigned(&in) : 0;
    if (count != of->clicks)
        model_break(self, "the store has %u increments of %u clicks", count, of->clicks);
    tr_store_op_free(op);
}
