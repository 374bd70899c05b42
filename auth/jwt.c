#include "auth/jwt.h"

#include "crypto/base64url.h"
#include "troupe/err.h"

static int read_json(tr_slice part, tr_json **out)
{
    tr_buf bytes = {0};
    int result = tr_base64url_read(part, &bytes);
    if (result == 0)
        result = tr_json_read(tr_buf_slice(&bytes), out);
    tr_buf_done(&bytes);
    return result == 0 && !tr_json_is_object(*out) ? TR_EMALFORMED : result;
}

static int read_algorithm(tr_jwt *io)
{
    tr_slice name = tr_json_text(io->header, "alg");
    if (tr_json_has(io->header, "crit"))
        return TR_EREFUSED;
    if (tr_slice_is(name, "RS256"))
        io->algorithm = TR_JWT_RS256;
    else if (tr_slice_is(name, "ES256"))
        io->algorithm = TR_JWT_ES256;
    else
        return TR_EREFUSED;
    return 0;
}

int tr_jwt_read(tr_slice token, tr_jwt *out)
{
    *out = (tr_jwt){0};
    if (token.size > TR_JWT_CAP_BYTES)
        return TR_ETOOBIG;
    const char *first = token.size != 0 ? memchr(token.data, '.', token.size) : NULL;
    const char *end = token.data + token.size;
    const char *second = first != NULL ? memchr(first + 1, '.', (size_t)(end - first - 1)) : NULL;
    if (second == NULL)
        return TR_EMALFORMED;
    out->signed_part = (tr_slice){token.data, (uint32_t)(second - token.data)};
    tr_slice header = {token.data, (uint32_t)(first - token.data)};
    tr_slice claims = {first + 1, (uint32_t)(second - first - 1)};
    int result = read_json(header, &out->header);
    if (result == 0)
        result = read_algorithm(out);
    if (result == 0)
        result = read_json(claims, &out->claims);
    if (result == 0)
        result = tr_base64url_read((tr_slice){second + 1, (uint32_t)(end - second - 1)},
                                   &out->signature);
    return result;
}

void tr_jwt_done(tr_jwt *self)
{
    tr_json_free(self->header);
    tr_json_free(self->claims);
    tr_buf_done(&self->signature);
    *self = (tr_jwt){0};
}
