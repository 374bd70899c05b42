// A request that is being answered. Nothing behind it is read until the answer is out: libwebsockets 4.1
// looks for it in each turn of the loop and does not read it, or takes it for the end of the request's body
// again; 4.3 reads it, and closes. So its reading is held back (flow control), which holds its writing back,
// too. The watcher of this file stands in for those of libwebsockets:
//
//     there is something to send   once the socket can be written to, libwebsockets is let go, has a turn to
//                                  write, and is held again
//     the app is awaited           the client's end cuts the connection; behind bytes that are not read it
//                                  is looked for once in a second
//
// A client that closes only its own side is cut off while an app has yet to begin its answer. Later it
// gets all of it, as it may be one that reads on, and so it does of a file of the site, and the answer to
// an upload that is here as a whole.

#include "actors/core/core.h"
#include "base/mem.h"
#include "gateway/edge.h"
#include "gateway/edge_socket.h"
#include "gateway/fd_state.h"

enum {
    BEHIND_CAP_BYTES = 32768, // behind a request; more is not listened for, nor is the end of them
    LOOK_MS = 1000            // the end is looked for then
};

struct tr_under_way {
    ev_io watcher;
    tr_timer look;
};

static bool is_answering(const tr_edge_request *self)
{
    return self->body != NULL || self->sent != NULL || self->oauth != NULL || self->paint != NULL ||
           (self->exchange != NULL && self->exchange->is_body_over);
}

// The end of an answer may be with libwebsockets still.
static bool is_under_way(const tr_socket *self)
{
    return is_answering(self->request) || lws_partial_buffered(self->wsi);
}

static bool has_to_send(const tr_download_exchange *exchange)
{
    return exchange->is_head_due || exchange->piece.size != 0 || exchange->is_over;
}

// For the app.
static bool is_waiting(const tr_socket *self)
{
    const tr_edge_request *request = self->request;
    if (lws_partial_buffered(self->wsi))
        return false;
    if (request->sent != NULL)
        return !has_to_send(request->sent);
    if (request->oauth != NULL)
        return request->oauth->reply.status == 0;
    if (request->paint != NULL)
        return request->paint->paint != NULL;
    return request->exchange != NULL && request->exchange->reply.status == 0;
}

static struct ev_loop *loop_of(const tr_edge *edge)
{
    return tr_core_loop(edge->options.core);
}

static void look_for(const tr_edge *edge, const tr_edge_request *self, int events)
{
    ev_io *watcher = &self->under_way->watcher;
    if (ev_is_active(watcher) && (watcher->events & (EV_READ | EV_WRITE)) == events)
        return;
    ev_io_stop(loop_of(edge), watcher);
    ev_io_set(watcher, watcher->fd, events);
    if (events != 0)
        ev_io_start(loop_of(edge), watcher);
}

void tr_edge_forget_watcher(const tr_edge *edge, tr_edge_request *self)
{
    if (self->under_way == NULL)
        return;
    ev_io_stop(loop_of(edge), &self->under_way->watcher);
    tr_timer_stop(&self->under_way->look);
    tr_free(self->under_way);
    self->under_way = NULL;
}

void tr_edge_look_away(const tr_edge *edge, tr_socket *self)
{
    tr_edge_request *request = self->request;
    if (request == NULL || request->under_way == NULL)
        return;
    if (request->is_behind)
        tr_fd_wake_for(request->under_way->watcher.fd, 1);
    tr_edge_forget_watcher(edge, request);
    request->is_behind = request->is_deaf = request->is_begun = request->is_still = false;
    (void)lws_rx_flow_control(self->wsi, 1);
}

// False: the connection is gone.
static bool have_written(tr_edge *edge, struct lws *wsi)
{
    struct lws_pollfd writable = {
        .fd = lws_get_socket_fd(wsi), .events = LWS_POLLOUT, .revents = LWS_POLLOUT};
    edge->served = wsi;
    (void)lws_service_fd(edge->context, &writable);
    bool is_there = edge->served != NULL;
    edge->served = NULL;
    return is_there;
}

// libwebsockets 4.1 asks for a turn to write each time it is held with bytes put aside, and gives none
// while it is held, so the loop would turn without end. Two turns to write (tr_edge_on_still) hold it
// without that request. They rest on one rule of 4.1: a callback that returns non-zero keeps libwebsockets
// from carrying out a change of the flow control that was made in it (its watchers stay as they are),
// unless the change was told to apply now.
//
//     turn   flag (may it read?)       watchers of libwebsockets
//     1      off now, then on again    reading stops; a turn to write is asked for
//     2      off                       as they are: nothing is asked for any more
//
// With the flag on, the second turn is possible; with the flag off, nothing is read once it is over.
// False: the connection is gone.
static bool hold_still(tr_edge *edge, tr_socket *self)
{
    enum { TURNS = 2 };
    struct lws *wsi = self->wsi;
    tr_edge_request *request = self->request;
    (void)lws_rx_flow_control(wsi, 1);
    for (request->stilling = TURNS; request->stilling != 0; request->stilling--)
        if (!have_written(edge, wsi))
            return false;
    request->is_still = true;
    // That of a body in chunks, whose end libwebsockets does not know: the app has time of its own.
    lws_set_timeout(wsi, NO_PENDING_TIMEOUT, 0);
    return true;
}

int tr_edge_on_still(tr_socket *self)
{
    enum {
        NOW = LWS_RXFLOW_REASON_APPLIES_DISABLE | LWS_RXFLOW_REASON_USER_BOOL |
              LWS_RXFLOW_REASON_FLAG_PROCESS_NOW
    };
    if (self->request->stilling != 1) {
        (void)lws_rx_flow_control(self->wsi, NOW);
        (void)lws_rx_flow_control(self->wsi, 1);
    } else {
        (void)lws_rx_flow_control(self->wsi, 0);
    }
    return 1;
}

static void on_writable(tr_edge *edge, tr_socket *self)
{
    struct lws *wsi = self->wsi;
    self->request->is_still = false;
    (void)lws_rx_flow_control(wsi, 1);
    if (!have_written(edge, wsi))
        return;
    self = lws_wsi_user(wsi); // made anew with the end of each answer
    if (self == NULL || self->is_closing || self->request == NULL ||
        self->request->under_way == NULL)
        return;
    if (is_under_way(self) && is_waiting(self) && !hold_still(edge, self))
        return;
    tr_edge_look_on(edge, self);
}

static void cut_if_left(const tr_edge *edge, tr_socket *self)
{
    const tr_edge_request *request = self->request;
    int socket = request->under_way->watcher.fd;
    if (!tr_fd_is_gone(socket) && (request->is_begun || !tr_fd_has_ended(socket)))
        return;
    look_for(edge, request, 0);
    tr_timer_stop(&request->under_way->look);
    tr_socket_cut(self);
}

static void on_look(tr_timer *timer)
{
    tr_socket *self = timer->arg;
    cut_if_left(lws_context_user(lws_get_context(self->wsi)), self);
}

static void look_on_later(const tr_edge_request *self)
{
    tr_timer *look = &self->under_way->look;
    bool is_wanted = self->is_still && self->is_deaf;
    if (!is_wanted)
        tr_timer_stop(look);
    else if (!tr_timer_is_running(look))
        tr_timer_start(look, LOOK_MS, LOOK_MS);
}

static void on_readable(const tr_edge *edge, tr_socket *self)
{
    tr_edge_request *request = self->request;
    int socket = request->under_way->watcher.fd;
    cut_if_left(edge, self);
    if (self->is_closing)
        return;
    // A unix socket is readable with the first byte, whatever is asked for.
    request->is_deaf = request->is_behind || tr_fd_has_ended(socket);
    request->is_behind = true;
    tr_fd_wake_for(socket, BEHIND_CAP_BYTES);
    look_for(edge, request, request->is_deaf ? 0 : EV_READ);
    look_on_later(request);
}

static void on_ready(struct ev_loop *loop, ev_io *watcher, int events)
{
    tr_socket *self = watcher->data;
    tr_edge *edge = lws_context_user(lws_get_context(self->wsi));
    (void)loop;
    if ((events & EV_WRITE) != 0)
        on_writable(edge, self);
    else
        on_readable(edge, self);
}

static void begin(const tr_edge *edge, tr_socket *self)
{
    self->request->under_way = tr_new(struct tr_under_way);
    ev_io *watcher = &self->request->under_way->watcher;
    ev_io_init(watcher, on_ready, lws_get_socket_fd(self->wsi), EV_READ);
    ev_set_priority(watcher, EV_MAXPRI); // before libwebsockets looks
    watcher->data = self;
    tr_timer_init(&self->request->under_way->look, edge->options.core, on_look, self);
}

void tr_edge_look_on(const tr_edge *edge, tr_socket *self)
{
    tr_edge_request *request = self->request;
    if (request == NULL)
        return;
    if (!is_under_way(self)) {
        tr_edge_look_away(edge, self);
        return;
    }
    if (self->is_closing)
        return;
    if (request->under_way == NULL)
        begin(edge, self);
    (void)lws_rx_flow_control(self->wsi, 0);
    bool waits = is_waiting(self);
    // A whole file is here: nothing is won by throwing it away.
    request->is_begun = request->is_begun || !waits || request->exchange != NULL;
    request->is_still = request->is_still && waits;
    look_for(edge, request, !request->is_still ? EV_WRITE : request->is_deaf ? 0 : EV_READ);
    look_on_later(request);
}

void tr_edge_want_write(tr_socket *self)
{
    tr_edge_look_on(lws_context_user(lws_get_context(self->wsi)), self);
    if (self->request->under_way == NULL)
        (void)lws_callback_on_writable(self->wsi);
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
