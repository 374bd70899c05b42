#include "sdk/session/identity.h"

#include <string.h>
#include <time.h>

#include "auth/proxy_user.h"
#include "auth/settings.h"
#include "base/log.h"
#include "base/mem.h"
#include "crypto/base64url.h"
#include "crypto/digest.h"
#include "crypto/seal.h"
#include "sdk/session/call.h"
#include "sdk/session/outgoing_packets.h"
#include "troupe/err.h"
#include "wire/close_code.h"
#include "wire/writer.h"

enum {
    ACCOUNT_CAP_BYTES = 256 * 1024,
    ORIGIN_CAP_BYTES = 512,
    SAVED_LIFE_S = TR_BROWSER_COOKIE_LIFE_S,
    // Another handler waits for the one that gets a new token; that one may have been ended by force.
    REFRESH_PATIENCE_S = 60
};

static const char saved_purpose[] = "saved sign-in";

static uint64_t now_s(void)
{
    return (uint64_t)time(NULL);
}

tr_identity *tr_identity_of(tr_session *session)
{
    if (session->identity == NULL)
        session->identity = tr_new(tr_identity);
    return session->identity;
}

// -- an account --

static void wipe_text(char *text)
{
    if (text != NULL)
        tr_secret_wipe(text, strlen(text));
    tr_free(text);
}

static void account_free(tr_account *self)
{
    if (self == NULL)
        return;
    tr_free(self->provider);
    tr_buf_done(&self->facts);
    wipe_text(self->access_token);
    wipe_text(self->refresh_token);
    wipe_text(self->id_token);
    tr_free(self);
}

static char *text_or_null(tr_slice text)
{
    return text.size != 0 ? tr_copy_text(text.data, text.size) : NULL;
}

static int read_account(tr_slice bytes, tr_account **out)
{
    tr_reader in = tr_reader_of(bytes);
    uint32_t count = tr_reader_array(&in);
    tr_slice provider = tr_reader_text(&in);
    tr_slice facts = tr_reader_skip(&in);
    tr_slice access = tr_reader_text(&in);
    tr_slice refresh = tr_reader_text(&in);
    uint64_t expires_s = tr_reader_unsigned(&in);
    // Earlier versions wrote five fields, without the ID token.
    tr_slice id_token = count == 6 ? tr_reader_text(&in) : (tr_slice){0};
    if (in.failed || (count != 5 && count != 6) || provider.size == 0 ||
        bytes.size > ACCOUNT_CAP_BYTES)
        return TR_EINVALID;
    tr_account *self = tr_new(tr_account);
    self->provider = tr_copy_text(provider.data, provider.size);
    tr_buf_append(&self->facts, facts.data, facts.size);
    self->access_token = text_or_null(access);
    self->refresh_token = text_or_null(refresh);
    self->id_token = text_or_null(id_token);
    self->expires_s = expires_s;
    *out = self;
    return 0;
}

static void write_account(const tr_account *self, tr_buf *out)
{
    tr_write_array(out, 6);
    tr_write_text(out, tr_slice_of(self->provider));
    tr_write_raw(out, tr_buf_slice(&self->facts));
    tr_write_text(out, tr_slice_of(self->access_token));
    tr_write_text(out, tr_slice_of(self->refresh_token));
    tr_write_unsigned(out, self->expires_s);
    tr_write_text(out, tr_slice_of(self->id_token));
}

// -- whose session it is --

static bool is_owner(const tr_identity *self, tr_slice browser_key)
{
    return self->owner_key[0] == '\0' || tr_secret_is(browser_key, tr_slice_of(self->owner_key));
}

const char *tr_identity_refusal(const tr_session *session, const tr_msg_session_open *open)
{
    const tr_identity *self = session->identity;
    const char *user = self != NULL ? self->proxy_user : NULL;
    if (!tr_slice_equal(tr_slice_of(user), open->user))
        return "user";
    return self == NULL || is_owner(self, open->browser_key) ? NULL : "cookie";
}

static void set_key(char out[TR_BROWSER_KEY_SIZE + 1], tr_slice key)
{
    uint32_t size = key.size == TR_BROWSER_KEY_SIZE ? key.size : 0;
    if (size != 0)
        memcpy(out, key.data, size);
    out[size] = '\0';
}

static void start_login(tr_session *session)
{
    static const char name[] = "login";
    const tr_handler *handler = tr_tree_handler(session->tree, TR_ID_PAGE, tr_slice_of(name));
    if (handler == NULL)
        return;
    tr_buf data = {0};
    tr_write_map(&data, 2);
    tr_write_literal(&data, "error");
    tr_write_nil(&data);
    tr_write_literal(&data, "error_description");
    tr_write_nil(&data);
    if (tr_call_start(session, handler, TR_ID_PAGE, name, tr_buf_slice(&data), false, NULL) < 0)
        tr_log(TR_LOG_WARN, "event=login_not_told session=%.6s", session->id);
    tr_buf_done(&data);
}

static void confirm(tr_session *session)
{
    tr_identity *self = session->identity;
    self->is_confirmed = true;
    tr_log(TR_LOG_INFO, "event=signed_in session=%.6s provider=%s", session->id,
           tr_log_quote(self->account->provider, (unsigned)strlen(self->account->provider)));
    start_login(session);
    tr_session_wake(session);
}

// What its proxy says counts at once, and anew each time that its browser comes.
static void take_proxy_user(tr_identity *self, const tr_msg_session_open *open)
{
    tr_account *account = tr_new(tr_account);
    account->provider = tr_copy_text("proxy", strlen("proxy"));
    tr_write_array(&account->facts, 6);
    tr_write_text(&account->facts, open->user);
    tr_write_text(&account->facts, open->user_name.size != 0 ? open->user_name : open->user);
    tr_write_text(&account->facts, open->user_email);
    tr_write_text(&account->facts, (tr_slice){0});
    tr_proxy_groups_write(open->user_groups, &account->facts);
    tr_write_map(&account->facts, 0);
    account_free(self->account);
    self->account = account;
    self->is_confirmed = true;
    if (self->proxy_user == NULL)
        self->proxy_user = tr_copy_text(open->user.data, open->user.size);
}

void tr_identity_on_attach(tr_session *session, const tr_msg_session_open *open)
{
    if (session->identity == NULL && session->sessions->app->providers == NULL &&
        open->user.size == 0)
        return;
    tr_identity *self = tr_identity_of(session);
    if (open->origin.size != 0 && open->origin.size <= ORIGIN_CAP_BYTES) {
        tr_free(self->origin);
        self->origin = tr_copy_text(open->origin.data, open->origin.size);
    }
    set_key(self->browser_key, open->browser_key);
    if (open->user.size != 0)
        take_proxy_user(self, open);
}

void tr_identity_settle(tr_session *session)
{
    const tr_identity *self = session->identity;
    if (self != NULL && self->account != NULL && !self->is_confirmed &&
        is_owner(self, tr_slice_of(self->browser_key)))
        confirm(session);
}

int tr_identity_sign_in(tr_session *session, tr_slice browser_key, tr_slice account)
{
    tr_identity *self = tr_identity_of(session);
    tr_account *made;
    if (!is_owner(self, browser_key))
        return TR_EREFUSED;
    int result = read_account(account, &made);
    if (result < 0)
        return result;
    account_free(self->account);
    self->account = made;
    self->is_confirmed = false;
    if (browser_key.size != 0)
        set_key(self->owner_key, browser_key);
    if (!tr_address_is_set(session->connection))
        return 0;
    tr_identity_settle(session);
    if (!self->is_confirmed) {
        // It has no cookie yet, or is not the one that signed in: who comes back will show it.
        tr_session_close(session, TR_CLOSE_RESTART, "signed in");
        tr_session_detach(session);
    }
    return 0;
}

int tr_identity_renew(tr_session *session, tr_slice account)
{
    tr_identity *self = tr_identity_of(session);
    tr_account *made;
    int result = self->account != NULL ? read_account(account, &made) : TR_ENOTFOUND;
    if (result < 0)
        return result;
    account_free(self->account);
    self->account = made;
    return 0;
}

int tr_identity_tell(tr_session *session, tr_buf *out)
{
    const tr_identity *self = session->identity;
    if (self == NULL || self->account == NULL || !self->is_confirmed)
        return TR_ENOTFOUND;
    write_account(self->account, out);
    return 0;
}

static void write_farewell(const tr_identity *self, const tr_auth_settings *settings, tr_buf *out)
{
    tr_buf page = {0};
    bool is_known = settings != NULL && self->origin != NULL;
    if (is_known && strncmp(self->origin, "http", 4) == 0)
        tr_buf_printf(&page, "%s%s%s", self->origin, settings->cookie_path,
                      strcmp(settings->cookie_path, "/") == 0 ? "" : "/");
    tr_write_array(out, 3);
    tr_write_text(out, tr_slice_of(self->account->provider));
    tr_write_text(out, tr_slice_of(self->account->id_token));
    tr_write_text(out, tr_buf_slice(&page));
    tr_buf_done(&page);
}

int tr_identity_sign_out(tr_session *session, tr_buf *out)
{
    tr_identity *self = session->identity;
    if (self == NULL || self->account == NULL)
        return TR_ENOTFOUND;
    if (out != NULL)
        write_farewell(self, session->sessions->auth_settings, out);
    account_free(self->account);
    self->account = NULL;
    self->is_confirmed = false;
    tr_log(TR_LOG_INFO, "event=signed_out session=%.6s", session->id);
    return 0;
}

int tr_identity_begin_refresh(tr_session *session)
{
    tr_identity *self = tr_identity_of(session);
    if (self->refresh_until_s > now_s())
        return TR_EEXISTS;
    self->refresh_until_s = now_s() + REFRESH_PATIENCE_S;
    return 0;
}

void tr_identity_end_refresh(tr_session *session)
{
    tr_identity_of(session)->refresh_until_s = 0;
}

// -- kept by the browser --

int tr_identity_save(tr_session *session, tr_buf *out_text)
{
    const tr_identity *self = session->identity;
    const tr_auth_settings *settings = session->sessions->auth_settings;
    if (self == NULL || self->account == NULL || !self->is_confirmed)
        return TR_ENOTFOUND;
    if (settings == NULL || !settings->is_key_given)
        return TR_EUNAVAILABLE;
    tr_buf plain = {0};
    tr_buf sealed = {0};
    tr_write_array(&plain, 3);
    tr_write_unsigned(&plain, now_s() + SAVED_LIFE_S);
    tr_write_text(&plain, tr_slice_of(self->owner_key));
    write_account(self->account, &plain);
    tr_seal(&settings->seal_key, saved_purpose, tr_buf_slice(&plain), &sealed);
    tr_base64url_write(out_text, sealed.data, sealed.size);
    tr_secret_wipe(plain.data, plain.size);
    tr_buf_done(&plain);
    tr_buf_done(&sealed);
    return 0;
}

static int open_saved(const tr_identity *self, tr_slice plain, tr_buf *out)
{
    tr_reader in = tr_reader_of(plain);
    uint32_t count = tr_reader_array(&in);
    uint64_t until_s = tr_reader_unsigned(&in);
    tr_slice key = tr_reader_text(&in);
    tr_slice account = tr_reader_skip(&in);
    bool is_same = key.size == 0 || tr_secret_is(key, tr_slice_of(self->browser_key));
    if (in.failed || count != 3 || until_s <= now_s() || !is_same)
        return TR_EREFUSED;
    tr_buf_append(out, account.data, account.size);
    return 0;
}

int tr_identity_restore(tr_session *session, tr_slice text, tr_buf *out)
{
    const tr_auth_settings *settings = session->sessions->auth_settings;
    tr_buf sealed = {0};
    tr_buf plain = {0};
    int result = settings != NULL && text.size <= 2 * ACCOUNT_CAP_BYTES ? 0 : TR_EREFUSED;
    if (result == 0 && tr_base64url_read(text, &sealed) < 0)
        result = TR_EREFUSED;
    if (result == 0)
        result = tr_unseal(&settings->seal_key, saved_purpose, tr_buf_slice(&sealed), &plain);
    if (result == 0)
        result = open_saved(tr_identity_of(session), tr_buf_slice(&plain), out);
    tr_secret_wipe(plain.data, plain.size);
    tr_buf_done(&plain);
    tr_buf_done(&sealed);
    return result;
}

// -- in a session's file --

void tr_identity_write(const tr_session *session, tr_buf *out)
{
    const tr_identity *self = session->identity;
    tr_write_array(out, 6);
    tr_write_text(out, tr_slice_of(self->proxy_user));
    tr_write_text(out, tr_slice_of(self->origin));
    tr_write_text(out, tr_slice_of(self->browser_key));
    tr_write_text(out, tr_slice_of(self->owner_key));
    tr_write_boolean(out, self->is_confirmed);
    if (self->account != NULL)
        write_account(self->account, out);
    else
        tr_write_nil(out);
}

int tr_identity_read(tr_session *session, tr_reader *in)
{
    tr_identity *self = tr_identity_of(session);
    uint32_t count = tr_reader_array(in);
    tr_slice proxy_user = tr_reader_text(in);
    tr_slice origin = tr_reader_text(in);
    set_key(self->browser_key, tr_reader_text(in));
    set_key(self->owner_key, tr_reader_text(in));
    self->is_confirmed = tr_reader_boolean(in);
    bool has_account = !tr_reader_nil(in);
    tr_slice account = has_account ? tr_reader_skip(in) : (tr_slice){0};
    if (in->failed || count != 6)
        return TR_EPROTOCOL;
    self->proxy_user = text_or_null(proxy_user);
    self->origin = text_or_null(origin);
    return has_account && read_account(account, &self->account) < 0 ? TR_EPROTOCOL : 0;
}

void tr_identity_free(tr_session *session)
{
    tr_identity *self = session->identity;
    if (self == NULL)
        return;
    account_free(self->account);
    tr_free(self->proxy_user);
    tr_free(self->origin);
    tr_free(self);
    session->identity = NULL;
}
