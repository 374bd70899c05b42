// How a connection ends, and what it gives to its socket.

#include "gateway/connection_out.h"

#include <string.h>

#include "base/mem.h"
#include "base/must.h"
#include "troupe/err.h"
#include "wire/limits.h"

void tr_connection_drop_all(tr_connection *self)
{
    tr_backlog_done(&self->waiting);
    tr_incoming_drop(&self->incoming);
    tr_outbox_done(&self->outbox);
    tr_free(self->close_reason);
    self->close_reason = NULL;
}

void tr_connection_detach(tr_connection *self, unsigned code, uint64_t now_ms)
{
    bool was_attached = self->state == TR_CONNECTION_ATTACHED;
    self->state = TR_CONNECTION_CLOSING;
    self->since_ms = now_ms;
    if (was_attached)
        self->actions->detach(self, code);
}

void tr_connection_close(tr_connection *self, unsigned code, const char *reason, uint64_t now_ms)
{
    if (!is_open(self))
        return;
    tr_connection_detach(self, code, now_ms);
    if (!self->is_leaving)
        self->actions->close(self, code, reason);
    tr_connection_drop_all(self);
    // The browser's own close frame, the answer to ours, must get through.
    if (!self->is_reading) {
        self->is_reading = true;
        self->actions->read(self, true);
    }
}

void tr_connection_cut(tr_connection *self, const char *reason, uint64_t now_ms)
{
    if (is_open(self))
        tr_connection_detach(self, TR_CLOSE_ABNORMAL, now_ms);
    if (self->state != TR_CONNECTION_CLOSING)
        return;
    self->state = TR_CONNECTION_CLOSED;
    self->actions->cut(self, reason);
    tr_connection_drop_all(self);
}

void tr_connection_close_if_flushed(tr_connection *self, uint64_t now_ms)
{
    if (self->close_code == 0 || !is_open(self) || !tr_outbox_is_empty(&self->outbox))
        return;
    char *reason = self->close_reason;
    self->close_reason = NULL;
    // The code says enough where there was no memory for more.
    tr_connection_close(self, self->close_code, reason != NULL ? reason : "", now_ms);
    tr_free(reason);
}

// Between two packets. False: the socket is broken.
static bool send_seen(tr_connection *self, uint64_t now_ms)
{
    uint8_t bytes[TR_FLET_SEEN_BYTES];
    tr_flet_write_seen(bytes, self->outbox.seen);
    tr_packet *packet = tr_packet_of(bytes, sizeof bytes);
    int result = self->actions->send(
        self, &(tr_outbox_piece){.packet = packet, .size = sizeof bytes, .is_last = true});
    tr_packet_unref(packet); // a socket that keeps it has a copy
    self->owes_seen = false;
    self->is_held = self->is_seen_held = result > 0;
    if (result < 0)
        tr_connection_cut(self, NULL, now_ms);
    return result >= 0;
}

void tr_connection_flush(tr_connection *self, uint64_t now_ms)
{
    uint32_t done = 0;
    if (self->is_leaving)
        return; // nothing may follow our close frame
    while (!self->is_held && is_open(self)) {
        if (self->owes_seen && self->outbox.offset == 0) {
            if (!send_seen(self, now_ms))
                return;
            continue;
        }
        tr_outbox_piece piece = tr_outbox_next(&self->outbox);
        if (piece.packet == NULL)
            break;
        int result = self->actions->send(self, &piece);
        if (result < 0) {
            tr_connection_cut(self, NULL, now_ms);
            return;
        }
        if (result > 0) {
            self->is_held = true;
        } else if (tr_outbox_advance(&self->outbox)) {
            done += self->is_answered;
            self->is_answered = true;
        }
    }
    if (!self->is_held)
        self->write_since_ms = 0;
    else if (self->write_since_ms == 0)
        self->write_since_ms = now_ms;
    self->packets = (uint8_t)(self->packets - done);
    if (done != 0 && self->state == TR_CONNECTION_ATTACHED)
        self->actions->written(self, done);
    tr_connection_close_if_flushed(self, now_ms);
}

void tr_connection_on_packet(tr_connection *self, tr_packet **packet, uint32_t number,
                             uint64_t now_ms)
{
    tr_packet *taken = *packet;
    *packet = NULL;
    if (taken == NULL || self->state != TR_CONNECTION_ATTACHED || self->close_code != 0) {
        tr_packet_unref(taken);
        return;
    }
    if (taken->size > TR_OUTBOX_CAP_BYTES) {
        tr_packet_unref(taken);
        tr_connection_close(self, TR_CLOSE_INTERNAL, "the session's packet is too big", now_ms);
        return;
    }
    if (self->packets == TR_PACKET_WINDOW || tr_outbox_push(&self->outbox, &taken, number) < 0) {
        tr_packet_unref(taken);
        tr_connection_close(self, TR_CLOSE_INTERNAL, "the session overran its window", now_ms);
        return;
    }
    self->packets++;
    tr_connection_flush(self, now_ms);
}

void tr_connection_on_safe(tr_connection *self, uint32_t number, bool is_alone, uint64_t now_ms)
{
    if (number > self->outbox.seen)
        self->outbox.seen = number;
    if (!is_alone || self->state != TR_CONNECTION_ATTACHED)
        return;
    self->owes_seen = true;
    tr_connection_flush(self, now_ms);
}

void tr_connection_on_writable(tr_connection *self, uint64_t now_ms)
{
    self->write_since_ms = 0;
    if (!is_open(self))
        return;
    if (self->is_held) {
        bool is_seen = self->is_seen_held;
        self->is_held = self->is_seen_held = false;
        if (!is_seen && tr_outbox_advance(&self->outbox)) {
            if (self->is_answered) {
                self->packets--;
                self->actions->written(self, 1);
            }
            self->is_answered = true;
        }
    }
    tr_connection_flush(self, now_ms);
}
