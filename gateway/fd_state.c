#include "gateway/fd_state.h"

#include <poll.h>
#include <sys/socket.h>

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

void tr_fd_wake_for(int socket, int bytes)
{
    (void)setsockopt(socket, SOL_SOCKET, SO_RCVLOWAT, &bytes, sizeof bytes);
}
