#include "desk/free_port.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/number.h"
#include "troupe/slice.h"

enum { PORTS = 65536, TRIES = 100 };

// As a server binds: what only remembers closed connections is free.
static int try_to_bind(const struct addrinfo *at)
{
    int yes = 1;
    int fd = socket(at->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return errno;
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    int result = bind(fd, at->ai_addr, at->ai_addrlen) == 0 ? 0 : errno;
    if (result == 0 && listen(fd, 1) != 0)
        result = errno;
    (void)close(fd);
    return result;
}

static bool is_taken(const char *host, unsigned port)
{
    const struct addrinfo wanted = {.ai_socktype = SOCK_STREAM,
                                    .ai_flags = AI_PASSIVE | AI_NUMERICHOST | AI_NUMERICSERV};
    struct addrinfo *at;
    char number[16];
    (void)tr_format(number, sizeof number, "%u", port);
    if (getaddrinfo(host, number, &wanted, &at) != 0)
        return false;
    bool result = try_to_bind(at) == EADDRINUSE;
    freeaddrinfo(at);
    return result;
}

bool tr_port_is_taken(const char *host, const char *port, unsigned *out_free)
{
    uint64_t number;
    if (!tr_digits_parse(tr_slice_of(port), &number) || number == 0 || number >= PORTS ||
        !is_taken(host, (unsigned)number))
        return false;
    unsigned next = (unsigned)number + 1;
    while (next < PORTS && next <= number + TRIES && is_taken(host, next))
        next++;
    *out_free = next < PORTS && next <= number + TRIES ? next : 0;
    return true;
}
