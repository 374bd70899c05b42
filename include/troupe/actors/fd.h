#ifndef TROUPE_FD_H
#define TROUPE_FD_H

// The events of a file descriptor that a coroutine (tr_coroutine_wait_fd) or an actor (tr_watch_fd)
// can wait for.
//
// Thread: any.

enum tr_fd_events {
    TR_FD_READABLE = 1,
    TR_FD_WRITABLE = 2,
    TR_FD_LEVEL = 4 // tr_watch_fd: told again and again while it is so, and not once
};

#endif
