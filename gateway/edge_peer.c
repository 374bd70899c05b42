// Who is at the other end of each of the edge's connections, and whom it is counted for.

#include <string.h>

#include "actors/core/core.h"
#include "base/mem.h"
#include "gateway/edge_socket.h"
#include "gateway/target.h"

tr_edge_peer *tr_edge_peer_new(const tr_arrival *arrival)
{
    size_t size = strlen(arrival->ip) + 1;
    tr_edge_peer *peer = tr_try_alloc(sizeof *peer + size);
    if (peer == NULL)
        return NULL;
    peer->client = arrival->client;
    peer->next = NULL;
    peer->bytes_before = 0;
    peer->is_put_aside = false;
    peer->target = (tr_buf){0};
    tr_edge_peer_note(peer, arrival->head);
    memcpy(peer->ip, arrival->ip, size);
    return peer;
}

void tr_edge_peer_note(tr_edge_peer *self, tr_slice head)
{
    tr_slice target = tr_target_of(head);
    tr_buf_done(&self->target);
    if (target.size != 0)
        tr_buf_append(&self->target, target.data, target.size);
}

tr_slice tr_edge_peer_target(struct lws *wsi)
{
    const tr_edge_peer *peer = lws_get_opaque_user_data(wsi);
    return peer != NULL ? tr_buf_slice(&peer->target) : (tr_slice){0};
}

const char *tr_edge_peer_ip(struct lws *wsi)
{
    const tr_edge_peer *peer = lws_get_opaque_user_data(wsi);
    return peer != NULL ? peer->ip : "";
}

void tr_edge_peer_settle(const tr_edge *edge, tr_socket *self)
{
    tr_edge_peer *peer = lws_get_opaque_user_data(self->wsi);
    // A proxy's connection and that of who is behind it both count.
    if (peer == NULL || (peer->client != NULL && self->client != NULL))
        return;
    if (self->client == NULL)
        self->client = peer->client;
    peer->client = NULL;
    tr_edge_peer_forget(edge, self->wsi);
}

void tr_edge_peer_forget(const tr_edge *edge, struct lws *wsi)
{
    tr_edge_peer *peer = lws_get_opaque_user_data(wsi);
    lws_set_opaque_user_data(wsi, NULL);
    if (peer == NULL)
        return;
    tr_client_give(&peer->client, TR_CLIENT_CONNECTION, tr_core_now_ms(edge->options.core));
    tr_buf_done(&peer->target);
    tr_free(peer);
}
