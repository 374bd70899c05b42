// The thread's end of the bus: one PULL inbox, and one PUSH link per core thread it talks to.
//
//      this core thread                                  another one (of this process or not)
//      ┌────────────────────┐   PUSH ── frame ──▶ PULL   ┌────────────────────┐
//      │ link: pending batch│                            │ inbox              │
//      │ inbox              │   PULL ◀── frame ── PUSH   │ link: pending batch│
//      └────────────────────┘                            └────────────────────┘
//
// This file is the inbox, where frames come in; link.c is the links, where they go out.

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <zmq.h>

#include "actors/internal.h"
#include "actors/liveness.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/must.h"
#include "troupe/err.h"
#include "wire/limits.h"

enum { ACK_EVERY = TR_LINK_WINDOW_FRAMES / 4, FRAMES_PER_TURN = 64, ROOM_TRIES = 64 };

static char *last_endpoint(void *socket)
{
    char text[TR_ENDPOINT_CAP_BYTES] = "";
    size_t size = sizeof text;
    tr_must(zmq_getsockopt(socket, ZMQ_LAST_ENDPOINT, text, &size) == 0);
    return tr_copy_text(text, strlen(text));
}

static void on_inbox(struct ev_loop *loop, ev_io *watcher, int events)
{
    (void)loop;
    (void)events;
    ((tr_core *)watcher->data)->inbox_ready = true;
}

static int bind_at(tr_core *self, const char *endpoint, char **out_bound)
{
    if (zmq_bind(self->inbox, endpoint) != 0) {
        tr_log(TR_LOG_ERROR, "event=bind_failed endpoint=%s error=%s",
               tr_log_quote(endpoint, (unsigned)strlen(endpoint)),
               tr_log_quote(zmq_strerror(errno), (unsigned)strlen(zmq_strerror(errno))));
        return TR_EINVALID;
    }
    if (out_bound != NULL)
        *out_bound = last_endpoint(self->inbox);
    return 0;
}

// ":PORT", or NULL. An IPv6 address has colons of its own, in brackets.
static const char *port_of(const char *endpoint)
{
    if (strncmp(endpoint, "tcp://", 6) != 0)
        return NULL;
    const char *colon = strrchr(endpoint + 6, ':');
    return colon != NULL && strchr(colon, ']') == NULL ? colon : NULL;
}

// Where other processes (or, when a transport is forced, everybody) reach this core thread.
static int bind_outside(tr_core *self)
{
    const char *base = self->system->options.bus_endpoint;
    if (base == NULL && self->transport == TR_TRANSPORT_TCP)
        base = "tcp://127.0.0.1";
    if (base == NULL && self->transport == TR_TRANSPORT_IPC)
        base = "ipc://@";
    if (base == NULL)
        return 0;
    char endpoint[TR_ENDPOINT_CAP_BYTES];
    const char *port = port_of(base);
    int length;
    if (strncmp(base, "ipc://", 6) == 0)
        length = snprintf(endpoint, sizeof endpoint, "%stroupe-%016llx-%u", base,
                          (unsigned long long)self->node, self->index);
    else if (port != NULL && self->index == 0)
        length = snprintf(endpoint, sizeof endpoint, "%s", base);
    else
        length = snprintf(endpoint, sizeof endpoint, "%.*s:*",
                          (int)(port != NULL ? (size_t)(port - base) : strlen(base)), base);
    if (length < 0 || (size_t)length >= sizeof endpoint)
        return TR_EINVALID;
    return bind_at(self, endpoint, &self->endpoint);
}

int tr_bus_open(tr_core *self)
{
    self->inbox = tr_link_socket_new(self, ZMQ_PULL, false);
    if (self->inbox == NULL)
        return TR_ESYSTEM;
    char inproc[64];
    snprintf(inproc, sizeof inproc, "inproc://core-%u", self->index);
    int result = bind_at(self, inproc, NULL);
    if (result == 0)
        result = bind_outside(self);
    if (result == 0 && self->index == 0 && self->system->options.broker_endpoint != NULL)
        result =
            bind_at(self, self->system->options.broker_endpoint, &self->system->broker_endpoint);
    ev_io_init(&self->inbox_watcher, on_inbox, tr_link_fd(self->inbox), EV_READ);
    self->inbox_watcher.data = self;
    ev_io_start(self->loop, &self->inbox_watcher);
    self->inbox_ready = true;
    return result;
}

// Whoever sent this was told that it was accepted, and can send more than a mailbox holds. So the
// owner of a full mailbox works it off, alone, or its neighbours would fill it again; the window holds
// the sender back meanwhile. Only who fills its own mailbox stays full.
static int push_or_make_room(tr_core *self, tr_message **message)
{
    tr_actor *actor = tr_actor_find(self, (*message)->to);
    for (unsigned tries = 0; actor != NULL && tries < ROOM_TRIES; tries++) {
        if (tr_actor_has_room(actor, (*message)->shape))
            return tr_actor_push(actor, message);
        tr_actor_run_early(actor);
        actor = tr_actor_find(self, (*message)->to);
    }
    return self->deliver(self, message); // which has an answer for what is not there, or full for good
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

static void read_envelopes(tr_core *self, tr_batch_reader *reader, uint64_t *broken)
{
    for (;;) {
        tr_message *message = NULL;
        int got = tr_batch_next(reader, &message);
        if (got == 0)
            return;
        if (got < 0) {
            self->stats.malformed++;
            (*broken)++;
            if (got == TR_EMALFORMED)
                return;
            continue;
        }
        self->stats.messages_received++;
        message->to.node = self->node;
        take_in(self, message);
    }
}

static bool is_believable(const tr_core *self, const tr_batch_head *head)
{
    return head->from_node != 0 && head->from_core < TR_CORES_CAP &&
           (head->from_node != self->node || head->from_core < self->system->core_count);
}

void tr_bus_on_frame(tr_core *self, const void *bytes, size_t size)
{
    tr_batch_reader reader;
    tr_batch_head head;
    int result = tr_batch_open(&reader, bytes, size, &head);
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
    // Who does not know our number cannot expect acknowledgements, so costs no link.
    tr_link *link = NULL;
    if (head.to_node != 0 && !tr_liveness_admit(self, &head, reader.at == reader.end, &link)) {
        self->stats.fenced++;
        return;
    }
    if (link != NULL)
        tr_link_note_head(link, &head, reader.at == reader.end);
    self->stats.batches_received++;
    uint64_t broken = 0;
    uint64_t before = self->stats.messages_received;
    read_envelopes(self, &reader, &broken);
    if (head.to_node != 0 && head.from_node == self->node)
        self->inside_received += self->stats.messages_received - before;
    if (broken != 0)
        tr_log(TR_LOG_WARN, "event=bus_malformed node=%016llx envelopes=%llu",
               (unsigned long long)head.from_node, (unsigned long long)broken);
    // Acknowledged once it was worked into mailboxes; told when it is worth a frame of its own.
    // What was in the frame may have cost the link its life.
    link = tr_link_find(self, head.from_node, head.from_core);
    if (link != NULL && link->received - link->reported >= ACK_EVERY) {
        link->owes_ack = true;
        tr_link_mark_dirty(link);
    }
}

void tr_bus_drain(tr_core *self)
{
    // ZMQ_FD is edge-triggered: only an inbox that was seen empty may wait for it again.
    for (unsigned frames = 0; frames < FRAMES_PER_TURN; frames++) {
        zmq_msg_t frame;
        zmq_msg_init(&frame);
        int got = zmq_msg_recv(&frame, self->inbox, ZMQ_DONTWAIT);
        if (got < 0) {
            zmq_msg_close(&frame);
            if (errno == EAGAIN)
                self->inbox_ready = false;
            return;
        }
        TR_BUS_ACQUIRE();
        tr_bus_on_frame(self, zmq_msg_data(&frame), zmq_msg_size(&frame));
        zmq_msg_close(&frame);
    }
}

void tr_bus_close(tr_core *self)
{
    if (self->inbox == NULL)
        return;
    ev_io_stop(self->loop, &self->inbox_watcher);
    zmq_close(self->inbox);
    self->inbox = NULL;
}
