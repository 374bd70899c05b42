#ifndef TR_DESK_WATCH_H
#define TR_DESK_WATCH_H

// Folders whose source files are watched (inotify): a file that was written, moved in or removed. Editors save in
// several ways; all of them end with one of these.
//
// Thread: main.

#include <ev.h>

enum { TR_WATCH_FOLDERS_CAP = 256 };

typedef struct tr_watch tr_watch;

struct tr_watch {
    void (*on_change)(tr_watch *self); // once a burst of events is over
    void *arg;
    double changed_at; // ev_time() of its first event
    struct ev_loop *loop;
    ev_io events;
    ev_timer settle;
    unsigned folder_count;
};

// 0, or TR_ESYSTEM.
int tr_watch_open(tr_watch *self, struct ev_loop *loop);

// A folder that is watched already, or cannot be, changes nothing.
void tr_watch_add(tr_watch *self, const char *folder);

void tr_watch_close(tr_watch *self);

#endif
