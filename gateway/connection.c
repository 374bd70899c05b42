#include "gateway/connection.h"

#include <string.h>

#include "base/mem.h"
#include "base/must.h"
#include "gateway/connection_out.h"
#include "troupe/err.h"
#include "wire/limits.h"

static void fill_tokens(tr_connection *self, uint64_t now_ms)
{
    tr_token_bucket_fill(&self->tokens, self->limits->packets_per_s, self->limits->packets_burst,
                         now_ms);
}

static void look_again_in(tr_connection *self, uint64_t delay_ms, uint64_t now_ms)
{
    if (self->retry_ms == 0 || self->retry_ms > now_ms + delay_ms)
        self->retry_ms = now_ms + delay_ms;
}

static bool wants_reading(const tr_connection *self)
{
    if (self->close_code != 0 || self->is_throttled)
        return false;
    switch (self->state) {
    case TR_CONNECTION_OPENED:
        return true;
    case TR_CONNECTION_PLACING:
        return false; // many may wait for a worker: each with its registration alone
    case TR_CONNECTION_REGISTERING:
        return self->waiting.count < TR_CONNECTION_BACKLOG;
    case TR_CONNECTION_ATTACHED:
        if (self->hold_ms != 0)
            return self->waiting.count < TR_CONNECTION_BACKLOG;
        return self->waiting.count == 0 && self->in_flight < TR_CONNECTION_WINDOW;
    default:
        return true;
    }
}

static void refresh_reading(tr_connection *self)
{
    bool is_wanted = wants_reading(self);
    if (!is_open(self) || is_wanted == self->is_reading)
        return;
    self->is_reading = is_wanted;
    self->actions->read(self, is_wanted);
}

static void keep(tr_connection *self, const uint8_t *bytes, size_t size, uint64_t now_ms)
{
    int result = tr_backlog_push(&self->waiting, bytes, size);
    if (result == TR_EFULL)
        tr_connection_close(self, TR_CLOSE_INTERNAL, "read although paused", now_ms);
    else if (result < 0)
        tr_connection_close(self, TR_CLOSE_TRY_LATER, "out of memory", now_ms);
}

// False: the packet stays with the caller (window or mailbox full), or the connection is closing.
static bool deliver(tr_connection *self, const tr_flet_packet *packet, uint64_t now_ms)
{
    if (self->in_flight >= TR_CONNECTION_WINDOW || self->hold_ms != 0)
        return false;
    int result = self->actions->deliver(self, packet);
    if (result == 0) {
        self->in_flight++;
        return true;
    }
    if (result == TR_EFULL)
        look_again_in(self, TR_RETRY_MS, now_ms);
    else
        tr_connection_close(self, TR_CLOSE_RESTART, "the session is gone", now_ms);
    return false;
}

static void deliver_waiting(tr_connection *self, uint64_t now_ms)
{
    while (self->state == TR_CONNECTION_ATTACHED && self->waiting.count != 0) {
        tr_flet_packet packet = tr_backlog_first(&self->waiting);
        if (!deliver(self, &packet, now_ms))
            return;
        tr_backlog_pop(&self->waiting);
    }
}

static void enter(tr_connection *self, enum tr_connection_state state, uint64_t now_ms)
{
    self->state = (uint8_t)state;
    self->since_ms = now_ms;
}

static void refuse(tr_connection *self, int result, uint64_t now_ms)
{
    const char *why = "the session's place is busy or gone";
    if (result == TR_EUNAVAILABLE)
        why = "no worker";
    else if (result == TR_EREFUSED)
        why = "each server that opened this page failed; it is tried again in a while";
    tr_connection_close(self, TR_CLOSE_TRY_LATER, why, now_ms);
}

static void register_browser(tr_connection *self, const tr_flet_packet *packet,
                             const uint8_t *bytes, size_t size, uint64_t now_ms)
{
    int result = self->actions->open(self, packet);
    if (result == 0) {
        enter(self, TR_CONNECTION_REGISTERING, now_ms);
    } else if (result == TR_EUNAVAILABLE && self->actions->wait(self, size)) {
        enter(self, TR_CONNECTION_PLACING, now_ms);
        keep(self, bytes, size, now_ms);
    } else {
        refuse(self, result, now_ms);
    }
}

// Numbers grow, so one that is lost is said again with the next.
static void on_own_packet(tr_connection *self, const tr_flet_packet *packet, uint64_t now_ms)
{
    if (self->state != TR_CONNECTION_ATTACHED)
        return;
    if (packet->action == TR_FLET_SEEN) {
        if (self->hold_ms == 0)
            (void)self->actions->deliver(self, packet);
        return;
    }
    self->owes_seen = true;
    tr_connection_flush(self, now_ms);
}

static void on_packet(tr_connection *self, const uint8_t *bytes, size_t size, uint64_t now_ms)
{
    fill_tokens(self, now_ms);
    if (tr_token_bucket_take(&self->tokens) == 0) {
        self->is_throttled = true;
        look_again_in(self, TR_THROTTLE_MS, now_ms);
    }
    tr_flet_packet packet;
    int result = tr_flet_read(bytes, size, &packet);
    // A channel's packet that comes too early is of no channel.
    bool is_early =
        result == 0 && packet.action >= TR_FLET_CHANNEL && self->state == TR_CONNECTION_OPENED;
    if (result > 0 || is_early)
        return;
    if (result == TR_EMALFORMED)
        tr_connection_close(self, TR_CLOSE_MALFORMED, "malformed packet", now_ms);
    else if (result == TR_ETOOBIG)
        tr_connection_close(self, TR_CLOSE_TOO_BIG, "packet over a limit", now_ms);
    else if (result < 0)
        tr_connection_close(self, TR_CLOSE_PROTOCOL, "not a packet of the page protocol", now_ms);
    else if (self->state == TR_CONNECTION_OPENED && packet.action != TR_FLET_REGISTER)
        tr_connection_close(self, TR_CLOSE_NOT_REGISTERED,
                            "this page did not register before it spoke", now_ms);
    else if (self->state == TR_CONNECTION_OPENED)
        register_browser(self, &packet, bytes, size, now_ms);
    else if (packet.action == TR_FLET_REGISTER)
        tr_connection_close(self, TR_CLOSE_NOT_REGISTERED, "this page registered twice", now_ms);
    else if (packet.action == TR_FLET_SEEN || packet.action == TR_FLET_PING)
        on_own_packet(self, &packet, now_ms);
    else if (self->state < TR_CONNECTION_ATTACHED || self->waiting.count != 0 ||
             !deliver(self, &packet, now_ms)) {
        if (is_open(self))
            keep(self, bytes, size, now_ms);
    }
}

void tr_connection_init(tr_connection *self, const tr_connection_actions *actions,
                        const tr_connection_limits *limits, uint64_t now_ms)
{
    *self = (tr_connection){
        .actions = actions,
        .limits = limits,
        .since_ms = now_ms,
        .heard_ms = now_ms,
        .tokens = {limits->packets_burst, now_ms},
        .is_reading = true,
    };
}

void tr_connection_done(tr_connection *self)
{
    tr_connection_drop_all(self);
    self->state = TR_CONNECTION_CLOSED;
}

static void refuse_message(tr_connection *self, int result, uint64_t now_ms)
{
    if (result == TR_EWRONGTYPE)
        tr_connection_close(self, TR_CLOSE_UNSUPPORTED, "text message", now_ms);
    else if (result == TR_ETOOBIG)
        tr_connection_close(self, TR_CLOSE_TOO_BIG, "message too big", now_ms);
    else
        tr_connection_close(self, TR_CLOSE_TRY_LATER, "out of memory", now_ms);
}

void tr_connection_on_piece(tr_connection *self, const tr_message_piece *piece, uint64_t now_ms)
{
    if (!is_open(self) || self->close_code != 0)
        return;
    tr_connection_on_heard(self, now_ms);
    tr_whole_message whole;
    int result = tr_incoming_add(&self->incoming, piece, now_ms, &whole);
    if (result == 1) {
        on_packet(self, whole.bytes, whole.size, now_ms);
        tr_free(whole.owned);
    } else if (result < 0) {
        refuse_message(self, result, now_ms);
        return;
    }
    refresh_reading(self);
}

void tr_connection_on_heard(tr_connection *self, uint64_t now_ms)
{
    self->heard_ms = now_ms;
    self->is_pinged = false;
}

void tr_connection_on_routes(tr_connection *self, uint64_t now_ms)
{
    if (self->state != TR_CONNECTION_PLACING)
        return;
    tr_flet_packet packet = tr_backlog_first(&self->waiting);
    int result = self->actions->open(self, &packet);
    if (result == TR_EUNAVAILABLE)
        return;
    if (result < 0) {
        refuse(self, result, now_ms);
        return;
    }
    tr_backlog_pop(&self->waiting);
    enter(self, TR_CONNECTION_REGISTERING, now_ms);
    refresh_reading(self);
}

bool tr_connection_on_attached(tr_connection *self, tr_packet **answer, uint32_t number,
                               uint64_t now_ms)
{
    if (self->state != TR_CONNECTION_REGISTERING) {
        tr_packet_unref(*answer);
        *answer = NULL;
        return false;
    }
    enter(self, TR_CONNECTION_ATTACHED, now_ms);
    if (*answer == NULL)
        self->is_answered = true;
    else if (tr_outbox_push(&self->outbox, answer, number) < 0)
        tr_never("an outbox is empty before the answer");
    tr_connection_flush(self, now_ms);
    deliver_waiting(self, now_ms);
    refresh_reading(self);
    return true;
}

void tr_connection_on_credit(tr_connection *self, uint32_t packets, uint64_t now_ms)
{
    // Of one that is on its way the next word is absolute.
    if (self->state != TR_CONNECTION_ATTACHED || self->hold_ms != 0)
        return;
    self->in_flight = packets < self->in_flight ? (uint16_t)(self->in_flight - packets) : 0;
    deliver_waiting(self, now_ms);
    refresh_reading(self);
}

void tr_connection_on_close_asked(tr_connection *self, unsigned code, tr_slice reason,
                                  uint64_t now_ms)
{
    if (!is_open(self) || self->state < TR_CONNECTION_REGISTERING || self->close_code != 0)
        return;
    // A code that may not stand in a close frame would make the browser fail the connection (RFC
    // 6455 7.4).
    bool is_sendable =
        (code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006) ||
        (code >= 3000 && code <= 4999);
    self->close_code = is_sendable ? (uint16_t)code : TR_CLOSE_INTERNAL;
    self->close_reason = tr_try_alloc(reason.size + 1u);
    if (self->close_reason != NULL) {
        if (reason.size != 0)
            memcpy(self->close_reason, reason.data, reason.size);
        self->close_reason[reason.size] = '\0';
    }
    tr_backlog_done(&self->waiting);
    refresh_reading(self);
    tr_connection_close_if_flushed(self, now_ms);
}

bool tr_connection_on_hold(tr_connection *self, uint64_t now_ms)
{
    if (self->state != TR_CONNECTION_ATTACHED || self->close_code != 0)
        return false;
    if (self->hold_ms == 0)
        self->hold_ms = now_ms;
    refresh_reading(self);
    return true;
}

bool tr_connection_on_moved(tr_connection *self, uint32_t uncredited, uint64_t now_ms)
{
    if (self->state != TR_CONNECTION_ATTACHED || self->hold_ms == 0)
        return false;
    self->hold_ms = 0;
    self->in_flight =
        (uint16_t)(uncredited < TR_CONNECTION_WINDOW ? uncredited : TR_CONNECTION_WINDOW);
    deliver_waiting(self, now_ms);
    refresh_reading(self);
    return true;
}

void tr_connection_on_session_gone(tr_connection *self, uint64_t now_ms)
{
    if (self->state == TR_CONNECTION_ATTACHED && self->hold_ms != 0)
        return;
    tr_connection_close(self, TR_CLOSE_RESTART, "the session's process is gone", now_ms);
}

void tr_connection_on_drain(tr_connection *self, uint64_t delay_ms, uint64_t now_ms)
{
    if (self->drain_ms == 0)
        self->drain_ms = now_ms + delay_ms;
    if (delay_ms == 0)
        tr_connection_on_time(self, now_ms);
}

void tr_connection_on_closed(tr_connection *self, unsigned code)
{
    if (self->state == TR_CONNECTION_ATTACHED)
        deliver_waiting(self, self->heard_ms);
    if (is_open(self))
        tr_connection_detach(self, code, self->since_ms);
    self->state = TR_CONNECTION_CLOSED;
    tr_connection_drop_all(self);
}

static void on_silence(tr_connection *self, uint64_t now_ms)
{
    if (self->is_pinged && self->is_reading) {
        tr_connection_cut(self, "silent", now_ms);
        return;
    }
    // Silence counts only while we listen: a paused browser may have said much. It is pinged all
    // the same, because nothing else tells of a dead socket that is not read.
    if (self->is_reading)
        self->is_pinged = true;
    else
        tr_connection_on_heard(self, now_ms);
    self->actions->ping(self);
}

// A browser hears of it later than it sends: what it says before its own close frame counts.
static void go_away(tr_connection *self, uint64_t now_ms)
{
    static const char why[] = "this server is going away";
    if (self->state != TR_CONNECTION_ATTACHED || self->close_code != 0) {
        tr_connection_close(self, TR_CLOSE_RESTART, why, now_ms);
        return;
    }
    self->is_leaving = true;
    self->drain_ms = now_ms;
    self->actions->leave(self, TR_CLOSE_RESTART, why);
}

static bool is_past(uint64_t since_ms, uint64_t span_ms, uint64_t now_ms)
{
    return since_ms != 0 && now_ms >= since_ms + span_ms;
}

void tr_connection_on_time(tr_connection *self, uint64_t now_ms)
{
    if (self->state == TR_CONNECTION_CLOSING && now_ms >= self->since_ms + TR_CLOSE_DEADLINE_MS) {
        tr_connection_cut(self, "did not close", now_ms);
        return;
    }
    if (!is_open(self))
        return;
    if (self->is_leaving && now_ms >= self->drain_ms + TR_CLOSE_DEADLINE_MS)
        tr_connection_cut(self, "did not close", now_ms);
    else if (is_past(self->drain_ms, 0, now_ms) && !self->is_leaving)
        go_away(self, now_ms);
    else if (self->state == TR_CONNECTION_OPENED &&
             now_ms >= self->since_ms + TR_REGISTER_DEADLINE_MS)
        tr_connection_close(self, TR_CLOSE_POLICY, "did not register", now_ms);
    else if (self->state == TR_CONNECTION_PLACING &&
             now_ms >= self->since_ms + TR_PLACE_DEADLINE_MS)
        refuse(self, TR_EUNAVAILABLE, now_ms);
    else if (self->state == TR_CONNECTION_REGISTERING &&
             now_ms >= self->since_ms + TR_ATTACH_DEADLINE_MS)
        tr_connection_close(self, TR_CLOSE_TRY_LATER, "no answer from the session", now_ms);
    else if (is_past(self->hold_ms, TR_HOLD_DEADLINE_MS, now_ms))
        tr_connection_close(self, TR_CLOSE_RESTART, "the session did not arrive", now_ms);
    else if (is_past(self->write_since_ms, TR_WRITE_DEADLINE_MS, now_ms))
        tr_connection_cut(self, "takes nothing", now_ms);
    else if (self->is_reading && is_past(self->incoming.since_ms, TR_MESSAGE_DEADLINE_MS, now_ms))
        tr_connection_close(self, TR_CLOSE_POLICY, "message never ended", now_ms);
    else if (tr_connection_silence_deadline(self) != 0 &&
             now_ms >= tr_connection_silence_deadline(self))
        on_silence(self, now_ms);
    if (is_open(self) && is_past(self->retry_ms, 0, now_ms)) {
        self->retry_ms = 0;
        fill_tokens(self, now_ms);
        if (self->is_throttled && self->tokens.count != 0)
            self->is_throttled = false;
        else if (self->is_throttled)
            look_again_in(self, TR_THROTTLE_MS, now_ms);
        deliver_waiting(self, now_ms);
        refresh_reading(self);
    }
}
