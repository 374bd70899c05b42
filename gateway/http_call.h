#ifndef TR_GATEWAY_HTTP_CALL_H
#define TR_GATEWAY_HTTP_CALL_H

// What a client asks of an app's own HTTP route, all of it: the message http_request is made from it.
//
// Thread: the gateway's core thread. Owns: its texts.

#include "base/buf.h"
#include "gateway/origin.h"
#include "troupe/pages/http_route.h"

typedef struct tr_http_call {
    const tr_http_route *route;
    const char *method; // constant
    tr_buf path;        // below the mount
    tr_buf query;       // msgpack array of byte strings
    tr_buf headers;     // likewise: names and values in turn
    tr_buf body;
    char client[TR_CLIENT_IP_CAP_BYTES];
} tr_http_call;

// NULL inside is fine.
void tr_http_call_free(tr_http_call **self);

#endif
