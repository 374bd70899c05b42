#include "tests/support/proxy.h"

#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/support/system.h"

enum { PAIRS_CAP = 600, LOOK_MS = 5, CARRY_BYTES = 16384, CATCH_UP_MS = 1000 };

typedef struct pair {
    int dialer;
    int target;
    uint64_t slow_until_us; // nothing is carried there before
} pair;

struct proxy {
    pthread_t thread;
    int listener;
    char endpoint[128];
    atomic_uint port;               // of the target
    struct sockaddr_un unix_target; // all zero: it has a port
    socklen_t unix_size;
    atomic_uint cut;
    atomic_uint bytes_a_second; // 0: any
    atomic_bool is_stopping;
    pair pairs[PAIRS_CAP];
    unsigned count;
};

static struct sockaddr_in local(unsigned port)
{
    return (struct sockaddr_in){.sin_family = AF_INET,
                                .sin_port = htons((uint16_t)port),
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

static int dial(const proxy *self, int target)
{
    struct sockaddr_in at = local(atomic_load(&self->port));
    if (self->unix_size != 0)
        return connect(target, (const struct sockaddr *)&self->unix_target, self->unix_size);
    return connect(target, (struct sockaddr *)&at, sizeof at);
}

static void let_in(proxy *self)
{
    // A process that is started later must not hold it open.
    int dialer = accept4(self->listener, NULL, NULL, SOCK_CLOEXEC);
    int target = socket(self->unix_size != 0 ? AF_UNIX : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (dialer < 0 || self->count == PAIRS_CAP || dial(self, target) != 0) {
        close(dialer);
        close(target);
        return;
    }
    self->pairs[self->count++] = (pair){.dialer = dialer, .target = target};
}

// How much; 0 where an end has gone.
static size_t carry(int from, int to)
{
    char bytes[CARRY_BYTES];
    ssize_t got = recv(from, bytes, sizeof bytes, MSG_DONTWAIT);
    for (ssize_t done = 0; done < got;) {
        ssize_t put = send(to, bytes + done, (size_t)(got - done), MSG_NOSIGNAL);
        if (put < 0)
            return 0;
        done += put;
    }
    return got > 0 ? (size_t)got : 0;
}

static void drop(proxy *self, unsigned i)
{
    close(self->pairs[i].dialer);
    close(self->pairs[i].target);
    self->pairs[i] = self->pairs[--self->count];
}

static bool is_slowed(const pair *at, uint64_t now_ms)
{
    return now_ms < at->slow_until_us / 1000;
}

// What a busy machine kept it from is caught up, so that the rate is what it was told.
static bool carry_there(proxy *self, pair *at)
{
    unsigned rate = atomic_load(&self->bytes_a_second);
    size_t size = carry(at->dialer, at->target);
    if (rate != 0) {
        uint64_t past_us = (tr_clock_ms() - CATCH_UP_MS) * 1000;
        uint64_t since_us = at->slow_until_us > past_us ? at->slow_until_us : past_us;
        at->slow_until_us = since_us + (uint64_t)size * 1000000 / rate;
    }
    return size > 0;
}

static void *run(void *arg)
{
    proxy *self = arg;
    while (!atomic_load(&self->is_stopping)) {
        unsigned cut = atomic_load(&self->cut);
        struct pollfd fds[1 + 2 * PAIRS_CAP] = {{.fd = self->listener, .events = POLLIN}};
        unsigned count = self->count;
        uint64_t now_ms = tr_clock_ms();
        for (unsigned i = 0; i < count; i++) {
            // A negative number is not looked at.
            int dialer = self->pairs[i].dialer;
            int target = self->pairs[i].target;
            bool waits = (cut & PROXY_THERE) != 0 || is_slowed(&self->pairs[i], now_ms);
            fds[1 + 2 * i] = (struct pollfd){waits ? -1 : dialer, POLLIN, 0};
            fds[2 + 2 * i] = (struct pollfd){(cut & PROXY_BACK) != 0 ? -1 : target, POLLIN, 0};
        }
        int ready = poll(fds, 1 + 2 * count, LOOK_MS);
        if (ready <= 0 || atomic_load(&self->cut) != cut)
            continue; // what came since it was cut stays
        for (unsigned i = count; i-- > 0;) {
            pair *at = &self->pairs[i];
            if ((fds[1 + 2 * i].revents != 0 && !carry_there(self, at)) ||
                (fds[2 + 2 * i].revents != 0 && carry(at->target, at->dialer) == 0))
                drop(self, i);
        }
        if (fds[0].revents != 0)
            let_in(self);
    }
    return NULL;
}

void proxy_aim(proxy *self, const char *target)
{
    atomic_store(&self->port, (unsigned)atoi(strrchr(target, ':') + 1));
}

// Its address's size.
static socklen_t at_path(struct sockaddr_un *out, const char *path)
{
    size_t size = strlen(path);
    ck_assert_uint_lt(size, sizeof out->sun_path);
    *out = (struct sockaddr_un){.sun_family = AF_UNIX};
    memcpy(out->sun_path, path, size);
    if (path[0] == '@')
        out->sun_path[0] = '\0';
    return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + size);
}

static proxy *aimed_at(const char *target)
{
    proxy *self = tr_new(proxy);
    if (strncmp(target, "ipc://", 6) == 0)
        self->unix_size = at_path(&self->unix_target, target + 6);
    else
        proxy_aim(self, target);
    return self;
}

static proxy *begin(proxy *self)
{
    ok(listen(self->listener, PAIRS_CAP));
    ok(pthread_create(&self->thread, NULL, run, self));
    return self;
}

proxy *proxy_start(const char *target)
{
    proxy *self = aimed_at(target);
    struct sockaddr_in at = local(0);
    socklen_t size = sizeof at;
    self->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ok(bind(self->listener, (struct sockaddr *)&at, sizeof at));
    ok(getsockname(self->listener, (struct sockaddr *)&at, &size));
    snprintf(self->endpoint, sizeof self->endpoint, "tcp://127.0.0.1:%u", ntohs(at.sin_port));
    return begin(self);
}

proxy *proxy_start_at(const char *path, const char *target)
{
    proxy *self = aimed_at(target);
    struct sockaddr_un at;
    socklen_t size = at_path(&at, path);
    self->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ok(bind(self->listener, (struct sockaddr *)&at, size));
    snprintf(self->endpoint, sizeof self->endpoint, "ipc://%s", path);
    return begin(self);
}

void proxy_stop(proxy **self)
{
    atomic_store(&(*self)->is_stopping, true);
    pthread_join((*self)->thread, NULL);
    while ((*self)->count != 0)
        drop(*self, 0);
    close((*self)->listener);
    tr_free(*self);
    *self = NULL;
}

const char *proxy_endpoint(const proxy *self)
{
    return self->endpoint;
}

void proxy_cut(proxy *self, unsigned directions)
{
    atomic_store(&self->cut, directions);
}

void proxy_slow(proxy *self, unsigned bytes_a_second)
{
    atomic_store(&self->bytes_a_second, bytes_a_second);
}
