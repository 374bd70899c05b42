#include "host/notify.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/number.h"

void tr_notify(const char *state)
{
    struct sockaddr_un place = {.sun_family = AF_UNIX};
    const char *path = getenv("NOTIFY_SOCKET");
    size_t size = path != NULL ? strlen(path) : 0;
    if (size < 2 || size >= sizeof place.sun_path || (*path != '/' && *path != '@'))
        return;
    memcpy(place.sun_path, path, size);
    if (*path == '@')
        place.sun_path[0] = '\0'; // an abstract name
    int out = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (out < 0)
        return;
    (void)sendto(out, state, strlen(state), MSG_NOSIGNAL | MSG_DONTWAIT, (struct sockaddr *)&place,
                 (socklen_t)(offsetof(struct sockaddr_un, sun_path) + size));
    close(out);
}

static uint64_t number_in(const char *variable)
{
    uint64_t number = 0;
    const char *text = getenv(variable);
    return text != NULL && tr_digits_parse(tr_slice_of(text), &number) ? number : 0;
}

void tr_notify_alive(tr_notify_beat *self, uint64_t now_ms, uint64_t longest_turn_ms)
{
    uint64_t patience_ms = number_in("WATCHDOG_USEC") / 1000;
    uint64_t pid = number_in("WATCHDOG_PID"); // 0: it is not said whose
    bool is_ours = pid == 0 || pid == (uint64_t)getpid();
    if (patience_ms == 0 || !is_ours || longest_turn_ms >= patience_ms ||
        (self->said_ms != 0 && now_ms - self->said_ms < patience_ms / 2))
        return;
    self->said_ms = now_ms;
    tr_notify("WATCHDOG=1");
}
