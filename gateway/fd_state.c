#include "gateway/fd_state.h"

#include <poll.h>
#include <sys/socket.h>

bool tr_fd_has_ended(int socket)
{
    struct pollfd state = {.fd = socket, .events = POLLRDHUP};
    return poll(&state, 1, 0) > 0 && (state.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
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
