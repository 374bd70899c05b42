#ifndef TR_GATEWAY_TLS_H
#define TR_GATEWAY_TLS_H

// Certificates of our own listener: one or more, each with its key; which of them a connection gets is
// said by the name that the browser asks for (SNI), the first where none fits. They are read again
// when asked to, and when a file has changed, without a connection being lost. One of the two doors
// to OpenSSL; the connections themselves are libwebsockets'.
//
// Thread: opened and reloaded by the main thread; handshakes of all core threads look certificates up.
// Owns: certificates and keys.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

typedef struct tr_tls tr_tls;

// The files, PEM, comma-separated and in the same order: certificates with their chains, and keys.
// TR_EINVALID: `why` is a clear line.
int tr_tls_open(const char *certificates, const char *keys, char *why, size_t cap, tr_tls **out)
    __attribute__((warn_unused_result));
void tr_tls_close(tr_tls **self);

// Reads all files anew. What is wrong is logged, and then nothing has changed.
void tr_tls_reload(tr_tls *self);

// The same where a file has changed since it was read.
void tr_tls_reload_if_changed(tr_tls *self);

// The first files: for libwebsockets.
const char *tr_tls_certificate(const tr_tls *self);
const char *tr_tls_key(const tr_tls *self);

// Has the context (SSL_CTX) of a listener hand out these certificates, over TLS 1.2 and later.
void tr_tls_install(tr_tls *self, void *ssl_context);

// Of a connection (SSL): how many bytes of the socket have been read for it so far.
uint64_t tr_tls_bytes_read(void *ssl);

// Is the handshake over?
bool tr_tls_is_open(void *ssl);

// What the next record holds, without reading it: one that is larger than `cap` up to that. 0: it is not there
// yet; TR_EGONE: the connection has ended, or is broken.
ssize_t tr_tls_peek(void *ssl, char *bytes, size_t cap) __attribute__((warn_unused_result));

// Is there a rest of a record that has been peeked at?
bool tr_tls_has_rest(void *ssl);

// The last that is said: what of the text can be sent at once, and the end.
void tr_tls_say_last(void *ssl, const char *text, size_t size);

#endif
