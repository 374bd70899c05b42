#include "auth/jwks.h"

#include "crypto/base64url.h"
#include "crypto/public_key.h"
#include "troupe/err.h"

// What a key says must agree where it says something.
static bool agrees(const tr_json *key, const char *name, const char *value)
{
    return !tr_json_has(key, name) || tr_slice_is(tr_json_text(key, name), value);
}

static bool counts(const tr_json *key, const tr_jwt *token)
{
    bool is_rsa = token->algorithm == TR_JWT_RS256;
    if (!tr_slice_is(tr_json_text(key, "kty"), is_rsa ? "RSA" : "EC") ||
        !agrees(key, "alg", is_rsa ? "RS256" : "ES256") || !agrees(key, "use", "sig") ||
        (!is_rsa && !tr_slice_is(tr_json_text(key, "crv"), "P-256")))
        return false;
    return !tr_json_has(token->header, "kid") ||
           (tr_json_text(token->header, "kid").size != 0 &&
            tr_slice_equal(tr_json_text(token->header, "kid"), tr_json_text(key, "kid")));
}

static tr_public_key *make_key(const tr_json *key, enum tr_jwt_algorithm algorithm)
{
    bool is_rsa = algorithm == TR_JWT_RS256;
    tr_buf first = {0};
    tr_buf second = {0};
    tr_public_key *made = NULL;
    if (tr_base64url_read(tr_json_text(key, is_rsa ? "n" : "x"), &first) == 0 &&
        tr_base64url_read(tr_json_text(key, is_rsa ? "e" : "y"), &second) == 0) {
        tr_slice a = tr_buf_slice(&first);
        tr_slice b = tr_buf_slice(&second);
        if ((is_rsa ? tr_public_key_rsa(a, b, &made) : tr_public_key_p256(a, b, &made)) < 0)
            made = NULL;
    }
    tr_buf_done(&first);
    tr_buf_done(&second);
    return made;
}

static bool fits(const tr_json *key, const tr_jwt *token)
{
    tr_public_key *made = make_key(key, token->algorithm);
    bool is_right = made != NULL &&
                    tr_public_key_verify(made, token->signed_part, tr_buf_slice(&token->signature));
    tr_public_key_free(made);
    return is_right;
}

static int check(const tr_json *keys, const tr_jwt *token)
{
    int result = TR_ENOTFOUND;
    uint32_t count = tr_json_count(keys);
    for (uint32_t i = 0; i < count && i < TR_JWKS_KEYS_CAP; i++) {
        const tr_json *key = tr_json_at(keys, i);
        if (!counts(key, token))
            continue;
        if (fits(key, token))
            return 0;
        result = TR_EREFUSED;
    }
    return result;
}

int tr_jwks_check(tr_slice keys, const tr_jwt *token)
{
    tr_json *set = NULL;
    int result = tr_json_read(keys, &set);
    if (result == 0)
        result = tr_json_has(set, "keys") ? check(tr_json_get(set, "keys"), token) : TR_EMALFORMED;
    tr_json_free(set);
    return result == TR_ETOOBIG ? TR_EMALFORMED : result;
}
