#ifndef TR_GATEWAY_LISTENER_H
#define TR_GATEWAY_LISTENER_H

// A listening TCP socket on a core thread's loop. Ours and not libwebsockets', so that draining is
// closing it, a free port can be asked for, and running out of file descriptors means waiting, not
// spinning.
//
// Thread: its core thread. Owns: the socket; accepted ones are given away.

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

// The real port.
unsigned tr_listener_port(const tr_listener *self);

// NULL inside is fine.
void tr_listener_close(tr_listener **self);

#endif
