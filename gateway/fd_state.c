#include "gateway/fd_state.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>

enum { DROP_BYTES = 16384 };

static bool is_in_state(int socket, short events)
{
    struct pollfd state = {.fd = socket, .events = POLLRDHUP};
    return poll(&state, 1, 0) > 0 && (state.revents & events) != 0;
}

bool tr_fd_has_ended(int socket)
{
    return is_in_state(socket, POLLRDHUP | POLLHUP | POLLERR);
}

bool tr_fd_is_gone(int socket)
{
    return is_in_state(socket, POLLHUP | POLLERR);
}

bool tr_fd_is_local(int socket)
{
    int family = AF_UNSPEC;
    socklen_t size = sizeof family;
    return getsockopt(socket, SOL_SOCKET, SO_DOMAIN, &family, &size) == 0 && family == AF_UNIX;
}

void tr_fd_say_last(int socket, const char *text, size_t size)
{
    (void)send(socket, text, size, MSG_NOSIGNAL | MSG_DONTWAIT);
    (void)shutdown(socket, SHUT_WR);
}

bool tr_fd_drop_bytes(int socket)
{
    char bytes[DROP_BYTES];
    ssize_t got = recv(socket, bytes, sizeof bytes, MSG_DONTWAIT);
    return got > 0 || (got < 0 && (errno == EAGAIN || errno == EINTR));
}

void tr_fd_wake_for(int socket, int bytes)
{
    (void)setsockopt(socket, SOL_SOCKET, SO_RCVLOWAT, &bytes, sizeof bytes);
}
