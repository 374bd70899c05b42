#include "crypto/digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "base/must.h"

void tr_digest(tr_slice bytes, uint8_t out[TR_DIGEST_BYTES])
{
    unsigned size = 0;
    // Fails only without memory, or where libcrypto was built without SHA-256.
    tr_must(EVP_Digest(bytes.size != 0 ? bytes.data : "", bytes.size, out, &size, EVP_sha256(),
                       NULL) == 1 &&
            size == TR_DIGEST_BYTES);
}

bool tr_secret_is(tr_slice a, tr_slice b)
{
    return a.size == b.size && (a.size == 0 || CRYPTO_memcmp(a.data, b.data, a.size) == 0);
}

void tr_secret_wipe(void *bytes, size_t size)
{
    if (bytes != NULL)
        OPENSSL_cleanse(bytes, size);
}
