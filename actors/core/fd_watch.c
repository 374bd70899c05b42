// File descriptors that actors watch (tr_watch_fd): a libev watcher each, in a short list of the
// actor's.

#include <fcntl.h>

#include "actors/core/actor_record.h"
#include "actors/core/core_record.h"
#include "actors/core/enter.h"
#include "actors/core/fd_watch.h"
#include "base/mem.h"
#include "troupe/err.h"

struct tr_watch {
    ev_io watcher;
    tr_actor *actor;
    tr_watch *next;
    uint64_t tag;
    bool is_level;
};

static tr_watch **place_of(tr_actor *self, int fd)
{
    tr_watch **at = &self->extras->watches;
    while (*at != NULL && (*at)->watcher.fd != fd)
        at = &(*at)->next;
    return at;
}

static void remove_at(tr_watch **place)
{
    tr_watch *gone = *place;
    *place = gone->next;
    gone->actor->extras->watch_count--;
    ev_io_stop(gone->actor->core->loop, &gone->watcher);
    tr_free(gone);
}

static void on_ready(struct ev_loop *loop, ev_io *watcher, int events)
{
    (void)loop;
    tr_watch *self = watcher->data;
    tr_actor *actor = self->actor;
    // The last event is not handled yet: the loop tells of it again. So a descriptor never has more
    // than one message in the mailbox.
    if (actor->is_stopping || actor->system.count != 0)
        return;
    tr_msg_fd_ready body = {.tag = self->tag,
                            .fd = (uint32_t)watcher->fd,
                            .events = ((events & EV_READ) != 0 ? TR_FD_READABLE : 0u) |
                                      ((events & EV_WRITE) != 0 ? TR_FD_WRITABLE : 0u)};
    if (!self->is_level)
        remove_at(place_of(actor, watcher->fd));
    tr_actor_signal(actor, TR_MSG_fd_ready, &body);
}

static bool is_of_fd(const tr_message *message, const void *arg)
{
    return TR_TYPE(message) == TR_MSG_fd_ready &&
           TR_BODY(message, fd_ready)->fd == *(const uint32_t *)arg;
}

static void withdraw(tr_actor *self, int fd)
{
    uint32_t number = (uint32_t)fd;
    tr_actor_withdraw(self, is_of_fd, &number);
}

int tr_watch_fd(tr_actor *self, int fd, unsigned events, uint64_t tag)
{
    TR_ENTER_ACTOR(self);
    unsigned which = events & (TR_FD_READABLE | TR_FD_WRITABLE);
    if (which == 0 || (events & ~(which | TR_FD_LEVEL)) != 0 || fd < 0 || fcntl(fd, F_GETFD) < 0)
        return TR_EINVALID;
    if (self->is_stopping)
        return TR_ECANCELLED;
    tr_extras *extras = tr_actor_extras(self);
    tr_watch **place = place_of(self, fd);
    if (*place == NULL && extras->watch_count >= TR_WATCHES_PER_ACTOR_CAP)
        return TR_EFULL;
    tr_unwatch_fd(self, fd); // replaced, not doubled
    tr_watch *watch = tr_new(tr_watch);
    watch->actor = self;
    watch->tag = tag;
    watch->is_level = (events & TR_FD_LEVEL) != 0;
    watch->next = extras->watches;
    extras->watches = watch;
    extras->watch_count++;
    ev_io_init(&watch->watcher, on_ready, fd,
               ((which & TR_FD_READABLE) != 0 ? EV_READ : 0) |
                   ((which & TR_FD_WRITABLE) != 0 ? EV_WRITE : 0));
    watch->watcher.data = watch;
    ev_io_start(self->core->loop, &watch->watcher);
    return 0;
}

void tr_unwatch_fd(tr_actor *self, int fd)
{
    TR_ENTER_ACTOR_OR(self, );
    if (self->extras == NULL)
        return;
    tr_watch **place = place_of(self, fd);
    if (*place != NULL)
        remove_at(place);
    withdraw(self, fd);
}

void tr_watches_move(tr_actor *to)
{
    for (tr_watch *at = to->extras->watches; at != NULL; at = at->next)
        at->actor = to;
}

void tr_watches_end(tr_actor *self)
{
    while (self->extras->watches != NULL)
        remove_at(&self->extras->watches);
}
