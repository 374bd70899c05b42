#ifndef TR_SDK_SESSION_REQUEST_RECORD_H
#define TR_SDK_SESSION_REQUEST_RECORD_H

// A request that an app answers itself (troupe/pages/http_route.h), while its handler runs.
//
// Thread: the handler's. Owns: the answer, and the texts that the handler was given.

#include "base/buf.h"
#include "troupe/actors/address.h"
#include "troupe/pages/http_route.h"
#include "wire/messages.h"

typedef struct tr_request_text {
    struct tr_request_text *next;
    char text[];
} tr_request_text;

struct tr_request {
    const tr_http_route *route;
    tr_address home;           // the sessions actor, in whose name it publishes
    tr_msg_http_request asked; // lent
    tr_slice pattern;          // the path's
    char *method;
    char *path;
    char *client;
    tr_request_text *texts;
    // The answer.
    unsigned status; // 0: there was none yet
    tr_buf headers;  // names and values in turn, msgpack texts
    uint32_t header_count;
    char *type;
    tr_buf body;
    char *file; // NULL: `body`
    char *name; // to save it under; NULL: none
};

// Both may be called on any thread; the message outlives the request.
void tr_request_init(tr_request *self, const tr_http_route *route, tr_address home,
                     const tr_msg_http_request *asked);
void tr_request_done(tr_request *self);

// Calls the handler, and sees to it that there is an answer.
void tr_request_run(tr_request *self);

#endif
