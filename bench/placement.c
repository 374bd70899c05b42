#include "bench/placement.h"

#include <string.h>

#include "base/mem.h"
#include "base/random.h"
#include "bench/placement_record.h"

placement_event placement_event_of(const placement *self, uint32_t kind, const placement_node *node,
                                   uint64_t in_us)
{
    placement_event event = {.at_us = self->now_us + in_us, .kind = kind};
    if (node != NULL) {
        event.node = (uint32_t)(node - self->nodes);
        event.life = node->life;
    }
    return event;
}

void placement_free_event(placement_event *event)
{
    switch (event->kind) {
    case LIST:
        placement_list_drop(event->what);
        break;
    case HELLO:
        tr_buf_done(&((placement_hello *)event->what)->shards);
        tr_free(event->what);
        break;
    case CLAIM:
    case GRANTED:
        tr_buf_done(event->what);
        tr_free(event->what);
        break;
    default:
        tr_free(event->what);
    }
    event->what = NULL;
}

placement_node *placement_node_of(placement *self, uint64_t number)
{
    placement_node *node = &self->nodes[number % PLACES];
    return number != 0 && node->number == number ? node : NULL;
}

static void drain_store(placement *self)
{
    uint64_t each_s = self->options.store_ops_per_s != 0 ? self->options.store_ops_per_s : 20000;
    self->store_queue -= (double)(self->now_us - self->store_us) * (double)each_s / 1e6;
    if (self->store_queue < 0)
        self->store_queue = 0;
    self->store_us = self->now_us;
}

void placement_store_ops(placement *self, uint64_t count)
{
    drain_store(self);
    self->store_queue += (double)count;
    if (self->store_queue > (double)self->figures.worst_store_queue)
        self->figures.worst_store_queue = (uint64_t)self->store_queue;
}

static void spread_sessions(placement *self)
{
    uint64_t each = self->options.connected / TR_SHARDS;
    for (unsigned i = 0; i < TR_SHARDS; i++) // a little uneven, as chance has it
        self->connected[i] =
            (uint32_t)(each - each / 16 + tr_random_next(&self->random) % (each / 8 + 1));
}

placement *placement_new(const placement_options *options)
{
    placement *self = tr_new(placement);
    self->options = *options;
    self->random = options->seed;
    self->count = options->nodes;
    self->nodes = tr_calloc(self->count, sizeof *self->nodes);
    tr_directory_init(&self->directory, 0, 1, 1u << 20);
    spread_sessions(self);
    for (uint32_t i = 0; i < self->count; i++)
        placement_node_start(self, &self->nodes[i]);
    placement_events_add(&self->events, placement_event_of(self, BROKER_TICK, NULL,
                                                           (TR_DIRECTORY_GRACE_MS + 1) * MS));
    return self;
}

void placement_free(placement *self)
{
    placement_event event;
    while (placement_events_next(&self->events, UINT64_MAX, &event))
        placement_free_event(&event);
    placement_events_done(&self->events);
    for (uint32_t i = 0; i < self->count; i++)
        placement_list_drop(self->nodes[i].list);
    placement_list_drop(self->current);
    tr_directory_done(&self->directory);
    tr_free(self->nodes);
    tr_free(self);
}

static bool is_brokers(uint32_t kind)
{
    return kind == HELLO || kind == CLAIM || kind == BYE || kind == BROKER_TICK ||
           kind == BROKER_SOON;
}

// True: it is kept for later.
static bool handle(placement *self, placement_event *event)
{
    placement_node *node = &self->nodes[event->node];
    if (event->kind == READS) {
        self->figures.store_reads += event->number;
        placement_store_ops(self, event->number);
    } else if (is_brokers(event->kind)) {
        placement_broker_event(self, event);
    } else if (node->number != 0 && node->life == event->life) {
        if (node->paused_until_us > self->now_us) {
            event->at_us = node->paused_until_us;
            placement_events_add(&self->events, *event);
            return true;
        }
        placement_node_event(self, node, event);
    }
    return false;
}

static void run_until(placement *self, uint64_t until_us)
{
    placement_event event;
    while (placement_events_next(&self->events, until_us, &event)) {
        self->now_us = event.at_us;
        if (!handle(self, &event))
            placement_free_event(&event);
    }
    self->now_us = until_us;
}

void placement_run(placement *self, uint64_t ms)
{
    run_until(self, self->now_us + ms * MS);
}

uint64_t placement_now_ms(const placement *self)
{
    return placement_ms(self);
}

void placement_start(placement *self, uint32_t at)
{
    placement_node_start(self, &self->nodes[at]);
}

void placement_kill(placement *self, uint32_t at)
{
    placement_node *node = &self->nodes[at];
    for (unsigned i = 0; i < TR_SHARDS; i++)
        self->is_orphan[i] |= node->ownership.shards[i].epoch != 0;
    node->number = 0;
}

void placement_stop(placement *self, uint32_t at)
{
    placement_node_stop(self, &self->nodes[at]);
}

void placement_pause(placement *self, uint32_t at, uint64_t ms)
{
    placement_node *node = &self->nodes[at];
    node->paused_until_us = self->now_us + ms * MS;
    for (unsigned i = 0; i < TR_SHARDS; i++)
        self->is_orphan[i] |= node->ownership.shards[i].epoch != 0;
}

bool placement_is_up(const placement *self, uint32_t at)
{
    return self->nodes[at].number != 0;
}

// How many say that they own it.
static unsigned owners(const placement *self, unsigned shard, const placement_node **out)
{
    unsigned count = 0;
    for (uint32_t i = 0; i < self->count; i++)
        if (self->nodes[i].number != 0 && self->nodes[i].ownership.shards[shard].epoch != 0) {
            *out = &self->nodes[i];
            count++;
        }
    return count;
}

static bool are_owned(const placement *self, bool as_due)
{
    for (unsigned i = 0; i < TR_SHARDS; i++) {
        const placement_node *owner = NULL;
        if (owners(self, i, &owner) != 1 || owner->paused_until_us > self->now_us ||
            (as_due && owner->ownership.shards[i].due.node != owner->number))
            return false;
    }
    return true;
}

bool placement_all_owned(const placement *self)
{
    return are_owned(self, false);
}

bool placement_is_settled(const placement *self)
{
    return are_owned(self, true);
}

static uint64_t run_till(placement *self, uint64_t most_ms, bool as_due)
{
    enum { STEP_MS = 10 };
    for (uint64_t ms = 0; ms <= most_ms; ms += STEP_MS) {
        if (are_owned(self, as_due))
            return ms;
        placement_run(self, STEP_MS);
    }
    return UINT64_MAX;
}

uint64_t placement_settle(placement *self, uint64_t most_ms)
{
    return run_till(self, most_ms, true);
}

uint64_t placement_own_all(placement *self, uint64_t most_ms)
{
    return run_till(self, most_ms, false);
}

placement_figures placement_take_figures(placement *self)
{
    placement_figures taken = self->figures;
    memset(&self->figures, 0, sizeof self->figures);
    return taken;
}

unsigned placement_shards(void)
{
    return TR_SHARDS;
}

uint32_t placement_shards_of(const placement *self, uint32_t at, uint32_t *cores)
{
    uint64_t owning = 0;
    uint32_t count = 0;
    for (unsigned i = 0; i < TR_SHARDS; i++) {
        const tr_owned_shard *shard = &self->nodes[at].ownership.shards[i];
        if (shard->epoch == 0)
            continue;
        owning |= UINT64_C(1) << shard->core;
        count++;
    }
    *cores = (uint32_t)__builtin_popcountll(owning);
    return count;
}
