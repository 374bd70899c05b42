#include "gateway/admin_socket.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "base/log.h"
#include "gateway/listener.h"

enum { BACKLOG = 64 };

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
        opened = tr_listener_bind(at, TR_LISTEN_ALONE, BACKLOG);
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
