#include "gateway/browser.h"

#include <stdio.h>
#include <string.h>
#include <utlist.h>

#include "actors/bus/routes.h"
#include "actors/core/core.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/must.h"
#include "gateway/browser_facts.h"
#include "gateway/browser_fatal.h"
#include "gateway/browser_log.h"
#include "gateway/browser_tell.h"
#include "gateway/state.h"
#include "metrics/count.h"
#include "troupe/err.h"
#include "wire/scan.h"
#include "wire/trace.h"

static tr_browser *browser_of(tr_connection *connection)
{
    return (tr_browser *)(void *)connection;
}

// Also once the gateway is gone.
static tr_core *core_of(const tr_browser *self)
{
    return tr_actor_core(self->actor);
}

static uint64_t now(const tr_browser *self)
{
    return tr_core_now_ms(core_of(self));
}

static int ask_for_session(tr_browser *self, tr_address to, const tr_flet_packet *packet,
                           bool is_owner_lost)
{
    self->session = to;
    return tr_send(
        self->gateway->core, tr_actor_address(self->actor), to, session_open,
        .session_id = packet->session_id, .page_name = packet->page_name, .page = packet->page,
        .client_ip = tr_slice_of(self->ip), .user_agent = tr_slice_of(self->facts->user_agent),
        .origin = tr_slice_of(self->facts->origin),
        .browser_key = tr_slice_of(self->facts->browser_key),
        .user = tr_slice_of(self->facts->user.id), .user_name = tr_slice_of(self->facts->user.name),
        .user_email = tr_slice_of(self->facts->user.email),
        .user_groups = tr_slice_of(self->facts->user.groups),
        .newest_wins = tr_flet_page_has(packet->page, "troupe") != 0,
        .is_owner_lost = is_owner_lost);
}

// A known session goes to its owner; one whose owner just went, to the worker that its shard is due
// to; a new one, to a worker with room.
static int open_session(tr_connection *connection, const tr_flet_packet *packet)
{
    tr_browser *self = browser_of(connection);
    tr_core *core = self->gateway->core;
    const tr_routes *routes = tr_core_routes(core);
    int result = TR_EGONE;
    if (!tr_browser_may_open(self, packet))
        return TR_EREFUSED;
    tr_address owner = tr_routes_owner(routes, packet->session_id);
    bool has_owner = tr_address_is_set(owner);
    bool is_lost = has_owner && tr_routes_is_lost(routes, owner.node);
    if (has_owner && !is_lost)
        result = ask_for_session(self, owner, packet, false);
    if (result == TR_EGONE) {
        tr_address place = tr_routes_place_known(routes, packet->session_id, tr_core_node(core),
                                                 tr_core_index(core), tr_core_random(core));
        result = tr_address_is_set(place) ? ask_for_session(self, place, packet, is_lost)
                                          : TR_EUNAVAILABLE;
    }
    if (result == TR_EUNAVAILABLE)
        return result; // it may wait, and ask again
    self->is_asked_for = result == 0;
    if (result == 0)
        tr_tap_tell_from(self->gateway->tap, tr_browser_number(self), packet);
    tr_free(self->facts);
    self->facts = NULL;
    return result;
}

static bool may_wait(tr_connection *connection, size_t size)
{
    tr_browser *self = browser_of(connection);
    tr_gateway *gateway = self->gateway;
    if (gateway->placing == TR_PLACING_CAP || size > TR_PLACING_CAP_BYTES - gateway->placing_bytes)
        return false;
    gateway->placing++;
    gateway->placing_bytes += (uint32_t)size;
    self->placing_bytes = (uint32_t)size;
    return true;
}

static void end_wait(tr_browser *self)
{
    tr_gateway *gateway = self->gateway;
    if (self->placing_bytes == 0 || gateway == NULL)
        return;
    gateway->placing--;
    gateway->placing_bytes -= self->placing_bytes;
    self->placing_bytes = 0;
}

static int deliver(tr_connection *connection, const tr_flet_packet *packet)
{
    tr_browser *self = browser_of(connection);
    int result = tr_browser_tell_packet(self, packet);
    if (result == 0)
        tr_tap_tell_from(self->gateway->tap, tr_browser_number(self), packet);
    return result;
}

static void read_on(tr_connection *connection, bool is_wanted)
{
    tr_browser *self = browser_of(connection);
    self->gateway->stats.pauses += !is_wanted;
    if (self->socket != NULL)
        tr_socket_read(self->socket, is_wanted);
}

static int send_piece(tr_connection *connection, const tr_outbox_piece *piece)
{
    tr_browser *self = browser_of(connection);
    if (self->socket == NULL)
        return TR_EGONE;
    self->gateway->stats.bytes_out += piece->size;
    self->gateway->stats.packets_out += piece->is_last;
    return tr_socket_send(self->socket, piece);
}

static void ping(tr_connection *connection)
{
    tr_browser *self = browser_of(connection);
    if (self->socket != NULL)
        tr_socket_ping(self->socket);
}

static void tell_detached(tr_connection *connection, unsigned code)
{
    tr_browser *self = browser_of(connection);
    self->gateway->stats.attached--;
    tr_browser_tell_gone(self, self->session, code);
}

static void close_socket(tr_connection *connection, unsigned code, const char *reason)
{
    tr_browser *self = browser_of(connection);
    bool is_bad = tr_close_is_violation(code);
    self->gateway->stats.violations += is_bad;
    tr_browser_log_end(self, is_bad || code == TR_CLOSE_INTERNAL ? TR_LOG_WARN : TR_LOG_INFO, code,
                       reason);
    if (self->socket != NULL)
        tr_socket_close(self->socket, code, reason);
}

static void leave_socket(tr_connection *connection, unsigned code, const char *reason)
{
    tr_browser *self = browser_of(connection);
    tr_browser_log_end(self, TR_LOG_INFO, code, reason);
    if (self->socket != NULL)
        tr_socket_leave(self->socket, code, reason);
}

static void cut_socket(tr_connection *connection, const char *reason)
{
    tr_browser *self = browser_of(connection);
    if (reason != NULL)
        tr_browser_log_end(self, TR_LOG_INFO, TR_CLOSE_ABNORMAL, reason);
    if (self->socket != NULL)
        tr_socket_cut(self->socket);
}

static const tr_connection_actions actions = {
    .open = open_session,
    .wait = may_wait,
    .deliver = deliver,
    .read = read_on,
    .send = send_piece,
    .ping = ping,
    .written = tr_browser_tell_written,
    .detach = tell_detached,
    .close = close_socket,
    .leave = leave_socket,
    .cut = cut_socket,
};

static uint64_t sooner(uint64_t a, uint64_t b)
{
    return a == 0 || (b != 0 && b < a) ? b : a;
}

// Deadlines mostly move away before they are reached: the timer is only ever set sooner, and looks
// again when it fires.
static void set_timer(tr_browser *self)
{
    uint64_t deadline = sooner(tr_connection_deadline(&self->connection), self->tell_ms);
    deadline = sooner(deadline, self->linger_ms);
    if (deadline == 0 || (self->timer_ms != 0 && self->timer_ms <= deadline))
        return;
    uint64_t at = now(self);
    self->timer_ms = deadline;
    tr_timer_start(&self->timer, deadline > at ? deadline - at : 1, 0);
}

// The socket is gone, and nobody needs to hear of it any more.
static bool is_over(const tr_browser *self)
{
    if (self->linger_ms == 0)
        return false;
    if (!self->is_asked_for && self->detach_due == 0)
        return true;
    if (now(self) < self->linger_ms)
        return false;
    tr_log(TR_LOG_WARN, "event=session_not_told reason=%s ip=%s",
           self->is_asked_for ? "\"no answer\"" : "\"its way stayed full\"", self->ip);
    return true;
}

static void go_on(tr_browser *self)
{
    if (self->connection.state != TR_CONNECTION_PLACING)
        end_wait(self);
    if (is_over(self))
        tr_actor_stop(self->actor);
    else
        set_timer(self);
}

static void on_timer(tr_timer *timer)
{
    tr_browser *self = timer->arg;
    uint64_t at = tr_clock_ms();
    self->timer_ms = 0;
    if (self->tell_ms != 0 && at >= self->tell_ms)
        tr_browser_tell(self);
    tr_connection_on_time(&self->connection, at);
    go_on(self);
}

typedef struct open_args {
    tr_gateway *gateway;
    const tr_edge_client *client;
    tr_browser **out;
} open_args;

static int on_start(tr_actor *actor, const void *arguments)
{
    const open_args *args = arguments;
    tr_browser *self = tr_actor_state(actor);
    tr_gateway *gateway = args->gateway;
    const tr_edge_client *client = args->client;
    self->actor = actor;
    self->gateway = gateway;
    self->socket = client->socket;
    snprintf(self->ip, sizeof self->ip, "%s", client->ip);
    self->facts = tr_browser_facts_of(client);
    if (self->facts == NULL)
        return TR_ESYSTEM;
    char trace[TR_TRACE_BYTES];
    if (tr_trace_read(client->traceparent, trace))
        self->trace = tr_copy_text(trace, TR_TRACE_CHARACTERS);
    tr_timer_init(&self->timer, gateway->core, on_timer, self);
    tr_connection_init(&self->connection, &actions, &gateway->limits, now(self));
    DL_PREPEND(gateway->browsers, self);
    gateway->stats.connections++;
    gateway->stats.opened++;
    go_on(self);
    *args->out = self;
    return 0;
}

static void unlink_browser(tr_browser *self)
{
    tr_gateway *gateway = self->gateway;
    if (gateway == NULL)
        return;
    end_wait(self);
    DL_DELETE(gateway->browsers, self);
    gateway->stats.connections--;
    gateway->stats.closed++;
    self->gateway = NULL;
}

static void on_attached(tr_browser *self, tr_message *message)
{
    tr_packet *answer = tr_message_take_packet(&TR_BODY(message, session_attached)->answer);
    uint32_t number = TR_BODY(message, session_attached)->number;
    self->is_asked_for = false;
    if (self->connection.state == TR_CONNECTION_ATTACHED &&
        tr_address_equal(message->from, self->session)) {
        tr_packet_unref(answer);
        return;
    }
    if (self->connection.state == TR_CONNECTION_REGISTERING) {
        self->session = message->from;
        self->gateway->stats.attached++;
    }
    tr_browser_record(self, number, answer);
    tr_connection_on_safe(&self->connection, TR_BODY(message, session_attached)->seen, false,
                          now(self));
    if (tr_connection_on_attached(&self->connection, &answer, number, now(self)))
        return;
    if (self->connection.state != TR_CONNECTION_ATTACHED)
        tr_browser_tell_gone(self, message->from, TR_CLOSE_NEVER_THERE);
    else
        (void)tr_send(core_of(self), tr_actor_address(self->actor), message->from, session_detach,
                      .code = TR_CLOSE_NEVER_THERE);
}

// Asked again it says the same; a session that is not told asks again.
static void on_hold(tr_browser *self, uint64_t token)
{
    bool was_held = self->connection.hold_ms != 0;
    if (was_held && token != self->token)
        return;
    if (!tr_connection_on_hold(&self->connection, now(self)))
        return;
    if (!was_held) {
        self->written = self->written_due; // the session counts these as under way
        self->written_due = 0;
    }
    self->token = token;
    (void)tr_send(core_of(self), tr_actor_address(self->actor), self->session, session_held,
                  .token = token, .packets = self->connection.packets + self->written);
}

static void on_moved(tr_browser *self, const tr_message *message)
{
    const tr_msg_session_moved *moved = TR_BODY(message, session_moved);
    if (self->connection.hold_ms == 0 || moved->token != self->token)
        return;
    if (self->connection.state != TR_CONNECTION_ATTACHED) {
        tr_browser_tell_gone(self, message->from, TR_CLOSE_ABNORMAL);
        return;
    }
    // A session that cannot be told yet says it again, as long as the browser is held.
    if (tr_send(core_of(self), tr_actor_address(self->actor), message->from, session_resumed,
                .token = moved->token, .written = self->written) != 0)
        return;
    self->session = message->from;
    (void)tr_connection_on_moved(&self->connection, moved->uncredited, now(self));
}

static void on_packet(tr_browser *self, tr_message *message)
{
    const tr_msg_browser_packet *body = TR_BODY(message, browser_packet);
    tr_connection_on_safe(&self->connection, body->seen, false, now(self));
    tr_packet *packet = tr_message_take_packet(&TR_BODY(message, browser_packet)->packet);
    tr_browser_record(self, body->number, packet);
    tr_connection_on_packet(&self->connection, &packet, body->number, now(self));
}

static void on_session_gone(tr_browser *self)
{
    if (self->connection.state != TR_CONNECTION_REGISTERING &&
        self->connection.state != TR_CONNECTION_ATTACHED)
        return;
    tr_browser_note_worker_end(self, now(self));
    tr_connection_on_session_gone(&self->connection, now(self));
}

static void on_message(tr_actor *actor, tr_message *message)
{
    tr_browser *self = tr_actor_state(actor);
    bool is_ours = tr_address_equal(message->from, self->session);
    switch (message->shape->type) {
    case TR_MSG_session_attached:
        on_attached(self, message);
        break;
    case TR_MSG_browser_packet:
        if (is_ours)
            on_packet(self, message);
        break;
    case TR_MSG_session_seen:
        if (is_ours)
            tr_connection_on_safe(&self->connection, TR_BODY(message, session_seen)->number, true,
                                  now(self));
        break;
    case TR_MSG_browser_credit:
        if (is_ours)
            tr_connection_on_credit(&self->connection, TR_BODY(message, browser_credit)->packets,
                                    now(self));
        break;
    case TR_MSG_browser_close:
        self->is_asked_for = false;
        // While registering it may come from the session that was made but refuses.
        if (is_ours || self->connection.state == TR_CONNECTION_REGISTERING)
            tr_connection_on_close_asked(&self->connection, TR_BODY(message, browser_close)->code,
                                         TR_BODY(message, browser_close)->reason, now(self));
        break;
    case TR_MSG_session_hold:
        if (is_ours)
            on_hold(self, TR_BODY(message, session_hold)->token);
        break;
    case TR_MSG_session_moved:
        on_moved(self, message);
        break;
    case TR_MSG_receiver_gone:
        if (is_ours && self->connection.close_code == 0)
            on_session_gone(self);
        break;
    default:
        break;
    }
    go_on(self);
}

static void on_stop(tr_actor *actor)
{
    tr_browser *self = tr_actor_state(actor);
    if (self->socket != NULL)
        tr_socket_forget(self->socket);
    tr_timer_stop(&self->timer);
    unlink_browser(self);
    tr_connection_done(&self->connection);
    tr_free(self->trace);
    tr_free(self->facts);
}

static const tr_behaviour behaviour = {
    .name = "browser",
    .state_size = sizeof(tr_browser),
    .on_start = on_start,
    .on_message = on_message,
    .on_stop = on_stop,
};

int tr_browser_open(tr_gateway *gateway, const tr_edge_client *client, tr_browser **out)
{
    open_args args = {gateway, client, out};
    return tr_spawn(gateway->core, &behaviour, &args, 0, NULL);
}

void tr_browser_on_piece(tr_browser *self, const tr_message_piece *piece)
{
    tr_owner_assert(&self->gateway->owner);
    self->gateway->stats.packets_in++;
    tr_count_many(TR_TALLY_bytes_in, piece->size);
    tr_connection_on_piece(&self->connection, piece, now(self));
    go_on(self);
}

void tr_browser_on_heard(tr_browser *self)
{
    tr_owner_assert(&self->gateway->owner);
    tr_connection_on_heard(&self->connection, now(self));
    go_on(self); // the next question may be due before its answer would have been
}

void tr_browser_on_writable(tr_browser *self)
{
    tr_owner_assert(&self->gateway->owner);
    tr_connection_on_writable(&self->connection, now(self));
    go_on(self);
}

void tr_browser_on_closed(tr_browser *self, unsigned code)
{
    tr_owner_assert(&self->gateway->owner);
    self->socket = NULL;
    tr_tap_tell_gone(self->gateway->tap, tr_browser_number(self));
    tr_browser_log_end(self, TR_LOG_DEBUG, code, "closed by the browser");
    tr_connection_on_closed(&self->connection, code);
    self->linger_ms = now(self) + TR_LINGER_MS;
    unlink_browser(self);
    go_on(self);
}

void tr_browser_on_node_down(tr_browser *self, uint64_t node)
{
    if (self->session.node != node)
        return;
    on_session_gone(self);
    go_on(self);
}

void tr_browser_on_routes(tr_browser *self)
{
    if (self->connection.state != TR_CONNECTION_PLACING)
        return;
    tr_connection_on_routes(&self->connection, now(self));
    go_on(self);
}

void tr_browser_on_drain(tr_browser *self, uint64_t delay_ms)
{
    tr_connection_on_drain(&self->connection, delay_ms, now(self));
    go_on(self);
}
