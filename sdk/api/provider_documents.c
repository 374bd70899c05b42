#include "sdk/api/provider_documents.h"

#include <string.h>

#include "auth/form.h"
#include "base/clock.h"
#include "base/lock.h"
#include "base/mem.h"
#include "crypto/digest.h"
#include "sdk/api/http_client.h"
#include "troupe/err.h"

enum { KEPT_MS = 3600 * 1000, MINUTE_MS = 60 * 1000, TIMEOUT_MS = 10000 };

typedef struct document {
    char *url;
    tr_buf body;
    uint64_t fetched_ms; // 0: never
    uint64_t minute_ms;  // since then
    unsigned fetches;    // so many
} document;

static tr_lock lock = TR_LOCK_INIT("provider documents", TR_LOCK_PROVIDERS);
static document kept[2 * TR_PROVIDERS_KEPT_CAP];

// -- what is kept; under the lock --

static document *find(const char *url)
{
    document *oldest = kept;
    for (unsigned i = 0; i < sizeof kept / sizeof *kept; i++) {
        if (kept[i].url != NULL && strcmp(kept[i].url, url) == 0)
            return &kept[i];
        if (kept[i].fetched_ms < oldest->fetched_ms)
            oldest = &kept[i];
    }
    tr_free(oldest->url);
    tr_buf_done(&oldest->body);
    *oldest = (document){.url = tr_copy_text(url, strlen(url))};
    return oldest;
}

static bool take_kept(const char *url, tr_buf *out)
{
    tr_lock_take(&lock);
    const document *one = find(url);
    bool is_fresh = one->fetched_ms != 0 && tr_clock_ms() - one->fetched_ms < KEPT_MS;
    if (is_fresh)
        tr_buf_append(out, one->body.data, one->body.size);
    tr_lock_give(&lock);
    return is_fresh;
}

static void keep(const char *url, const tr_buf *body)
{
    tr_lock_take(&lock);
    document *one = find(url);
    one->body.size = 0;
    tr_buf_append(&one->body, body->data, body->size);
    one->fetched_ms = tr_clock_ms();
    tr_lock_give(&lock);
}

static bool may_fetch(const char *url)
{
    tr_lock_take(&lock);
    document *one = find(url);
    if (tr_clock_ms() - one->minute_ms >= MINUTE_MS) {
        one->minute_ms = tr_clock_ms();
        one->fetches = 0;
    }
    bool may = one->fetches < TR_KEYS_FETCHES_CAP;
    one->fetches += may;
    tr_lock_give(&lock);
    return may;
}

void tr_provider_documents_forget(void)
{
    tr_lock_take(&lock);
    for (unsigned i = 0; i < sizeof kept / sizeof *kept; i++) {
        tr_free(kept[i].url);
        tr_buf_done(&kept[i].body);
        kept[i] = (document){0};
    }
    tr_lock_give(&lock);
}

// -- fetching --

int tr_provider_get(tr_call *call, const char *url, const char *access_token, tr_buf *out_body)
{
    tr_buf bearer = {0};
    tr_http_answer answer = {0};
    if (access_token != NULL)
        tr_buf_printf(&bearer, "Authorization: Bearer %s", access_token);
    const char *const headers[] = {"Accept: application/json",
                                   access_token != NULL ? tr_buf_text(&bearer) : NULL, NULL};
    int result = tr_http_client_run(call,
                                    &(tr_http_request){.url = url,
                                                       .headers = headers,
                                                       .redirects = -1,
                                                       .timeout_ms = TIMEOUT_MS,
                                                       .body_cap_bytes = TR_JSON_CAP_BYTES},
                                    &answer);
    if (result == 0 && (answer.status < 200 || answer.status > 299))
        result = TR_EREFUSED;
    if (result == 0)
        tr_buf_append(out_body, answer.body.data, answer.body.size);
    tr_secret_wipe(bearer.data, bearer.size);
    tr_buf_done(&bearer);
    tr_buf_done(&answer.headers);
    tr_buf_done(&answer.body);
    return result;
}

static int fetch(tr_call *call, const char *url, bool is_renewed, tr_buf *out)
{
    if (!is_renewed && take_kept(url, out))
        return 0;
    if (!may_fetch(url))
        return TR_ENOTFOUND;
    int result = tr_provider_get(call, url, NULL, out);
    if (result == 0)
        keep(url, out);
    return result == TR_EREFUSED ? TR_EPROTOCOL : result;
}

static char *copy(const char *text)
{
    return text != NULL ? tr_copy_text(text, strlen(text)) : NULL;
}

// As its addresses are given.
static int take_given(const tr_provider *provider, tr_metadata *out)
{
    if (provider->authorization_url == NULL || provider->token_url == NULL ||
        provider->user_url == NULL)
        return TR_EINVALID;
    *out = (tr_metadata){.authorization_url = copy(provider->authorization_url),
                         .token_url = copy(provider->token_url),
                         .user_url = copy(provider->user_url),
                         .logout_url = copy(provider->logout_url)};
    return 0;
}

int tr_provider_metadata(tr_call *call, const tr_provider *provider, tr_metadata *out,
                         const char **out_reason)
{
    *out = (tr_metadata){0};
    *out_reason = "the provider lacks an address";
    if (provider->issuer == NULL)
        return take_given(provider, out);
    if (!tr_auth_url_is_safe(tr_slice_of(provider->issuer)))
        return TR_EINVALID;
    tr_buf url = {0};
    tr_buf body = {0};
    tr_metadata_url(provider->issuer, &url);
    *out_reason = "the provider's document cannot be fetched";
    int result = fetch(call, tr_buf_text(&url), false, &body);
    const char *name = provider->issuer_name != NULL ? provider->issuer_name : provider->issuer;
    if (result == 0 && tr_metadata_read(tr_buf_slice(&body), name, out, out_reason) < 0)
        result = TR_EPROTOCOL;
    tr_buf_done(&url);
    tr_buf_done(&body);
    return result;
}

int tr_provider_keys(tr_call *call, const tr_metadata *metadata, bool is_renewed, tr_buf *out)
{
    out->size = 0;
    return fetch(call, metadata->keys_url, is_renewed, out);
}
