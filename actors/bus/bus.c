// The thread's end of the bus: two PULL inboxes, and one PUSH link per core thread it talks to.
//
//      this core thread                                  another one (of this process or not)
//      ┌────────────────────┐   PUSH ── batch ──▶ PULL   ┌────────────────────┐
//      │ link: pending batch│                            │ inbox near or far  │
//      │ inbox near or far  │   PULL ◀── batch ── PUSH   │ link: pending batch│
//      └────────────────────┘                            └────────────────────┘
//
// Near: parcels, messages as they lie in memory, from core threads of this process. Far: msgpack,
// from whoever can reach our endpoint. Batches from there must never be read as parcels, which is
// why there are two inboxes.
//
// This file is the inboxes, where batches come in; link.c is the links, where they go out.

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <zmq.h>

#include "actors/bus/admission.h"
#include "actors/bus/bus.h"
#include "actors/bus/keys.h"
#include "actors/bus/link.h"
#include "actors/bus/liveness.h"
#include "actors/bus/socket.h"
#include "actors/bus/trunk.h"
#include "actors/core/actor_record.h"
#include "actors/core/ask_refusal.h"
#include "actors/core/core_record.h"
#include "actors/core/enter.h"
#include "actors/core/sanitizer.h"
#include "actors/core/system_record.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/must.h"
#include "troupe/err.h"
#include "wire/limits.h"
#include "wire/parcel.h"

enum { ACK_EVERY = TR_LINK_WINDOW_BATCHES / 4, BATCHES_PER_TURN = 64, ROOM_TRIES = 64 };

static void on_inbox(struct ev_loop *loop, ev_io *watcher, int events)
{
    (void)loop;
    (void)events;
    ((tr_inbox *)watcher->data)->is_ready = true;
}

static int lock_up(tr_core *self, void *socket)
{
    tr_bus_socket_lock(self->system, socket);
    tr_admission *admission = self->system->admission;
    return admission != NULL ? tr_admission_watch(admission, socket, self->index) : 0;
}

static int open_inbox(tr_core *self, tr_inbox *inbox)
{
    inbox->socket = tr_bus_socket_new(self->system, ZMQ_PULL, false);
    if (inbox->socket == NULL)
        return TR_ESYSTEM;
    if (inbox == &self->bus->far && lock_up(self, inbox->socket) < 0) {
        zmq_close(inbox->socket);
        inbox->socket = NULL;
        return TR_ESYSTEM;
    }
    ev_io_init(&inbox->watcher, on_inbox, tr_bus_socket_fd(inbox->socket), EV_READ);
    inbox->watcher.data = inbox;
    ev_io_start(self->loop, &inbox->watcher);
    inbox->is_ready = true;
    return 0;
}

static void close_inbox(tr_core *self, tr_inbox *inbox)
{
    if (inbox->socket == NULL)
        return;
    if (inbox == &self->bus->far && self->system->admission != NULL)
        tr_admission_unwatch(inbox->socket);
    ev_io_stop(self->loop, &inbox->watcher);
    zmq_close(inbox->socket);
    *inbox = (tr_inbox){0};
}

static int bind_at(tr_core *self, tr_inbox *inbox, const char *endpoint, char **out_bound)
{
    int result = inbox->socket == NULL ? open_inbox(self, inbox) : 0;
    if (result < 0)
        return result;
    if (zmq_bind(inbox->socket, endpoint) != 0) {
        tr_log(TR_LOG_ERROR, "event=bind_failed endpoint=%s error=%s",
               tr_log_quote(endpoint, (unsigned)strlen(endpoint)),
               tr_log_quote(zmq_strerror(errno), (unsigned)strlen(zmq_strerror(errno))));
        return TR_EINVALID;
    }
    if (out_bound != NULL)
        *out_bound = tr_bus_socket_endpoint(inbox->socket);
    return 0;
}

// Where other processes (or, when a transport is forced, everybody) reach this core thread.
static int bind_outside(tr_core *self)
{
    char endpoint[TR_ENDPOINT_CAP_BYTES];
    int result = tr_bus_endpoint_outside(self->system, self->index, endpoint);
    if (result < 0 || endpoint[0] == '\0')
        return result;
    return bind_at(self, &self->bus->far, endpoint, &self->bus->endpoint);
}

int tr_bus_open(tr_core *self)
{
    char inproc[64];
    snprintf(inproc, sizeof inproc, "inproc://core-%u", self->index);
    int result = bind_at(self, &self->bus->near, inproc, NULL);
    if (result == 0)
        result = bind_outside(self);
    snprintf(inproc, sizeof inproc, TR_BUS_CARRIED_INBOX, self->index);
    if (result == 0 && self->system->trunks != NULL)
        result = bind_at(self, &self->bus->carried, inproc, NULL);
    if (result == 0 && self->index == 0 && self->system->options.broker_endpoint != NULL)
        result = bind_at(self, &self->bus->far, self->system->options.broker_endpoint,
                         &self->system->broker_endpoint);
    return result;
}

// The sender was told that its message was accepted, and can send more than a mailbox holds. So the
// owner of a full mailbox works it off, alone, or its neighbours would fill it again; the window
// holds the sender back meanwhile. Only an actor that fills its own mailbox stays full.
static int push_or_make_room(tr_core *self, tr_message **message)
{
    tr_actor *actor = tr_actor_find(self, (*message)->to);
    for (unsigned tries = 0; actor != NULL && tries < ROOM_TRIES; tries++) {
        if (tr_actor_has_room(actor, (*message)->shape, tr_message_memory_size(*message)))
            return tr_actor_push(actor, message);
        tr_actor_run_early(actor);
        actor = tr_actor_find(self, (*message)->to);
    }
    return self->deliver(self,
                         message); // which has an answer for what is not there, or full for good
}

static bool is_for_an_actor(const tr_message *message)
{
    uint32_t slot = tr_address_slot(message->to);
    return slot < TR_SLOT_POOL && slot != TR_SLOT_CORE && (message->flags & TR_FLAG_ANSWER) == 0;
}

static void take_in(tr_core *self, tr_message *message)
{
    int result = is_for_an_actor(message) ? push_or_make_room(self, &message)
                                          : self->deliver(self, &message);
    if (message == NULL)
        return;
    if (result == TR_EFULL)
        tr_core_dead_letter(self, message, result);
    if (result < 0 && (message->flags & TR_FLAG_ASK) != 0) {
        tr_message *refusal = tr_refusal_new(message, result);
        (void)tr_core_post_message(self, &refusal); // or the asker's deadline tells it
        tr_message_free(refusal);
    }
    tr_message_free(message);
}

typedef int next_message(tr_batch_reader *reader, tr_message **out);

// Messages that only core threads of one process send each other.
static bool is_for_inside(const tr_message *message)
{
    switch (TR_TYPE(message)) {
    case TR_MSG_routes_changed:
    case TR_MSG_node_down:
    case TR_MSG_sessions_load:
    case TR_MSG_shard_taken:
    case TR_MSG_shard_given:
    case TR_MSG_shard_wanted:
    case TR_MSG_shard_leave:
        return true;
    case TR_MSG_shard_granted:
    case TR_MSG_shard_lost: // a broker tells the agent, which tells its core threads
        return tr_address_slot(message->to) != TR_SLOT_NODE;
    default:
        return false;
    }
}

// Nobody speaks for another process, and nobody from outside as if from here.
static bool is_honest(const tr_core *self, const tr_message *message, uint64_t peer)
{
    return (message->from.node == 0 || message->from.node == peer) &&
           (peer == self->node || !is_for_inside(message));
}

static void read_messages(tr_core *self, tr_batch_reader *reader, next_message *next, uint64_t peer,
                          uint64_t *broken)
{
    for (;;) {
        tr_message *message = NULL;
        int got = next(reader, &message);
        if (got == 0)
            return;
        if (got < 0) {
            self->stats.malformed++;
            (*broken)++;
            continue; // it cost itself; where no next one can be found, the reader is at its end
        }
        if (!is_honest(self, message, peer)) {
            self->stats.forged++;
            (*broken)++;
            tr_message_free(message);
            continue;
        }
        self->stats.messages_received++;
        message->to.node = self->node;
        take_in(self, message);
    }
}

// Our own core threads write here only where a test forced a transport, or simulates one.
static bool is_believable(const tr_core *self, const tr_batch_head *head)
{
    if (head->from_node != self->node)
        return head->from_node != 0 && head->from_core < TR_CORES_CAP;
    return head->from_core < self->system->core_count &&
           (self->bus->batch_out != NULL || self->transport == TR_TRANSPORT_IPC ||
            self->transport == TR_TRANSPORT_TCP);
}

static void take_batch(tr_core *self, const tr_batch_head *head, tr_batch_reader *reader,
                       next_message *next)
{
    bool is_only_ack = reader->at == reader->end;
    // A peer that does not know our number cannot expect acknowledgements, so it costs no link.
    tr_bus_link *link = NULL;
    if (head->to_node != 0 && !tr_liveness_admit(self, head, is_only_ack, &link)) {
        self->stats.fenced++;
        return;
    }
    self->stats.batches_received++;
    uint64_t broken = 0;
    uint64_t before = self->stats.messages_received;
    read_messages(self, reader, next, head->from_node, &broken);
    if (head->to_node != 0 && head->from_node == self->node)
        self->inside_received += self->stats.messages_received - before;
    if (broken != 0)
        tr_log(TR_LOG_WARN, "event=bus_malformed node=%016llx envelopes=%llu",
               (unsigned long long)head->from_node, (unsigned long long)broken);
    // Acknowledged once it was worked into mailboxes; told when it is worth a batch of its own. A
    // message in the batch may have ended the link.
    link = tr_bus_link_find(self, head->from_node, head->from_core);
    if (link != NULL && link->state.received - link->state.reported >= ACK_EVERY) {
        link->owes_ack = true;
        tr_bus_link_mark_dirty(link);
    }
}

// With keys, the handshake shows which node a connection may speak for.
static bool is_spoken_by(tr_core *self, const tr_batch_head *head, zmq_msg_t *raw)
{
    if (self->system->keys == NULL ||
        tr_bus_keys_is_user(zmq_msg_gets(raw, "User-Id"), head->from_node))
        return true;
    self->stats.forged++;
    tr_admission_forged(self->system->admission, head->from_node,
                        zmq_msg_gets(raw, "Peer-Address"));
    return false;
}

// `raw`: what it came in, NULL in the deterministic scheduler.
static void take_far(tr_core *self, const void *bytes, size_t size, zmq_msg_t *raw)
{
    tr_batch_reader reader;
    tr_batch_head head;
    int result = tr_batch_open(&reader, bytes, size, &head);
    if (result == 0 && raw != NULL && !is_spoken_by(self, &head, raw))
        return;
    if (result == 0 && !is_believable(self, &head))
        result = TR_EMALFORMED;
    // A node that restarted got a new number: what was meant for its predecessor is not for it.
    if (result < 0 || (head.to_node != 0 && head.to_node != self->node)) {
        self->stats.malformed += result < 0;
        self->stats.dead_letters += result == 0;
        if (result == TR_EPROTOCOL)
            tr_log(TR_LOG_WARN, "event=bus_protocol_mismatch theirs=%u ours=%u", head.protocol,
                   TR_BUS_PROTOCOL);
        return;
    }
    take_batch(self, &head, &reader, tr_batch_next);
}

void tr_bus_on_batch(tr_core *self, const void *bytes, size_t size)
{
    take_far(self, bytes, size, NULL);
}

static void on_batch(tr_core *self, zmq_msg_t *raw)
{
    take_far(self, zmq_msg_data(raw), zmq_msg_size(raw), raw);
}

// The thread of the trunks has seen to it that nobody speaks for another process.
static void on_carried(tr_core *self, zmq_msg_t *raw)
{
    const void *bytes = zmq_msg_data(raw);
    size_t size = zmq_msg_size(raw);
    uint64_t node = tr_trunk_news(bytes, size);
    if (node != 0)
        tr_bus_links_look_at_trunk(self, node);
    else
        take_far(self, bytes, size, NULL);
}

static void on_parcels(tr_core *self, zmq_msg_t *raw)
{
    tr_batch_reader reader;
    tr_batch_head head;
    tr_parcels_open(&reader, zmq_msg_data(raw), zmq_msg_size(raw), &head);
    tr_must(head.from_node == self->node && head.to_node == self->node &&
            head.from_core < self->system->core_count);
    take_batch(self, &head, &reader, tr_parcels_next);
}

// ZMQ_FD is edge-triggered: only an inbox that was seen empty may wait for it again.
static void drain(tr_core *self, tr_inbox *inbox, void (*take)(tr_core *self, zmq_msg_t *raw))
{
    for (unsigned batches = 0; batches < BATCHES_PER_TURN && inbox->is_ready; batches++) {
        zmq_msg_t raw;
        zmq_msg_init(&raw);
        int got = zmq_msg_recv(&raw, inbox->socket, ZMQ_DONTWAIT);
        if (got >= 0) {
            TR_BUS_ACQUIRE();
            take(self, &raw);
        } else if (errno == EAGAIN) {
            inbox->is_ready = false;
        }
        zmq_msg_close(&raw);
    }
}

void tr_bus_drain(tr_core *self)
{
    drain(self, &self->bus->near, on_parcels);
    drain(self, &self->bus->far, on_batch);
    if (self->bus->carried.socket != NULL)
        drain(self, &self->bus->carried, on_carried);
}

void tr_bus_close(tr_core *self)
{
    close_inbox(self, &self->bus->near);
    close_inbox(self, &self->bus->far);
    close_inbox(self, &self->bus->carried);
    if (self->bus->to_trunks != NULL)
        zmq_close(self->bus->to_trunks);
}

const tr_routes *tr_core_routes(const tr_core *self)
{
    tr_owner_check(&self->owner);
    return &self->bus->routes;
}

const char *tr_core_endpoint(const tr_core *self)
{
    TR_ENTER_OR(self, NULL);
    return self->bus->endpoint;
}

tr_bus *tr_bus_new(void)
{
    tr_bus *self = tr_new(tr_bus);
    tr_routes_init(&self->routes);
    return self;
}

void tr_bus_free(tr_bus **self)
{
    tr_routes_done(&(*self)->routes);
    tr_free(*self);
    *self = NULL;
}

bool tr_bus_is_busy(const tr_core *core)
{
    const tr_bus *self = core->bus;
    return self->near.is_ready || self->far.is_ready || self->carried.is_ready ||
           self->dirty_links != NULL;
}

uint64_t tr_core_dial(tr_core *self, const char *endpoint)
{
    tr_owner_assert(&self->owner);
    uint64_t alias = tr_hash(endpoint, strlen(endpoint));
    tr_bus_link *link = tr_bus_link_get(self, alias, 0);
    tr_must(link != NULL);
    if (link->state.kind != TR_LINK_ALIAS) {
        tr_bus_link_state_init(&link->state, TR_LINK_ALIAS, false, 0, self->real_ms);
        link->endpoint = tr_copy_text(endpoint, strlen(endpoint));
        tr_must(self->alias_count < TR_PEERS_CAP);
        self->aliases[self->alias_count++] = alias;
        (void)tr_bus_link_connect(link);
    }
    return alias;
}
