// The broker of a simulated cluster (bench/placement.h): broker/broker.c's part around the directory.

#include <string.h>

#include "base/mem.h"
#include "bench/placement_record.h"
#include "broker/members.h"
#include "wire/rows.h"
#include "wire/writer.h"

enum { EMPTY_ARRAY = 0x90 };

void placement_list_drop(placement_list *list)
{
    if (list == NULL || --list->references != 0)
        return;
    tr_buf_done(&list->rows);
    tr_routes_done(&list->routes);
    tr_free(list);
}

// Sixteen endpoints of a thousand nodes are not needed to compute anything: they are counted.
static uint64_t endpoint_bytes(const placement *self, tr_slice members)
{
    tr_rows in = TR_ROWS(member, members);
    return (uint64_t)in.left * self->options.cores * ENDPOINT_BYTES;
}

static void note_due(placement *self, placement_list *list)
{
    (void)tr_ownership_learn(&self->reference, &list->routes);
    list->workers = self->reference.workers;
    for (unsigned i = 0; i < TR_SHARDS; i++) {
        list->due[i] = self->reference.shards[i].due;
        if (self->current != NULL && self->current->due[i].node != 0)
            self->figures.needed += self->current->due[i].node != list->due[i].node;
    }
}

static void write_rows(placement *self, tr_buf *out)
{
    if (self->current == NULL) {
        tr_directory_write(&self->directory, out);
        return;
    }
    tr_directory_news news = {0};
    tr_directory_write_since(&self->directory, self->current->version, &news);
    if (news.since == 0)
        tr_buf_append(out, news.members.data, news.members.size);
    else
        tr_members_apply(tr_buf_slice(&self->current->rows),
                         &(tr_member_changes){tr_buf_slice(&news.members), tr_buf_slice(&news.gone),
                                              tr_buf_slice(&news.loads)},
                         out);
    tr_directory_news_done(&news);
}

placement_list *placement_list_now(placement *self)
{
    if (self->current == NULL || self->current->version != self->directory.version) {
        placement_list *list = tr_new(placement_list);
        list->references = 1;
        list->version = self->directory.version;
        write_rows(self, &list->rows);
        tr_routes_init(&list->routes);
        (void)!tr_routes_read(&list->routes, tr_buf_slice(&list->rows));
        note_due(self, list);
        placement_list_drop(self->current);
        self->current = list;
    }
    self->current->references++;
    return self->current;
}

static uint64_t rate(const placement *self)
{
    return self->options.broker_bytes_per_s != 0 ? self->options.broker_bytes_per_s : 1250000000;
}

// When it arrives: what the broker sends waits for its network.
static uint64_t send(placement *self, uint64_t bytes)
{
    if (self->network_free_us < self->now_us)
        self->network_free_us = self->now_us;
    self->network_free_us += bytes * 1000000 / rate(self);
    uint64_t queue = (self->network_free_us - self->now_us) * (rate(self) / 1000000);
    if (queue > self->figures.worst_queue_bytes)
        self->figures.worst_queue_bytes = queue;
    return self->network_free_us - self->now_us + LATENCY_US;
}

static uint64_t list_bytes(placement *self, uint64_t since)
{
    tr_directory_news news = {0};
    tr_directory_write_since(&self->directory, self->options.has_whole_lists ? 0 : since, &news);
    uint64_t bytes = ENVELOPE_BYTES + news.members.size + news.gone.size + news.loads.size +
                     endpoint_bytes(self, tr_buf_slice(&news.members));
    tr_directory_news_done(&news);
    return bytes;
}

static void note_list(placement *self, uint64_t bytes)
{
    self->figures.lists++;
    self->figures.list_bytes += bytes;
    if (bytes > self->figures.worst_list_bytes)
        self->figures.worst_list_bytes = bytes;
}

static void tell(placement *self, tr_directory_node *to, uint64_t bytes)
{
    placement_node *node = placement_node_of(self, to->agent.node);
    note_list(self, bytes);
    uint64_t in_us = send(self, bytes);
    to->told = self->directory.version;
    if (node == NULL)
        return;
    placement_event event = placement_event_of(self, LIST, node, in_us);
    event.what = placement_list_now(self);
    placement_events_add(&self->events, event);
}

static void tell_now(placement *self)
{
    uint64_t since = UINT64_MAX;
    uint64_t bytes = 0;
    self->told_us = self->now_us;
    for (uint32_t i = 0; i < self->directory.count; i++) {
        tr_directory_node *node = &self->directory.nodes[i];
        if (node->told != since)
            bytes = list_bytes(self, node->told);
        since = node->told;
        tell(self, node, bytes);
    }
}

static bool is_settled(const placement *self)
{
    return tr_directory_is_settled(&self->directory, placement_ms(self));
}

static void tell_all(placement *self)
{
    if (!is_settled(self) || self->is_soon)
        return;
    if (self->options.has_whole_lists || self->now_us >= self->told_us + TELL_MS * MS) {
        tell_now(self);
        return;
    }
    self->is_soon = true;
    placement_events_add(
        &self->events,
        placement_event_of(self, BROKER_SOON, NULL, self->told_us + TELL_MS * MS - self->now_us));
}

typedef struct conflict {
    placement *self;
    placement_node *node;
} conflict;

static void on_conflict(void *arg, uint32_t shard, uint64_t epoch)
{
    conflict *with = arg;
    placement_event event = placement_event_of(with->self, LOST, with->node, LATENCY_US);
    event.number = shard;
    uint64_t *beaten_by = tr_new(uint64_t);
    *beaten_by = epoch + 1;
    event.what = beaten_by;
    placement_events_add(&with->self->events, event);
}

static void on_hello(placement *self, placement_node *node, const placement_hello *said)
{
    const uint8_t none = EMPTY_ARRAY;
    tr_msg_node_hello hello = {.name = TR_SLICE("worker-0123.example.com:12345"),
                               .roles = TR_ROLE_WORKER,
                               .cores = self->options.cores,
                               .endpoints = {(const char *)&none, 1},
                               .shards = tr_buf_slice(&said->shards),
                               .draining = said->draining,
                               .is_stored = true,
                               .takes_changes = !self->options.has_whole_lists,
                               .list = said->list};
    conflict with = {self, node};
    int result = tr_directory_hello(&self->directory, tr_address_of(node->number, 0, TR_SLOT_NODE),
                                    &hello, placement_ms(self), on_conflict, &with);
    self->figures.hellos++;
    self->figures.hello_bytes += ENVELOPE_BYTES + hello.name.size + said->shards.size +
                                 (uint64_t)self->options.cores * ENDPOINT_BYTES;
    if (result == 1)
        tell_all(self);
    tr_directory_node *known = tr_directory_find(&self->directory, node->number);
    bool is_told = result == 1 && self->options.has_whole_lists; // by tell_all
    if (known != NULL && is_settled(self) && !is_told)
        tell(self, known, list_bytes(self, said->list));
}

static void on_claim(placement *self, placement_node *node, const tr_buf *rows)
{
    tr_buf *granted = tr_new(tr_buf);
    int count = tr_directory_claim(&self->directory, node->number, tr_buf_slice(rows),
                                   placement_ms(self), granted);
    placement_event event =
        placement_event_of(self, GRANTED, node, send(self, ENVELOPE_BYTES + granted->size));
    event.what = granted;
    if (count <= 0) {
        placement_free_event(&event);
        return;
    }
    placement_events_add(&self->events, event);
    tell_all(self);
}

static void forget(placement *self, uint64_t number)
{
    if (tr_directory_remove(&self->directory, number))
        tell_all(self);
}

static void on_tick(placement *self)
{
    if (tr_directory_note_silence(&self->directory, placement_ms(self)))
        tell_all(self);
    uint64_t silent;
    while ((silent = tr_directory_silent(&self->directory, placement_ms(self))) != 0)
        forget(self, silent);
    placement_events_add(&self->events,
                         placement_event_of(self, BROKER_TICK, NULL, TR_HEARTBEAT_MS * MS));
}

void placement_broker_event(placement *self, placement_event *event)
{
    placement_node *node = &self->nodes[event->node];
    bool is_there = node->number != 0 && node->life == event->life;
    switch (event->kind) {
    case HELLO:
        if (is_there)
            on_hello(self, node, event->what);
        break;
    case CLAIM:
        if (is_there)
            on_claim(self, node, event->what);
        break;
    case BYE:
        forget(self, event->number);
        break;
    case BROKER_TICK:
        on_tick(self);
        break;
    case BROKER_SOON:
        self->is_soon = false;
        tell_now(self);
        break;
    default:
        break;
    }
}
