#include "sdk/session/providers.h"

#include <stdatomic.h>

#include "auth/form.h"
#include "base/log.h"

static tr_provider *const *_Atomic known;

void tr_providers_set(tr_provider *const *providers)
{
    atomic_store_explicit(&known, providers, memory_order_relaxed);
}

const tr_provider *tr_provider_find(tr_slice name)
{
    tr_provider *const *at = atomic_load_explicit(&known, memory_order_relaxed);
    for (; at != NULL && *at != NULL; at++)
        if ((*at)->name != NULL && tr_slice_is(name, (*at)->name))
            return *at;
    return NULL;
}

static bool is_bad(const char *url)
{
    return url != NULL && !tr_auth_url_is_safe(tr_slice_of(url));
}

static const char *fault_in(const tr_provider *self)
{
    if (self->name == NULL || *self->name == '\0')
        return "it has no name";
    if (self->client_id == NULL || *self->client_id == '\0')
        return "it has no client_id: nobody can sign in";
    if (self->issuer == NULL &&
        (self->authorization_url == NULL || self->token_url == NULL || self->user_url == NULL))
        return "it has neither an issuer nor all three addresses";
    if (is_bad(self->issuer) || is_bad(self->authorization_url) || is_bad(self->token_url) ||
        is_bad(self->user_url) || is_bad(self->groups_url))
        return "an address is not https (or of this machine)";
    return NULL;
}

unsigned tr_providers_check(tr_provider *const *providers)
{
    unsigned count = 0;
    for (tr_provider *const *at = providers; at != NULL && *at != NULL; at++) {
        const char *fault = fault_in(*at);
        for (tr_provider *const *before = providers; fault == NULL && before != at; before++)
            if (strcmp((*before)->name, (*at)->name) == 0)
                fault = "another one has the same name";
        if (fault == NULL)
            continue;
        tr_log(TR_LOG_WARN, "event=provider_unusable provider=%s text=\"%s\"",
               (*at)->name != NULL ? (*at)->name : "", fault);
        count++;
    }
    return count;
}
