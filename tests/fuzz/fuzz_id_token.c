#include "fuzz.h"

#include <string.h>

#include "auth/browser_cookie.h"
#include "auth/id_token.h"
#include "auth/metadata.h"
#include "auth/state.h"
#include "auth/token_answer.h"
#include "base/must.h"

// A key set, a zero byte, a token: nobody signs anything here, so nothing is ever believed.
static void verify(const uint8_t *data, size_t size)
{
    const uint8_t *end = memchr(data, 0, size);
    size_t keys = end != NULL ? (size_t)(end - data) : size;
    size_t used = keys + (end != NULL);
    tr_id_token_terms terms = {.keys = {(const char *)data, (uint32_t)keys},
                               .issuer = "https://issuer.example",
                               .client_id = "me",
                               .nonce = "n",
                               .now_s = 1700000000};
    tr_jwt token;
    const char *reason;
    tr_must(tr_id_token_verify((tr_slice){(const char *)data + used, (uint32_t)(size - used)},
                               &terms, &token, &reason) < 0);
    tr_must(reason != NULL);
    tr_jwt_done(&token);
}

static void read_documents(tr_slice bytes)
{
    tr_metadata metadata;
    tr_token_answer answer;
    const char *reason;
    (void)tr_metadata_read(bytes, "https://issuer.example", &metadata, &reason);
    tr_metadata_done(&metadata);
    if (tr_token_answer_read(bytes, &answer) == 0)
        tr_token_answer_done(&answer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    tr_slice bytes = {(const char *)data, (uint32_t)size};
    tr_auth_settings settings = {.cookie_path = "/"};
    tr_auth_state state;
    tr_browser_cookie cookie;
    tr_auth_keys_derive(TR_SLICE("fuzz"), &settings);
    verify(data, size);
    read_documents(bytes);
    tr_must(tr_auth_state_read(bytes, &settings, &state) < 0);
    tr_must(!tr_browser_cookie_find(bytes, &settings, false, &cookie));
    return 0;
}
