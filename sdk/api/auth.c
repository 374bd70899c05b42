// The functions of troupe/pages/auth.h.

#include "troupe/pages/auth.h"

#include <string.h>
#include <time.h>

#include "auth/form.h"
#include "base/log.h"
#include "base/number.h"
#include "crypto/digest.h"
#include "sdk/api/change_submit.h"
#include "sdk/api/provider_documents.h"
#include "sdk/api/sign_in.h"
#include "sdk/api/tokens.h"
#include "sdk/catalog/misuse.h"
#include "sdk/session/handler_table.h"
#include "sdk/session/providers.h"
#include "troupe/controls/methods.h"
#include "troupe/err.h"
#include "troupe/pages/page_info.h"
#include "troupe/pages/task.h"
#include "wire/writer.h"

enum {
    RENEW_BEFORE_S = 30, // a token that expires so soon is of no use any more
    AGAIN_MS = 50,       // until one who waits for another's new token looks again
    AGAIN_TRIES = 400,
    WINDOW_WIDTH = 520,
    WINDOW_HEIGHT = 720,
    LEAVE_MS = 2000, // a page that is left answers no more
    HINT_CAP_BYTES = 6000
};

static const char *keep(tr_event *ev, tr_slice text)
{
    char *kept = tr_scratch_take(&ev->results, text.size + 1u); // zeroed
    if (kept != NULL && text.size != 0)
        memcpy(kept, text.data, text.size);
    return kept != NULL ? kept : "";
}

// -- to the provider --

static void add_scopes(tr_buf *out, const char *scopes)
{
    if (scopes != NULL && *scopes != '\0')
        tr_buf_printf(out, "%s%s", out->size != 0 ? " " : "", scopes);
}

// What the session has begun: the parts of its answer.
typedef struct begun {
    tr_buf bytes;
    tr_buf scopes;
    tr_slice state;
    tr_slice nonce;
    tr_slice challenge;
    tr_slice redirect_url;
} begun;

static void begun_done(begun *self)
{
    tr_buf_done(&self->bytes);
    tr_buf_done(&self->scopes);
}

static int begin(tr_event *ev, const tr_login_terms *terms, begun *out)
{
    const tr_provider *provider = terms->provider;
    tr_buf bytes = {0};
    add_scopes(&out->scopes, provider->scopes);
    add_scopes(&out->scopes, terms->scopes);
    tr_write_array(&bytes, 6);
    tr_write_text(&bytes, tr_slice_of(provider->name));
    tr_write_text(&bytes, tr_slice_of(provider->redirect_url));
    tr_write_text(&bytes, tr_buf_slice(&out->scopes));
    tr_write_boolean(&bytes, terms->fetch_groups);
    tr_write_boolean(&bytes, terms->in_this_window);
    tr_write_text(&bytes, tr_handler_name(tr_sign_in_handler()));
    int result = tr_identity_submit(ev, TR_IDENTITY_BEGIN, tr_buf_slice(&bytes), &out->bytes);
    tr_buf_done(&bytes);
    if (result < 0)
        return result;
    tr_reader in = tr_reader_of(tr_buf_slice(&out->bytes));
    (void)tr_reader_array(&in);
    out->state = tr_reader_text(&in);
    out->nonce = tr_reader_text(&in);
    out->challenge = tr_reader_text(&in);
    out->redirect_url = tr_reader_text(&in);
    return in.failed ? TR_EPROTOCOL : 0;
}

// The authorization request (RFC 6749 section 4.1.1, RFC 7636 section 4.3).
static void write_request(const tr_provider *provider, const tr_metadata *metadata,
                          const begun *sent, tr_buf *out)
{
    bool has_query = strchr(metadata->authorization_url, '?') != NULL;
    tr_buf_printf(out, "%s%s", metadata->authorization_url, has_query ? "" : "?");
    tr_form_add(out, "response_type", TR_SLICE("code"));
    tr_form_add(out, "client_id", tr_slice_of(provider->client_id));
    tr_form_add(out, "redirect_uri", sent->redirect_url);
    tr_form_add(out, "scope", tr_buf_slice(&sent->scopes));
    tr_form_add(out, "state", sent->state);
    tr_form_add(out, "code_challenge", sent->challenge);
    tr_form_add(out, "code_challenge_method", TR_SLICE("S256"));
    if (provider->issuer != NULL)
        tr_form_add(out, "nonce", sent->nonce);
    if (provider->extra_query != NULL)
        tr_buf_printf(out, "&%s", provider->extra_query);
}

static int send_browser(tr_event *ev, const char *url, bool in_this_window)
{
    if (!in_this_window)
        return ui_open_window(ev, .url = url, .title = "troupe_sign_in", .width = WINDOW_WIDTH,
                              .height = WINDOW_HEIGHT);
    int result =
        ui_launch_url(ev, .url = url, .web_only_window_name = "_self", .timeout_ms = LEAVE_MS);
    return result == TR_EGONE || result == TR_ETIMEOUT ? 0 : result; // it is on its way
}

static int ask(tr_event *ev, const tr_login_terms *terms, const tr_metadata *metadata)
{
    begun sent = {0};
    tr_buf url = {0};
    int result = begin(ev, terms, &sent);
    if (result == 0) {
        write_request(terms->provider, metadata, &sent, &url);
        result = send_browser(ev, tr_buf_text(&url), terms->in_this_window);
        if (result < 0)
            (void)tr_identity_submit(ev, TR_IDENTITY_CANCEL, sent.state, NULL);
    }
    tr_buf_done(&url);
    begun_done(&sent);
    return result;
}

// -- with what was saved --

// Does the provider still take it?
static int try_account(tr_event *ev, const tr_provider *provider, tr_account_view *io)
{
    if (!tr_slice_is(io->provider, provider->name))
        return TR_EREFUSED;
    if (io->refresh_token.size != 0)
        return tr_tokens_refresh(ev, io);
    tr_metadata metadata = {0};
    const char *reason;
    tr_buf body = {0};
    int result = tr_provider_metadata(ev, provider, &metadata, &reason);
    if (result == 0 && metadata.user_url == NULL)
        result = TR_EREFUSED;
    if (result == 0)
        result = tr_provider_get(ev, metadata.user_url, keep(ev, io->access_token), &body);
    tr_buf_done(&body);
    tr_metadata_done(&metadata);
    return result;
}

static int sign_in_again(tr_event *ev, const tr_login_terms *terms)
{
    tr_account_view account = {0};
    tr_buf key = {0};
    int result = tr_identity_submit(ev, TR_IDENTITY_RESTORE, tr_slice_of(terms->saved_token),
                                    &account.bytes);
    if (result == 0)
        result = tr_account_view_read(&account);
    if (result == 0)
        result = try_account(ev, terms->provider, &account);
    if (result == 0)
        result = tr_identity_submit(ev, TR_IDENTITY_OWN_KEY, (tr_slice){0}, &key);
    if (result == 0) {
        tr_change change = {.what = TR_CHANGE_IDENTITY,
                            .is_page = true,
                            .number = TR_IDENTITY_SIGN_IN,
                            .property = tr_buf_slice(&key),
                            .value = tr_value_bytes(tr_buf_slice(&account.bytes))};
        result = tr_submit(ev, &change, NULL);
    }
    tr_buf_done(&key);
    tr_account_view_done(&account);
    return result;
}

int(tr_login)(tr_event *ev, const tr_login_terms *terms)
{
    TR_GIVEN(ev != NULL && terms != NULL && terms->provider != NULL);
    const tr_provider *provider = terms->provider;
    if (!tr_submit_is_here(ev))
        return TR_EWRONGTHREAD;
    if (provider->name == NULL || provider->client_id == NULL)
        return tr_misuse_report(
            &(tr_misuse){.code = TR_EINVALID, .text = "the provider needs a name and a client_id"});
    if (tr_provider_find(tr_slice_of(provider->name)) != provider)
        return tr_misuse_report(&(tr_misuse){
            .code = TR_EINVALID, .text = "the provider is none of the app's (tr_app.providers)"});
    if (terms->saved_token != NULL)
        return sign_in_again(ev, terms);
    tr_metadata metadata = {0};
    const char *reason = NULL;
    int result = tr_provider_metadata(ev, provider, &metadata, &reason);
    if (result == 0)
        result = ask(ev, terms, &metadata);
    else
        tr_log(TR_LOG_WARN, "event=provider_unreachable provider=%s error=%s reason=\"%s\"",
               tr_log_quote(provider->name, (unsigned)strlen(provider->name)), tr_err_name(result),
               reason);
    tr_metadata_done(&metadata);
    return result;
}

// -- and back --

// What the session says of who has left.
typedef struct farewell {
    tr_buf bytes;
    tr_slice provider;
    tr_slice id_token;
    tr_slice page;
} farewell;

static int read_farewell(farewell *io)
{
    tr_reader in = tr_reader_of(tr_buf_slice(&io->bytes));
    (void)tr_reader_array(&in);
    io->provider = tr_reader_text(&in);
    io->id_token = tr_reader_text(&in);
    io->page = tr_reader_text(&in);
    return in.failed ? TR_EPROTOCOL : 0;
}

// OpenID Connect RP-Initiated Logout 1.0 section 2.
static void write_logout(const tr_provider *provider, const char *logout_url, const farewell *left,
                         tr_buf *out)
{
    const char *given = provider->logout_redirect_url;
    tr_slice back = given != NULL ? tr_slice_of(given) : left->page;
    tr_buf_printf(out, "%s%s", logout_url, strchr(logout_url, '?') != NULL ? "" : "?");
    tr_form_add(out, "client_id", tr_slice_of(provider->client_id));
    // Servers refuse longer addresses; without it the provider asks the person.
    if (left->id_token.size != 0 && left->id_token.size <= HINT_CAP_BYTES)
        tr_form_add(out, "id_token_hint", left->id_token);
    if (back.size != 0)
        tr_form_add(out, "post_logout_redirect_uri", back);
}

static int leave_provider(tr_event *ev, const farewell *left)
{
    const tr_provider *provider = tr_provider_find(left->provider);
    const char *reason;
    tr_metadata metadata = {0};
    tr_buf url = {0};
    if (provider == NULL)
        return TR_EUNAVAILABLE;
    int result = tr_provider_metadata(ev, provider, &metadata, &reason);
    if (result == 0 && metadata.logout_url == NULL)
        result = TR_EUNAVAILABLE;
    if (result == 0) {
        write_logout(provider, metadata.logout_url, left, &url);
        result = send_browser(ev, tr_buf_text(&url), true);
    }
    tr_secret_wipe(url.data, url.size);
    tr_buf_done(&url);
    tr_metadata_done(&metadata);
    return result;
}

int tr_logout_at_provider(tr_event *ev)
{
    TR_GIVEN(ev != NULL);
    farewell left = {0};
    int result = tr_identity_submit(ev, TR_IDENTITY_SIGN_OUT, (tr_slice){0}, &left.bytes);
    if (result == 0)
        result = tr_logged_out(ev);
    if (result == 0)
        result = read_farewell(&left);
    if (result == 0)
        result = tr_submit_is_here(ev) ? leave_provider(ev, &left) : TR_EWRONGTHREAD;
    tr_secret_wipe(left.bytes.data, left.bytes.size);
    tr_buf_done(&left.bytes);
    return result;
}

int tr_logout(tr_event *ev)
{
    TR_GIVEN(ev != NULL);
    int result = tr_identity_submit(ev, TR_IDENTITY_SIGN_OUT, (tr_slice){0}, NULL);
    return result == 0 ? tr_logged_out(ev) : result;
}

// -- who it is --

static int look(tr_event *ev, tr_account_view *account, tr_facts *facts)
{
    int result = tr_identity_submit(ev, TR_IDENTITY_TELL, (tr_slice){0}, &account->bytes);
    if (result == 0)
        result = tr_account_view_read(account);
    return result == 0 ? tr_facts_read(account->facts, facts) : result;
}

static const char *const *keep_groups(tr_event *ev, tr_slice groups)
{
    static const char *const none[] = {NULL};
    tr_reader in = tr_reader_of(groups);
    uint32_t count = tr_reader_array(&in);
    const char **all = tr_scratch_take(&ev->results, (count + 1u) * sizeof *all);
    for (uint32_t i = 0; all != NULL && i < count; i++)
        all[i] = keep(ev, tr_reader_text(&in));
    return all != NULL ? all : none;
}

const tr_user *tr_user_of(tr_event *ev)
{
    TR_GIVEN_OR(ev != NULL, NULL);
    tr_account_view account = {0};
    tr_facts facts;
    tr_user *user = NULL;
    if (look(ev, &account, &facts) == 0)
        user = tr_scratch_take(&ev->results, sizeof *user);
    if (user != NULL)
        *user = (tr_user){.provider = keep(ev, account.provider),
                          .id = keep(ev, facts.id),
                          .name = keep(ev, facts.name),
                          .email = keep(ev, facts.email),
                          .scopes = keep(ev, facts.scopes),
                          .groups = keep_groups(ev, facts.groups)};
    tr_account_view_done(&account);
    return user;
}

static const char *claim_text(tr_event *ev, tr_reader *in)
{
    enum tr_kind kind = tr_reader_peek(in);
    char text[32];
    if (kind == TR_KIND_TEXT)
        return keep(ev, tr_reader_text(in));
    if (kind == TR_KIND_BOOLEAN)
        return tr_reader_boolean(in) ? "true" : "false";
    int64_t number = tr_reader_integer(in);
    if (in->failed)
        return "";
    (void)tr_format(text, sizeof text, "%lld", (long long)number);
    return keep(ev, tr_slice_of(text));
}

const char *tr_user_claim(tr_event *ev, const char *name)
{
    TR_GIVEN_OR(ev != NULL && name != NULL, "");
    tr_account_view account = {0};
    tr_facts facts;
    const char *text = "";
    if (look(ev, &account, &facts) == 0) {
        tr_reader in = tr_reader_find(facts.claims, name);
        text = in.failed ? "" : claim_text(ev, &in);
    }
    tr_account_view_done(&account);
    return text;
}

bool tr_user_is_in(tr_event *ev, const char *group)
{
    TR_GIVEN_OR(ev != NULL && group != NULL, false);
    tr_account_view account = {0};
    tr_facts facts;
    bool is_in = false;
    if (look(ev, &account, &facts) == 0) {
        tr_reader in = tr_reader_of(facts.groups);
        uint32_t count = tr_reader_array(&in);
        for (uint32_t i = 0; i < count && !is_in; i++)
            is_in = tr_slice_is(tr_reader_text(&in), group);
    }
    tr_account_view_done(&account);
    return is_in;
}

// -- tokens --

static bool is_fresh(const tr_account_view *account)
{
    return account->expires_s == 0 || account->expires_s > (uint64_t)time(NULL) + RENEW_BEFORE_S;
}

static int renew(tr_event *ev, tr_account_view *io)
{
    int result = tr_identity_submit(ev, TR_IDENTITY_BEGIN_REFRESH, (tr_slice){0}, NULL);
    if (result < 0)
        return result;
    result = tr_tokens_refresh(ev, io);
    if (result == 0)
        result = tr_identity_submit(ev, TR_IDENTITY_RENEW, tr_buf_slice(&io->bytes), NULL);
    (void)tr_identity_submit(ev, TR_IDENTITY_END_REFRESH, (tr_slice){0}, NULL);
    return result;
}

// Providers that give each refresh token once would end the sign-in if two used it.
int tr_access_token(tr_event *ev, const char **out)
{
    TR_GIVEN(ev != NULL && out != NULL);
    int result = TR_EEXISTS;
    *out = "";
    for (unsigned tries = 0; result == TR_EEXISTS && tries < AGAIN_TRIES; tries++) {
        tr_account_view account = {0};
        tr_facts facts;
        result = look(ev, &account, &facts);
        if (result == 0 && account.access_token.size == 0)
            result = TR_ENOTFOUND; // a proxy has it
        if (result == 0 && !is_fresh(&account))
            result = renew(ev, &account);
        if (result == 0)
            *out = keep(ev, account.access_token);
        tr_account_view_done(&account);
        if (result == TR_EEXISTS && tr_sleep(ev, AGAIN_MS) < 0)
            result = TR_ECANCELLED;
    }
    return result == TR_EEXISTS ? TR_ETIMEOUT : result;
}

int tr_saved_login(tr_event *ev, const char **out)
{
    TR_GIVEN(ev != NULL && out != NULL);
    tr_buf text = {0};
    int result = tr_identity_submit(ev, TR_IDENTITY_SAVE, (tr_slice){0}, &text);
    *out = keep(ev, tr_buf_slice(&text));
    tr_buf_done(&text);
    return result;
}
