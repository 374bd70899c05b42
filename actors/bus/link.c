// The links of a core thread, one to each other one that it talks to (the drawing is in bus.c).
//
// Messages of one turn to one peer leave as one batch. High-water marks count batches and drop or
// block where nobody looks, so flow is our own: a head carries how many batches were received the
// other way, and at most TR_LINK_WINDOW_BATCHES are out unacknowledged; behind that the batch grows
// to TR_LINK_PENDING_CAP_BYTES and then sending is refused. A batch without messages only
// acknowledges: it is not counted and no window holds it back, or two full ones would wait for each
// other. Since the mark is never reached, a link that ZeroMQ cannot write to has lost its pipe: the
// peer is down, and we know at once.

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <utlist.h>
#include <zmq.h>

#include "actors/bus/bus.h"
#include "actors/bus/dial.h"
#include "actors/bus/link.h"
#include "actors/bus/parting.h"
#include "actors/bus/routes.h"
#include "actors/bus/socket.h"
#include "actors/core/core_record.h"
#include "actors/core/relations.h"
#include "actors/core/system_record.h"
#include "base/live.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/must.h"
#include "troupe/err.h"
#include "wire/limits.h"
#include "wire/parcel.h"

_Static_assert(TR_LINK_PENDING_CAP_BYTES + TR_ENVELOPE_CAP_BYTES <= TR_BATCH_RECEIVE_CAP_BYTES,
               "what gathers behind a full window leaves as one batch, and its receiver takes it");

static uint64_t link_key(uint64_t node, uint32_t index)
{
    uint64_t key = node + (uint64_t)index * 0x9e3779b97f4a7c15u;
    return key != 0 ? key : 1;
}

void tr_bus_link_mark_dirty(tr_bus_link *link)
{
    if (link->is_dirty)
        return;
    link->is_dirty = true;
    link->next_dirty = link->core->bus->dirty_links;
    link->core->bus->dirty_links = link;
}

static void hang_up(tr_bus_link *link);

static void link_free(tr_bus_link *link)
{
    if (link->core->bus->last_link == link)
        link->core->bus->last_link = NULL;
    hang_up(link);
    tr_buf_done(&link->pending);
    tr_bus_link_forget_endpoints(link);
    tr_live_gone(link);
    tr_free(link);
}

void tr_bus_link_forget(tr_bus_link *link)
{
    tr_core *self = link->core;
    tr_map_take(&self->bus->links, link_key(link->node, link->index));
    if (link->is_dirty)
        LL_DELETE2(self->bus->dirty_links, link, next_dirty);
    link_free(link);
}

static bool can_write_to(const tr_bus_link *link)
{
    return link->trunk != NULL ? tr_trunk_state_of(link->trunk) == TR_TRUNK_OPEN
                               : (tr_bus_socket_events(link->socket) & ZMQ_POLLOUT) != 0;
}

// A peer that lives, and leaves perhaps, is to hang up first.
static void let_go(tr_bus_link *link)
{
    tr_core *self = link->core;
    if (!link->is_inproc)
        ev_io_stop(self->loop, &link->watcher);
    if (link->state.kind == TR_LINK_PEER && can_write_to(link))
        tr_partings_add(&self->bus->partings, link->socket, self->real_ms);
    else
        zmq_close(link->socket);
}

static void hang_up(tr_bus_link *link)
{
    tr_bus_link_state_hung_up(&link->state);
    tr_beat_drop(&link->beat);
    if (link->socket == NULL)
        return;
    if (link->trunk == NULL && link->core->bus->batch_out == NULL)
        let_go(link);
    tr_trunk_drop(&link->trunk);
    link->socket = NULL;
    link->pending.size = 0;
    link->greeted = false;
}

bool tr_bus_link_look_at_pipe(tr_bus_link *link)
{
    // A lost trunk comes to nothing, whether or not this link saw it open.
    if (link->trunk != NULL && tr_trunk_state_of(link->trunk) == TR_TRUNK_LOST)
        return true;
    bool can_write = can_write_to(link);
    switch (tr_bus_link_state_pipe(&link->state, can_write, link->core->real_ms)) {
    case TR_LINK_OPENED:
        if (tr_bus_link_has_pending(link) || link->owes_ack)
            tr_bus_link_mark_dirty(link);
        return false;
    case TR_LINK_CLOSED:
        link->pending.size = 0;
        link->greeted = false;
        return false;
    case TR_LINK_LOST:
        return true;
    case TR_LINK_NO_NEWS:
        return false;
    }
    return false;
}

// To ourselves, over a transport that a test forced, the next send dials again.
void tr_bus_link_lose(tr_bus_link *link)
{
    if (link->state.kind == TR_LINK_INSIDE)
        hang_up(link);
    else
        link->core->node_down(link->core, link->node);
}

static void on_pipe(struct ev_loop *loop, ev_io *watcher, int events)
{
    (void)loop;
    (void)events;
    tr_bus_link *link = watcher->data;
    if (tr_bus_link_look_at_pipe(link))
        tr_bus_link_lose(link);
}

// One that is lost takes all links of its process along.
void tr_bus_links_look_at_trunk(tr_core *self, uint64_t node)
{
    for (uint32_t index = 0; index < TR_CORES_CAP; index++) {
        tr_bus_link *link = tr_bus_link_find(self, node, index);
        if (link != NULL && link->trunk != NULL && tr_bus_link_look_at_pipe(link))
            tr_bus_link_lose(link);
    }
}

static tr_bus_link *link_new(tr_core *self, uint64_t node, uint32_t index)
{
    tr_bus_link *link = tr_new(tr_bus_link);
    tr_live_born(link);
    link->core = self;
    link->node = node;
    link->index = index;
    bool is_inside = node == self->node;
    tr_bus_link_state_init(&link->state, is_inside ? TR_LINK_INSIDE : TR_LINK_PEER,
                           is_inside || self->bus->endpoint != NULL, ++self->bus->next_incarnation,
                           self->real_ms);
    link->is_inproc = is_inside && (self->transport == TR_TRANSPORT_LOCAL ||
                                    self->transport == TR_TRANSPORT_INPROC);
    // The deterministic scheduler's trace is of what does not depend on addresses.
    link->has_parcels = link->is_inproc && self->bus->batch_out == NULL;
    tr_map_put(&self->bus->links, link_key(node, index), link);
    return link;
}

tr_bus_link *tr_bus_link_find(const tr_core *self, uint64_t node, uint32_t index)
{
    tr_bus_link *last = self->bus->last_link;
    if (last != NULL && last->node == node && last->index == index)
        return last;
    return tr_map_find(&self->bus->links, link_key(node, index));
}

// One that was given up is kept for its number alone; a newcomer needs the room more.
static void make_room(tr_core *self)
{
    tr_bus_link *oldest = NULL;
    uint32_t at = 0;
    void *value;
    while (tr_map_next(&self->bus->links, &at, NULL, &value)) {
        tr_bus_link *link = value;
        if (link->state.phase == TR_LINK_GIVEN_UP &&
            (oldest == NULL || link->state.since_ms < oldest->state.since_ms))
            oldest = link;
    }
    if (oldest != NULL)
        tr_bus_link_forget(oldest);
}

tr_bus_link *tr_bus_link_get(tr_core *self, uint64_t node, uint32_t index)
{
    tr_bus_link *link = tr_bus_link_find(self, node, index);
    if (link != NULL)
        return link;
    if (self->bus->links.count >= TR_LINKS_CAP)
        make_room(self);
    return self->bus->links.count < TR_LINKS_CAP ? link_new(self, node, index) : NULL;
}

static int dial(tr_bus_link *link)
{
    if (link->core->bus->batch_out != NULL) {
        if (!link->is_inproc)
            return TR_EGONE;
        link->socket = link->core; // anything but NULL: it is open
        tr_bus_link_state_dialed(&link->state, link->core->real_ms);
        (void)tr_bus_link_state_pipe(&link->state, true, link->core->real_ms);
        return 0;
    }
    int result = tr_bus_link_open(link);
    if (result < 0)
        return result;
    tr_bus_link_state_dialed(&link->state, link->core->real_ms);
    if (!link->is_inproc && link->trunk == NULL) {
        ev_io_init(&link->watcher, on_pipe, tr_bus_socket_fd(link->socket), EV_READ);
        link->watcher.data = link;
        ev_io_start(link->core->loop, &link->watcher);
    }
    // May be up already (inproc always is).
    (void)tr_bus_link_look_at_pipe(link);
    return 0;
}

static void write_head(const tr_bus_link *link, tr_buf *out)
{
    if (link->has_parcels)
        tr_parcels_begin(out);
    else
        tr_batch_head_append(out, &(tr_batch_head){.protocol = TR_BUS_PROTOCOL});
}

static void begin_batch(tr_bus_link *link)
{
    if (link->pending.size == 0)
        write_head(link, &link->pending);
}

static void greet(tr_bus_link *link)
{
    link->greeted = true;
    if (link->state.kind == TR_LINK_INSIDE || link->core->bus->endpoint == NULL)
        return;
    begin_batch(link);
    tr_bus_link_append_hello(link, &link->pending);
}

int tr_bus_link_connect(tr_bus_link *link)
{
    if (link->socket == NULL) {
        int result = dial(link);
        if (result < 0)
            return result;
    }
    if (link->state.kind == TR_LINK_ALIAS && link->state.phase != TR_LINK_UP) {
        (void)tr_bus_link_look_at_pipe(link);
        if (link->state.phase != TR_LINK_UP)
            return TR_EUNAVAILABLE;
    }
    if (!link->greeted)
        greet(link);
    return 0;
}

static bool put_out(tr_bus_link *link, const tr_buf *batch)
{
    if (link->core->bus->batch_out != NULL)
        return link->core->bus->batch_out(link, batch);
    if (link->trunk != NULL)
        return tr_trunk_send(link->trunk, link->core, batch->data, batch->size);
    return tr_bus_socket_send(link->socket, batch->data, batch->size);
}

// From the first frame on the peer listens for the next ones.
static void leave_beat(tr_bus_link *link)
{
    char inproc[64];
    const char *endpoint = link->trunk != NULL ? tr_trunk_endpoint(link->trunk)
                                               : tr_bus_link_endpoint(link, inproc, sizeof inproc);
    if (link->state.kind != TR_LINK_INSIDE && endpoint != NULL)
        link->beat =
            tr_beat_new(link->core, endpoint, tr_address_of(link->node, link->index, TR_SLOT_CORE),
                        link->state.incarnation, link->trunk != NULL);
}

// One without messages does not count.
static bool send_batch(tr_bus_link *link, tr_buf *batch, bool counts)
{
    tr_core *self = link->core;
    bool is_alias = link->state.kind == TR_LINK_ALIAS;
    tr_batch_head head = {.protocol = TR_BUS_PROTOCOL,
                          .from_node = self->node,
                          .from_core = self->index,
                          .to_node = is_alias ? 0 : link->node,
                          .to_core = link->index};
    tr_bus_link_state_head(&link->state, counts, &head);
    if (link->has_parcels)
        tr_parcels_seal(batch, &head);
    else
        tr_batch_head_rewrite(batch, 0, &head);
    if (!put_out(link, batch))
        return false;
    tr_bus_link_state_said(&link->state, counts, self->real_ms);
    if (link->beat == NULL)
        leave_beat(link);
    tr_beat_set_waits(link->beat, link->state.waits_since_ms);
    link->owes_ack = false;
    self->stats.batches_sent++;
    return true;
}

static void send_ack(tr_bus_link *link)
{
    tr_buf batch = {0};
    write_head(link, &batch);
    (void)send_batch(link, &batch, false);
    tr_buf_done(&batch);
}

// A peer that does not know of us says nothing while a long first batch is on its way to it, nor
// believes what our beats say: so a hello goes before that.
static bool introduce(tr_bus_link *link)
{
    const tr_bus_link_state *state = &link->state;
    bool is_known = state->sent + state->received != 0 || link->core->bus->endpoint == NULL;
    if (state->kind != TR_LINK_PEER || is_known || link->pending.size <= TR_BATCH_CAP_BYTES)
        return true;
    tr_buf batch = {0};
    write_head(link, &batch);
    tr_bus_link_append_hello(link, &batch);
    bool is_sent = send_batch(link, &batch, true);
    tr_buf_done(&batch);
    return is_sent;
}

// Sends the batch under construction. It stays when the window is full or the pipe not up.
static void flush_link(tr_bus_link *link)
{
    if (link->socket == NULL || link->state.phase != TR_LINK_UP)
        return;
    if (!tr_bus_link_has_pending(link) || !tr_bus_link_state_has_window(&link->state)) {
        if (link->owes_ack)
            send_ack(link);
        return;
    }
    if (!introduce(link) || !send_batch(link, &link->pending, true))
        return;
    link->pending.size = 0;
    // The peer of an alias may have given us up, and cannot say so: each batch tells where we are.
    if (link->state.kind == TR_LINK_ALIAS)
        link->greeted = false;
    if (link->pending.cap > 4 * TR_BATCH_CAP_BYTES)
        tr_buf_done(&link->pending);
}

void tr_bus_links_flush(tr_core *self)
{
    while (self->bus->dirty_links != NULL) {
        tr_bus_link *link = self->bus->dirty_links;
        self->bus->dirty_links = link->next_dirty;
        link->is_dirty = false;
        if (link->owes_ack && link->socket == NULL && tr_bus_link_connect(link) < 0)
            continue;
        flush_link(link);
    }
}

int tr_bus_links_send(tr_core *self, const tr_message *message)
{
    unsigned index = tr_address_core(message->to);
    bool is_place = message->to.node != 0 && index < TR_CORES_CAP &&
                    (message->to.node != self->node || index < self->system->core_count);
    tr_bus_link *link = is_place ? tr_bus_link_get(self, message->to.node, index) : NULL;
    if (link == NULL) {
        tr_core_dead_letter(self, message, TR_EGONE);
        return TR_EGONE;
    }
    int result = tr_bus_link_connect(link);
    if (result < 0) {
        // Addresses of nodes that are long gone must not fill the table.
        if (link->state.phase == TR_LINK_IDLE && link->state.received == 0 &&
            link->state.kind != TR_LINK_ALIAS)
            tr_bus_link_forget(link);
        tr_core_dead_letter(self, message, result);
        return result == TR_ESYSTEM ? TR_EFULL : result;
    }
    if (link->pending.size >= TR_BATCH_CAP_BYTES)
        flush_link(link);
    if (link->pending.size >= TR_LINK_PENDING_CAP_BYTES) {
        self->stats.refused_full++;
        return TR_EFULL;
    }
    self->bus->last_link = link;
    begin_batch(link);
    if (link->has_parcels)
        tr_message_pack(message, &link->pending);
    else
        tr_batch_append(&link->pending, message);
    self->stats.messages_sent++;
    self->inside_sent += link->state.kind == TR_LINK_INSIDE;
    tr_bus_link_mark_dirty(link);
    return 0;
}

void tr_bus_links_on_hello(tr_core *self, const tr_message *hello)
{
    tr_bus_link *link = tr_bus_link_get(self, hello->from.node, tr_address_core(hello->from));
    if (link != NULL)
        tr_bus_link_note_endpoints(link, TR_BODY(hello, link_hello));
}

// The last batch of this incarnation; whatever waited behind the window goes with it.
static void say_it_is_over(tr_bus_link *link)
{
    tr_core *self = link->core;
    link->pending.size = 0;
    tr_message *over = tr_message_new(TR_MSG_link_over,
                                      &(tr_msg_link_over){.incarnation = link->state.incarnation});
    over->from = tr_core_address(self);
    over->to = tr_address_of(link->node, link->index, TR_SLOT_CORE);
    begin_batch(link);
    tr_batch_append(&link->pending, over);
    tr_message_free(over);
    if (send_batch(link, &link->pending, true) && link->trunk == NULL)
        tr_bus_socket_set(link->socket, ZMQ_LINGER, TR_BUS_GOODBYE_MS);
}

// The record stays for a while, so that late batches of what is over are known for that.
static void give_up(tr_bus_link *link)
{
    tr_core *self = link->core;
    if (tr_bus_link_state_must_tell(&link->state, tr_bus_link_has_pending(link)))
        say_it_is_over(link);
    hang_up(link);
    link->owes_ack = false;
    tr_bus_link_forget_endpoints(link);
    tr_bus_link_state_give_up(&link->state, ++self->bus->next_incarnation, self->real_ms);
}

void tr_bus_links_drop_node(tr_core *self, uint64_t node)
{
    for (uint32_t index = 0; index < TR_CORES_CAP; index++) {
        tr_bus_link *link = tr_bus_link_find(self, node, index);
        if (link != NULL && link->state.kind == TR_LINK_PEER)
            give_up(link);
    }
    tr_routes_suspect(&self->bus->routes, node);
}

void tr_bus_links_repeat(tr_core *self, const tr_message *message)
{
    tr_bus_link *link = tr_bus_link_find(self, message->to.node, tr_address_core(message->to));
    if (link != NULL && link->state.kind == TR_LINK_ALIAS)
        tr_beat_repeat(link->beat, message);
}

void tr_bus_links_close(tr_core *self)
{
    tr_bus_links_flush(self);
    uint32_t at = 0;
    void *value;
    while (tr_map_next(&self->bus->links, &at, NULL, &value)) {
        tr_bus_link *link = value;
        if (link->state.phase == TR_LINK_UP && link->state.kind != TR_LINK_INSIDE &&
            link->trunk == NULL)
            tr_bus_socket_set(link->socket, ZMQ_LINGER,
                              TR_BUS_GOODBYE_MS); // for what was said last
        link_free(link);
    }
    tr_partings_close(&self->bus->partings);
    tr_map_done(&self->bus->links);
    self->bus->dirty_links = NULL;
}
