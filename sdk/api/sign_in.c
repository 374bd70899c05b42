#include "sdk/api/sign_in.h"

#include <time.h>

#include "auth/form.h"
#include "auth/id_token.h"
#include "base/log.h"
#include "crypto/digest.h"
#include "sdk/api/change_submit.h"
#include "sdk/api/provider_documents.h"
#include "sdk/api/tokens.h"
#include "sdk/session/providers.h"
#include "troupe/err.h"
#include "troupe/pages/page_info.h"
#include "wire/writer.h"

enum { GROUPS_CAP = 1000 };

// One sign-in, from the code to the account.
typedef struct flow {
    tr_call *call;
    const tr_provider *provider;
    tr_metadata metadata;
    tr_token_answer tokens;
    tr_jwt token;       // claims are true once it is checked
    tr_json *user;      // NULL: not asked for
    tr_buf groups;      // an encoded array; empty: not asked for
    const char *reason; // why it failed, a constant sentence
    const char *error;  // and the word for it
} flow;

static tr_slice field(const flow *self, const char *name)
{
    tr_reader in = tr_reader_find(tr_buf_slice(&self->call->data), name);
    return tr_reader_text(&in);
}

static int fail(flow *self, int result, const char *error, const char *reason)
{
    self->error = error;
    self->reason = reason;
    return result;
}

// Another provider's answer must not be taken for this one's (RFC 9207).
static int check_issuer(flow *self)
{
    tr_slice said = field(self, "issuer");
    const char *issuer = self->metadata.issuer;
    bool is_wrong = said.size != 0 ? issuer != NULL && !tr_slice_is(said, issuer)
                                   : self->metadata.has_issuer_in_answers;
    return is_wrong ? fail(self, TR_EREFUSED, "invalid_issuer",
                           "the answer came from another provider than was asked")
                    : 0;
}

static int exchange(flow *self)
{
    tr_buf form = {0};
    tr_form_add(&form, "grant_type", TR_SLICE("authorization_code"));
    tr_form_add(&form, "code", field(self, "code"));
    tr_form_add(&form, "redirect_uri", field(self, "redirect_url"));
    tr_form_add(&form, "code_verifier", field(self, "verifier"));
    int result = tr_tokens_ask(self->call, self->provider, &self->metadata, &form, &self->tokens);
    tr_secret_wipe(form.data, form.size);
    tr_buf_done(&form);
    return result < 0 ? fail(self, result, "invalid_grant", "the provider gave no token") : 0;
}

static int check_with(flow *self, const tr_buf *keys, const tr_buf *nonce)
{
    const tr_provider *provider = self->provider;
    tr_id_token_terms terms = {.keys = tr_buf_slice(keys),
                               .issuer = provider->issuer_name != NULL ? provider->issuer_name
                                                                       : provider->issuer,
                               .client_id = provider->client_id,
                               .nonce = (const char *)nonce->data,
                               .now_s = (uint64_t)time(NULL)};
    tr_jwt_done(&self->token);
    return tr_id_token_verify(tr_slice_of(self->tokens.id_token), &terms, &self->token,
                              &self->reason);
}

// With the keys that are kept; with newer ones, where none of those is the token's.
static int check_token(flow *self)
{
    if (self->provider->issuer == NULL)
        return 0;
    if (self->tokens.id_token == NULL)
        return fail(self, TR_EREFUSED, "invalid_token", "the provider gave no ID token");
    tr_buf keys = {0};
    tr_buf nonce = {0};
    tr_slice said = field(self, "nonce");
    tr_buf_append(&nonce, said.data, said.size);
    (void)tr_buf_text(&nonce);
    self->error = "invalid_token";
    self->reason = "the provider's keys cannot be fetched";
    int result = tr_provider_keys(self->call, &self->metadata, false, &keys);
    if (result == 0)
        result = check_with(self, &keys, &nonce);
    if (result == TR_ENOTFOUND) {
        const char *reason = self->reason;
        if (tr_provider_keys(self->call, &self->metadata, true, &keys) == 0)
            result = check_with(self, &keys, &nonce);
        else
            self->reason = reason;
    }
    tr_buf_done(&keys);
    tr_buf_done(&nonce);
    return result;
}

static int ask_for_user(flow *self)
{
    if (self->metadata.user_url == NULL)
        return 0;
    tr_buf body = {0};
    int result =
        tr_provider_get(self->call, self->metadata.user_url, self->tokens.access_token, &body);
    if (result == 0)
        result = tr_json_read(tr_buf_slice(&body), &self->user);
    tr_buf_done(&body);
    if (result < 0 || !tr_json_is_object(self->user))
        return fail(self, result < 0 ? result : TR_EPROTOCOL, "invalid_user",
                    "the provider does not tell who it is");
    bool is_other =
        self->token.claims != NULL &&
        !tr_slice_equal(tr_json_text(self->user, "sub"), tr_json_text(self->token.claims, "sub"));
    return is_other ? fail(self, TR_EREFUSED, "invalid_user",
                           "the provider tells of somebody else than signed in")
                    : 0;
}

static void write_groups(const tr_json *answer, const char *name, tr_buf *out)
{
    const tr_json *all = tr_json_has(answer, "value") ? tr_json_get(answer, "value") : answer;
    uint32_t count = tr_json_count(all);
    count = count < GROUPS_CAP ? count : GROUPS_CAP;
    tr_write_array(out, count);
    for (uint32_t i = 0; i < count; i++) {
        const tr_json *one = tr_json_at(all, i);
        tr_write_text(out, tr_json_is_object(one) ? tr_json_text(one, name) : tr_json_as_text(one));
    }
}

static int ask_for_groups(flow *self)
{
    tr_reader is_wanted = tr_reader_find(tr_buf_slice(&self->call->data), "groups");
    const tr_provider *provider = self->provider;
    if (!tr_reader_boolean(&is_wanted) || provider->groups_url == NULL)
        return 0;
    tr_buf body = {0};
    tr_json *answer = NULL;
    int result =
        tr_provider_get(self->call, provider->groups_url, self->tokens.access_token, &body);
    if (result == 0)
        result = tr_json_read(tr_buf_slice(&body), &answer);
    if (result == 0)
        write_groups(answer, provider->group_name != NULL ? provider->group_name : "name",
                     &self->groups);
    tr_json_free(answer);
    tr_buf_done(&body);
    return result < 0
               ? fail(self, result, "invalid_groups", "the provider does not tell the groups")
               : 0;
}

static int submit(flow *self)
{
    tr_account_view account = {.provider = tr_slice_of(self->provider->name),
                               .access_token = tr_slice_of(self->tokens.access_token),
                               .refresh_token = tr_slice_of(self->tokens.refresh_token),
                               .id_token = self->provider->issuer != NULL
                                               ? tr_slice_of(self->tokens.id_token)
                                               : (tr_slice){0},
                               .expires_s = tr_tokens_expire_s(&self->tokens)};
    tr_slice scopes =
        self->tokens.scopes != NULL ? tr_slice_of(self->tokens.scopes) : field(self, "scopes");
    tr_buf facts = {0};
    tr_buf bytes = {0};
    int result = tr_facts_write(self->provider, self->token.claims, self->user, scopes,
                                tr_buf_slice(&self->groups), &facts);
    account.facts = tr_buf_slice(&facts);
    if (result == 0) {
        tr_account_write(&account, &bytes);
        tr_change change = {.what = TR_CHANGE_IDENTITY,
                            .is_page = true,
                            .number = TR_IDENTITY_SIGN_IN,
                            .property = field(self, "browser_key"),
                            .value = tr_value_bytes(tr_buf_slice(&bytes))};
        result = tr_submit(self->call, &change, NULL);
    }
    tr_secret_wipe(bytes.data, bytes.size);
    tr_buf_done(&facts);
    tr_buf_done(&bytes);
    return result < 0 ? fail(self, result, "invalid_user", "the account cannot be kept") : 0;
}

static int run(flow *self)
{
    self->error = "server_error";
    int result = tr_provider_metadata(self->call, self->provider, &self->metadata, &self->reason);
    if (result == 0)
        result = check_issuer(self);
    if (result == 0)
        result = exchange(self);
    if (result == 0)
        result = check_token(self);
    if (result == 0)
        result = ask_for_user(self);
    if (result == 0)
        result = ask_for_groups(self);
    return result == 0 ? submit(self) : result;
}

static void flow_done(flow *self)
{
    tr_metadata_done(&self->metadata);
    tr_token_answer_done(&self->tokens);
    tr_jwt_done(&self->token);
    tr_json_free(self->user);
    tr_buf_done(&self->groups);
}

// The provider's own words, or ours.
static void tell_failure(const flow *self, int result)
{
    tr_log(TR_LOG_WARN, "event=sign_in_failed provider=%s error=%s code=%s text=\"%s\"",
           tr_log_quote(self->provider->name, (unsigned)strlen(self->provider->name)), self->error,
           tr_err_name(result), self->reason);
    (void)tr_logged_in(self->call, self->error, self->reason);
}

static void tell_refusal(flow *self, tr_slice error)
{
    enum { WORDS = 64, SENTENCE = 512 };
    char word[WORDS] = "";
    char sentence[SENTENCE] = "";
    tr_slice said = field(self, "error_description");
    memcpy(word, error.data, error.size < sizeof word ? error.size : sizeof word - 1);
    uint32_t size = said.size < sizeof sentence ? said.size : (uint32_t)sizeof sentence - 1;
    while (size != 0 && size < said.size && ((unsigned char)said.data[size] & 0xc0u) == 0x80u)
        size--;
    if (size != 0)
        memcpy(sentence, said.data, size);
    tr_log(TR_LOG_INFO, "event=sign_in_refused provider=%s error=%s",
           tr_log_quote(self->provider->name, (unsigned)strlen(self->provider->name)),
           tr_log_quote(word, (unsigned)strlen(word)));
    (void)tr_logged_in(self->call, word, sentence);
}

TR_ASYNC(tr_sign_in_finish)
{
    flow self = {.call = ev};
    self.provider = tr_provider_find(field(&self, "provider"));
    tr_slice error = field(&self, "error");
    if (self.provider == NULL)
        return; // of another version of the app
    if (error.size != 0) {
        tell_refusal(&self, error);
        return;
    }
    int result = run(&self);
    if (result < 0 && result != TR_ECANCELLED)
        tell_failure(&self, result);
    flow_done(&self);
}

const tr_handler *tr_sign_in_handler(void)
{
    return tr_sign_in_finish;
}
