#include "auth/id_token.h"

#include "auth/jwks.h"
#include "base/buf.h"
#include "crypto/digest.h"
#include "troupe/err.h"

static bool is_issuer(const tr_json *claims, const char *pattern)
{
    static const char tenant[] = "{tenantid}";
    tr_slice said = tr_json_text(claims, "iss");
    const char *at = strstr(pattern, tenant);
    if (at == NULL)
        return tr_slice_is(said, pattern);
    tr_slice tid = tr_json_text(claims, "tid");
    if (tid.size == 0)
        return false;
    tr_buf wanted = {0};
    tr_buf_printf(&wanted, "%.*s%.*s%s", (int)(at - pattern), pattern, (int)tid.size, tid.data,
                  at + strlen(tenant));
    bool is_same = tr_slice_equal(said, tr_buf_slice(&wanted));
    tr_buf_done(&wanted);
    return is_same;
}

// One that names others, too, must have been asked for by us.
static bool is_for(const tr_json *claims, const char *client_id)
{
    const tr_json *audience = tr_json_get(claims, "aud");
    uint32_t count = tr_json_count(audience);
    bool is_named =
        tr_slice_is(tr_json_as_text(audience), client_id) && tr_json_as_text(audience).size != 0;
    for (uint32_t i = 0; i < count; i++)
        is_named |= tr_slice_is(tr_json_as_text(tr_json_at(audience, i)), client_id);
    bool has_party = tr_json_has(claims, "azp");
    if (!is_named || (count > 1 && !has_party))
        return false;
    return !has_party || tr_slice_is(tr_json_text(claims, "azp"), client_id);
}

static const char *fault_in_time(const tr_json *claims, uint64_t now_s)
{
    uint64_t at_s = 0;
    if (!tr_json_number(claims, "exp", &at_s))
        return "the ID token does not say when it expires";
    if (at_s + TR_ID_TOKEN_SKEW_S <= now_s)
        return "the ID token has expired";
    if (!tr_json_number(claims, "iat", &at_s))
        return "the ID token does not say when it was made";
    if (at_s > now_s + TR_ID_TOKEN_SKEW_S)
        return "the ID token is of the future: are the clocks right?";
    if (tr_json_has(claims, "nbf") &&
        (!tr_json_number(claims, "nbf", &at_s) || at_s > now_s + TR_ID_TOKEN_SKEW_S))
        return "the ID token is not valid yet: are the clocks right?";
    return NULL;
}

static const char *fault_in(const tr_json *claims, const tr_id_token_terms *terms)
{
    if (!is_issuer(claims, terms->issuer))
        return "the ID token is of another issuer";
    if (!is_for(claims, terms->client_id))
        return "the ID token is for another client";
    if (tr_json_text(claims, "sub").size == 0)
        return "the ID token does not say who signed in";
    if (!tr_secret_is(tr_json_text(claims, "nonce"), tr_slice_of(terms->nonce)))
        return "the ID token belongs to another sign-in";
    return fault_in_time(claims, terms->now_s);
}

int tr_id_token_verify(tr_slice token, const tr_id_token_terms *terms, tr_jwt *out,
                       const char **out_reason)
{
    int result = tr_jwt_read(token, out);
    *out_reason = result == 0             ? NULL
                  : result == TR_EREFUSED ? "the ID token is signed in a way that is not taken here"
                                          : "the ID token cannot be read";
    if (result < 0)
        return result;
    result = tr_jwks_check(terms->keys, out);
    *out_reason = result == TR_ENOTFOUND  ? "the ID token's key is none of the provider's"
                  : result == TR_EREFUSED ? "the signature of the ID token is wrong"
                  : result < 0            ? "the provider's keys cannot be read"
                                          : fault_in(out->claims, terms);
    if (result == 0 && *out_reason != NULL)
        return TR_EREFUSED;
    // A key that got another value under its old name is a new one, too.
    return result == TR_EREFUSED ? TR_ENOTFOUND : result;
}
