#include "auth/metadata.h"

#include "auth/form.h"
#include "base/mem.h"
#include "troupe/err.h"

static char *copy(tr_slice text)
{
    return text.size != 0 ? tr_copy_text(text.data, text.size) : NULL;
}

static bool lists(const tr_json *document, const char *name, const char *value)
{
    const tr_json *all = tr_json_get(document, name);
    for (uint32_t i = 0; i < tr_json_count(all); i++)
        if (tr_slice_is(tr_json_as_text(tr_json_at(all, i)), value))
            return true;
    return false;
}

static bool has_safe(const tr_json *document, const char *name, bool is_needed)
{
    tr_slice url = tr_json_text(document, name);
    return url.size == 0 ? !is_needed : tr_auth_url_is_safe(url);
}

static const char *fault_in(const tr_json *document, const char *issuer)
{
    if (!tr_slice_is(tr_json_text(document, "issuer"), issuer))
        return "the provider's document is of another issuer";
    if (!has_safe(document, "authorization_endpoint", true) ||
        !has_safe(document, "token_endpoint", true) || !has_safe(document, "jwks_uri", true) ||
        !has_safe(document, "userinfo_endpoint", false))
        return "the provider's document lacks an address, or has one that is not https";
    return NULL;
}

int tr_metadata_read(tr_slice document, const char *issuer, tr_metadata *out,
                     const char **out_reason)
{
    static const char methods[] = "token_endpoint_auth_methods_supported";
    tr_json *json = NULL;
    int result = tr_json_read(document, &json);
    *out = (tr_metadata){0};
    *out_reason = result < 0 ? "the provider's document cannot be read" : fault_in(json, issuer);
    if (*out_reason == NULL)
        *out = (tr_metadata){
            .issuer = copy(tr_json_text(json, "issuer")),
            .authorization_url = copy(tr_json_text(json, "authorization_endpoint")),
            .token_url = copy(tr_json_text(json, "token_endpoint")),
            .user_url = copy(tr_json_text(json, "userinfo_endpoint")),
            .keys_url = copy(tr_json_text(json, "jwks_uri")),
            // One that is not https signs nobody out, and keeps nobody from signing in.
            .logout_url = has_safe(json, "end_session_endpoint", true)
                              ? copy(tr_json_text(json, "end_session_endpoint"))
                              : NULL,
            // The one that counts when nothing is said.
            .has_basic = !tr_json_has(json, methods) || lists(json, methods, "client_secret_basic"),
            .has_issuer_in_answers =
                tr_json_is_true(json, "authorization_response_iss_parameter_supported")};
    else if (result == 0)
        result = TR_EREFUSED;
    tr_json_free(json);
    return result;
}

void tr_metadata_done(tr_metadata *self)
{
    tr_free(self->issuer);
    tr_free(self->authorization_url);
    tr_free(self->token_url);
    tr_free(self->user_url);
    tr_free(self->keys_url);
    tr_free(self->logout_url);
    *self = (tr_metadata){0};
}

void tr_metadata_url(const char *issuer, tr_buf *out)
{
    size_t size = strlen(issuer);
    while (size != 0 && issuer[size - 1] == '/')
        size--;
    tr_buf_printf(out, "%.*s/.well-known/openid-configuration", (int)size, issuer);
}
