#include "host/listeners.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "actors/bus/routes.h"
#include "base/log.h"
#include "base/mem.h"
#include "gateway/fd_state.h"
#include "gateway/listener.h"
#include "gateway/unix_socket.h"
#include "host/inherited.h"
#include "host/option_listen.h"
#include "host/option_rows.h"
#include "troupe/err.h"

_Static_assert(TR_INHERITED_CAP + 2 <= TR_GATEWAY_SOCKETS_CAP, "a gateway takes all of them");

struct tr_listeners {
    tr_gateway_socket sockets[TR_GATEWAY_SOCKETS_CAP];
    unsigned count;
    const char *place; // in `text`; NULL: where --host and --port say
    tr_buf text;
    tr_unix_socket *local; // owns its socket; NULL: there is none
};

static void add(tr_listeners *self, int socket, bool is_redirect)
{
    self->sockets[self->count++] =
        (tr_gateway_socket){.socket = socket, .is_redirect = is_redirect};
}

static bool has(const tr_listeners *self, bool is_redirect)
{
    for (unsigned i = 0; i < self->count; i++)
        if (self->sockets[i].is_redirect == is_redirect)
            return true;
    return false;
}

static int take_inherited(tr_listeners *self, const tr_options *options, tr_buf *error)
{
    char why[256];
    tr_inherited inherited;
    if (tr_inherited_take(&inherited, why, sizeof why) < 0) {
        tr_buf_printf(error, "%s", why);
        return TR_EINVALID;
    }
    for (unsigned i = 0; i < inherited.count; i++)
        add(self, inherited.sockets[i], inherited.is_redirect[i]);
    if (!has(self, true) || options->tls_cert != NULL)
        return 0;
    tr_buf_printf(error, "a socket named " TR_INHERITED_REDIRECT
                         " sends to HTTPS, and needs --tls-cert and --tls-key");
    return TR_EWRONGTYPE;
}

// The port that a plain one sends to: a unix socket has none.
static int check_https_port(const tr_listeners *self, const tr_options *options, tr_buf *error)
{
    unsigned i = 0;
    while (i < self->count && self->sockets[i].is_redirect)
        i++;
    if (!has(self, true) || options->https_port != 0 || i == self->count)
        return 0; // or it is the port that --port says
    if (!tr_fd_is_local(self->sockets[i].socket))
        return 0;
    tr_buf_printf(error,
                  "a plain port that sends to HTTPS needs --https-port beside a unix socket, "
                  "which has no port");
    return TR_EWRONGTYPE;
}

static int open_local(tr_listeners *self, const tr_options *options, tr_buf *error)
{
    char why[512];
    tr_unix_place place = {.path = tr_host_unix_path(options->host),
                           .mode = options->socket_mode,
                           .owner = options->socket_owner};
    if (tr_unix_socket_open(&place, why, sizeof why, &self->local) < 0) {
        tr_buf_printf(error, "cannot listen on %s: %s", options->host, why);
        return TR_EINVALID;
    }
    add(self, tr_unix_socket_get(self->local), false);
    return 0;
}

static int open_redirect(tr_listeners *self, const tr_options *options, tr_buf *error)
{
    int socket;
    if (tr_listener_socket(options->redirect_host, options->redirect_port, TR_LISTEN_ALONE,
                           &socket) < 0) {
        tr_buf_printf(error, "cannot listen on %s:%u: name another place with --http-redirect",
                      options->redirect_host, options->redirect_port);
        return TR_EINVALID;
    }
    add(self, socket, true);
    return 0;
}

static void write_address(int socket, const tr_options *options, tr_buf *out)
{
    char text[INET6_ADDRSTRLEN] = "";
    struct sockaddr_storage place = {0};
    socklen_t size = sizeof place;
    (void)getsockname(socket, (struct sockaddr *)&place, &size);
    const struct sockaddr_in *four = (const void *)&place;
    const struct sockaddr_in6 *six = (const void *)&place;
    const char *scheme = options->tls_cert != NULL ? "https" : "http";
    if (place.ss_family == AF_UNIX)
        tr_buf_printf(out, "unix:%s", ((const struct sockaddr_un *)(const void *)&place)->sun_path);
    else if (place.ss_family == AF_INET6)
        tr_buf_printf(out, "%s://[%s]:%u", scheme,
                      inet_ntop(AF_INET6, &six->sin6_addr, text, sizeof text),
                      ntohs(six->sin6_port));
    else
        tr_buf_printf(out, "%s://%s:%u", scheme,
                      inet_ntop(AF_INET, &four->sin_addr, text, sizeof text),
                      ntohs(four->sin_port));
}

static void note_place(tr_listeners *self, const tr_options *options)
{
    unsigned i = 0;
    while (i < self->count && self->sockets[i].is_redirect)
        i++;
    if (i == self->count)
        return;
    if (self->local != NULL)
        tr_buf_printf(&self->text, "%s",
                      options->host); // the socket has the name that it had at first
    else
        write_address(self->sockets[i].socket, options, &self->text);
    self->place = tr_buf_text(&self->text);
}

int tr_listeners_open(const tr_options *options, tr_listeners **out, tr_buf *error)
{
    tr_listeners *self = tr_new(tr_listeners);
    bool is_gateway = (options->roles & TR_ROLE_GATEWAY) != 0;
    int result = is_gateway ? take_inherited(self, options, error) : 0;
    if (result == 0 && is_gateway && !has(self, false) && tr_host_unix_path(options->host) != NULL)
        result = open_local(self, options, error);
    if (result == 0 && is_gateway && !has(self, true) && options->redirect_host != NULL)
        result = open_redirect(self, options, error);
    if (result == 0)
        result = check_https_port(self, options, error);
    if (result == 0) {
        note_place(self, options);
        *out = self;
    } else {
        tr_listeners_close(&self);
    }
    return result;
}

bool tr_listeners_redirect(const tr_listeners *self)
{
    return has(self, true);
}

bool tr_listeners_are_inherited(const tr_listeners *self)
{
    return has(self, false) && self->local == NULL;
}

void tr_listeners_put(const tr_listeners *self, tr_gateway_options *out)
{
    if (self == NULL)
        return;
    out->sockets = self->sockets;
    out->socket_count = self->count;
    out->place = self->place;
}

const char *tr_listeners_place(const tr_listeners *self)
{
    return self->place;
}

void tr_listeners_close(tr_listeners **self)
{
    tr_listeners *listeners = *self;
    if (listeners == NULL)
        return;
    int local = listeners->local != NULL ? tr_unix_socket_get(listeners->local) : -1;
    tr_unix_socket_close(&listeners->local);
    tr_buf_done(&listeners->text);
    for (unsigned i = 0; i < listeners->count; i++)
        if (listeners->sockets[i].socket != local)
            close(listeners->sockets[i].socket);
    tr_free(listeners);
    *self = NULL;
}
