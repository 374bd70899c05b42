#include "crypto/seal.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <string.h>

#include "base/must.h"
#include "base/random.h"
#include "troupe/err.h"

enum { NONCE_BYTES = 12, TAG_BYTES = 16 };

_Static_assert(NONCE_BYTES + TAG_BYTES == TR_SEAL_EXTRA_BYTES, "the size that the header states");

void tr_seal(const tr_signing_key *key, const char *purpose, tr_slice bytes, tr_buf *out)
{
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    uint8_t *nonce = tr_buf_reserve(out, bytes.size + TR_SEAL_EXTRA_BYTES);
    uint8_t *at = nonce + NONCE_BYTES;
    int size = 0;
    int rest = 0;
    tr_random_bytes(nonce, NONCE_BYTES);
    // Each fails only without memory.
    tr_must(context != NULL);
    tr_must(EVP_EncryptInit_ex(context, EVP_aes_256_gcm(), NULL, key->bytes, nonce) == 1);
    tr_must(EVP_EncryptUpdate(context, NULL, &size, (const unsigned char *)purpose,
                              (int)strlen(purpose)) == 1);
    tr_must(bytes.size == 0 ||
            EVP_EncryptUpdate(context, at, &size, (const unsigned char *)bytes.data,
                              (int)bytes.size) == 1);
    tr_must(EVP_EncryptFinal_ex(context, at + bytes.size, &rest) == 1 && rest == 0);
    tr_must(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_GET_TAG, TAG_BYTES, at + bytes.size) == 1);
    EVP_CIPHER_CTX_free(context);
    out->size += bytes.size + TR_SEAL_EXTRA_BYTES;
}

static bool unseal_with(EVP_CIPHER_CTX *context, const uint8_t *key, const char *purpose,
                        tr_slice sealed, uint8_t *out)
{
    const unsigned char *nonce = (const unsigned char *)sealed.data;
    const unsigned char *at = nonce + NONCE_BYTES;
    int bytes = (int)(sealed.size - TR_SEAL_EXTRA_BYTES);
    uint8_t tag[TAG_BYTES];
    int size = 0;
    memcpy(tag, at + bytes, sizeof tag);
    return EVP_DecryptInit_ex(context, EVP_aes_256_gcm(), NULL, key, nonce) == 1 &&
           EVP_DecryptUpdate(context, NULL, &size, (const unsigned char *)purpose,
                             (int)strlen(purpose)) == 1 &&
           (bytes == 0 || EVP_DecryptUpdate(context, out, &size, at, bytes) == 1) &&
           EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_SET_TAG, TAG_BYTES, tag) == 1 &&
           EVP_DecryptFinal_ex(context, out + bytes, &size) == 1;
}

static bool unseal(EVP_CIPHER_CTX *context, const tr_signing_key *key, const char *purpose,
                   tr_slice sealed, uint8_t *out)
{
    bool is_ours = unseal_with(context, key->bytes, purpose, sealed, out);
    for (unsigned i = 0; i < key->older_count && !is_ours; i++)
        is_ours = unseal_with(context, key->older[i], purpose, sealed, out);
    return is_ours;
}

int tr_unseal(const tr_signing_key *key, const char *purpose, tr_slice sealed, tr_buf *out)
{
    if (sealed.size < TR_SEAL_EXTRA_BYTES || sealed.size > INT32_MAX)
        return TR_EREFUSED;
    uint8_t *at = tr_buf_reserve(out, sealed.size);
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    tr_must(context != NULL);
    bool is_ours = unseal(context, key, purpose, sealed, at);
    EVP_CIPHER_CTX_free(context);
    ERR_clear_error();
    if (!is_ours) {
        OPENSSL_cleanse(at, sealed.size); // it may be there all the same: of another purpose
        return TR_EREFUSED;
    }
    out->size += sealed.size - TR_SEAL_EXTRA_BYTES;
    return 0;
}
