#ifndef TR_GATEWAY_ACCEPT_FILTER_H
#define TR_GATEWAY_ACCEPT_FILTER_H

// Holds an accepted connection until its first request's head is there, as BSD's accf_http does,
// and only then hands it on, unread: what is silent, drips or never ends costs a file descriptor
// and no buffer of libwebsockets, of which there are few. A head that is too large, or no HTTP, is
// answered here, where libwebsockets would close without a word.
//
// Where TLS is spoken it is a whole ClientHello (RFC 8446) that is waited for, and the head behind it
// is libwebsockets' to wait for; who speaks HTTP there is told so.
//
// Where a proxy in front sends a header with the client's address (gateway/proxy_header.h), that is
// waited for and taken off before; nobody but a trusted proxy is heard then. A connection to a
// redirecting listener is answered here (gateway/redirect.h).
//
// Bytes are peeked at and stay in the kernel; SO_RCVLOWAT keeps the loop from spinning on them. Of
// the connections that wait for their head, the oldest goes where there are more than
// TR_HALF_OPEN_CAP, and the oldest of an address where that has more than TR_HALF_OPEN_ADDRESS_CAP:
// who sends a head at once is let in whoever else is silent.
//
// Thread: its core thread. Owns: the sockets that wait.

#include <stdbool.h>
#include <stdint.h>

#include "gateway/arrival.h"
#include "gateway/redirect.h"

typedef struct tr_core tr_core;
typedef struct tr_accept_filter tr_accept_filter;

#define TR_HEAD_DEADLINE_MS 10000u // from the accept to the end of the head; beyond: closed
#define TR_ANSWER_LINGER_MS 2000u  // later bytes are read so long, or the answer would be lost

// `on_ready` takes the arrival over.
typedef void tr_accept_ready(void *arg, const tr_arrival *arrival);

// Texts are borrowed until the filter is closed.
typedef struct tr_accept_options {
    tr_core *core;
    bool is_tls;
    bool has_proxy_headers;
    uint32_t head_deadline_ms;   // 0: TR_HEAD_DEADLINE_MS
    const char *trusted_proxies; // which have no limits
    tr_client_limits *clients;   // NULL: no limits
    tr_accept_ready *on_ready;
    void *arg;
} tr_accept_options;
void tr_accept_filter_open(const tr_accept_options *options, tr_accept_filter **out);

// What connections to a redirecting listener are answered with; its texts are borrowed likewise.
void tr_accept_filter_redirect(tr_accept_filter *self, const tr_redirect *redirect);

// Takes a connection over, of which the socket and the address are known; the socket does not block.
// `is_redirected`: it is of a redirecting listener.
void tr_accept_filter_take(tr_accept_filter *self, const tr_arrival *arrival, bool is_redirected);

// Connections that wait for their head, or for their answer to be read.
uint32_t tr_accept_filter_count(const tr_accept_filter *self);
// Of them those without an answer.
uint32_t tr_accept_filter_arriving(const tr_accept_filter *self);
// Answered with a redirect since the filter was opened.
uint64_t tr_accept_filter_redirects(const tr_accept_filter *self);

// Closes what waits. NULL inside is fine.
void tr_accept_filter_close(tr_accept_filter **self);

#endif
