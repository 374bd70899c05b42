#include "host/option_listen.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "gateway/unix_socket.h"
#include "troupe/err.h"

enum { OWNER_CAP_BYTES = 128, MODE_CAP = 0777 };

static bool read_port(const char *text, unsigned *out)
{
    uint64_t port;
    if (!tr_digits_parse(tr_slice_of(text), &port) || port > 65535)
        return false;
    *out = (unsigned)port;
    return true;
}

// ADDRESS:PORT, [ADDRESS]:PORT for one with colons, or a port alone, with the address `alone` then.
static int read_place(const char *text, const char *alone, char host[TR_ADMIN_HOST_CAP_BYTES],
                      unsigned *port)
{
    const char *colon = strrchr(text, ':');
    const char *from = colon != NULL ? text : alone;
    size_t size = colon != NULL ? (size_t)(colon - text) : strlen(alone);
    bool is_bracketed = size > 2 && from[0] == '[' && from[size - 1] == ']';
    bool has_colon = memchr(from, ':', size) != NULL;
    if (has_colon != is_bracketed || size == 0 || size >= TR_ADMIN_HOST_CAP_BYTES ||
        !read_port(colon != NULL ? colon + 1 : text, port))
        return TR_EINVALID;
    snprintf(host, TR_ADMIN_HOST_CAP_BYTES, "%.*s", (int)(size - 2 * is_bracketed),
             from + is_bracketed);
    return strpbrk(host, " /?#@") == NULL ? 0 : TR_EINVALID;
}

const char *tr_host_unix_path(const char *host)
{
    return strncmp(host, "unix:", 5) == 0 ? host + 5 : NULL;
}

int tr_option_read_host(tr_options *self, const tr_option_row *row, const char *text)
{
    (void)row;
    const char *path = tr_host_unix_path(text);
    self->host = text;
    if (path == NULL)
        return *text != '\0' ? 0 : TR_EINVALID;
    return *path != '\0' && *path != '@' && strlen(path) <= TR_UNIX_PATH_CAP_BYTES ? 0
                                                                                   : TR_EINVALID;
}

// A port alone lets nobody else in.
int tr_option_read_admin(tr_options *self, const tr_option_row *row, const char *text)
{
    (void)row;
    self->admin_host = self->admin_storage;
    return read_place(text, "127.0.0.1", self->admin_storage, &self->admin_port);
}

// Of a port alone the address follows from --host, which may be read later.
int tr_option_read_redirect(tr_options *self, const tr_option_row *row, const char *text)
{
    (void)row;
    self->redirect_host = self->redirect_storage;
    return read_place(text, "*", self->redirect_storage, &self->redirect_port);
}

int tr_option_read_mode(tr_options *self, const tr_option_row *row, const char *text)
{
    (void)row;
    char *end;
    errno = 0;
    unsigned long mode = strtoul(text, &end, 8);
    if (*text < '0' || *text > '7' || *end != '\0' || errno != 0 || mode > MODE_CAP)
        return TR_EINVALID;
    self->socket_mode = (unsigned)mode;
    return 0;
}

int tr_option_read_owner(tr_options *self, const tr_option_row *row, const char *text)
{
    (void)row;
    self->socket_owner = text;
    const char *colon = strchr(text, ':');
    bool is_fine = *text != '\0' && strlen(text) < OWNER_CAP_BYTES && strchr(text, ' ') == NULL &&
                   (colon == NULL || (colon[1] != '\0' && strchr(colon + 1, ':') == NULL));
    return is_fine ? 0 : TR_EINVALID;
}

int tr_option_listen_settle(tr_options *self, tr_buf *error)
{
    bool is_local = tr_host_unix_path(self->host) != NULL;
    const char *why = NULL;
    if (self->redirect_host != NULL && strcmp(self->redirect_host, "*") == 0)
        self->redirect_host = is_local ? NULL : self->host;
    bool has_redirect = self->given[TR_OPTION_HTTP_REDIRECT].value != NULL;
    if (has_redirect && self->tls_cert == NULL)
        why = "--http-redirect sends to HTTPS, and needs --tls-cert and --tls-key";
    else if (has_redirect && self->redirect_host == NULL)
        why = "--http-redirect needs ADDRESS:PORT beside --host unix:PATH";
    else if (has_redirect && is_local && self->https_port == 0)
        why = "--http-redirect needs --https-port beside --host unix:PATH, which has no port";
    else if (self->has_proxy_headers && self->trusted_proxies == NULL)
        why = "--proxy-protocol needs --trusted-proxies: anybody could send such a header";
    if (why == NULL)
        return 0;
    tr_buf_printf(error, "%s", why);
    return TR_EINVALID;
}
