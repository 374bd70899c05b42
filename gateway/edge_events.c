// What libwebsockets tells of a request, and to whom it matters.

#include "base/mem.h"
#include "gateway/edge_socket.h"

static int on_writable(tr_edge *edge, tr_socket *self, struct lws *wsi)
{
    if (self == NULL)
        return 0;
    if (self->is_closing)
        return -1;
    if (self->request == NULL)
        return 0;
    if (self->request->stilling != 0)
        return tr_edge_on_still(self);
    if (self->request->exchange != NULL)
        return tr_edge_on_upload_writable(edge, self);
    if (self->request->sent != NULL)
        return tr_edge_on_download_writable(edge, self);
    if (self->request->oauth != NULL)
        return tr_edge_on_oauth_writable(edge, self);
    if (self->request->paint != NULL)
        return tr_edge_on_paint_writable(edge, self);
    return tr_edge_on_body_writable(edge, self, wsi);
}

static int on_body(tr_edge *edge, tr_socket *self, const void *bytes, size_t size)
{
    return self->request->asked != NULL ? tr_edge_on_call_piece(edge, self, bytes, size)
                                        : tr_edge_on_upload_piece(edge, self, bytes, size);
}

static int on_whole_body(tr_edge *edge, tr_socket *self)
{
    return self->request->asked != NULL ? tr_edge_on_call_whole(edge, self)
                                        : tr_edge_on_upload_whole(edge, self);
}

static int on_request(tr_edge *edge, tr_socket *self, struct lws *wsi)
{
    tr_edge_forget_next_head(wsi);
    if (self != NULL) {
        self->wsi = wsi;
        tr_edge_look_away(edge, self);
        if (self->request == NULL)
            self->request = tr_new(tr_edge_request);
    }
    return tr_edge_on_request(edge, self, wsi);
}

static int on_event(tr_edge *edge, tr_socket *self, struct lws *wsi,
                    enum lws_callback_reasons reason, const void *bytes, size_t size)
{
    bool has_request = self != NULL && self->request != NULL;
    switch (reason) {
    case LWS_CALLBACK_HTTP:
        return on_request(edge, self, wsi);
    case LWS_CALLBACK_HTTP_WRITEABLE:
        return on_writable(edge, self, wsi);
    case LWS_CALLBACK_HTTP_BODY:
        return has_request ? on_body(edge, self, bytes, size) : -1;
    default:
        return has_request ? on_whole_body(edge, self) : -1;
    }
}

int tr_edge_on_http(tr_edge *edge, struct lws *wsi, enum lws_callback_reasons reason,
                    const void *bytes, size_t size)
{
    int result = on_event(edge, lws_wsi_user(wsi), wsi, reason, bytes, size);
    // libwebsockets makes the socket anew with the end of each answer.
    tr_socket *self = lws_wsi_user(wsi);
    if (self != NULL)
        self->wsi = wsi;
    // The end of an answer, too, with which the connection is to end.
    if (self != NULL && (result == 0 || (result < 0 && lws_partial_buffered(wsi))))
        tr_edge_look_on(edge, self);
    return result;
}

// Whatever was under way hears that its connection is gone.
static void end_request(tr_edge *edge, tr_socket *self)
{
    if (self->request == NULL)
        return;
    tr_edge_on_upload_closed(edge, self);
    tr_edge_on_download_closed(edge, self);
    tr_edge_on_call_closed(edge, self);
    tr_edge_on_oauth_closed(edge, self);
    tr_edge_on_body_closed(edge, self);
    tr_edge_on_paint_closed(edge, self);
    tr_edge_forget_watcher(edge, self->request);
    tr_free(self->request);
    self->request = NULL;
}

void tr_edge_on_http_over(tr_edge *edge, struct lws *wsi, tr_socket *self)
{
    if (self != NULL) {
        tr_edge_look_away(edge, self);
        end_request(edge, self);
    }
    tr_edge_await_next_head(wsi);
}

void tr_edge_on_http_closed(tr_edge *edge, struct lws *wsi, tr_socket *self)
{
    tr_edge_forget_next_head(wsi);
    if (self != NULL)
        end_request(edge, self);
}
