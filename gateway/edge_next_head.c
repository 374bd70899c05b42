// Between two requests of a plain connection. A proxy shares its connections among its clients, so the
// head of each request is judged (gateway/first_bytes.h) before libwebsockets reads it, as that of the
// first one is by gateway/accept_filter.h. The watcher of this file comes before that of libwebsockets
// in each turn of the loop, and peeks:
//
//     a whole head       is libwebsockets' to read
//     a refused one      is answered here; what comes behind it is dropped
//     a part of a head   libwebsockets is kept from reading (flow control) until there is more
//
// The deadline is that of libwebsockets for an idle connection, which runs meanwhile.
//
// Bytes that libwebsockets has put aside, as they came together with the request before, are not
// judged, and neither is the rest of such a request: only the one who owns the connection can have sent
// them. A proxy sends the request of another client once it has the answer to the one before.
//
// What is encrypted cannot be looked at: there, the connection of a proxy ends with each answer. Others go
// on to the next request at once, as here.

#include <errno.h>
#include <sys/socket.h>

#include "actors/core/core.h"
#include "base/mem.h"
#include "gateway/accept_filter.h"
#include "gateway/edge_socket.h"
#include "gateway/fd_state.h"
#include "gateway/first_bytes.h"
#include "gateway/tls.h"

enum {
    LOOK_AGAIN_MS = 20, // where nothing can wake for more bytes than those that are there
    LOOKS_CAP = 100     // until others have nothing put aside, with a request waiting
};

struct tr_next_head {
    ev_io watcher;
    tr_timer again;
    struct lws *wsi;
    bool is_encrypted;
    bool is_begun;     // the answer before is out
    bool is_beginning; // nothing of the request is with libwebsockets
    bool is_held;      // which does not read
    bool is_patient;   // the socket wakes for more bytes than one
    bool is_refused;   // and answered
    unsigned looks;    // that did not tell, as others had bytes put aside
};

static struct ev_loop *loop_of(const tr_next_head *self)
{
    const tr_edge *edge = lws_context_user(lws_get_context(self->wsi));
    return tr_core_loop(edge->options.core);
}

static void wake_for(tr_next_head *self, int bytes)
{
    if (bytes == 1 && !self->is_patient)
        return;
    self->is_patient = bytes != 1;
    tr_fd_wake_for(self->watcher.fd, bytes);
}

void tr_edge_forget_next_head(struct lws *wsi)
{
    tr_edge_peer *peer = lws_get_opaque_user_data(wsi);
    tr_next_head *self = peer != NULL ? peer->next : NULL;
    if (self == NULL)
        return;
    peer->next = NULL;
    if (self->is_begun) {
        wake_for(self, 1);
        ev_io_stop(loop_of(self), &self->watcher);
        tr_timer_stop(&self->again);
    }
    tr_free(self);
}

static void let_read(const tr_next_head *self)
{
    struct lws *wsi = self->wsi;
    bool is_held = self->is_held;
    tr_edge_forget_next_head(wsi);
    if (is_held)
        (void)lws_rx_flow_control(wsi, 1);
}

static void look_again_later(tr_next_head *self)
{
    ev_io_stop(loop_of(self), &self->watcher);
    tr_timer_start(&self->again, LOOK_AGAIN_MS, 0);
}

static void on_again(tr_timer *timer)
{
    tr_next_head *self = timer->arg;
    ev_io_start(loop_of(self), &self->watcher);
}

static void cut(tr_next_head *self)
{
    ev_io_stop(loop_of(self), &self->watcher);
    tr_edge_cut(self->wsi);
}

static void hold(tr_next_head *self)
{
    self->is_held = true;
    (void)lws_rx_flow_control(self->wsi, 0);
}

static void release(tr_next_head *self)
{
    self->is_held = false;
    (void)lws_rx_flow_control(self->wsi, 1);
}

// libwebsockets goes on to the next request once the socket can be written to. Kept from reading before
// that, it would look for it in each turn; nothing of its own is left to be written. False: the
// connection is gone.
static bool settle(const tr_next_head *self)
{
    struct lws_pollfd writable = {
        .fd = self->watcher.fd, .events = LWS_POLLOUT, .revents = LWS_POLLOUT};
    return lws_service_fd(lws_get_context(self->wsi), &writable) == 0;
}

// What is put aside libwebsockets reads when the loop has nothing else to do, which may be never: it asks
// for a turn to write for each connection that is kept from reading such bytes, all the time.
static void have_put_aside_read(struct lws *wsi)
{
    struct lws_pollfd readable = {
        .fd = lws_get_socket_fd(wsi), .events = LWS_POLLIN, .revents = LWS_POLLIN};
    (void)lws_service_fd(lws_get_context(wsi), &readable);
}

// What libwebsockets tells is only whether any connection that it may read has bytes put aside.
static bool is_any_put_aside(const tr_next_head *self)
{
    return lws_service_adjust_timeout(lws_get_context(self->wsi), 1, 0) == 0;
}

static bool has_bytes(int socket)
{
    char byte;
    return recv(socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
}

// A client that has asked for nothing yet is not cut for what others do.
static void give_up_waiting(tr_next_head *self)
{
    if (has_bytes(self->watcher.fd)) {
        cut(self);
        return;
    }
    self->looks = 0;
    look_again_later(self);
}

// Before libwebsockets has gone on to what it may have put aside. True: there is nothing, so the next
// bytes of the socket begin a request.
static bool find_beginning(tr_next_head *self)
{
    if (!self->is_held) {
        if (!settle(self))
            return false;
        hold(self);
    }
    if (is_any_put_aside(self)) { // of another connection, so this one's cannot be told
        if (++self->looks < LOOKS_CAP)
            look_again_later(self);
        else
            give_up_waiting(self);
        return false;
    }
    release(self);
    if (is_any_put_aside(self)) {
        struct lws *wsi = self->wsi;
        tr_edge_peer *peer = lws_get_opaque_user_data(wsi);
        peer->is_put_aside = true;
        tr_edge_forget_next_head(wsi);
        have_put_aside_read(wsi);
        return false;
    }
    self->is_beginning = true;
    ev_io_stop(loop_of(self), &self->watcher);
    ev_io_set(&self->watcher, self->watcher.fd, EV_READ);
    ev_io_start(loop_of(self), &self->watcher);
    return true;
}

static void refuse(tr_next_head *self, const tr_first_refusal *why)
{
    char text[TR_FIRST_ANSWER_CAP_BYTES];
    size_t size = tr_first_refusal_write(why, text);
    tr_fd_say_last(self->watcher.fd, text, size);
    hold(self);
    wake_for(self, 1);
    self->is_refused = true;
    lws_set_timeout(self->wsi, PENDING_TIMEOUT_KILLED_BY_PARENT, TR_ANSWER_LINGER_MS / 1000);
}

static void drop_bytes(tr_next_head *self)
{
    if (!tr_fd_drop_bytes(self->watcher.fd))
        cut(self);
}

static void wait_for_more(tr_next_head *self, size_t size)
{
    hold(self);
    if (tr_fd_has_ended(self->watcher.fd))
        cut(self);
    else if (tr_fd_is_local(self->watcher.fd))
        look_again_later(self);
    else
        wake_for(self, (int)size + 1);
}

static void look(tr_next_head *self)
{
    char bytes[TR_HTTP_HEAD_CAP_BYTES + 1];
    ssize_t got = recv(self->watcher.fd, bytes, sizeof bytes, MSG_PEEK | MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (got <= 0) {
        let_read(self); // libwebsockets finds the end, too
        return;
    }
    const tr_first_refusal *why = tr_first_judge_http(bytes, (size_t)got);
    if (why != NULL)
        refuse(self, why);
    else if (tr_first_has_head(bytes, (size_t)got))
        let_read(self);
    else
        wait_for_more(self, (size_t)got);
}

// What is encrypted cannot be looked at.
static void go_on(const tr_next_head *self)
{
    struct lws *wsi = self->wsi;
    if (settle(self))
        tr_edge_forget_next_head(wsi);
}

static void on_ready(struct ev_loop *loop, ev_io *watcher, int events)
{
    (void)loop;
    tr_next_head *self = watcher->data;
    if (self->is_encrypted)
        go_on(self);
    else if (self->is_refused)
        drop_bytes(self);
    else if ((self->is_beginning || find_beginning(self)) && (events & EV_READ) != 0)
        look(self);
}

static bool prepare(const tr_edge *edge, struct lws *wsi)
{
    tr_edge_peer *peer = lws_get_opaque_user_data(wsi);
    if (edge->options.tls != NULL)
        peer->bytes_before = tr_tls_bytes_read(lws_get_ssl(wsi));
    tr_edge_forget_next_head(wsi);
    tr_next_head *self = tr_try_alloc(sizeof *self);
    if (self == NULL)
        return false;
    *self = (tr_next_head){.wsi = wsi, .is_encrypted = edge->options.tls != NULL};
    peer->is_put_aside = false;
    tr_timer_init(&self->again, edge->options.core, on_again, self);
    ev_io_init(&self->watcher, on_ready, lws_get_socket_fd(wsi), EV_READ | EV_WRITE);
    ev_set_priority(&self->watcher, EV_MAXPRI); // before libwebsockets reads
    self->watcher.data = self;
    peer->next = self;
    return true;
}

bool tr_edge_is_put_aside(const tr_edge *edge, struct lws *wsi)
{
    const tr_edge_peer *peer = lws_get_opaque_user_data(wsi);
    // libwebsockets reads no more before it has gone through what it has put aside.
    if (edge->options.tls != NULL)
        return tr_tls_bytes_read(lws_get_ssl(wsi)) == peer->bytes_before;
    return peer->is_put_aside;
}

bool tr_edge_ends_with_answer(const tr_edge *edge, struct lws *wsi)
{
    return edge->options.tls != NULL &&
           tr_proxy_is_trusted(tr_edge_peer_ip(wsi), edge->options.trusted_proxies);
}

int tr_edge_complete(const tr_edge *edge, struct lws *wsi, bool is_last)
{
    if (is_last || tr_edge_ends_with_answer(edge, wsi) || !prepare(edge, wsi))
        return -1;
    if (lws_http_transaction_completed(wsi) == 0)
        return 0;
    tr_edge_forget_next_head(wsi);
    return -1;
}

void tr_edge_await_next_head(struct lws *wsi)
{
    tr_edge_peer *peer = lws_get_opaque_user_data(wsi);
    tr_next_head *self = peer != NULL ? peer->next : NULL;
    // The end of an answer may be with libwebsockets still.
    if (self == NULL || self->is_begun || lws_partial_buffered(wsi))
        return;
    self->is_begun = true;
    ev_io_start(loop_of(self), &self->watcher);
}
