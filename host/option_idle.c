#include "host/option_idle.h"

#include <stddef.h>

#include "actors/bus/routes.h"
#include "host/option_listen.h"
#include "host/option_rows.h"

enum need {
    NEEDS_REDIRECT,
    NEEDS_UNIX_SOCKET,
    NEEDS_PORT,
    NEEDS_PROXIES,
    NEEDS_BROKER,
    NEEDS_UPLOADS,
    NEEDS_FLUTTER
};

static const struct {
    enum tr_option_id id;
    enum need need;
    const char *why;
} rows[] = {
    {TR_OPTION_HTTPS_PORT, NEEDS_REDIRECT, "there is no plain port (--http-redirect)"},
    {TR_OPTION_ACME_DIR, NEEDS_REDIRECT, "there is no plain port (--http-redirect)"},
    {TR_OPTION_SOCKET_MODE, NEEDS_UNIX_SOCKET, "there is no unix socket (--host unix:PATH)"},
    {TR_OPTION_SOCKET_OWNER, NEEDS_UNIX_SOCKET, "there is no unix socket (--host unix:PATH)"},
    {TR_OPTION_PORT, NEEDS_PORT, "a unix socket has none (--host unix:PATH)"},
    {TR_OPTION_FORWARDED_HEADER, NEEDS_PROXIES, "nobody is believed (--trusted-proxies)"},
    {TR_OPTION_BUS_KEY, NEEDS_BROKER, "there is no cluster (--broker)"},
    {TR_OPTION_INSECURE_BUS, NEEDS_BROKER, "there is no cluster (--broker)"},
    {TR_OPTION_UPLOAD_ENDPOINT, NEEDS_UPLOADS, "nothing is uploaded here (--upload-dir)"},
    {TR_OPTION_FLUTTER_PATH, NEEDS_FLUTTER, "Flet's client is not served (--client flutter)"},
};

static bool is_met(const tr_options *self, enum need need, bool has_redirect)
{
    bool is_local = tr_host_unix_path(self->host) != NULL;
    switch (need) {
    case NEEDS_REDIRECT:
        return has_redirect;
    case NEEDS_UNIX_SOCKET:
        return is_local;
    case NEEDS_PORT:
        return !is_local;
    case NEEDS_PROXIES:
        return self->trusted_proxies != NULL;
    case NEEDS_BROKER:
        return self->broker_count != 0 || self->bus != NULL;
    case NEEDS_UPLOADS:
        return self->upload_dir != NULL;
    case NEEDS_FLUTTER:
        return self->renderer != TR_RENDERER_HTML;
    }
    return true;
}

void tr_options_list_idle(const tr_options *self, bool has_redirect, tr_buf *out)
{
    if ((self->roles & TR_ROLE_GATEWAY) == 0)
        return;
    for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++) {
        const tr_given *given = &self->given[rows[i].id];
        if (given->value != NULL && !is_met(self, rows[i].need, has_redirect))
            tr_buf_printf(out, "%s has no effect: %s\n", given->source, rows[i].why);
    }
}
