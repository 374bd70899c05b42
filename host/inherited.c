#include "host/inherited.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/number.h"
#include "troupe/err.h"

enum { FIRST_DESCRIPTOR = 3 }; // SD_LISTEN_FDS_START

static uint64_t number_of(const char *text)
{
    uint64_t number = 0;
    return text != NULL && tr_digits_parse(tr_slice_of(text), &number) ? number : 0;
}

static int option_of(int socket, int option)
{
    int value = -1;
    socklen_t size = sizeof value;
    return getsockopt(socket, SOL_SOCKET, option, &value, &size) == 0 ? value : -1;
}

static bool is_listening(int socket)
{
    int family = option_of(socket, SO_DOMAIN);
    return option_of(socket, SO_TYPE) == SOCK_STREAM && option_of(socket, SO_ACCEPTCONN) == 1 &&
           (family == AF_INET || family == AF_INET6 || family == AF_UNIX);
}

static bool prepare(int socket)
{
    int flags = fcntl(socket, F_GETFL);
    return flags >= 0 && fcntl(socket, F_SETFL, flags | O_NONBLOCK) == 0 &&
           fcntl(socket, F_SETFD, FD_CLOEXEC) == 0;
}

// The next element of "web:redirect"; empty at the end.
static tr_slice next_name(const char **names)
{
    tr_slice name = {*names, (uint32_t)strcspn(*names, ":")};
    *names += name.size + ((*names)[name.size] == ':');
    return name;
}

int tr_inherited_read(const char *pid, const char *count, const char *names, tr_inherited *out,
                      char *why, size_t cap)
{
    *out = (tr_inherited){0};
    uint64_t wanted = number_of(count);
    if (number_of(pid) != (uint64_t)getpid() || wanted == 0)
        return 0;
    if (wanted > TR_INHERITED_CAP) {
        snprintf(why, cap, "LISTEN_FDS: %d sockets are taken at most", TR_INHERITED_CAP);
        return TR_EINVALID;
    }
    const char *rest = names != NULL ? names : "";
    for (unsigned i = 0; i < wanted; i++) {
        int socket = FIRST_DESCRIPTOR + (int)i;
        tr_slice name = next_name(&rest);
        if (!is_listening(socket) || !prepare(socket)) {
            snprintf(why, cap,
                     "LISTEN_FDS: descriptor %d (%.*s) is no listening stream socket: units need "
                     "ListenStream=, and Accept=no",
                     socket, (int)name.size, name.data);
            return TR_EINVALID;
        }
        out->sockets[i] = socket;
        out->is_redirect[i] = tr_slice_is(name, TR_INHERITED_REDIRECT);
    }
    out->count = (unsigned)wanted;
    return 0;
}

int tr_inherited_look(tr_inherited *out, char *why, size_t cap)
{
    return tr_inherited_read(getenv("LISTEN_PID"), getenv("LISTEN_FDS"), getenv("LISTEN_FDNAMES"),
                             out, why, cap);
}

bool tr_inherited_has(const tr_inherited *self, bool is_redirect)
{
    for (unsigned i = 0; i < self->count; i++)
        if (self->is_redirect[i] == is_redirect)
            return true;
    return false;
}

int tr_inherited_take(tr_inherited *out, char *why, size_t cap)
{
    int result = tr_inherited_look(out, why, cap);
    (void)unsetenv("LISTEN_PID");
    (void)unsetenv("LISTEN_FDS");
    (void)unsetenv("LISTEN_FDNAMES");
    return result;
}
