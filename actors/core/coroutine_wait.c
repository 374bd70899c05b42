// The waits of a coroutine besides answers: time, and file descriptors.

#include <errno.h>
#include <fcntl.h>

#include "actors/core/core_record.h"
#include "actors/core/coroutine.h"
#include "actors/core/timer.h"
#include "base/must.h"

// On the stack of the coroutine that waits.
typedef struct timed_wait {
    tr_timer timer;
    tr_coroutine *waiter;
    uint64_t key;
} timed_wait;

static void on_deadline(tr_timer *timer)
{
    timed_wait *self = timer->arg;
    tr_coroutine_wake(self->waiter, self->key, TR_ETIMEOUT);
}

int tr_coroutine_sleep(uint64_t delay_ms)
{
    int refused = tr_coroutine_enter(__func__);
    if (refused < 0)
        return refused;
    (void)tr_coroutine_own_wait(tr_coroutine_current(), "sleep");
    int result = tr_coroutine_suspend_until(delay_ms);
    return result == TR_ETIMEOUT ? 0 : result;
}

int tr_coroutine_suspend_until(uint64_t deadline_ms)
{
    tr_coroutine *self = tr_coroutine_current();
    if (self == NULL)
        return TR_EWRONGTHREAD;
    timed_wait wait = {.waiter = self, .key = self->wait_key};
    tr_timer_init(&wait.timer, self->core, on_deadline, &wait);
    tr_timer_start(&wait.timer, deadline_ms, 0);
    int result = tr_coroutine_suspend();
    tr_timer_stop(&wait.timer);
    return result;
}

// On the waiter's stack.
typedef struct fd_wait {
    ev_io watcher;
    tr_coroutine *waiter;
    uint64_t key;
    struct fd_wait *next; // of the same descriptor
    int ready;
} fd_wait;

static uint64_t key_of(int fd)
{
    return (uint64_t)fd + 1;
}

static void on_fd(struct ev_loop *loop, ev_io *watcher, int events)
{
    fd_wait *self = watcher->data;
    ev_io_stop(loop, watcher);
    if ((events & EV_ERROR) != 0)
        self->ready = TR_EINVALID; // closed behind our back
    else
        self->ready = ((events & EV_READ) != 0 ? TR_FD_READABLE : 0) |
                      ((events & EV_WRITE) != 0 ? TR_FD_WRITABLE : 0);
    tr_coroutine_wake(self->waiter, self->key, 0);
}

static void enlist(fd_wait *self, tr_map *waits, int fd)
{
    self->next = tr_map_find(waits, key_of(fd));
    tr_map_put(waits, key_of(fd), self);
}

static void delist(fd_wait *self, tr_map *waits, int fd)
{
    fd_wait *first = tr_map_find(waits, key_of(fd));
    if (first == self) {
        if (self->next != NULL)
            tr_map_put(waits, key_of(fd), self->next);
        else
            tr_map_take(waits, key_of(fd));
        return;
    }
    while (first->next != self)
        first = first->next;
    first->next = self->next;
}

int tr_coroutine_wait_fd(int fd, unsigned events, uint64_t deadline_ms)
{
    int refused = tr_coroutine_enter(__func__);
    if (refused < 0)
        return refused;
    if (fd < 0 || events == 0 || (events & ~3u) != 0 || fcntl(fd, F_GETFD) < 0)
        return TR_EINVALID;
    tr_coroutine *self = tr_coroutine_current();
    tr_core *core = self->core;
    fd_wait wait = {.waiter = self};
    ev_io_init(&wait.watcher, on_fd, fd,
               ((events & TR_FD_READABLE) != 0 ? EV_READ : 0) |
                   ((events & TR_FD_WRITABLE) != 0 ? EV_WRITE : 0));
    wait.watcher.data = &wait;
    ev_io_start(core->loop, &wait.watcher);
    enlist(&wait, &core->coroutines->fd_waits, fd);
    wait.key = tr_coroutine_own_wait(self, "descriptor");
    int result = tr_coroutine_suspend_until(deadline_ms);
    delist(&wait, &core->coroutines->fd_waits, fd);
    ev_io_stop(core->loop, &wait.watcher);
    if (result == TR_ECANCELLED || wait.ready == 0)
        return result;
    return wait.ready;
}

void tr_coroutine_fd_closing(int fd)
{
    tr_core *core = tr_core_current();
    if (core == NULL)
        return; // no coroutine waits on this thread
    for (fd_wait *at = tr_map_find(&core->coroutines->fd_waits, key_of(fd)); at != NULL;
         at = at->next) {
        // Now, not when it runs: by then the number may be another descriptor's.
        ev_io_stop(core->loop, &at->watcher);
        if (at->ready == 0)
            at->ready = TR_EGONE;
        tr_coroutine_wake(at->waiter, at->key, TR_EGONE);
    }
}
