#ifndef TR_GATEWAY_FIRST_BYTES_H
#define TR_GATEWAY_FIRST_BYTES_H

// The first bytes of a connection: whether they are what is spoken here, and whether they are all
// that has to be there before libwebsockets gets it.
//
// Thread: any; pure.

#include <stdbool.h>
#include <stddef.h>

// An answer to what is refused, for people; with it the connection ends.
typedef struct tr_first_refusal {
    unsigned status;
    const char *phrase;
    const char *text;
} tr_first_refusal;

#define TR_FIRST_ANSWER_CAP_BYTES 512u

// The whole answer; returns its size.
size_t tr_first_refusal_write(const tr_first_refusal *why, char out[TR_FIRST_ANSWER_CAP_BYTES]);

// NULL: nothing speaks against them so far. A head of HTTP that is whole is judged as such
// (gateway/head_judge.h).
const tr_first_refusal *tr_first_judge_http(const char *bytes, size_t size);
const tr_first_refusal *tr_first_judge_tls(const char *bytes, size_t size);

// Is the head of a request whole? Is a ClientHello (RFC 8446), or large enough to be judged by who
// reads it?
bool tr_first_has_head(const char *bytes, size_t size);
bool tr_first_has_hello(const char *bytes, size_t size);

#endif
