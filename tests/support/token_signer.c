#include "tests/support/token_signer.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>

#include "base/mem.h"
#include "base/must.h"
#include "crypto/base64url.h"

struct token_signer {
    EVP_PKEY *key;
};

token_signer *token_signer_new(void)
{
    token_signer *self = tr_new(token_signer);
    self->key = EVP_EC_gen("P-256");
    tr_must(self->key != NULL);
    return self;
}

void token_signer_free(token_signer **self)
{
    EVP_PKEY_free((*self)->key);
    tr_free(*self);
    *self = NULL;
}

static void write_coordinate(const token_signer *self, const char *name, tr_buf *out)
{
    BIGNUM *number = NULL;
    unsigned char bytes[32];
    tr_must(EVP_PKEY_get_bn_param(self->key, name, &number) == 1);
    tr_must(BN_bn2binpad(number, bytes, sizeof bytes) == sizeof bytes);
    tr_base64url_write(out, bytes, sizeof bytes);
    BN_free(number);
}

void token_signer_write_key(const token_signer *self, const char *kid, tr_buf *out)
{
    tr_buf_printf(out,
                  "{\"kty\":\"EC\",\"crv\":\"P-256\",\"alg\":\"ES256\",\"use\":\"sig\",\"x\":\"");
    write_coordinate(self, OSSL_PKEY_PARAM_EC_PUB_X, out);
    tr_buf_printf(out, "\",\"y\":\"");
    write_coordinate(self, OSSL_PKEY_PARAM_EC_PUB_Y, out);
    tr_buf_printf(out, "\"");
    if (kid != NULL)
        tr_buf_printf(out, ",\"kid\":\"%s\"", kid);
    tr_buf_printf(out, "}");
}

static void write_signature(const token_signer *self, const tr_buf *text, tr_buf *out)
{
    unsigned char der[128];
    unsigned char bytes[64];
    size_t size = sizeof der;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    tr_must(EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, self->key) == 1 &&
            EVP_DigestSign(context, der, &size, text->data, text->size) == 1);
    EVP_MD_CTX_free(context);
    const unsigned char *at = der;
    ECDSA_SIG *pair = d2i_ECDSA_SIG(NULL, &at, (long)size);
    tr_must(pair != NULL && BN_bn2binpad(ECDSA_SIG_get0_r(pair), bytes, 32) == 32 &&
            BN_bn2binpad(ECDSA_SIG_get0_s(pair), bytes + 32, 32) == 32);
    ECDSA_SIG_free(pair);
    tr_base64url_write(out, bytes, sizeof bytes);
}

void token_signer_sign(const token_signer *self, const char *header, const char *claims,
                       tr_buf *out)
{
    tr_buf text = {0};
    tr_base64url_write(&text, header, strlen(header));
    tr_buf_append(&text, ".", 1);
    tr_base64url_write(&text, claims, strlen(claims));
    tr_buf_append(out, text.data, text.size);
    tr_buf_append(out, ".", 1);
    write_signature(self, &text, out);
    tr_buf_done(&text);
}
