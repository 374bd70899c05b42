#include "gateway/tls.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/lock.h"
#include "base/log.h"
#include "base/mem.h"
#include "troupe/err.h"

enum { PAIRS_CAP = 16 };

// What of a file tells that it is another one.
typedef struct mark {
    struct timespec changed;
    ino_t number;
    off_t size;
} mark;

typedef struct pair {
    char *certificate_file;
    char *key_file;
    mark certificate_mark;
    mark key_mark;
    X509 *certificate;
    STACK_OF(X509) * chain;
    EVP_PKEY *key;
} pair;

struct tr_tls {
    tr_lock lock; // guards what is read from the files
    pair pairs[PAIRS_CAP];
    unsigned count;
};

static mark mark_of(const char *file)
{
    struct stat found = {0};
    (void)stat(file, &found);
    return (mark){found.st_mtim, found.st_ino, found.st_size};
}

static bool is_other(mark a, mark b)
{
    return a.changed.tv_sec != b.changed.tv_sec || a.changed.tv_nsec != b.changed.tv_nsec ||
           a.number != b.number || a.size != b.size;
}

static void forget(pair *self)
{
    X509_free(self->certificate);
    sk_X509_pop_free(self->chain, X509_free);
    EVP_PKEY_free(self->key);
    self->certificate = NULL;
    self->chain = NULL;
    self->key = NULL;
}

// A key with a passphrase cannot be asked for here.
static int no_passphrase(char *out, int size, int rwflag, void *arg)
{
    (void)out;
    (void)size;
    (void)rwflag;
    (void)arg;
    return -1;
}

static bool read_certificates(pair *self)
{
    FILE *in = fopen(self->certificate_file, "re");
    if (in == NULL)
        return false;
    self->certificate = PEM_read_X509(in, NULL, no_passphrase, NULL);
    self->chain = sk_X509_new_null();
    for (X509 *next; self->certificate != NULL &&
                     (next = PEM_read_X509(in, NULL, no_passphrase, NULL)) != NULL;)
        if (sk_X509_push(self->chain, next) == 0)
            X509_free(next);
    ERR_clear_error(); // the end of the file is one
    (void)fclose(in);
    return self->certificate != NULL;
}

static bool read_key(pair *self)
{
    FILE *in = fopen(self->key_file, "re");
    if (in == NULL)
        return false;
    self->key = PEM_read_PrivateKey(in, NULL, no_passphrase, NULL);
    ERR_clear_error();
    (void)fclose(in);
    return self->key != NULL;
}

// Reads what the pair names; on failure it holds nothing, and `why` says what is wrong.
static int read_pair(pair *self, char *why, size_t cap)
{
    const char *what = NULL;
    const char *file = self->certificate_file;
    self->certificate_mark = mark_of(self->certificate_file);
    self->key_mark = mark_of(self->key_file);
    if (!read_certificates(self)) {
        what = "cannot be read as a certificate (PEM)";
    } else if (!read_key(self)) {
        what = "cannot be read as a key (PEM, without a passphrase)";
        file = self->key_file;
    } else if (X509_check_private_key(self->certificate, self->key) != 1) {
        what = "is not the key of its certificate";
        file = self->key_file;
        ERR_clear_error();
    }
    if (what == NULL)
        return 0;
    if (access(file, R_OK) != 0)
        snprintf(why, cap, "%s: %s", file, strerror(errno));
    else
        snprintf(why, cap, "%s %s", file, what);
    forget(self);
    return TR_EINVALID;
}

// The next element of a comma-separated list, the caller's; NULL: the end.
static char *next_file(const char **list)
{
    const char *at = *list + strspn(*list, " ,");
    size_t size = strcspn(at, ",");
    *list = at + size;
    while (size != 0 && at[size - 1] == ' ')
        size--;
    return size != 0 ? tr_copy_text(at, size) : NULL;
}

static int read_lists(tr_tls *self, const char *certificates, const char *keys, char *why,
                      size_t cap)
{
    for (;;) {
        char *certificate = next_file(&certificates);
        char *key = next_file(&keys);
        if (certificate == NULL && key == NULL)
            break;
        if (certificate == NULL || key == NULL || self->count == PAIRS_CAP) {
            tr_free(certificate);
            tr_free(key);
            snprintf(why, cap, "each certificate needs its key, and there are at most %d",
                     PAIRS_CAP);
            return TR_EINVALID;
        }
        self->pairs[self->count++] = (pair){.certificate_file = certificate, .key_file = key};
        if (read_pair(&self->pairs[self->count - 1], why, cap) < 0)
            return TR_EINVALID;
    }
    if (self->count == 0)
        snprintf(why, cap, "there is no certificate");
    return self->count != 0 ? 0 : TR_EINVALID;
}

int tr_tls_open(const char *certificates, const char *keys, char *why, size_t cap, tr_tls **out)
{
    tr_tls *self = tr_new(tr_tls);
    tr_lock_init(&self->lock, "certificates", TR_LOCK_CERTIFICATES);
    int result = read_lists(self, certificates, keys, why, cap);
    if (result < 0)
        tr_tls_close(&self);
    else
        *out = self;
    return result;
}

void tr_tls_close(tr_tls **self)
{
    tr_tls *tls = *self;
    if (tls == NULL)
        return;
    for (unsigned i = 0; i < tls->count; i++) {
        forget(&tls->pairs[i]);
        tr_free(tls->pairs[i].certificate_file);
        tr_free(tls->pairs[i].key_file);
    }
    tr_lock_done(&tls->lock);
    tr_free(tls);
    *self = NULL;
}

// All or nothing: a certificate that came before its key is taken when that is there, too.
void tr_tls_reload(tr_tls *self)
{
    pair fresh[PAIRS_CAP];
    char why[512];
    unsigned count = 0;
    int result = 0;
    while (count < self->count && result == 0) {
        fresh[count] = (pair){.certificate_file = self->pairs[count].certificate_file,
                              .key_file = self->pairs[count].key_file};
        result = read_pair(&fresh[count], why, sizeof why);
        count++;
    }
    tr_lock_take(&self->lock);
    for (unsigned i = 0; i < count; i++) {
        pair old = self->pairs[i];
        if (result == 0) {
            self->pairs[i] = fresh[i];
            forget(&old);
        } else {
            // Not looked at again before it changes once more.
            self->pairs[i].certificate_mark = fresh[i].certificate_mark;
            self->pairs[i].key_mark = fresh[i].key_mark;
            forget(&fresh[i]);
        }
    }
    tr_lock_give(&self->lock);
    if (result == 0)
        tr_log(TR_LOG_INFO, "event=certificates_read count=%u", count);
    else
        tr_log(TR_LOG_ERROR, "event=certificates_kept text=%s",
               tr_log_quote(why, (unsigned)strlen(why)));
}

void tr_tls_reload_if_changed(tr_tls *self)
{
    bool has_changed = false;
    for (unsigned i = 0; i < self->count; i++) {
        const pair *one = &self->pairs[i];
        has_changed |= is_other(one->certificate_mark, mark_of(one->certificate_file)) ||
                       is_other(one->key_mark, mark_of(one->key_file));
    }
    if (has_changed)
        tr_tls_reload(self);
}

const char *tr_tls_certificate(const tr_tls *self)
{
    return self->pairs[0].certificate_file;
}

const char *tr_tls_key(const tr_tls *self)
{
    return self->pairs[0].key_file;
}

static const pair *pair_for(const tr_tls *self, const char *name)
{
    for (unsigned i = 0; name != NULL && i < self->count; i++)
        if (X509_check_host(self->pairs[i].certificate, name, 0, 0, NULL) == 1)
            return &self->pairs[i];
    return &self->pairs[0];
}

// In a handshake, on any core thread. 1: it goes on.
static int give_certificate(SSL *connection, void *arg)
{
    tr_tls *self = arg;
    const char *name = SSL_get_servername(connection, TLSEXT_NAMETYPE_host_name);
    tr_lock_take(&self->lock);
    const pair *one = pair_for(self, name);
    bool is_given = SSL_use_certificate(connection, one->certificate) == 1 &&
                    SSL_use_PrivateKey(connection, one->key) == 1 &&
                    SSL_set1_chain(connection, one->chain) == 1;
    tr_lock_give(&self->lock);
    return is_given ? 1 : 0;
}

void tr_tls_install(tr_tls *self, void *ssl_context)
{
    SSL_CTX *context = ssl_context;
    (void)SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
    SSL_CTX_set_cert_cb(context, give_certificate, self);
}

uint64_t tr_tls_bytes_read(void *ssl)
{
    return BIO_number_read(SSL_get_rbio(ssl));
}

bool tr_tls_is_open(void *ssl)
{
    return SSL_is_init_finished(ssl) == 1;
}

ssize_t tr_tls_peek(void *ssl, char *bytes, size_t cap)
{
    size_t size;
    ERR_clear_error();
    int result = SSL_peek_ex(ssl, bytes, cap, &size);
    if (result == 1)
        return (ssize_t)size;
    int why = SSL_get_error(ssl, result);
    ERR_clear_error();
    return why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE ? 0 : TR_EGONE;
}

bool tr_tls_has_rest(void *ssl)
{
    return SSL_pending(ssl) > 0;
}

void tr_tls_say_last(void *ssl, const char *text, size_t size)
{
    size_t written;
    ERR_clear_error();
    if (SSL_write_ex(ssl, text, size, &written) == 1)
        (void)SSL_shutdown(ssl);
    ERR_clear_error();
}
