#include "gateway/listener.h"

#include <errno.h>
#include <ev.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "actors/core/core.h"
#include "actors/core/timer.h"
#include "base/log.h"
#include "base/mem.h"
#include "troupe/err.h"

// Accepted in one turn before others get theirs; the pause when no file descriptor is left.
enum {
    ACCEPTS_PER_TURN = 64,
    SHARED_ACCEPTS_PER_TURN = 1, // so that threads which share a socket share what comes
    BACKLOG = 1024,
    PAUSE_MS = 100,
    PAUSE_LINE_MS = 10000, // between two lines that tell of it
    SILENCE_MS = 45000
};

struct tr_listener {
    ev_io watcher;
    tr_timer pause;
    tr_core *core;
    void (*on_accept)(void *arg, int socket);
    void *arg;
    int socket;
    int accepts_per_turn;
    uint64_t said_ms; // that it pauses; 0: never
    uint32_t pauses;  // since then
};

// A server that is full pauses ten times a second, for as long as it is full.
static void say_that_it_pauses(tr_listener *self, int failure)
{
    uint64_t now_ms = tr_core_now_ms(self->core);
    self->pauses++;
    if (self->said_ms != 0 && now_ms - self->said_ms < PAUSE_LINE_MS)
        return;
    const char *text = strerror(failure);
    tr_log(TR_LOG_WARN, "event=accept_paused err=%s pauses=%u text=%s",
           tr_log_quote(text, (unsigned)strlen(text)), self->pauses,
           failure == EMFILE ? "\"raise the limit on open files (ulimit -n, LimitNOFILE=)\""
                             : "\"\"");
    self->said_ms = now_ms;
    self->pauses = 0;
}

static void on_pause_over(tr_timer *timer)
{
    tr_listener *self = timer->arg;
    ev_io_start(tr_core_loop(self->core), &self->watcher);
}

static void on_readable(struct ev_loop *loop, ev_io *watcher, int events)
{
    (void)events;
    tr_listener *self = watcher->data;
    for (int i = 0; i < self->accepts_per_turn; i++) {
        int accepted = accept4(self->socket, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (accepted >= 0) {
            int on = 1;
            setsockopt(accepted, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
            // A peer that vanished ends the connection also while it is not read.
            unsigned silence_ms = SILENCE_MS;
            setsockopt(accepted, IPPROTO_TCP, TCP_USER_TIMEOUT, &silence_ms, sizeof silence_ms);
            self->on_accept(self->arg, accepted);
            continue;
        }
        if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
            say_that_it_pauses(self, errno);
            ev_io_stop(loop, &self->watcher);
            tr_timer_start(&self->pause, PAUSE_MS, 0);
            return;
        }
        if (errno == EAGAIN || errno == EWOULDBLOCK)
            return;
        // Anything else is about that one connection (ECONNABORTED and its like).
    }
}

// With SO_REUSEPORT a second program of the same user would be let in: so the first looks without
// it.
static bool is_free(const struct addrinfo *place)
{
    int probe = socket(place->ai_family, place->ai_socktype | SOCK_CLOEXEC, place->ai_protocol);
    int on = 1;
    if (probe < 0)
        return false;
    setsockopt(probe, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    int result = bind(probe, place->ai_addr, place->ai_addrlen);
    int failure = errno;
    close(probe);
    errno = failure;
    return result == 0;
}

int tr_listener_bind(const struct addrinfo *place, enum tr_listen share, int backlog)
{
    if (share == TR_LISTEN_FIRST && !is_free(place))
        return -1;
    int one = socket(place->ai_family, place->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC,
                     place->ai_protocol);
    if (one < 0)
        return -1;
    int on = 1;
    setsockopt(one, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (share != TR_LISTEN_ALONE)
        setsockopt(one, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
    if (bind(one, place->ai_addr, place->ai_addrlen) == 0 && listen(one, backlog) == 0)
        return one;
    int failure = errno;
    close(one);
    errno = failure;
    return -1;
}

int tr_listener_socket(const char *host, unsigned port, enum tr_listen share, int *out)
{
    char service[16];
    snprintf(service, sizeof service, "%u", port);
    struct addrinfo hints = {.ai_family = AF_UNSPEC,
                             .ai_socktype = SOCK_STREAM,
                             .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
    struct addrinfo *places = NULL;
    int result = port <= 65535 ? getaddrinfo(host, service, &hints, &places) : EAI_SERVICE;
    if (result != 0) {
        tr_log(TR_LOG_ERROR, "event=listen_failed host=%s port=%u err=%s",
               tr_log_quote(host, (unsigned)strlen(host)), port,
               tr_log_quote(gai_strerror(result), (unsigned)strlen(gai_strerror(result))));
        return TR_EINVALID;
    }
    int listening = -1;
    for (struct addrinfo *at = places; at != NULL && listening < 0; at = at->ai_next)
        listening = tr_listener_bind(at, share, BACKLOG);
    int failure = errno;
    freeaddrinfo(places);
    if (listening < 0) {
        tr_log(TR_LOG_ERROR, "event=listen_failed host=%s port=%u err=%s",
               tr_log_quote(host, (unsigned)strlen(host)), port,
               tr_log_quote(strerror(failure), (unsigned)strlen(strerror(failure))));
        return failure == EADDRINUSE || failure == EADDRNOTAVAIL || failure == EACCES ? TR_EINVALID
                                                                                      : TR_ESYSTEM;
    }
    *out = listening;
    return 0;
}

static tr_listener *begin(tr_core *core, int listening, int accepts_per_turn,
                          void (*on_accept)(void *arg, int socket), void *arg)
{
    tr_listener *self = tr_new(tr_listener);
    self->core = core;
    self->on_accept = on_accept;
    self->arg = arg;
    self->socket = listening;
    self->accepts_per_turn = accepts_per_turn;
    tr_timer_init(&self->pause, core, on_pause_over, self);
    ev_io_init(&self->watcher, on_readable, listening, EV_READ);
    self->watcher.data = self;
    ev_io_start(tr_core_loop(core), &self->watcher);
    return self;
}

int tr_listener_open(tr_core *core, const char *host, unsigned port, enum tr_listen share,
                     void (*on_accept)(void *arg, int socket), void *arg, tr_listener **out)
{
    int listening;
    int result = tr_listener_socket(host, port, share, &listening);
    if (result == 0)
        *out = begin(core, listening, ACCEPTS_PER_TURN, on_accept, arg);
    return result;
}

int tr_listener_share(tr_core *core, int socket, void (*on_accept)(void *arg, int socket),
                      void *arg, tr_listener **out)
{
    int own = fcntl(socket, F_DUPFD_CLOEXEC, 0);
    if (own < 0)
        return TR_ESYSTEM;
    *out = begin(core, own, SHARED_ACCEPTS_PER_TURN, on_accept, arg);
    return 0;
}

unsigned tr_listener_port(const tr_listener *self)
{
    struct sockaddr_storage place;
    socklen_t size = sizeof place;
    if (getsockname(self->socket, (struct sockaddr *)&place, &size) != 0)
        return 0;
    if (place.ss_family == AF_INET6)
        return ntohs(((struct sockaddr_in6 *)(void *)&place)->sin6_port);
    return place.ss_family == AF_INET ? ntohs(((struct sockaddr_in *)(void *)&place)->sin_port) : 0;
}

void tr_listener_close(tr_listener **self)
{
    tr_listener *listener = *self;
    if (listener == NULL)
        return;
    tr_timer_stop(&listener->pause);
    ev_io_stop(tr_core_loop(listener->core), &listener->watcher);
    close(listener->socket);
    tr_free(listener);
    *self = NULL;
}
