#include "desk/watch.h"

#include <stdbool.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "troupe/err.h"

// An editor saves in several steps.
static const double SETTLE_S = 0.03;

static bool is_source(const char *name)
{
    static const char *const endings[] = {".c",  ".h",   ".def", ".inc", ".cpp",
                                          ".cc", ".cxx", ".hpp", ".hh",  ".hxx"};
    size_t size = strlen(name);
    for (unsigned i = 0; i < sizeof endings / sizeof *endings; i++) {
        size_t length = strlen(endings[i]);
        // Editors keep copies in hidden files.
        if (size > length && name[0] != '.' && strcmp(name + size - length, endings[i]) == 0)
            return true;
    }
    return false;
}

static bool tells_of_source(int fd)
{
    union {
        struct inotify_event event;
        char bytes[16384];
    } room;
    bool any = false;
    ssize_t size;
    while ((size = read(fd, &room, sizeof room)) > 0)
        for (ssize_t at = 0; at < size;) {
            const struct inotify_event *event = (const struct inotify_event *)(room.bytes + at);
            any |=
                (event->mask & IN_Q_OVERFLOW) != 0 || (event->len != 0 && is_source(event->name));
            at += (ssize_t)(sizeof *event + event->len);
        }
    return any;
}

static void on_events(struct ev_loop *loop, ev_io *watcher, int events)
{
    (void)events;
    tr_watch *self = watcher->data;
    if (!tells_of_source(watcher->fd))
        return;
    if (!ev_is_active(&self->settle)) {
        self->changed_at = ev_time();
        ev_timer_start(loop, &self->settle);
    }
}

static void on_settled(struct ev_loop *loop, ev_timer *watcher, int events)
{
    (void)events;
    tr_watch *self = watcher->data;
    ev_timer_stop(loop, watcher);
    self->on_change(self);
}

int tr_watch_open(tr_watch *self, struct ev_loop *loop)
{
    int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (fd < 0)
        return TR_ESYSTEM;
    self->loop = loop;
    self->events.data = self->settle.data = self;
    ev_io_init(&self->events, on_events, fd, EV_READ);
    ev_timer_init(&self->settle, on_settled, SETTLE_S, SETTLE_S);
    ev_io_start(loop, &self->events);
    return 0;
}

void tr_watch_add(tr_watch *self, const char *folder)
{
    // The same folder again is the same watch to the system: the number is a bound, not a count.
    if (self->folder_count < TR_WATCH_FOLDERS_CAP &&
        inotify_add_watch(self->events.fd, folder,
                          IN_CLOSE_WRITE | IN_MOVED_TO | IN_DELETE | IN_ONLYDIR) >=
            (int)self->folder_count)
        self->folder_count++;
}

void tr_watch_close(tr_watch *self)
{
    ev_timer_stop(self->loop, &self->settle);
    ev_io_stop(self->loop, &self->events);
    close(self->events.fd);
}
