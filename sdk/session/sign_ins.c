#include "sdk/session/sign_ins.h"

#include <string.h>
#include <time.h>

#include "auth/form.h"
#include "auth/pkce.h"
#include "auth/state.h"
#include "base/mem.h"
#include "crypto/digest.h"
#include "sdk/session/handler_table.h"
#include "troupe/err.h"
#include "troupe/pages/auth.h"
#include "wire/writer.h"

static uint64_t now_s(void)
{
    return (uint64_t)time(NULL);
}

// -- the records --

void tr_sign_in_drop(tr_sign_in *self)
{
    tr_sign_in **at = &self->session->identity->sign_ins;
    while (*at != self)
        at = &(*at)->next;
    *at = self->next;
    HASH_DELETE(by_token, self->session->sessions->sign_ins, self);
    tr_free(self->provider);
    tr_free(self->redirect_url);
    tr_free(self->scopes);
    tr_secret_wipe(self->verifier, sizeof self->verifier);
    tr_free(self);
}

void tr_sign_ins_free(tr_session *session)
{
    while (session->identity != NULL && session->identity->sign_ins != NULL)
        tr_sign_in_drop(session->identity->sign_ins);
    tr_identity_free(session);
}

static void add(tr_sign_in *self)
{
    tr_identity *identity = tr_identity_of(self->session);
    self->next = identity->sign_ins;
    identity->sign_ins = self;
    HASH_ADD_KEYPTR(by_token, self->session->sessions->sign_ins, self->token, TR_SESSION_ID_SIZE,
                    self);
}

tr_sign_in *tr_sign_in_find(tr_sessions *sessions, tr_slice token)
{
    tr_sign_in *one = NULL;
    if (token.size == TR_SESSION_ID_SIZE)
        HASH_FIND(by_token, sessions->sign_ins, token.data, token.size, one);
    return one;
}

static uint32_t drop_expired(tr_session *session)
{
    uint32_t count = 0;
    tr_sign_in *next;
    for (tr_sign_in *at = tr_identity_of(session)->sign_ins; at != NULL; at = next) {
        next = at->next;
        if (at->expires_s <= now_s())
            tr_sign_in_drop(at);
        else
            count++;
    }
    return count;
}

// -- the beginning --

typedef struct terms {
    tr_slice provider;
    tr_slice redirect_url;
    tr_slice scopes;
    bool fetches_groups;
    bool is_in_this_window;
    const tr_handler *finish;
} terms;

static bool has_provider(const tr_app *app, tr_slice name)
{
    for (tr_provider *const *at = app->providers; at != NULL && *at != NULL; at++)
        if (tr_slice_is(name, (*at)->name))
            return true;
    return false;
}

static int read_terms(tr_slice bytes, const tr_app *app, terms *out)
{
    tr_reader in = tr_reader_of(bytes);
    uint32_t count = tr_reader_array(&in);
    out->provider = tr_reader_text(&in);
    out->redirect_url = tr_reader_text(&in);
    out->scopes = tr_reader_text(&in);
    out->fetches_groups = tr_reader_boolean(&in);
    out->is_in_this_window = tr_reader_boolean(&in);
    out->finish = tr_handler_find(tr_reader_text(&in));
    if (in.failed || count != 6 || out->finish == NULL || !has_provider(app, out->provider))
        return TR_EINVALID;
    return 0;
}

static bool has_several_providers(const tr_app *app)
{
    return app->providers != NULL && app->providers[0] != NULL && app->providers[1] != NULL;
}

// A provider that sends browsers on to another one with a state of ours would else get that one's code
// from us (RFC 9700 section 4.4): of several, each has an address of its own.
static void write_place(const tr_session *session, tr_slice provider, tr_buf *out)
{
    if (!has_several_providers(session->sessions->app))
        return;
    tr_buf_append(out, "/", 1);
    tr_form_encode(out, provider);
}

static char *make_redirect_url(const tr_session *session, const terms *wanted)
{
    const tr_identity *identity = session->identity;
    tr_buf url = {0};
    if (wanted->redirect_url.size != 0) {
        tr_buf_append(&url, wanted->redirect_url.data, wanted->redirect_url.size);
    } else if (identity->origin != NULL && strncmp(identity->origin, "http", 4) == 0) {
        tr_buf_printf(&url, "%s%s", identity->origin, session->sessions->auth_settings->path);
        write_place(session, wanted->provider, &url);
    }
    char *copy = NULL;
    // By http from elsewhere, too: the operator's network may be private. What comes is a code that
    // is worth nothing without the verifier.
    if (url.size != 0 && url.size <= TR_AUTH_URL_CAP_BYTES)
        copy = tr_copy_text(tr_buf_text(&url), url.size);
    tr_buf_done(&url);
    return copy;
}

static void write_begun(const tr_sign_in *self, const tr_auth_settings *settings, tr_buf *out)
{
    tr_auth_state state = {.expires_s = self->expires_s,
                           .is_secure = strncmp(self->redirect_url, "https://", 8) == 0};
    char challenge[TR_PKCE_SIZE + 1];
    tr_buf text = {0};
    memcpy(state.token, self->token, sizeof state.token);
    memcpy(state.session_id, self->session->id, sizeof state.session_id);
    tr_auth_state_write(&state, settings, &text);
    tr_pkce_challenge(tr_slice_of(self->verifier), challenge);
    tr_write_array(out, 4);
    tr_write_text(out, tr_buf_slice(&text));
    tr_write_text(out, tr_slice_of(self->nonce));
    tr_write_text(out, tr_slice_of(challenge));
    tr_write_text(out, tr_slice_of(self->redirect_url));
    tr_buf_done(&text);
}

static tr_sign_in *make(tr_session *session, const terms *wanted, char *redirect_url)
{
    const tr_auth_settings *settings = session->sessions->auth_settings;
    tr_sign_in *self = tr_new(tr_sign_in);
    self->session = session;
    self->provider = tr_copy_text(wanted->provider.data, wanted->provider.size);
    self->redirect_url = redirect_url;
    self->scopes = tr_copy_text(wanted->scopes.data, wanted->scopes.size);
    self->fetches_groups = wanted->fetches_groups;
    self->is_in_this_window = wanted->is_in_this_window;
    self->finish = wanted->finish;
    self->expires_s = now_s() + settings->state_timeout_s;
    memcpy(self->browser_key, session->identity->browser_key, sizeof self->browser_key);
    tr_session_id_make(self->token, (unsigned)tr_session_id_shard(tr_slice_of(session->id)));
    tr_pkce_verifier_make(self->verifier);
    tr_pkce_verifier_make(self->nonce);
    return self;
}

int tr_sign_in_begin(tr_session *session, tr_slice bytes, tr_buf *out)
{
    terms wanted;
    int result = read_terms(bytes, session->sessions->app, &wanted);
    if (result < 0)
        return result;
    if (session->sessions->auth_settings == NULL)
        return TR_EUNAVAILABLE;
    if (drop_expired(session) >= TR_SIGN_INS_CAP)
        return TR_EFULL;
    char *redirect_url = make_redirect_url(session, &wanted);
    if (redirect_url == NULL)
        return TR_EUNAVAILABLE;
    tr_sign_in *self = make(session, &wanted, redirect_url);
    add(self);
    write_begun(self, session->sessions->auth_settings, out);
    return 0;
}

bool tr_sign_in_is_place(const tr_sign_in *self, tr_slice place)
{
    tr_buf tail = {0};
    tr_buf_append(&tail, "/", 1);
    tr_form_encode(&tail, tr_slice_of(self->provider));
    size_t size = strlen(self->redirect_url);
    bool has_own = size > tail.size &&
                   memcmp(self->redirect_url + size - tail.size, tail.data, tail.size) == 0;
    tr_buf_done(&tail);
    return has_own ? tr_slice_is(place, self->provider) : place.size == 0;
}

void tr_sign_in_cancel(tr_session *session, tr_slice state)
{
    uint32_t size = state.size < TR_SESSION_ID_SIZE ? state.size : TR_SESSION_ID_SIZE;
    tr_sign_in *self = tr_sign_in_find(session->sessions, (tr_slice){state.data, size});
    if (self != NULL && self->session == session)
        tr_sign_in_drop(self);
}

// -- in a session's file --

void tr_sign_ins_write(const tr_session *session, tr_buf *out)
{
    uint32_t count = 0;
    for (const tr_sign_in *at = session->identity->sign_ins; at != NULL; at = at->next)
        count++;
    tr_write_array(out, count);
    for (const tr_sign_in *at = session->identity->sign_ins; at != NULL; at = at->next) {
        tr_write_array(out, 11);
        tr_write_text(out, tr_slice_of(at->token));
        tr_write_text(out, tr_slice_of(at->verifier));
        tr_write_text(out, tr_slice_of(at->nonce));
        tr_write_text(out, tr_slice_of(at->browser_key));
        tr_write_text(out, tr_slice_of(at->provider));
        tr_write_text(out, tr_slice_of(at->redirect_url));
        tr_write_text(out, tr_slice_of(at->scopes));
        tr_write_boolean(out, at->fetches_groups);
        tr_write_boolean(out, at->is_in_this_window);
        tr_write_unsigned(out, at->expires_s);
        tr_write_text(out, tr_handler_name(at->finish));
    }
}

static void read_fixed(tr_reader *in, char *out, uint32_t size)
{
    tr_slice text = tr_reader_text(in);
    if (text.size != size && text.size != 0)
        in->failed = true;
    if (!in->failed && text.size != 0)
        memcpy(out, text.data, size);
}

static char *read_copy(tr_reader *in)
{
    tr_slice text = tr_reader_text(in);
    return tr_copy_text(text.data, in->failed ? 0 : text.size);
}

static int read_one(tr_session *session, tr_reader *in)
{
    tr_sign_in *self = tr_new(tr_sign_in);
    uint32_t fields = tr_reader_array(in);
    self->session = session;
    read_fixed(in, self->token, TR_SESSION_ID_SIZE);
    read_fixed(in, self->verifier, TR_PKCE_SIZE);
    read_fixed(in, self->nonce, TR_PKCE_SIZE);
    read_fixed(in, self->browser_key, TR_BROWSER_KEY_SIZE);
    self->provider = read_copy(in);
    self->redirect_url = read_copy(in);
    self->scopes = read_copy(in);
    self->fetches_groups = tr_reader_boolean(in);
    self->is_in_this_window = tr_reader_boolean(in);
    self->expires_s = tr_reader_unsigned(in);
    self->finish = tr_handler_find(tr_reader_text(in));
    bool is_known = tr_sign_in_find(session->sessions, tr_slice_of(self->token)) != NULL;
    bool is_bad = in->failed || fields != 11 || is_known || self->finish == NULL;
    add(self);
    if (is_bad)
        tr_sign_in_drop(self);
    return in->failed || fields != 11 ? TR_EPROTOCOL : 0;
}

int tr_sign_ins_read(tr_session *session, tr_reader *in)
{
    uint32_t count = tr_reader_array(in);
    int result = count <= TR_SIGN_INS_CAP ? 0 : TR_EPROTOCOL;
    for (uint32_t i = 0; i < count && result == 0; i++)
        result = read_one(session, in);
    return result;
}
