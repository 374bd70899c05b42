// The workers of a simulated cluster (bench/placement.h): what broker/agent.c and sdk/moving/ do around
// what is computed.

#include <string.h>

#include "base/mem.h"
#include "base/random.h"
#include "bench/placement_record.h"
#include "wire/rows.h"

static const tr_candidate the_broker = {1, 1};

static void later(placement *self, uint32_t kind, const placement_node *node, uint64_t in_us)
{
    placement_events_add(&self->events, placement_event_of(self, kind, node, in_us));
}

void placement_node_start(placement *self, placement_node *node)
{
    placement_list_drop(node->list);
    memset(node, 0, sizeof *node);
    node->number = (tr_random_next(&self->random) | 1) * PLACES + (uint64_t)(node - self->nodes);
    node->life = ++self->last_life;
    tr_ownership_init(&node->ownership, node->number);
    later(self, TICK, node, tr_random_next(&self->random) % (TR_HEARTBEAT_MS * MS));
}

void placement_node_hello(placement *self, placement_node *node)
{
    placement_hello *hello = tr_new(placement_hello);
    tr_ownership_write(&node->ownership, &hello->shards);
    hello->draining = node->draining;
    hello->list = node->list != NULL ? node->list->version : 0;
    placement_event event = placement_event_of(self, HELLO, node, LATENCY_US);
    event.what = hello;
    placement_events_add(&self->events, event);
}

// It leaves by the drain path: its connected sessions move, then the new owner says that it has it.
static void hand_over(placement *self, placement_node *node, unsigned shard, tr_address to)
{
    tr_owned_shard *mine = &node->ownership.shards[shard];
    placement_node *target = placement_node_of(self, to.node);
    uint64_t *free_us = &node->core_free_us[mine->core];
    if (*free_us < self->now_us)
        *free_us = self->now_us;
    *free_us += (self->connected[shard] + MOVES_AT_ONCE - 1) / MOVES_AT_ONCE * (uint64_t)MOVE_US;
    node->given[shard] = mine->epoch + 1;
    self->figures.moves++;
    self->figures.moved_sessions += self->connected[shard];
    self->figures.moved_bytes += (uint64_t)self->connected[shard] * SESSION_FILE_BYTES;
    if (target != NULL) {
        placement_event event =
            placement_event_of(self, HANDED, target, *free_us - self->now_us + LATENCY_US);
        event.number = shard;
        uint64_t *epoch = tr_new(uint64_t);
        *epoch = mine->epoch + 1;
        event.what = epoch;
        placement_events_add(&self->events, event);
    }
    tr_ownership_disown(&node->ownership, shard);
}

static void let_go(placement *self, placement_node *node)
{
    for (unsigned i = 0; i < TR_SHARDS; i++) {
        tr_address to = tr_ownership_leaves(&node->ownership, i, placement_ms(self));
        if (tr_address_is_set(to))
            hand_over(self, node, i, to);
    }
}

static void claim(placement *self, placement_node *node)
{
    tr_buf *rows = tr_new(tr_buf);
    placement_event event = placement_event_of(self, CLAIM, node, LATENCY_US);
    event.what = rows;
    if (tr_ownership_claims(&node->ownership, &node->list->routes, placement_ms(self), &the_broker,
                            1, 0, rows) != 0)
        placement_events_add(&self->events, event);
    else
        placement_free_event(&event);
}

static void settle(placement *self, placement_node *node)
{
    if (node->list == NULL || node->draining ||
        self->now_us > node->heard_us + (uint64_t)TR_PEER_SILENCE_MS * MS)
        return;
    claim(self, node);
    let_go(self, node);
}

void placement_node_stop(placement *self, placement_node *node)
{
    node->draining = true;
    placement_node_hello(self, node);
    later(self, DRAIN, node, HEAR_MS * MS);
}

static void drain(placement *self, placement_node *node)
{
    for (unsigned i = 0; node->list != NULL && i < TR_SHARDS; i++) {
        tr_address to = node->ownership.shards[i].epoch != 0
                            ? tr_routes_due(&node->list->routes, i, node->number)
                            : TR_NOWHERE;
        if (tr_address_is_set(to))
            hand_over(self, node, i, to);
    }
}

// Have all heard of what it gave away?
static bool has_spread(const placement_node *node)
{
    for (unsigned i = 0; i < TR_SHARDS; i++)
        if (node->ownership.shards[i].epoch != 0 ||
            (node->given[i] != 0 && node->list->routes.shards[i].epoch < node->given[i]))
            return false;
    return true;
}

static void leave_if_done(placement *self, placement_node *node)
{
    if (!node->draining || node->list == NULL || !has_spread(node))
        return;
    placement_event event = placement_event_of(self, BYE, node, LATENCY_US);
    event.number = node->number;
    placement_events_add(&self->events, event);
    node->number = 0;
}

static void tell_soon(placement *self, placement_node *node)
{
    if (!node->is_soon)
        later(self, SOON, node, SOON_MS * MS);
    node->is_soon = true;
}

// All compute what is due to whom from the list alone: it was, once. A process is in its own list in any
// case, so what is due to it does not change when others take it for silent, or gone.
static void learn(placement_node *node)
{
    const tr_member *self = tr_routes_find(&node->list->routes, node->number);
    bool is_in = self != NULL && (!self->draining || node->draining);
    if (is_in && node->ownership.workers != node->list->workers)
        for (unsigned i = 0; i < TR_SHARDS; i++)
            node->ownership.shards[i].due = node->list->due[i];
    uint64_t workers = node->ownership.workers;
    node->ownership.workers = node->list->workers;
    (void)tr_ownership_learn(&node->ownership, &node->list->routes);
    for (unsigned i = 0; i < TR_SHARDS; i++)
        if (tr_ownership_is_beaten(&node->ownership, &node->list->routes, i))
            tr_ownership_disown(&node->ownership, i);
    if (!is_in)
        node->ownership.workers = workers;
}

static void on_list(placement *self, placement_node *node, placement_list *list)
{
    node->heard_us = self->now_us;
    bool is_news = node->list == NULL || node->list->version < list->version;
    if (!is_news)
        return;
    placement_list_drop(node->list);
    node->list = list;
    list->references++;
    learn(node);
    settle(self, node);
    leave_if_done(self, node);
}

static void come_back(placement *self, unsigned shard)
{
    enum { PARTS = 20 };
    for (unsigned i = 0; self->is_orphan[shard] && i < PARTS; i++) {
        placement_event event =
            placement_event_of(self, READS, NULL, (uint64_t)i * COMES_BACK_MS * MS / PARTS);
        event.number = self->connected[shard] / PARTS;
        placement_events_add(&self->events, event);
    }
    self->is_orphan[shard] = false;
}

static void own(placement *self, placement_node *node, const tr_row_shard *row)
{
    tr_ownership_own(&node->ownership, row->shard, row->epoch, row->core);
    self->figures.store_takes++;
    placement_store_ops(self, 1);
    come_back(self, row->shard);
    tell_soon(self, node);
}

static void on_granted(placement *self, placement_node *node, const tr_buf *rows)
{
    tr_row_shard row;
    for (tr_rows in = TR_ROWS(shard, tr_buf_slice(rows)); tr_rows_next(&in, &row);)
        if (row.epoch > node->ownership.shards[row.shard].epoch) {
            self->figures.claims++;
            own(self, node, &row);
        }
}

static void on_handed(placement *self, placement_node *node, unsigned shard, uint64_t epoch)
{
    tr_address due = node->ownership.shards[shard].due;
    if (node->ownership.shards[shard].epoch >= epoch)
        return;
    uint32_t core = due.node == node->number ? tr_address_core(due) : 0;
    own(self, node, &(tr_row_shard){.shard = shard, .epoch = epoch, .core = core});
    node->ownership.shards[shard].came_ms = placement_ms(self);
    if (node->draining)
        drain(self, node);
}

static void on_tick(placement *self, placement_node *node)
{
    placement_node_hello(self, node);
    settle(self, node);
    leave_if_done(self, node);
    later(self, TICK, node, TR_HEARTBEAT_MS * MS);
}

void placement_node_event(placement *self, placement_node *node, placement_event *event)
{
    switch (event->kind) {
    case TICK:
        on_tick(self, node);
        break;
    case LIST:
        on_list(self, node, event->what);
        break;
    case GRANTED:
        on_granted(self, node, event->what);
        break;
    case HANDED:
        on_handed(self, node, (unsigned)event->number, *(uint64_t *)event->what);
        break;
    case LOST:
        if (node->ownership.shards[event->number].epoch < *(uint64_t *)event->what)
            tr_ownership_disown(&node->ownership, (unsigned)event->number);
        break;
    case DRAIN:
        drain(self, node);
        break;
    case SOON:
        node->is_soon = false;
        placement_node_hello(self, node);
        break;
    default:
        break;
    }
}
