#ifndef TR_GATEWAY_LISTENER_H
#define TR_GATEWAY_LISTENER_H

// A listening socket on a core thread's loop. Ours and not libwebsockets', so that draining is
// closing it, a free port can be asked for, and running out of file descriptors means waiting, not
// spinning. TCP sockets are opened here; those that all core threads share (a unix socket, one that
// systemd has handed over) come from outside.
//
// Thread: its core thread. Owns: its descriptor; accepted sockets are given away.

typedef struct tr_core tr_core;
typedef struct tr_listener tr_listener;

// Whether others listen on the port: nobody; core threads that will join; or we join one. Only the
// first finds out that another program has the port: SO_REUSEPORT lets everybody of the same user
// in.
enum tr_listen { TR_LISTEN_ALONE, TR_LISTEN_FIRST, TR_LISTEN_JOIN };

// `on_accept` takes over each accepted socket (non-blocking). TR_EINVALID: no such host, or the
// port is taken; TR_ESYSTEM.
int tr_listener_open(tr_core *core, const char *host, unsigned port, enum tr_listen share,
                     void (*on_accept)(void *arg, int socket), void *arg, tr_listener **out)
    __attribute__((warn_unused_result));

// Only the socket, which does not block, for tr_listener_share; likewise.
int tr_listener_socket(const char *host, unsigned port, enum tr_listen share, int *out)
    __attribute__((warn_unused_result));

// The same for one place; -1 with errno.
struct addrinfo;
int tr_listener_bind(const struct addrinfo *place, enum tr_listen share, int backlog)
    __attribute__((warn_unused_result));

// Accepts from a listening socket that does not block and that others may accept from, too: of this
// process or of another one. It gets a descriptor of its own. TR_ESYSTEM.
int tr_listener_share(tr_core *core, int socket, void (*on_accept)(void *arg, int socket),
                      void *arg, tr_listener **out) __attribute__((warn_unused_result));

// The real port; 0: it has none, as a unix socket.
unsigned tr_listener_port(const tr_listener *self);

// NULL inside is fine.
void tr_listener_close(tr_listener **self);

#endif
