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
// Bytes are peeked at and stay in the kernel; SO_RCVLOWAT keeps the loop from spinning on them. Of
// the connections that wait for their head, the oldest goes where there are more than
// TR_HALF_OPEN_CAP, and the oldest of an address where that has more than TR_HALF_OPEN_ADDRESS_CAP:
// who sends a head at once is let in whoever else is silent.
//
// Thread: its core thread. Owns: the sockets that wait.

#include <stdint.h>

#include "gateway/arrival.h"

typedef struct tr_core tr_core;
typedef struct tr_accept_filter tr_accept_filter;

#define TR_HEAD_DEADLINE_MS 10000u // from the accept to the end of the head; beyond: closed
#define TR_ANSWER_LINGER_MS 2000u  // later bytes are read so long, or the answer would be lost

// `on_ready` takes the arrival over.
typedef void tr_accept_ready(void *arg, const tr_arrival *arrival);
void tr_accept_filter_open(tr_core *core, bool is_tls, tr_accept_ready *on_ready, void *arg,
                           tr_accept_filter **out);

// Takes the arrival over; its socket does not block.
void tr_accept_filter_take(tr_accept_filter *self, const tr_arrival *arrival);

// Answers a connection that is not taken, and closes it.
void tr_accept_refuse(int socket);

uint32_t tr_accept_filter_count(const tr_accept_filter *self);

// Closes what waits. NULL inside is fine.
void tr_accept_filter_close(tr_accept_filter **self);

#endif
