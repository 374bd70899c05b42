#include "host/bus_address.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "actors/bus/routes.h"
#include "base/log.h"
#include "host/early_stop.h"
#include "troupe/err.h"

enum { RESOLVE_TRIES = 150, RESOLVE_PAUSE_MS = 200 };

// A UDP socket "connected" to the broker has the address that the broker's host would see of us.
static int own_address(const char *broker, char *out, size_t size)
{
    char host[TR_ENDPOINT_CAP_BYTES];
    snprintf(host, sizeof host, "%s", broker + strlen("tcp://"));
    char *colon = strrchr(host, ':');
    *colon = '\0';
    struct addrinfo hints = {.ai_socktype = SOCK_DGRAM, .ai_family = AF_INET};
    struct addrinfo *found;
    if (getaddrinfo(host, colon + 1, &hints, &found) != 0)
        return TR_ENOTFOUND;
    int fd = socket(found->ai_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in own = {0};
    socklen_t length = sizeof own;
    char text[INET_ADDRSTRLEN];
    bool ok = fd >= 0 && connect(fd, found->ai_addr, found->ai_addrlen) == 0 &&
              getsockname(fd, (struct sockaddr *)&own, &length) == 0 &&
              inet_ntop(AF_INET, &own.sin_addr, text, sizeof text) != NULL;
    if (fd >= 0)
        close(fd);
    freeaddrinfo(found);
    if (!ok)
        return TR_ENOTFOUND;
    snprintf(out, size, "tcp://%s", text);
    return 0;
}

int tr_bus_address_towards(const char *endpoint, char *out, size_t size)
{
    if (strncmp(endpoint, "ipc://", 6) != 0)
        return own_address(endpoint, out, size);
    snprintf(out, size, "ipc://@");
    return 0;
}

static bool resolves(const tr_options *options, char *out, size_t size)
{
    for (unsigned i = 0; i < options->broker_count; i++)
        if (own_address(options->brokers[i], out, size) == 0)
            return true;
    return false;
}

// Of a broker that starts at the same time, as with docker compose.
static int await_name(const tr_options *options, char *out, size_t size)
{
    bool is_known = resolves(options, out, size);
    if (!is_known)
        tr_log(TR_LOG_INFO, "event=broker_host_unknown endpoint=%s wait_ms=%d", options->brokers[0],
               RESOLVE_TRIES * RESOLVE_PAUSE_MS);
    for (unsigned tries = 1; !is_known && tries < RESOLVE_TRIES; tries++) {
        nanosleep(&(struct timespec){.tv_nsec = RESOLVE_PAUSE_MS * 1000000L}, NULL);
        is_known = resolves(options, out, size);
    }
    return is_known ? 0 : TR_ENOTFOUND;
}

int tr_bus_address_find(const tr_options *options, char *storage, size_t size, const char **out)
{
    *out = options->bus;
    if (options->bus != NULL || options->broker_count == 0 || options->roles == TR_ROLE_BROKER)
        return 0;
    *out = storage;
    if (strncmp(options->brokers[0], "ipc://", 6) == 0) {
        snprintf(storage, size, "ipc://@");
        return 0;
    }
    sigset_t before;
    tr_early_stop_allow(options->is_embedded, &before);
    int result = await_name(options, storage, size);
    tr_early_stop_forbid(&before);
    return result;
}
