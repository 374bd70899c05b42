#ifndef TR_TESTS_GATEWAY_RAW_TLS_H
#define TR_TESTS_GATEWAY_RAW_TLS_H

// TLS below tests/gateway/raw_browser.h: what is put becomes one record for each call, so that a test says
// what comes together.

#include <stddef.h>
#include <sys/types.h>

// A certificate of its own and its key, PEM, in the folder.
void raw_tls_make_certificate(const char *folder);

// From here on raw_dial's connections are encrypted, until raw_tls_end, which forgets them.
void raw_tls_begin(void);
void raw_tls_end(void);

// What is put between the two is one record.
void raw_tls_gather(void);
void raw_tls_put_gathered(int peer);

// On the connection that raw_dial made; as send and recv.
void raw_tls_shake_hands(int peer);
ssize_t raw_tls_send(int peer, const void *bytes, size_t size);
ssize_t raw_tls_recv(int peer, void *bytes, size_t size);

#endif
