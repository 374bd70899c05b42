#include "gateway/admin_socket.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"

enum { BACKLOG = 64 };

static int bind_one(const struct addrinfo *place)
{
    int one = socket(place->ai_family, place->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC,
                     place->ai_protocol);
    int on = 1;
    if (one < 0)
        return -1;
    setsockopt(one, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(one, place->ai_addr, place->ai_addrlen) == 0 && listen(one, BACKLOG) == 0)
        return one;
    int failure = errno;
    close(one);
    errno = failure;
    return -1;
}

static bool is_loopback(const struct sockaddr *place)
{
    if (place->sa_family == AF_INET6)
        return IN6_IS_ADDR_LOOPBACK(&((const struct sockaddr_in6 *)(const void *)place)->sin6_addr);
    const struct sockaddr_in *in = (const void *)place;
    return ntohl(in->sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
}

int tr_admin_socket_open(const char *host, unsigned port, bool *out_is_loopback)
{
    char service[16];
    snprintf(service, sizeof service, "%u", port);
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
    struct addrinfo *places = NULL;
    int unknown = getaddrinfo(host, service, &hints, &places);
    int opened = -1;
    for (struct addrinfo *at = places; at != NULL && opened < 0; at = at->ai_next) {
        opened = bind_one(at);
        *out_is_loopback = is_loopback(at->ai_addr);
    }
    const char *why = unknown != 0 ? gai_strerror(unknown) : strerror(errno);
    if (places != NULL)
        freeaddrinfo(places);
    if (opened >= 0)
        return opened;
    tr_log(TR_LOG_ERROR, "event=admin_failed host=%s port=%u err=%s",
           tr_log_quote(host, (unsigned)strlen(host)), port,
           tr_log_quote(why, (unsigned)strlen(why)));
    return -1;
}
