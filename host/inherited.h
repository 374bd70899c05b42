#ifndef TR_HOST_INHERITED_H
#define TR_HOST_INHERITED_H

// Listening sockets that this process was started with, as systemd hands them over (socket
// activation, sd_listen_fds(3)): LISTEN_FDS of them, from descriptor 3 on, for the process
// LISTEN_PID, with their names in LISTEN_FDNAMES. The manager keeps its own descriptors, so that
// connections wait there while this program is started anew.
//
// Thread: main.

#include <stdbool.h>
#include <stddef.h>

enum { TR_INHERITED_CAP = 8 };

#define TR_INHERITED_REDIRECT "redirect" // FileDescriptorName= of what --http-redirect would open

typedef struct tr_inherited {
    int sockets[TR_INHERITED_CAP];
    bool is_redirect[TR_INHERITED_CAP];
    unsigned count;
} tr_inherited;

// What the environment says; texts may be NULL. No sockets: they are another process's, or there are
// none. TR_EINVALID: one is no listening stream socket, or there are too many; `why` is a clear line.
int tr_inherited_read(const char *pid, const char *count, const char *names, tr_inherited *out,
                      char *why, size_t cap) __attribute__((warn_unused_result));

// The same of our own environment.
int tr_inherited_look(tr_inherited *out, char *why, size_t cap) __attribute__((warn_unused_result));

// Is one among them that does what --http-redirect does; or one that serves the app?
bool tr_inherited_has(const tr_inherited *self, bool is_redirect);

// And of an environment which forgets them, so that programs that are started from here
// do not take them for theirs.
int tr_inherited_take(tr_inherited *out, char *why, size_t cap) __attribute__((warn_unused_result));

#endif
