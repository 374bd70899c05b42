#include "auth/pkce.h"

#include <string.h>

#include "base/random.h"
#include "crypto/digest.h"

static void write_text(const uint8_t bytes[TR_DIGEST_BYTES], char out[TR_PKCE_SIZE + 1])
{
    tr_buf text = {0};
    tr_base64url_write(&text, bytes, TR_DIGEST_BYTES);
    memcpy(out, tr_buf_text(&text), TR_PKCE_SIZE + 1);
    tr_secret_wipe(text.data, text.size);
    tr_buf_done(&text);
}

void tr_pkce_verifier_make(char out[TR_PKCE_SIZE + 1])
{
    uint8_t bytes[TR_DIGEST_BYTES];
    tr_random_bytes(bytes, sizeof bytes);
    write_text(bytes, out);
    tr_secret_wipe(bytes, sizeof bytes);
}

void tr_pkce_challenge(tr_slice verifier, char out[TR_PKCE_SIZE + 1])
{
    uint8_t digest[TR_DIGEST_BYTES];
    tr_digest(verifier, digest);
    write_text(digest, out);
}
