#include "host/option_idle.h"

#include <stddef.h>

#include "actors/bus/routes.h"
#include "host/option_listen.h"
#include "host/option_rows.h"

// Why what such settings are about is not where they say; NULL: it is.
static const char *why_not_ours(const tr_listeners *listeners)
{
    if (listeners == NULL)
        return "the server that the app is in listens";
    return tr_listeners_are_inherited(listeners) ? "systemd's sockets stand in for it (LISTEN_FDS)"
                                                 : NULL;
}

static const char *unless(bool is_there, const char *why)
{
    return is_there ? NULL : why;
}

static const char *why_idle(const tr_options *self, const tr_listeners *listeners,
                            enum tr_option_need need)
{
    bool is_local = tr_host_unix_path(self->host) != NULL;
    const char *taken = why_not_ours(listeners);
    switch (need) {
    case TR_NEEDS_NOTHING:
        break;
    case TR_NEEDS_ADDRESS:
        return taken;
    case TR_NEEDS_PORT:
        return taken ? taken : unless(!is_local, "a unix socket has none (--host unix:PATH)");
    case TR_NEEDS_UNIX_SOCKET:
        return taken ? taken : unless(is_local, "there is no unix socket (--host unix:PATH)");
    case TR_NEEDS_REDIRECT:
        return unless(listeners != NULL && tr_listeners_redirect(listeners),
                      "there is no plain port (--http-redirect)");
    case TR_NEEDS_PROXIES:
        return unless(self->trusted_proxies != NULL, "nobody is believed (--trusted-proxies)");
    case TR_NEEDS_CLUSTER:
        return unless(self->broker_count != 0 || self->bus != NULL,
                      "there is no cluster (--broker)");
    case TR_NEEDS_UPLOADS:
        return unless(self->upload_dir != NULL, "nothing is uploaded here (--upload-dir)");
    case TR_NEEDS_STORE:
        return unless(self->store != NULL, "there is no store (--store)");
    case TR_NEEDS_SECRET:
        return unless(self->secret_key != NULL,
                      "there is none that came after (TROUPE_SECRET_KEY)");
    case TR_NEEDS_FLUTTER:
        return unless(self->renderer != TR_RENDERER_HTML,
                      "Flet's client is not served (--client flutter)");
    }
    return NULL;
}

void tr_options_list_idle(const tr_options *self, const tr_listeners *listeners, tr_buf *out)
{
    if ((self->roles & TR_ROLE_GATEWAY) == 0)
        return;
    for (unsigned id = 0; id < TR_OPTION_COUNT; id++) {
        const tr_given *given = &self->given[id];
        const char *why =
            given->value != NULL ? why_idle(self, listeners, tr_option_rows[id].needs) : NULL;
        if (why != NULL)
            tr_buf_printf(out, "%s has no effect: %s\n", given->source, why);
    }
}
