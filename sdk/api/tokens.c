#include "sdk/api/tokens.h"

#include <time.h>

#include "auth/form.h"
#include "base/log.h"
#include "crypto/digest.h"
#include "sdk/api/http_client.h"
#include "sdk/api/provider_documents.h"
#include "sdk/session/providers.h"
#include "troupe/err.h"

enum { TIMEOUT_MS = 15000 };

uint64_t tr_tokens_expire_s(const tr_token_answer *answer)
{
    return answer->expires_in_s != 0 ? (uint64_t)time(NULL) + answer->expires_in_s : 0;
}

// In the form, or in a header where the provider knows that alone.
static void add_client(const tr_provider *provider, bool has_basic, tr_buf *form, tr_buf *header)
{
    if (has_basic && provider->client_secret != NULL) {
        tr_buf_printf(header, "Authorization: ");
        tr_form_add_basic(header, tr_slice_of(provider->client_id),
                          tr_slice_of(provider->client_secret));
        return;
    }
    tr_form_add(form, "client_id", tr_slice_of(provider->client_id));
    if (provider->client_secret != NULL)
        tr_form_add(form, "client_secret", tr_slice_of(provider->client_secret));
}

static int read_answer(const tr_provider *provider, const tr_http_answer *answer,
                       tr_token_answer *out)
{
    int result = tr_token_answer_read(tr_buf_slice(&answer->body), out);
    if (result == 0 && out->error == NULL && answer->status >= 200 && answer->status <= 299)
        return 0;
    tr_slice word = tr_slice_of(out->error);
    tr_log(TR_LOG_WARN, "event=token_refused provider=%s status=%ld error=%s",
           tr_log_quote(provider->name, (unsigned)strlen(provider->name)), answer->status,
           tr_log_quote(word.data != NULL ? word.data : "", word.size));
    return out->error != NULL ? TR_EREFUSED : TR_EPROTOCOL;
}

int tr_tokens_ask(tr_call *call, const tr_provider *provider, const tr_metadata *metadata,
                  const tr_buf *form, tr_token_answer *out)
{
    tr_buf body = {0};
    tr_buf client = {0};
    tr_http_answer answer = {0};
    *out = (tr_token_answer){0};
    tr_buf_append(&body, form->data, form->size);
    add_client(provider, metadata->has_basic, &body, &client);
    const char *const headers[] = {"Content-Type: application/x-www-form-urlencoded",
                                   "Accept: application/json",
                                   client.size != 0 ? tr_buf_text(&client) : NULL, NULL};
    int result = tr_http_client_run(call,
                                    &(tr_http_request){.url = metadata->token_url,
                                                       .method = "POST",
                                                       .headers = headers,
                                                       .body = tr_buf_text(&body),
                                                       .size = body.size,
                                                       .redirects = -1,
                                                       .timeout_ms = TIMEOUT_MS,
                                                       .body_cap_bytes = TR_JSON_CAP_BYTES},
                                    &answer);
    if (result == 0)
        result = read_answer(provider, &answer, out);
    else
        tr_log(TR_LOG_WARN, "event=provider_unreachable provider=%s error=%s reason=%s",
               tr_log_quote(provider->name, (unsigned)strlen(provider->name)), tr_err_name(result),
               tr_log_quote(answer.error, (unsigned)strlen(answer.error)));
    tr_secret_wipe(answer.body.data, answer.body.size);
    tr_secret_wipe(body.data, body.size);
    tr_secret_wipe(client.data, client.size);
    tr_buf_done(&answer.body);
    tr_buf_done(&answer.headers);
    tr_buf_done(&body);
    tr_buf_done(&client);
    return result;
}

// A provider that gives no new refresh token goes on with the old one.
static int take(tr_account_view *io, const tr_token_answer *tokens)
{
    tr_account_view made = *io;
    made.bytes = (tr_buf){0};
    made.access_token = tr_slice_of(tokens->access_token);
    if (tokens->refresh_token != NULL)
        made.refresh_token = tr_slice_of(tokens->refresh_token);
    made.expires_s = tr_tokens_expire_s(tokens);
    tr_buf bytes = {0};
    tr_account_write(&made, &bytes);
    tr_account_view_done(io);
    *io = (tr_account_view){.bytes = bytes};
    return tr_account_view_read(io);
}

int tr_tokens_refresh(tr_call *call, tr_account_view *io)
{
    const tr_provider *provider = tr_provider_find(io->provider);
    const char *reason;
    tr_metadata metadata = {0};
    tr_token_answer tokens = {0};
    tr_buf form = {0};
    if (provider == NULL || io->refresh_token.size == 0)
        return TR_EREFUSED;
    int result = tr_provider_metadata(call, provider, &metadata, &reason);
    tr_form_add(&form, "grant_type", TR_SLICE("refresh_token"));
    tr_form_add(&form, "refresh_token", io->refresh_token);
    if (result == 0)
        result = tr_tokens_ask(call, provider, &metadata, &form, &tokens);
    if (result == 0)
        result = take(io, &tokens);
    tr_secret_wipe(form.data, form.size);
    tr_buf_done(&form);
    tr_token_answer_done(&tokens);
    tr_metadata_done(&metadata);
    return result;
}
