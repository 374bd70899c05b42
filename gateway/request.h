#ifndef TR_GATEWAY_REQUEST_H
#define TR_GATEWAY_REQUEST_H

// Whether a request's head may be believed at all (RFC 9112), before anything is made of it: what
// this server and a proxy in front of it could read in two ways is refused, and its connection
// closed.
//
// Thread: any; pure.

#include <stdbool.h>
#include <stdint.h>

#include "troupe/slice.h"

typedef struct tr_request_head {
    bool is_old; // HTTP/1.0, which need not name a host
    tr_slice host;
    unsigned host_count; // header lines
    tr_slice content_length;
    unsigned content_length_count;
    bool has_transfer_encoding;
    tr_slice transfer_encoding;
    bool takes_chunks; // a body in chunks is fine, too
} tr_request_head;

typedef struct tr_request_verdict {
    unsigned status;  // 0: it is fine
    const char *text; // for people; of a status
    bool has_body;    // which is not read: the connection ends with the answer
    bool is_chunked;  // its body is; only where that is taken
    bool has_length;  // it says so
    uint64_t length;  // then
} tr_request_verdict;

tr_request_verdict tr_request_judge(const tr_request_head *head);

// May the text stand in a Host header: HOST or HOST:PORT (RFC 3986 section 3.2)?
bool tr_request_is_host(tr_slice text);

#endif
