// Brokers and membership in the model: what broker/broker.c, broker/agent.c and broker/agent_shards.c do
// with tr_directory and tr_ownership.

#include <string.h>

#include "base/mem.h"
#include "broker/members.h"
#include "tests/broker/model.h"
#include "wire/rows.h"
#include "wire/writer.h"

enum { CLOCK_OFF_S = 300 };

static tr_slice bytes_of(const model_letter *letter)
{
    return letter->text != NULL ? tr_buf_slice(&letter->text->bytes) : (tr_slice){0};
}

// -- a broker --

// Clocks of brokers' machines differ by minutes.
void model_broker_start(model *self, unsigned index)
{
    model_broker *of = &self->brokers[index];
    uint64_t clock_s = 10 * CLOCK_OFF_S + self->now / 1000 - model_below(self, 2 * CLOCK_OFF_S);
    tr_directory_init(&of->directory, self->now, clock_s, 1);
    of->has_told = false;
    of->ticked_at = self->now + TR_DIRECTORY_GRACE_MS;
    model_letter tick = model_write(self, W_TICK, index, index);
    tick.to_node = tick.from_node;
    model_send_at(self, &tick, self->now + TR_DIRECTORY_GRACE_MS + 1);
}

void model_broker_stop(model *self, unsigned index)
{
    tr_directory_done(&self->brokers[index].directory);
    model_text_drop(&self->brokers[index].list);
}

static void tell(model *self, unsigned index, uint64_t node)
{
    model_broker *of = &self->brokers[index];
    int to = model_find(self, node);
    if (to < 0)
        return;
    if (of->list == NULL) {
        tr_buf list = {0};
        tr_directory_write(&of->directory, &list);
        of->list = model_text_of(&list);
    }
    model_letter letter = model_write(self, W_MEMBERS, index, (unsigned)to);
    letter.to_node = node;
    letter.text = of->list;
    model_send(self, &letter);
}

static void tell_all(model *self, unsigned index)
{
    model_broker *of = &self->brokers[index];
    model_text_drop(&of->list);
    if (!tr_directory_is_settled(&of->directory, self->now))
        return;
    for (uint32_t i = 0; i < of->directory.count; i++)
        tell(self, index, of->directory.nodes[i].agent.node);
}

typedef struct conflict {
    model *self;
    const model_letter *hello;
} conflict;

static void on_conflict(void *arg, uint32_t shard, uint64_t epoch)
{
    const conflict *with = arg;
    model_letter lost = model_answer(with->self, W_LOST, with->hello);
    lost.shard = shard;
    lost.epoch = epoch + 1;
    model_send(with->self, &lost);
}

static void on_hello(model *self, unsigned index, const model_letter *letter)
{
    model_broker *of = &self->brokers[index];
    bool is_worker = letter->from < FIRST_GATEWAY;
    tr_msg_node_hello hello = {.name = TR_SLICE("m"),
                               .roles = is_worker ? TR_ROLE_WORKER : TR_ROLE_GATEWAY,
                               .cores = 1,
                               .endpoints = TR_SLICE("\x90"),
                               .shards = bytes_of(letter),
                               .is_stored = true};
    conflict with = {self, letter};
    tr_address agent = tr_address_of(letter->from_node, 0, TR_SLOT_NODE);
    int result = tr_directory_hello(&of->directory, agent, &hello, self->now, on_conflict, &with);
    if (result < 0)
        model_break(self, "a hello is refused: %d", result);
    else if (result == 1 || !tr_directory_is_settled(&of->directory, self->now))
        tell_all(self, index);
    else
        tell(self, index, letter->from_node);
}

static void on_claim(model *self, unsigned index, const model_letter *letter)
{
    tr_buf shards = {0};
    int granted = tr_directory_claim(&self->brokers[index].directory, letter->from_node,
                                     bytes_of(letter), self->now, &shards);
    if (granted > 0) {
        model_letter answer = model_answer(self, W_GRANTED, letter);
        answer.text = model_text_of(&shards);
        model_send(self, &answer);
        model_text_drop(&answer.text);
        tell_all(self, index);
    }
    tr_buf_done(&shards);
}

static void on_broker_tick(model *self, unsigned index, const model_letter *letter)
{
    model_broker *of = &self->brokers[index];
    if (!of->has_told)
        tell_all(self, index);
    of->has_told = true;
    if (self->now > of->ticked_at + 2 * TR_HEARTBEAT_MS)
        tr_directory_was_away(&of->directory, self->now - of->ticked_at);
    of->ticked_at = self->now;
    bool is_news = tr_directory_note_silence(&of->directory, self->now);
    uint64_t silent;
    while ((silent = tr_directory_silent(&of->directory, self->now)) != 0)
        is_news |= tr_directory_remove(&of->directory, silent);
    if (is_news)
        tell_all(self, index);
    model_send_at(self, letter, self->now + TR_HEARTBEAT_MS);
}

void model_broker_take(model *self, unsigned index, const model_letter *letter)
{
    switch ((int)letter->word) {
    case W_TICK:
        on_broker_tick(self, index, letter);
        break;
    case W_HELLO:
        on_hello(self, index, letter);
        break;
    case W_CLAIM:
        on_claim(self, index, letter);
        break;
    case W_GONE:
        if (tr_directory_remove(&self->brokers[index].directory, letter->epoch))
            tell_all(self, index);
        break;
    default:
        break;
    }
}

// -- a member --

void model_member_start(model *self, model_member *of, unsigned place)
{
    *of = (model_member){.place = place, .ticked_at = self->now};
    tr_routes_init(&of->routes);
    of->ticks = (unsigned)model_below(self, HELLO_TICKS);
    model_letter tick = model_write(self, W_TICK, place, place);
    tick.to_node = tick.from_node;
    model_send_at(self, &tick, self->now + 1 + model_below(self, TICK_MS));
}

void model_member_stop(model_member *of)
{
    for (unsigned i = 0; i < BROKERS; i++) {
        model_text_drop(&of->brokers[i].list);
        model_text_drop(&of->brokers[i].earlier);
    }
    tr_routes_done(&of->routes);
    tr_buf_done(&of->told);
}

static bool is_live(const model *self, const model_member *of, unsigned broker)
{
    uint64_t seen_at = of->brokers[broker].seen_at;
    return seen_at != 0 && self->now <= seen_at + TR_PEER_SILENCE_MS;
}

bool model_member_has_broker(const model *self, const model_member *of)
{
    for (unsigned i = 0; i < BROKERS; i++)
        if (is_live(self, of, i))
            return true;
    return false;
}

static const model_worker *worker_of(const model *self, const model_member *of)
{
    bool is_one = of->place < FIRST_GATEWAY;
    return is_one ? &self->workers[of->place - FIRST_WORKER] : NULL;
}

// NULL: a gateway, which owns none.
static void write_owned(const model_worker *worker, tr_buf *out)
{
    if (worker != NULL)
        tr_ownership_write(&worker->ownership, out);
    else
        tr_write_array(out, 0);
}

static void write_own(const model *self, const model_member *of, tr_buf *out)
{
    const model_worker *worker = worker_of(self, of);
    tr_buf shards = {0};
    write_owned(worker, &shards);
    tr_row_write(out, member, .node = self->places[of->place].node, .name = TR_SLICE("m"),
                 .roles = worker != NULL ? TR_ROLE_WORKER : TR_ROLE_GATEWAY, .cores = 1,
                 .endpoints = TR_SLICE("\x90"), .shards = tr_buf_slice(&shards));
    tr_buf_done(&shards);
}

static uint32_t merge(const model_text *list, tr_buf *rows, uint64_t *nodes, uint32_t count)
{
    return list != NULL ? tr_members_merge(tr_buf_slice(&list->bytes), rows, nodes, count) : count;
}

static void write_members(const model *self, const model_member *of, tr_buf *out)
{
    static uint64_t nodes[TR_PEERS_CAP];
    tr_buf rows = {0};
    uint32_t count = 1;
    bool has_broker = model_member_has_broker(self, of);
    nodes[0] = self->places[of->place].node;
    write_own(self, of, &rows);
    for (unsigned i = 0; i < BROKERS; i++)
        if (!has_broker || is_live(self, of, i))
            count = merge(of->brokers[i].list, &rows, nodes, count);
    for (unsigned i = 0; i < BROKERS; i++)
        if (self->now < of->brokers[i].earlier_until)
            count = merge(of->brokers[i].earlier, &rows, nodes, count);
    tr_write_array(out, count);
    tr_write_raw(out, tr_buf_slice(&rows));
    tr_buf_done(&rows);
}

static bool is_told(const model_member *of, const tr_buf *list, bool is_stale)
{
    return is_stale == of->routes.is_stale && list->size == of->told.size &&
           memcmp(list->data, of->told.data, list->size) == 0;
}

static bool hear(model *self, model_member *of)
{
    tr_buf list = {0};
    bool is_stale = of->joined_at != 0 && !model_member_has_broker(self, of);
    write_members(self, of, &list);
    if (is_told(of, &list, is_stale)) {
        tr_buf_done(&list);
        return false;
    }
    tr_buf_done(&of->told);
    of->told = list;
    if (tr_routes_read(&of->routes, tr_buf_slice(&list)) < 0)
        model_break(self, "a member list is refused");
    of->routes.is_stale = is_stale;
    return true;
}

static void keep_earlier(const model *self, model_member *of, const model_letter *letter)
{
    bool is_another = of->brokers[letter->from].node != letter->from_node;
    if (of->brokers[letter->from].node == 0 || !is_another)
        return;
    model_text_drop(&of->brokers[letter->from].earlier);
    of->brokers[letter->from].earlier = model_text_keep(of->brokers[letter->from].list);
    of->brokers[letter->from].earlier_until = self->now + TR_PEER_SILENCE_MS;
}

bool model_member_take(model *self, model_member *of, const model_letter *letter)
{
    if (letter->word == W_GONE) {
        tr_routes_suspect(&of->routes, letter->epoch);
        return false;
    }
    keep_earlier(self, of, letter);
    of->brokers[letter->from].node = letter->from_node;
    of->brokers[letter->from].seen_at = self->now;
    if (of->joined_at == 0)
        of->joined_at = self->now;
    model_text_drop(&of->brokers[letter->from].list);
    of->brokers[letter->from].list = model_text_keep(letter->text);
    return hear(self, of);
}

static void say_hello(model *self, const model_member *of)
{
    const model_worker *worker = worker_of(self, of);
    tr_buf shards = {0};
    write_owned(worker, &shards);
    model_text *text = model_text_of(&shards);
    for (unsigned i = 0; i < BROKERS; i++) {
        model_letter hello = model_write(self, W_HELLO, of->place, i);
        hello.text = text;
        model_send(self, &hello);
    }
    model_text_drop(&text);
}

static void note_away(const model *self, model_member *of)
{
    uint64_t away_ms = self->now - of->ticked_at;
    of->ticked_at = self->now;
    for (unsigned i = 0; away_ms > 2 * TR_HEARTBEAT_MS && i < BROKERS; i++)
        if (of->brokers[i].seen_at != 0)
            of->brokers[i].seen_at += away_ms;
}

// Twice a second.
bool model_member_tick(model *self, model_member *of)
{
    if (++of->ticks % HELLO_TICKS != 0)
        return false;
    note_away(self, of);
    say_hello(self, of);
    if (of->ticks % (8 * HELLO_TICKS) == 0)
        of->told.size = 0; // told again, so that who was lost is found
    return hear(self, of);
}

// -- its shards --

static void claim(model *self, model_worker *of)
{
    tr_candidate brokers[BROKERS];
    unsigned who[BROKERS];
    uint32_t live = 0;
    for (unsigned i = 0; i < BROKERS; i++)
        if (is_live(self, &of->member, i)) {
            who[live] = i;
            brokers[live++] = (tr_candidate){of->member.brokers[i].node, 1};
        }
    bool is_known = live == BROKERS || self->now >= of->member.joined_at + TR_DIRECTORY_GRACE_MS;
    for (uint32_t i = 0; is_known && i < live; i++) {
        tr_buf shards = {0};
        if (tr_ownership_claims(&of->ownership, &of->member.routes, self->now, brokers, live, i,
                                &shards) != 0) {
            model_letter letter = model_write(self, W_CLAIM, of->member.place, who[i]);
            letter.text = model_text_of(&shards);
            model_send(self, &letter);
            model_text_drop(&letter.text);
        }
        tr_buf_done(&shards);
    }
}

void model_shards_settle(model *self, model_worker *of)
{
    if (!model_member_has_broker(self, &of->member))
        return;
    claim(self, of);
    for (unsigned i = 0; i < TR_SHARDS; i++) {
        tr_address target = tr_ownership_leaves(&of->ownership, i, self->now);
        if (tr_address_is_set(target) && model_worker_gives(self, of, i, target))
            tr_ownership_disown(&of->ownership, i);
    }
}

static void on_granted(model *self, model_worker *of, const model_letter *letter)
{
    tr_row_shard row;
    for (tr_rows in = TR_ROWS(shard, bytes_of(letter)); tr_rows_next(&in, &row);)
        if (row.epoch > of->ownership.shards[row.shard].epoch)
            tr_ownership_own(&of->ownership, row.shard, row.epoch, row.core);
    model_openings_look(self, of);
}

static void on_routes(model *self, model_worker *of)
{
    (void)tr_ownership_learn(&of->ownership, &of->member.routes);
    for (unsigned i = 0; i < TR_SHARDS; i++)
        if (tr_ownership_is_beaten(&of->ownership, &of->member.routes, i))
            model_worker_lose(self, of, i);
    model_shards_settle(self, of);
}

void model_shards_take(model *self, model_worker *of, const model_letter *letter)
{
    uint64_t ours = of->ownership.shards[letter->shard].epoch;
    if (letter->word == W_GRANTED)
        on_granted(self, of, letter);
    else if (letter->word == W_LOST && ours != 0 && ours < letter->epoch)
        model_worker_lose(self, of, letter->shard);
    else if (letter->word == W_MEMBERS && model_member_take(self, &of->member, letter))
        on_routes(self, of);
    else if (letter->word == W_TICK && model_member_tick(self, &of->member))
        on_routes(self, of);
    else if (letter->word == W_TICK && of->member.ticks % HELLO_TICKS == 0)
        model_shards_settle(self, of);
}
