#include "desk/phone.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { EXIT_NO_PROGRAM = 127, ANY_PORT = 9 };

// To connect a datagram socket chooses a way and sends nothing. The addresses are for documentation (RFC 5737, 3849).
static bool find_own(int family, const char *far, char *out, socklen_t size)
{
    struct sockaddr_storage at = {0};
    socklen_t length;
    if (family == AF_INET) {
        struct sockaddr_in *in = (struct sockaddr_in *)&at;
        *in = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(ANY_PORT)};
        length = sizeof *in;
        (void)inet_pton(AF_INET, far, &in->sin_addr);
    } else {
        struct sockaddr_in6 *in = (struct sockaddr_in6 *)&at;
        *in = (struct sockaddr_in6){.sin6_family = AF_INET6, .sin6_port = htons(ANY_PORT)};
        length = sizeof *in;
        (void)inet_pton(AF_INET6, far, &in->sin6_addr);
    }
    int fd = socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return false;
    bool is_found = connect(fd, (struct sockaddr *)&at, length) == 0;
    length = sizeof at;
    is_found = is_found && getsockname(fd, (struct sockaddr *)&at, &length) == 0 &&
               getnameinfo((struct sockaddr *)&at, length, out, size, NULL, 0, NI_NUMERICHOST) == 0;
    close(fd);
    return is_found;
}

void tr_phone_host(char out[64])
{
    char own[48];
    if (find_own(AF_INET, "192.0.2.1", own, sizeof own))
        snprintf(out, 64, "%s", own);
    else if (find_own(AF_INET6, "2001:db8::1", own, sizeof own))
        snprintf(out, 64, "[%s]", own);
    else
        snprintf(out, 64, "127.0.0.1");
}

bool tr_phone_url(const char *line, const char *host, char out[TR_PHONE_URL_CAP])
{
    static const char begin[] = "listening on ";
    const char *url = strncmp(line, begin, sizeof begin - 1) == 0 ? line + sizeof begin - 1 : "";
    const char *own = strstr(url, "://");
    if (own == NULL)
        return false;
    own += 3;
    // A host of IPv6 has colons itself, in brackets.
    const char *rest = own + (*own == '[' ? strcspn(own, "]") : 0);
    rest += strcspn(rest, ":/");
    int size = snprintf(out, TR_PHONE_URL_CAP, "%.*s%s%s", (int)(own - url), url, host, rest);
    return size < TR_PHONE_URL_CAP;
}

static void on_line(tr_child *child, const char *line)
{
    (void)child;
    printf("%s\n", line);
}

static void on_error(tr_child *child, const char *line)
{
    (void)child, (void)line;
}

static void on_end(tr_child *child)
{
    bool is_drawn = WIFEXITED(child->status) && WEXITSTATUS(child->status) == 0;
    bool is_missing = WIFEXITED(child->status) && WEXITSTATUS(child->status) == EXIT_NO_PROGRAM;
    if (!is_drawn)
        printf("troupe dev: no picture of it%s\n",
               is_missing ? ": the package qrencode is not installed" : "");
    fflush(stdout);
    tr_child_done(child);
}

void tr_phone_show(tr_phone *self, struct ev_loop *loop)
{
    const char *const argv[] = {"qrencode", "-t", "ANSIUTF8", "-m", "2", self->url, NULL};
    printf("on a phone: %s\n", self->url);
    fflush(stdout);
    if (self->drawing.pid != 0)
        return;
    self->drawing = (tr_child){.on_line = on_line, .on_error = on_error, .on_end = on_end};
    (void)tr_child_start(&self->drawing, loop, argv);
}
