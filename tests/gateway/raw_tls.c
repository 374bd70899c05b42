#include "raw_tls.h"

#include <check.h>
#include <errno.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <string.h>

#include "raw_browser.h"

enum { PEERS_CAP = 1024, VALID_S = 3600, RECORD_BYTES = 16384 };

static SSL_CTX *context;
static SSL *peers[PEERS_CAP]; // by descriptor
static char record[RECORD_BYTES];
static size_t gathered; // in it
static bool is_gathering;

static FILE *file_of(const char *folder, const char *name)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *out = fopen(path, "we");
    ck_assert_ptr_nonnull(out);
    return out;
}

void raw_tls_make_certificate(const char *folder)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *certificate = X509_new();
    X509_NAME *name = X509_get_subject_name(certificate);
    ck_assert(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"x", -1,
                                         -1, 0));
    ck_assert(X509_set_issuer_name(certificate, name));
    ck_assert_ptr_nonnull(X509_gmtime_adj(X509_getm_notBefore(certificate), -VALID_S));
    ck_assert_ptr_nonnull(X509_gmtime_adj(X509_getm_notAfter(certificate), VALID_S));
    ck_assert(X509_set_pubkey(certificate, key));
    ck_assert_int_gt(X509_sign(certificate, key, EVP_sha256()), 0);
    FILE *out = file_of(folder, "tls.pem");
    ck_assert(PEM_write_X509(out, certificate));
    ck_assert_int_eq(fclose(out), 0);
    out = file_of(folder, "tls.key");
    ck_assert(PEM_write_PrivateKey(out, key, NULL, NULL, 0, NULL, NULL));
    ck_assert_int_eq(fclose(out), 0);
    X509_free(certificate);
    EVP_PKEY_free(key);
}

void raw_tls_begin(void)
{
    context = SSL_CTX_new(TLS_client_method());
    ck_assert_ptr_nonnull(context);
    raw_is_encrypted = true;
}

void raw_tls_end(void)
{
    raw_is_encrypted = false;
    for (unsigned i = 0; i < PEERS_CAP; i++) {
        SSL_free(peers[i]);
        peers[i] = NULL;
    }
    SSL_CTX_free(context);
    context = NULL;
}

void raw_tls_shake_hands(int peer)
{
    ck_assert_int_lt(peer, PEERS_CAP);
    SSL_free(peers[peer]); // of one that is closed
    peers[peer] = SSL_new(context);
    ck_assert(SSL_set_fd(peers[peer], peer));
    ck_assert_int_eq(SSL_connect(peers[peer]), 1);
}

void raw_tls_gather(void)
{
    is_gathering = true;
    gathered = 0;
}

void raw_tls_put_gathered(int peer)
{
    is_gathering = false;
    raw_put(peer, record, gathered);
}

ssize_t raw_tls_send(int peer, const void *bytes, size_t size)
{
    if (is_gathering) {
        ck_assert_uint_le(gathered + size, sizeof record);
        memcpy(record + gathered, bytes, size);
        gathered += size;
        return (ssize_t)size;
    }
    return SSL_write(peers[peer], bytes, (int)size);
}

ssize_t raw_tls_recv(int peer, void *bytes, size_t size)
{
    int got;
    do {
        ERR_clear_error();
        errno = 0;
        got = SSL_read(peers[peer], bytes, (int)size);
    } while (got <= 0 && errno == EINTR);
    // A connection that ends without a close_notify is one that has ended.
    return got <= 0 ? 0 : got;
}
