// A worker of the model: what sdk/session/snapshots.c does, for pages that are a number.

#include <string.h>

#include "base/mem.h"
#include "tests/broker/model.h"
#include "troupe/err.h"

enum { WRITE_WITHIN_MS = 100, OPENING_MS = 5000 };

static unsigned shard_of(const char *id)
{
    return (unsigned)tr_session_id_shard(tr_slice_of(id));
}

static uint64_t owned(const model_worker *of, unsigned shard)
{
    return of->ownership.shards[shard].epoch;
}

model_session *model_session_find(model_worker *of, const char *id)
{
    for (unsigned i = 0; i < of->session_count; i++)
        if (strcmp(of->sessions[i].id, id) == 0)
            return &of->sessions[i];
    return NULL;
}

model_session *model_session_make(model *self, model_worker *of, const char *id)
{
    if (of->session_count == SESSIONS_CAP) {
        model_break(self, "a worker has too many sessions");
        of->session_count--;
    }
    model_session *fresh = &of->sessions[of->session_count++];
    *fresh = (model_session){.serial = ++self->next_op, .shard = shard_of(id)};
    memcpy(fresh->id, id, sizeof fresh->id);
    return fresh;
}

// -- to its browser --

static void tell(model *self, const model_worker *of, const model_session *session,
                 enum model_word word)
{
    model_letter letter = model_write(self, word, of->member.place, session->gateway);
    letter.to_node = session->gateway_node;
    letter.connection = session->connection;
    memcpy(letter.id, session->id, sizeof letter.id);
    letter.count = session->count;
    letter.taken = session->taken;
    letter.safe = session->safe;
    if (session->connection != 0)
        model_send(self, &letter);
}

static bool may_show(const model *self, const model_session *session)
{
    return !self->is_sync || (!session->is_dirty && !session->is_writing);
}

static void show(model *self, const model_worker *of, model_session *session)
{
    if (!may_show(self, session))
        return;
    tell(self, of, session, session->is_answer_due ? W_ATTACHED : W_FRAME);
    session->is_answer_due = false;
}

static void refuse(model *self, const model_letter *open)
{
    model_letter letter = model_answer(self, W_REFUSED, open);
    model_send(self, &letter);
}

static void drop(model *self, model_worker *of, model_session *session)
{
    tell(self, of, session, W_REFUSED);
    *session = of->sessions[--of->session_count];
}

void model_sessions_drop(model *self, model_worker *of, unsigned shard)
{
    for (unsigned i = of->session_count; i-- > 0;)
        if (of->sessions[i].shard == shard)
            drop(self, of, &of->sessions[i]);
}

void model_hold_forget(model_hold *hold)
{
    hold->given = hold->epoch > hold->doubted ? hold->epoch : hold->doubted;
    hold->highest = hold->given > hold->highest ? hold->given : hold->highest;
    hold->epoch = hold->doubted = hold->from = 0;
}

void model_worker_lose(model *self, model_worker *of, unsigned shard)
{
    tr_ownership_disown(&of->ownership, shard);
    model_hold_forget(&of->holds[shard]);
    model_sessions_drop(self, of, shard);
}

// -- the store --

static model_op *ask(model *self, model_worker *of, const model_op *what,
                     const model_session *session)
{
    for (unsigned i = 0; i < OPS_CAP; i++) {
        if (of->ops[i].number != 0)
            continue;
        of->ops[i] = *what;
        of->ops[i].number = ++self->next_op;
        of->ops[i].sent_at = self->now;
        model_store_ask(self, of, &of->ops[i], session);
        return &of->ops[i];
    }
    return NULL;
}

static void take(model *self, model_worker *of, unsigned shard, uint64_t epoch)
{
    model_hold *hold = &of->holds[shard];
    if (hold->is_taking || (hold->lost != 0 && hold->lost == owned(of, shard)))
        return;
    const model_op op = {
        .verb = TR_STORE_TAKE, .shard = shard, .epoch = hold->doubted != 0 ? hold->doubted : epoch};
    if (ask(self, of, &op, NULL) == NULL)
        return;
    hold->is_taking = true;
    hold->taking_for = owned(of, shard);
    hold->taking_from = op.epoch;
}

static void lose_to_another(model *self, model_worker *of, unsigned shard)
{
    model_hold *hold = &of->holds[shard];
    hold->epoch = hold->doubted = 0;
    hold->lost = owned(of, shard);
    if (owned(of, shard) != 0)
        model_worker_lose(self, of, shard);
}

static void on_taken(model *self, model_worker *of, const model_op *op, const model_letter *done)
{
    model_hold *hold = &of->holds[op->shard];
    uint64_t ours = owned(of, op->shard);
    bool is_anothers =
        done->status == TR_EFENCED && done->node != self->places[of->member.place].node;
    hold->is_taking = false;
    if (is_anothers && hold->doubted != 0 && hold->doubted == hold->taking_from) {
        lose_to_another(self, of, op->shard);
        return;
    }
    if (done->status == TR_EFENCED && !is_anothers && hold->doubted != 0)
        hold->doubted = done->epoch; // we had taken it, and did not hear so
    bool is_late = done->status == 0 && ours != hold->taking_for;
    if (ours != 0 && (done->status == TR_EFENCED || is_late)) {
        take(self, of, op->shard, done->epoch);
    } else if (ours != 0 && done->status == 0) {
        hold->epoch = done->epoch;
        hold->doubted = 0;
        self->taken_over += done->epoch > 1;
    }
}

static void write_one(model *self, model_worker *of, model_session *session)
{
    model_hold *hold = &of->holds[session->shard];
    if (hold->epoch == 0) {
        take(self, of, session->shard, 0);
        return;
    }
    model_op op = {.verb = TR_STORE_SAVE,
                   .shard = session->shard,
                   .epoch = hold->epoch,
                   .session = session->serial,
                   .taken = session->taken};
    memcpy(op.id, session->id, sizeof op.id);
    if (ask(self, of, &op, session) == NULL)
        return;
    session->is_writing = true;
    session->is_dirty = false;
}

static void write_all(model *self, model_worker *of)
{
    for (unsigned i = 0; i < of->session_count; i++) {
        model_session *at = &of->sessions[i];
        if (at->is_dirty && !at->is_writing && self->now >= at->write_at)
            write_one(self, of, at);
    }
}

static void doubt(model *self, model_hold *hold, uint64_t epoch)
{
    if (hold->epoch != epoch || self->bug == TRUSTS_SILENCE)
        return;
    hold->epoch = 0;
    hold->doubted = epoch;
    self->doubted++;
}

static void on_written(model *self, model_worker *of, const model_op *op, int status)
{
    if (status == TR_EFENCED && of->holds[op->shard].epoch == op->epoch)
        lose_to_another(self, of, op->shard);
    if (status == TR_EUNAVAILABLE)
        doubt(self, &of->holds[op->shard], op->epoch);
    model_session *session = model_session_find(of, op->id);
    if (session == NULL || session->serial != op->session)
        return;
    session->is_writing = false;
    session->is_dirty |= status != 0;
    if (status != 0)
        return;
    session->safe = op->taken;
    session->is_kept = true;
    show(self, of, session);
}

// -- reading --

static void on_read(model *self, model_worker *of, const model_op *op, const model_letter *done);

static void read_one(model *self, model_worker *of, model_reading *what)
{
    unsigned shard = shard_of(what->open.id);
    if (of->holds[shard].epoch == 0)
        take(self, of, shard, 0);
    if (what->is_asked || (of->holds[shard].epoch == 0 && self->bug != READS_BEFORE_TAKE))
        return;
    model_op op = {.verb = TR_STORE_LOAD, .shard = shard};
    memcpy(op.id, what->open.id, sizeof op.id);
    what->is_asked = ask(self, of, &op, NULL) != NULL;
}

static void attach(model *self, model_worker *of, model_session *session, const model_letter *open)
{
    session->gateway = open->from;
    session->gateway_node = open->from_node;
    session->connection = open->connection;
    session->is_answer_due = true;
    show(self, of, session);
}

void model_openings_look(model *self, model_worker *of)
{
    for (unsigned i = 0; i < READINGS_CAP; i++) {
        model_reading *at = &of->readings[i];
        model_session *there = at->is_there ? model_session_find(of, at->open.id) : NULL;
        bool is_ours = at->is_there && owned(of, shard_of(at->open.id)) != 0;
        if (!at->is_there)
            continue;
        if (there != NULL)
            attach(self, of, there, &at->open);
        else if (!is_ours || self->now >= at->until)
            refuse(self, &at->open);
        at->is_there = there == NULL && is_ours && self->now < at->until;
        if (at->is_there)
            read_one(self, of, at);
    }
}

static void on_read(model *self, model_worker *of, const model_op *op, const model_letter *done)
{
    bool is_ours = owned(of, op->shard) != 0;
    for (unsigned i = 0; i < READINGS_CAP; i++)
        if (of->readings[i].is_there && strcmp(of->readings[i].open.id, op->id) == 0)
            of->readings[i].is_asked = false;
    if (done->status == TR_ENOTFOUND && is_ours && !model_page_may_be_lost(self, op->id))
        model_break(self, "a page is not in the store");
    if (done->status == 0 && is_ours && model_session_find(of, op->id) == NULL) {
        model_session *session = model_session_make(self, of, op->id);
        session->count = done->count;
        session->taken = session->safe = done->taken;
        session->is_kept = true;
    }
    model_openings_look(self, of);
}

static void on_done(model *self, model_worker *of, model_op *op, const model_letter *done)
{
    model_op what = *op;
    op->number = 0;
    if (what.verb == TR_STORE_TAKE)
        on_taken(self, of, &what, done);
    else if (what.verb == TR_STORE_SAVE)
        on_written(self, of, &what, done->status);
    else
        on_read(self, of, &what, done);
}

static void on_answer(model *self, model_worker *of, const model_letter *letter)
{
    for (unsigned i = 0; i < OPS_CAP; i++)
        if (of->ops[i].number != 0 && of->ops[i].number == letter->op)
            on_done(self, of, &of->ops[i], letter);
}

static void end_impatient(model *self, model_worker *of)
{
    const model_letter silence = {.status = TR_EUNAVAILABLE};
    for (unsigned i = 0; i < OPS_CAP; i++)
        if (of->ops[i].number != 0 && self->now - of->ops[i].sent_at > PATIENCE_MS)
            on_done(self, of, &of->ops[i], &silence);
}

// -- what browsers say --

static uint64_t write_time(model *self)
{
    return self->now + (self->is_sync ? 0 : model_below(self, WRITE_WITHIN_MS));
}

static void on_new(model *self, model_worker *of, const model_letter *open)
{
    unsigned first = (unsigned)model_below(self, TR_SHARDS);
    char id[TR_SESSION_ID_SIZE + 1];
    for (unsigned i = 0; i < TR_SHARDS; i++) {
        unsigned shard = (first + i) % TR_SHARDS;
        if (owned(of, shard) == 0)
            continue;
        tr_session_id_make(id, shard);
        model_session *session = model_session_make(self, of, id);
        session->is_dirty = session->is_answer_due = true;
        session->write_at = write_time(self);
        session->gateway = open->from;
        session->gateway_node = open->from_node;
        session->connection = open->connection;
        show(self, of, session);
        return;
    }
    refuse(self, open);
}

static void on_open(model *self, model_worker *of, const model_letter *open)
{
    model_session *session = model_session_find(of, open->id);
    if (open->id[0] == '\0') {
        on_new(self, of, open);
        return;
    }
    if (session != NULL) {
        attach(self, of, session, open);
        return;
    }
    for (unsigned i = 0; i < READINGS_CAP; i++)
        if (!of->readings[i].is_there) {
            of->readings[i] = (model_reading){true, false, self->now + OPENING_MS, *open};
            of->readings[i].open.text = NULL;
            model_openings_look(self, of);
            return;
        }
    refuse(self, open);
}

static void on_event(model *self, model_worker *of, const model_letter *event)
{
    model_session *session = model_session_find(of, event->id);
    if (session == NULL || session->connection != event->connection ||
        event->number <= session->taken)
        return;
    session->taken = event->number;
    session->count++;
    if (!session->is_dirty)
        session->write_at = write_time(self);
    session->is_dirty = true;
    show(self, of, session);
}

// -- all of it --

void model_worker_start(model *self, unsigned index)
{
    model_worker *of = &self->workers[index];
    unsigned place = FIRST_WORKER + index;
    memset(of, 0, sizeof *of);
    model_member_start(self, &of->member, place);
    tr_ownership_init(&of->ownership, self->places[place].node);
    if (tr_store_open(self->loop, "memory", PATIENCE_MS, NULL, &of->store) < 0)
        model_break(self, "no store");
}

void model_worker_stop(model *self, unsigned index)
{
    (void)self;
    model_member_stop(&self->workers[index].member);
    tr_store_close(&self->workers[index].store);
}

static void on_tick(model *self, model_worker *of, const model_letter *letter)
{
    model_shards_take(self, of, letter);
    end_impatient(self, of);
    write_all(self, of);
    if (of->member.ticks % 5 == 0)
        model_openings_look(self, of);
    model_send_at(self, letter, self->now + TICK_MS);
}

void model_worker_take(model *self, unsigned index, const model_letter *letter)
{
    model_worker *of = &self->workers[index];
    switch ((int)letter->word) {
    case W_TICK:
        on_tick(self, of, letter);
        break;
    case W_OPEN:
        on_open(self, of, letter);
        break;
    case W_EVENT:
        on_event(self, of, letter);
        break;
    case W_DONE:
        on_answer(self, of, letter);
        break;
    case W_HANDED:
    case W_MOVED:
        model_worker_is_handed(self, of, letter);
        break;
    case W_GONE:
        (void)model_member_take(self, &of->member, letter);
        break;
    default:
        model_shards_take(self, of, letter);
    }
    if (self->is_sync)
        write_all(self, of);
}
