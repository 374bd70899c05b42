#include "gateway/admin_visit.h"

#include <errno.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "gateway/accept_filter.h"
#include "gateway/fd_state.h"
#include "gateway/first_bytes.h"
#include "wire/limits.h"

struct tr_admin_visit {
    struct ev_loop *loop;
    ev_io watcher;
    ev_timer deadline;
    tr_admin_arrived *arrived;
    tr_admin_left *left;
    void *arg;
    bool is_answered; // what still comes is dropped
};

static int let_go(tr_admin_visit *self)
{
    int socket = self->watcher.fd;
    ev_io_stop(self->loop, &self->watcher);
    ev_timer_stop(self->loop, &self->deadline);
    tr_free(self);
    return socket;
}

void tr_admin_visit_cut(tr_admin_visit *self)
{
    close(let_go(self));
}

static void leave(tr_admin_visit *self)
{
    tr_admin_left *left = self->left;
    void *arg = self->arg;
    tr_admin_visit_cut(self);
    left(arg);
}

static void hand_on(tr_admin_visit *self)
{
    tr_admin_arrived *arrived = self->arrived;
    void *arg = self->arg;
    tr_fd_wake_for(self->watcher.fd, 1);
    arrived(arg, let_go(self));
}

static void refuse(tr_admin_visit *self, const tr_first_refusal *why)
{
    char text[TR_FIRST_ANSWER_CAP_BYTES];
    size_t size = tr_first_refusal_write(why, text);
    int socket = self->watcher.fd;
    tr_fd_say_last(socket, text, size);
    tr_fd_wake_for(socket, 1);
    self->is_answered = true;
    ev_timer_stop(self->loop, &self->deadline);
    ev_timer_set(&self->deadline, TR_ANSWER_LINGER_MS / 1000., 0);
    ev_timer_start(self->loop, &self->deadline);
}

static void look(tr_admin_visit *self)
{
    char bytes[TR_HTTP_HEAD_CAP_BYTES + 1];
    int socket = self->watcher.fd;
    ssize_t got = recv(socket, bytes, sizeof bytes, MSG_PEEK | MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    const tr_first_refusal *why = got > 0 ? tr_first_judge_http(bytes, (size_t)got) : NULL;
    if (got <= 0)
        leave(self);
    else if (why != NULL)
        refuse(self, why);
    else if (tr_first_has_head(bytes, (size_t)got))
        hand_on(self);
    else if (tr_fd_has_ended(socket))
        leave(self);
    else
        tr_fd_wake_for(socket, (int)got + 1);
}

static void on_readable(struct ev_loop *loop, ev_io *watcher, int events)
{
    (void)loop;
    (void)events;
    tr_admin_visit *self = watcher->data;
    if (!self->is_answered)
        look(self);
    else if (!tr_fd_drop_bytes(watcher->fd))
        leave(self);
}

static void on_deadline(struct ev_loop *loop, ev_timer *timer, int events)
{
    (void)loop;
    (void)events;
    leave(timer->data);
}

tr_admin_visit *tr_admin_visit_begin(struct ev_loop *loop, int socket, unsigned deadline_s,
                                     tr_admin_arrived *arrived, tr_admin_left *left, void *arg)
{
    tr_admin_visit *self = tr_new(tr_admin_visit);
    *self = (tr_admin_visit){.loop = loop, .arrived = arrived, .left = left, .arg = arg};
    ev_io_init(&self->watcher, on_readable, socket, EV_READ);
    ev_timer_init(&self->deadline, on_deadline, deadline_s, 0);
    self->watcher.data = self->deadline.data = self;
    ev_io_start(loop, &self->watcher);
    ev_timer_start(loop, &self->deadline);
    return self;
}
