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
    tr_hmac(secret, tr_slice_of(purpose), out->bytes);
}

int tr_signing_key_random(tr_signing_key *out)
{
    return RAND_bytes(out->bytes, sizeof out->bytes) == 1 ? 0 : TR_ESYSTEM;
}

void tr_sign(const tr_signing_key *key, tr_slice text, char out[TR_SIGNATURE_TEXT_BYTES + 1])
{
    static const char digits[] = "0123456789abcdef";
    uint8_t bytes[TR_SIGNATURE_BYTES];
    tr_hmac((tr_slice){(const char *)key->bytes, sizeof key->bytes}, text, bytes);
    for (unsigned i = 0; i < sizeof bytes; i++) {
        out[2 * i] = digits[bytes[i] >> 4];
        out[2 * i + 1] = digits[bytes[i] & 15];
    }
    out[TR_SIGNATURE_TEXT_BYTES] = '\0';
    OPENSSL_cleanse(bytes, sizeof bytes);
}

bool tr_signature_is(const tr_signing_key *key, tr_slice text, tr_slice signature)
{
    char right[TR_SIGNATURE_TEXT_BYTES + 1];
    tr_sign(key, text, right);
    bool is_it = signature.size == TR_SIGNATURE_TEXT_BYTES &&
                 CRYPTO_memcmp(right, signature.data, TR_SIGNATURE_TEXT_BYTES) == 0;
    OPENSSL_cleanse(right, sizeof right); // whoever reads it can send it
    return is_it;
}
