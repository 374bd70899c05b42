#ifndef TR_GATEWAY_PAINT_H
#define TR_GATEWAY_PAINT_H

// What a page says before its browser has connected (tr_app.first_paint): a coroutine that asks a worker
// for it, for TR_PAINT_WAIT_MS at most, and tells the edge, which sends the page in any case.
//
// Thread: the gateway's core thread. Owns: copies of what is asked; the socket is the edge's.

#include "troupe/slice.h"

typedef struct tr_gateway tr_gateway;
typedef struct tr_paint tr_paint;

// Who asks for what, as of a WebSocket. Texts are lent for the call.
typedef struct tr_paint_request {
    tr_slice route; // within the app, encoded
    const struct tr_edge_client *client;
} tr_paint_request;

// 0, and from then on tr_paint_on_gone is to be called when the socket is closed, until it has been told with
// tr_socket_paint. TR_EFULL.
int tr_paint_begin(tr_gateway *gateway, const tr_paint_request *request, tr_paint **out)
    __attribute__((warn_unused_result));

void tr_paint_on_gone(tr_paint *self);

// The gateway stops: what waits is not told any more.
void tr_paints_end(tr_gateway *gateway);

#endif
