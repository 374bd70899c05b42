#include "auth/state.h"

#include <string.h>

#include "base/number.h"
#include "crypto/base64url.h"
#include "crypto/seal.h"
#include "troupe/err.h"

static const char secure[] = "s";
static const char plain[] = "p";
static const char purpose[] = "the session of a sign-in";

static void write_session(const tr_auth_state *state, const tr_signing_key *key, tr_buf *out)
{
    tr_buf sealed = {0};
    tr_seal(key, purpose, tr_slice_of(state->session_id), &sealed);
    tr_base64url_write(out, sealed.data, sealed.size);
    tr_buf_done(&sealed);
}

static int read_session(tr_slice text, const tr_signing_key *key, tr_auth_state *io)
{
    tr_buf sealed = {0};
    tr_buf id = {0};
    int result = tr_base64url_read(text, &sealed);
    if (result == 0)
        result = tr_unseal(key, purpose, tr_buf_slice(&sealed), &id);
    if (result == 0 && id.size != TR_SESSION_ID_SIZE)
        result = TR_EMALFORMED;
    if (result == 0)
        memcpy(io->session_id, id.data, TR_SESSION_ID_SIZE);
    tr_buf_done(&sealed);
    tr_buf_done(&id);
    return result;
}

void tr_auth_state_write(const tr_auth_state *state, const tr_auth_settings *settings, tr_buf *out)
{
    char signature[TR_SIGNATURE_TEXT_BYTES + 1];
    size_t start = out->size;
    tr_buf_printf(out, "%s.%llu.%s.", state->token, (unsigned long long)state->expires_s,
                  state->is_secure ? secure : plain);
    write_session(state, &settings->seal_key, out);
    tr_sign(&settings->state_key,
            (tr_slice){(const char *)out->data + start, (uint32_t)(out->size - start)}, signature);
    tr_buf_printf(out, ".%s", signature);
}

// The part before the next dot, which is taken off the text. Empty: there is none.
static tr_slice next_part(tr_slice *io)
{
    const char *dot = io->size != 0 ? memchr(io->data, '.', io->size) : NULL;
    if (dot == NULL)
        return (tr_slice){0};
    tr_slice part = {io->data, (uint32_t)(dot - io->data)};
    *io = (tr_slice){dot + 1, io->size - part.size - 1};
    return part;
}

int tr_auth_state_read(tr_slice text, const tr_auth_settings *settings, tr_auth_state *out)
{
    tr_slice rest = text;
    tr_slice token = next_part(&rest);
    tr_slice expires = next_part(&rest);
    tr_slice flags = next_part(&rest);
    tr_slice session = next_part(&rest);
    tr_auth_state state = {0};
    if (tr_session_id_shard(token) < 0 || !tr_digits_parse(expires, &state.expires_s) ||
        !(tr_slice_is(flags, secure) || tr_slice_is(flags, plain)) || session.size == 0 ||
        rest.size != TR_SIGNATURE_TEXT_BYTES)
        return TR_EMALFORMED;
    if (!tr_signature_is(&settings->state_key, (tr_slice){text.data, text.size - rest.size - 1},
                         rest))
        return TR_EREFUSED;
    int result = read_session(session, &settings->seal_key, &state);
    if (result < 0)
        return result;
    memcpy(state.token, token.data, token.size);
    state.is_secure = tr_slice_is(flags, secure);
    *out = state;
    return 0;
}
