#include "crypto/signature.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <string.h>

#include "base/must.h"
#include "troupe/err.h"

void tr_hmac(tr_slice key, tr_slice text, uint8_t out[TR_SIGNATURE_BYTES])
{
    unsigned size = 0;
    // Fails only without memory, or where libcrypto was built without SHA-256.
    const unsigned char *result = HMAC(EVP_sha256(), key.data, (int)key.size,
                                       (const unsigned char *)text.data, text.size, out, &size);
    tr_must(result != NULL && size == TR_SIGNATURE_BYTES);
}

void tr_signing_key_derive(tr_slice secret, const char *purpose, tr_signing_key *out)
{
    out->older_count = 0;
    tr_hmac(secret, tr_slice_of(purpose), out->bytes);
}

int tr_signing_key_add_older(tr_signing_key *self, tr_slice secret, const char *purpose)
{
    if (self->older_count == TR_OLDER_KEYS_CAP)
        return TR_EFULL;
    tr_hmac(secret, tr_slice_of(purpose), self->older[self->older_count++]);
    return 0;
}

int tr_signing_key_random(tr_signing_key *out)
{
    out->older_count = 0;
    return RAND_bytes(out->bytes, sizeof out->bytes) == 1 ? 0 : TR_ESYSTEM;
}

static void sign(const uint8_t key[TR_SIGNATURE_BYTES], tr_slice text,
                 char out[TR_SIGNATURE_TEXT_BYTES + 1])
{
    static const char digits[] = "0123456789abcdef";
    uint8_t bytes[TR_SIGNATURE_BYTES];
    tr_hmac((tr_slice){(const char *)key, TR_SIGNATURE_BYTES}, text, bytes);
    for (unsigned i = 0; i < sizeof bytes; i++) {
        out[2 * i] = digits[bytes[i] >> 4];
        out[2 * i + 1] = digits[bytes[i] & 15];
    }
    out[TR_SIGNATURE_TEXT_BYTES] = '\0';
    OPENSSL_cleanse(bytes, sizeof bytes);
}

void tr_sign(const tr_signing_key *key, tr_slice text, char out[TR_SIGNATURE_TEXT_BYTES + 1])
{
    sign(key->bytes, text, out);
}

static bool is_of(const uint8_t key[TR_SIGNATURE_BYTES], tr_slice text, tr_slice signature)
{
    char right[TR_SIGNATURE_TEXT_BYTES + 1];
    sign(key, text, right);
    bool is_it = CRYPTO_memcmp(right, signature.data, TR_SIGNATURE_TEXT_BYTES) == 0;
    OPENSSL_cleanse(right, sizeof right); // whoever reads it can send it
    return is_it;
}

bool tr_signature_is(const tr_signing_key *key, tr_slice text, tr_slice signature)
{
    if (signature.size != TR_SIGNATURE_TEXT_BYTES)
        return false;
    bool is_it = is_of(key->bytes, text, signature);
    for (unsigned i = 0; i < key->older_count && !is_it; i++)
        is_it = is_of(key->older[i], text, signature);
    return is_it;
}
