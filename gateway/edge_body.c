// The edge's answers whose bodies are there as a whole: files of the site, and pages made for one request.

#include <string.h>

#include "base/mem.h"
#include "gateway/edge_socket.h"
#include "gateway/http.h"

enum { BODY_PIECE_BYTES = 16384 };

// However slow a reader is, it is not cut while it reads: TCP_USER_TIMEOUT ends those that do not
// (gateway/listener.c).
static int go_on_later(struct lws *wsi)
{
    lws_set_timeout(wsi, NO_PENDING_TIMEOUT, 0);
    return lws_callback_on_writable(wsi) < 0 ? -1 : 0;
}

// The next piece of the body; libwebsockets wants room in front of it, which a constant has not.
static int write_piece(tr_edge *edge, tr_socket *self, struct lws *wsi)
{
    unsigned char buffer[LWS_PRE + BODY_PIECE_BYTES];
    tr_edge_request *request = self->request;
    size_t size = request->body_left < BODY_PIECE_BYTES ? request->body_left : BODY_PIECE_BYTES;
    bool is_last = size == request->body_left;
    memcpy(buffer + LWS_PRE, request->body, size);
    if (lws_write(wsi, buffer + LWS_PRE, size, is_last ? LWS_WRITE_HTTP_FINAL : LWS_WRITE_HTTP) <
        (int)size)
        return -1;
    request->body += size;
    request->body_left -= size;
    if (!is_last)
        return go_on_later(wsi);
    tr_edge_on_body_closed(edge, self);
    return tr_edge_complete(wsi, request->is_last);
}

int tr_edge_on_body_writable(tr_edge *edge, tr_socket *self, struct lws *wsi)
{
    return self != NULL && self->request->body != NULL ? write_piece(edge, self, wsi) : 0;
}

void tr_edge_on_body_closed(tr_edge *edge, tr_socket *self)
{
    tr_edge_request *request = self->request;
    edge->counts.answers -= request->body != NULL;
    request->body = NULL;
    tr_free(request->body_owned);
    request->body_owned = NULL;
}

int tr_edge_begin_body(tr_edge *edge, tr_socket *self, struct lws *wsi,
                       const tr_http_answer *answer, bool is_head)
{
    if (tr_edge_write_head(edge, wsi, answer) < 0)
        return -1;
    if (is_head || answer->body_size == 0)
        return tr_edge_complete(wsi, self->request->is_last);
    edge->counts.answers++;
    self->request->body = answer->body;
    self->request->body_left = answer->body_size;
    return go_on_later(wsi);
}
