#include "crypto/public_key.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/x509.h>

#include <string.h>

#include "base/mem.h"
#include "base/must.h"
#include "troupe/err.h"

enum { P256_BYTES = 32, UNCOMPRESSED = 4, EXPONENT_BYTES_MAX = 8 };

struct tr_public_key {
    EVP_PKEY *key;
    bool is_rsa;
};

static EVP_PKEY *key_of(const char *type, OSSL_PARAM *params)
{
    EVP_PKEY *key = NULL;
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
    if (context == NULL || EVP_PKEY_fromdata_init(context) != 1 ||
        EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, params) != 1)
        key = NULL;
    EVP_PKEY_CTX_free(context);
    ERR_clear_error(); // others on this thread would read it as theirs
    return key;
}

static int wrap(EVP_PKEY *key, bool is_rsa, tr_public_key **out)
{
    if (key == NULL)
        return TR_EINVALID;
    *out = tr_new(tr_public_key);
    **out = (tr_public_key){.key = key, .is_rsa = is_rsa};
    return 0;
}

static EVP_PKEY *make_rsa(const BIGNUM *n, const BIGNUM *e)
{
    EVP_PKEY *key = NULL;
    OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
    tr_must(builder != NULL);
    if (OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, n) == 1 &&
        OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_E, e) == 1) {
        OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(builder);
        key = key_of("RSA", params);
        OSSL_PARAM_free(params);
    }
    OSSL_PARAM_BLD_free(builder);
    return key;
}

int tr_public_key_rsa(tr_slice modulus, tr_slice exponent, tr_public_key **out)
{
    if (modulus.size > TR_RSA_BITS_MAX / 8 + 1 || exponent.size > EXPONENT_BYTES_MAX)
        return TR_EINVALID;
    BIGNUM *n = BN_bin2bn((const unsigned char *)modulus.data, (int)modulus.size, NULL);
    BIGNUM *e = BN_bin2bn((const unsigned char *)exponent.data, (int)exponent.size, NULL);
    tr_must(n != NULL && e != NULL);
    unsigned bits = (unsigned)BN_num_bits(n);
    bool is_fit = bits >= TR_RSA_BITS_MIN && bits <= TR_RSA_BITS_MAX && BN_is_odd(n) &&
                  BN_is_odd(e) && !BN_is_one(e);
    EVP_PKEY *key = is_fit ? make_rsa(n, e) : NULL;
    BN_free(n);
    BN_free(e);
    return wrap(key, true, out);
}

int tr_public_key_p256(tr_slice x, tr_slice y, tr_public_key **out)
{
    uint8_t point[1 + 2 * P256_BYTES] = {UNCOMPRESSED};
    if (x.size != P256_BYTES || y.size != P256_BYTES)
        return TR_EINVALID;
    memcpy(point + 1, x.data, P256_BYTES);
    memcpy(point + 1 + P256_BYTES, y.data, P256_BYTES);
    char group[] = "P-256";
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point),
        OSSL_PARAM_construct_end()};
    return wrap(key_of("EC", params), false, out);
}

void tr_public_key_free(tr_public_key *self)
{
    if (self == NULL)
        return;
    EVP_PKEY_free(self->key);
    tr_free(self);
}

// libcrypto wants it in DER (RFC 3279 section 2.2.3).
static int to_der(tr_slice signature, unsigned char **out)
{
    const unsigned char *bytes = (const unsigned char *)signature.data;
    if (signature.size != 2 * P256_BYTES)
        return 0;
    ECDSA_SIG *pair = ECDSA_SIG_new();
    BIGNUM *r = BN_bin2bn(bytes, P256_BYTES, NULL);
    BIGNUM *s = BN_bin2bn(bytes + P256_BYTES, P256_BYTES, NULL);
    tr_must(pair != NULL && r != NULL && s != NULL && ECDSA_SIG_set0(pair, r, s) == 1);
    int size = i2d_ECDSA_SIG(pair, out);
    ECDSA_SIG_free(pair);
    return size;
}

static bool verify(EVP_PKEY *key, tr_slice text, const unsigned char *signature, size_t size)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    tr_must(context != NULL);
    bool is_right = EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, key) == 1 &&
                    EVP_DigestVerify(context, signature, size, (const unsigned char *)text.data,
                                     text.size) == 1;
    EVP_MD_CTX_free(context);
    ERR_clear_error();
    return is_right;
}

bool tr_public_key_verify(const tr_public_key *self, tr_slice text, tr_slice signature)
{
    if (self->is_rsa)
        return verify(self->key, text, (const unsigned char *)signature.data, signature.size);
    unsigned char *der = NULL;
    int size = to_der(signature, &der);
    bool is_right = size > 0 && verify(self->key, text, der, (size_t)size);
    OPENSSL_free(der);
    return is_right;
}
