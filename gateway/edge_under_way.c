// A request that is being answered. libwebsockets 4.1 does not read then, and does not stop to look
// either: bytes behind the request, or the end of what the client sends, would have the core thread
// look at them all the time until the answer is out. So what it reads is held back (flow control,
// which holds its writing back, too), and this file's own watcher looks:
//
//     waits for the gateway   held back; whose client leaves is cut off
//     is written              not held back, until something is behind it; from then on only
//                             while the socket can be written to
//
// A client that only closes its own side gets the body of a file of the site, as it may be one that
// reads on. While an app is asked, it counts as one that has left.

#include "actors/core/core.h"
#include "base/mem.h"
#include "gateway/edge.h"
#include "gateway/edge_socket.h"
#include "gateway/fd_state.h"

// Behind a request; more is not listened for, nor is the end of them.
enum { BEHIND_CAP_BYTES = 32768 };

static bool is_answering(const tr_socket *self)
{
    bool is_look = self->exchange != NULL && self->exchange->is_head; // others' bodies are read
    return self->body != NULL || self->sent != NULL || self->oauth != NULL || is_look;
}

// The end of an answer may be with libwebsockets still, which goes on with the connection by itself.
static bool is_under_way(const tr_socket *self)
{
    return is_answering(self) || (self->watcher != NULL && lws_partial_buffered(self->wsi));
}

static bool has_to_send(const tr_download_exchange *exchange)
{
    return exchange->is_head_due || exchange->piece.size != 0 || exchange->is_over;
}

static bool is_waiting(const tr_socket *self)
{
    if (self->sent != NULL)
        return !has_to_send(self->sent);
    if (self->oauth != NULL)
        return self->oauth->reply.status == 0;
    return self->exchange != NULL && self->exchange->reply.status == 0;
}

static struct ev_loop *loop_of(const tr_edge *edge)
{
    return tr_core_loop(edge->options.core);
}

static void look_for(const tr_edge *edge, const tr_socket *self, int events)
{
    ev_io *watcher = self->watcher;
    if (ev_is_active(watcher) && (watcher->events & (EV_READ | EV_WRITE)) == events)
        return;
    ev_io_stop(loop_of(edge), watcher);
    ev_io_set(watcher, watcher->fd, events);
    if (events != 0)
        ev_io_start(loop_of(edge), watcher);
}

void tr_edge_forget_watcher(const tr_edge *edge, tr_socket *self)
{
    if (self->watcher == NULL)
        return;
    ev_io_stop(loop_of(edge), self->watcher);
    tr_free(self->watcher);
    self->watcher = NULL;
}

void tr_edge_look_away(const tr_edge *edge, tr_socket *self)
{
    if (self->watcher == NULL)
        return;
    if (self->is_behind)
        tr_fd_wake_for(self->watcher->fd, 1);
    tr_edge_forget_watcher(edge, self);
    self->is_behind = self->is_deaf = self->was_written = false;
    (void)lws_rx_flow_control(self->wsi, 1);
}

// In the next turn.
static void let_write(const tr_edge *edge, tr_socket *self)
{
    if (is_answering(self)) {
        look_for(edge, self, 0);
        (void)lws_rx_flow_control(self->wsi, 1);
    } else {
        tr_edge_look_away(edge, self);
    }
}

static void on_ready(struct ev_loop *loop, ev_io *watcher, int events)
{
    tr_socket *self = watcher->data;
    tr_edge *edge = lws_context_user(lws_get_context(self->wsi));
    (void)loop;
    if ((events & EV_WRITE) != 0) {
        let_write(edge, self);
        return;
    }
    bool is_over = tr_fd_has_ended(watcher->fd);
    if (is_over && is_waiting(self)) {
        look_for(edge, self, 0);
        tr_socket_cut(self);
        return;
    }
    // A unix socket is readable with the first byte, whatever is asked for.
    self->is_deaf = is_over || self->is_behind;
    self->is_behind = true;
    tr_fd_wake_for(watcher->fd, BEHIND_CAP_BYTES);
    tr_edge_look_on(edge, self);
}

static void begin(tr_socket *self)
{
    self->watcher = tr_new(ev_io);
    ev_io_init(self->watcher, on_ready, lws_get_socket_fd(self->wsi), EV_READ);
    self->watcher->data = self;
}

void tr_edge_look_on(tr_edge *edge, tr_socket *self)
{
    if (!is_under_way(self)) {
        tr_edge_look_away(edge, self);
        return;
    }
    if (self->is_closing)
        return;
    if (self->watcher == NULL)
        begin(self);
    bool waits = is_waiting(self);
    // What came with the request is known of once libwebsockets has put it aside.
    bool is_held = waits || self->is_behind || !self->was_written;
    (void)lws_rx_flow_control(self->wsi, is_held ? 0 : 1);
    look_for(edge, self, (self->is_deaf ? 0 : EV_READ) | (is_held && !waits ? EV_WRITE : 0));
}

int tr_edge_want_write(tr_socket *self)
{
    tr_edge_look_on(lws_context_user(lws_get_context(self->wsi)), self);
    return lws_callback_on_writable(self->wsi);
}

void tr_edge_on_turn_to_write(const tr_edge *edge, tr_socket *self)
{
    self->was_written = true;
    // It has something put aside, of this connection or of another.
    if (self->watcher != NULL && lws_service_adjust_timeout(edge->context, 1, 0) == 0)
        self->is_behind = true;
}

void tr_edge_cut(struct lws *wsi)
{
    lws_set_timeout(wsi, PENDING_TIMEOUT_KILLED_BY_PARENT, LWS_TO_KILL_ASYNC);
    // Serves the timer just set.
    lws_cancel_service(lws_get_context(wsi));
}

void tr_socket_cut(tr_socket *self)
{
    self->is_closing = true;
    tr_edge_cut(self->wsi);
}
