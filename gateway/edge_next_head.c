// Between two requests of a connection, and before the first one of an encrypted one. A proxy shares its
// connections among its clients, so the head of each request is judged (gateway/first_bytes.h) before
// libwebsockets reads it, as the first one of a plain connection is by gateway/accept_filter.h. The
// watcher of this file comes before that of libwebsockets in each turn of the loop, and peeks:
//
//     a whole head       is libwebsockets' to read
//     a refused one      is answered here; what comes behind it is dropped
//     a part of a head   libwebsockets is kept from reading (flow control) until there is more
//
// Of what is encrypted no more than a record (RFC 8446 section 5.1) can be peeked at. So a part of a head
// that nothing speaks against is libwebsockets' to read, record by record, and a copy of it is kept here: it
// does nothing with a head before that is whole.
//
// The deadline is that of libwebsockets for an idle connection, which runs meanwhile.
//
// Bytes that libwebsockets has put aside, as they came together with the request before, are not
// judged, and neither is the rest of such a request: only the one who owns the connection can have sent
// them. A proxy sends the request of another client once it has the answer to the one before.

#include <errno.h>
#include <sys/socket.h>
#include <utlist.h>

#include "actors/core/core.h"
#include "base/mem.h"
#include "base/refusals.h"
#include "gateway/accept_filter.h"
#include "gateway/edge_socket.h"
#include "gateway/fd_state.h"
#include "gateway/first_bytes.h"
#include "gateway/tls.h"

enum {
    PARTS_CAP = TR_HEADS_PER_CORE_CAP / 2, // of encrypted heads; beyond: the oldest goes
    RECORDS_OF_A_TURN = 64,
    LOOK_AGAIN_MS = 20, // where nothing can wake for more bytes than those that are there
    LOOKS_CAP = 100     // until others have nothing put aside, with a request waiting
};

struct tr_next_head {
    ev_io watcher;
    tr_timer again;
    tr_edge *edge;
    struct lws *wsi;
    void *ssl;          // NULL: what comes is not encrypted
    tr_buf part;        // of a head, which libwebsockets has; of what is encrypted
    bool is_passing;    // what was peeked at last is libwebsockets' to read, and it has not yet
    bool is_whole;      // so is the rest of a head
    bool is_begun;      // the answer before is out
    bool is_beginning;  // nothing of the request is with libwebsockets
    bool is_held;       // which does not read
    bool is_patient;    // the socket wakes for more bytes than one
    bool is_refused;    // and answered
    unsigned looks;     // that did not tell, as others had bytes put aside
    tr_next_head *prev; // of those with a part of a head
    tr_next_head *next;
};

static struct ev_loop *loop_of(const tr_next_head *self)
{
    return tr_core_loop(self->edge->options.core);
}

static void wake_for(tr_next_head *self, int bytes)
{
    if (bytes == 1 && !self->is_patient)
        return;
    self->is_patient = bytes != 1;
    tr_fd_wake_for(self->watcher.fd, bytes);
}

static void forget_part(tr_next_head *self)
{
    if (self->part.size == 0)
        return;
    DL_DELETE(self->edge->parts, self);
    self->edge->part_count--;
    tr_buf_done(&self->part);
}

void tr_edge_forget_next_head(struct lws *wsi)
{
    tr_edge_peer *peer = lws_get_opaque_user_data(wsi);
    tr_next_head *self = peer != NULL ? peer->next : NULL;
    if (self == NULL)
        return;
    peer->next = NULL;
    if (self->edge->passing == self)
        self->edge->passing = NULL;
    if (self->is_begun) {
        wake_for(self, 1);
        ev_io_stop(loop_of(self), &self->watcher);
        tr_timer_stop(&self->again);
    }
    forget_part(self);
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
static void have_read(struct lws *wsi)
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
        have_read(wsi);
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
    forget_part(self);
    if (self->ssl != NULL)
        tr_tls_say_last(self->ssl, text, size);
    tr_fd_say_last(self->watcher.fd, text, self->ssl != NULL ? 0 : size);
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

static void note(const tr_next_head *self, tr_slice head)
{
    tr_edge_peer_note(lws_get_opaque_user_data(self->wsi), head);
}

static void begin_request(const tr_next_head *self, tr_slice head)
{
    note(self, head);
    let_read(self);
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
        begin_request(self, (tr_slice){bytes, (uint32_t)got});
    else
        wait_for_more(self, (size_t)got);
}

// -- of what is encrypted --

// What was peeked at is in memory, so nothing wakes for it. True: libwebsockets has read it, and not begun to
// answer. False: it has, or has no room for one more head, or the connection is gone.
static bool pass_on(tr_next_head *self)
{
    tr_edge *edge = self->edge;
    edge->passing = self;
    release(self);
    have_read(self->wsi);
    if (edge->passing == NULL)
        return false; // and so is this one
    edge->passing = NULL;
    hold(self);
    self->is_passing = tr_tls_has_rest(self->ssl);
    if (self->is_passing)
        look_again_later(self);
    return !self->is_passing;
}

static void let_read_rest(tr_next_head *self)
{
    self->is_whole = true;
    if (pass_on(self))
        let_read(self);
}

// What has come of the head by now.
static tr_slice join(tr_next_head *self, const char *bytes, size_t size)
{
    if (self->part.size == 0)
        return (tr_slice){bytes, (uint32_t)size};
    tr_buf_append(&self->part, bytes, size);
    return tr_buf_slice(&self->part);
}

static void keep_part(tr_next_head *self, tr_slice head)
{
    tr_edge *edge = self->edge;
    if (self->part.size != 0)
        return;
    tr_buf_append(&self->part, head.data, head.size);
    DL_APPEND(edge->parts, self);
    if (++edge->part_count <= PARTS_CAP)
        return;
    tr_next_head *oldest = edge->parts;
    tr_refusal_add(TR_REFUSAL_HALF_OPEN);
    forget_part(oldest);
    cut(oldest);
}

// True: there may be another one.
static bool look_at_record(tr_next_head *self)
{
    char bytes[TR_HTTP_HEAD_CAP_BYTES]; // no record is larger
    ssize_t got = tr_tls_peek(self->ssl, bytes, sizeof bytes);
    if (got == 0)
        return false;
    tr_slice head = got > 0 ? join(self, bytes, (size_t)got) : (tr_slice){0};
    const tr_first_refusal *why = got > 0 ? tr_first_judge_http(head.data, head.size) : NULL;
    if (why != NULL) {
        refuse(self, why);
        return false;
    }
    if (got < 0 || tr_first_has_head(head.data, head.size)) {
        note(self, head);
        let_read_rest(self); // libwebsockets finds the end of the connection, too
        return false;
    }
    keep_part(self, head);
    return pass_on(self);
}

// Held before that: libwebsockets would read what comes between.
static void look_at_records(tr_next_head *self)
{
    if (!tr_tls_is_open(self->ssl))
        return;
    hold(self);
    for (unsigned i = 0; i < RECORDS_OF_A_TURN && look_at_record(self); i++)
        ;
}

static void on_again(tr_timer *timer)
{
    tr_next_head *self = timer->arg;
    ev_io_start(loop_of(self), &self->watcher);
    if (self->is_passing && self->is_whole)
        let_read_rest(self);
    else if (self->is_passing)
        (void)pass_on(self);
}

static void on_ready(struct ev_loop *loop, ev_io *watcher, int events)
{
    (void)loop;
    tr_next_head *self = watcher->data;
    if (self->is_refused)
        drop_bytes(self);
    else if ((!self->is_beginning && !find_beginning(self)) || (events & EV_READ) == 0)
        return;
    else if (self->ssl != NULL)
        look_at_records(self);
    else
        look(self);
}

static bool prepare(tr_edge *edge, struct lws *wsi)
{
    tr_edge_peer *peer = lws_get_opaque_user_data(wsi);
    void *ssl = edge->options.tls != NULL ? lws_get_ssl(wsi) : NULL;
    if (ssl != NULL)
        peer->bytes_before = tr_tls_bytes_read(ssl);
    tr_edge_forget_next_head(wsi);
    tr_next_head *self = tr_try_alloc(sizeof *self);
    if (self == NULL)
        return false;
    *self = (tr_next_head){.edge = edge, .wsi = wsi, .ssl = ssl};
    peer->is_put_aside = false;
    tr_edge_peer_note(peer, (tr_slice){0});
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

int tr_edge_complete(struct lws *wsi, bool is_last)
{
    if (is_last || tr_edge_is_old(wsi) || !prepare(lws_context_user(lws_get_context(wsi)), wsi))
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

void tr_edge_await_first_head(tr_edge *edge, struct lws *wsi)
{
    if (!prepare(edge, wsi)) {
        tr_edge_cut(wsi);
        return;
    }
    tr_edge_peer *peer = lws_get_opaque_user_data(wsi);
    tr_next_head *self = peer->next;
    self->is_begun = self->is_beginning = true;
    ev_io_set(&self->watcher, self->watcher.fd, EV_READ);
    ev_io_start(loop_of(self), &self->watcher);
}
