// What a proxy in front of the edge says of a request: who sent it, and where the site is for the
// browser.

#include <string.h>

#include "actors/core/core.h"
#include "gateway/edge_socket.h"
#include "gateway/forwarded.h"
#include "gateway/target.h"

enum { FORWARDED_CAP_BYTES = 4096 };

static tr_slice custom_header(struct lws *wsi, const char *name, char *out, int cap)
{
    int size = lws_hdr_custom_copy(wsi, out, cap, name, (int)strlen(name));
    return (tr_slice){out, size > 0 ? (uint32_t)size : 0};
}

bool tr_edge_client_ip(const tr_edge *edge, struct lws *wsi, char out[TR_CLIENT_IP_CAP_BYTES])
{
    const char *peer = tr_edge_peer_ip(wsi);
    char text[FORWARDED_CAP_BYTES];
    enum tr_forwarded_header which = edge->options.forwarded_header;
    tr_slice header = which == TR_FORWARDED_RFC7239
                          ? custom_header(wsi, "forwarded:", text, sizeof text)
                          : tr_edge_header(wsi, WSI_TOKEN_X_FORWARDED_FOR, text, sizeof text);
    tr_forwarded_client(peer, which, header, edge->options.trusted_proxies, out);
    return strcmp(peer, out) != 0;
}

static bool is_below(tr_slice path, tr_slice mount)
{
    return path.size >= mount.size && memcmp(path.data, mount.data, mount.size) == 0 &&
           (path.size == mount.size || path.data[mount.size] == '/');
}

// Has a trusted proxy cut the mount off, and said so?
static bool is_stripped(const tr_edge *edge, struct lws *wsi, tr_slice mount)
{
    char text[TR_MOUNT_CAP_BYTES + 1];
    tr_slice prefix = custom_header(wsi, "x-forwarded-prefix:", text, sizeof text);
    while (prefix.size != 0 && prefix.data[prefix.size - 1] == '/')
        prefix.size--;
    return tr_slice_equal(prefix, mount) &&
           tr_proxy_is_trusted(tr_edge_peer_ip(wsi), edge->options.trusted_proxies);
}

bool tr_edge_take(const tr_edge *edge, struct lws *wsi, enum tr_client_use use,
                  tr_client_entry **out)
{
    bool is_refused;
    char ip[TR_CLIENT_IP_CAP_BYTES];
    (void)tr_edge_client_ip(edge, wsi, ip);
    *out = tr_client_take(edge->options.clients, tr_slice_of(ip), use,
                          tr_core_now_ms(edge->options.core), &is_refused);
    return !is_refused;
}

void tr_edge_give(const tr_edge *edge, tr_client_entry **client, enum tr_client_use use)
{
    tr_client_give(client, use, tr_core_now_ms(edge->options.core));
}

tr_slice tr_edge_path(const tr_edge *edge, struct lws *wsi, tr_slice path,
                      char full[TR_EDGE_PATH_CAP_BYTES])
{
    tr_slice mount = tr_slice_of(edge->options.site.mount != NULL ? edge->options.site.mount : "");
    tr_slice target = tr_edge_peer_target(wsi);
    if (target.size != 0)
        path = tr_target_path(target, full + mount.size, TR_HTTP_PATH_CAP_BYTES + 1);
    if (mount.size == 0 || is_below(path, mount) || tr_slice_is(path, "/health") ||
        mount.size + path.size > TR_EDGE_PATH_CAP_BYTES || !is_stripped(edge, wsi, mount))
        return path;
    memcpy(full, mount.data, mount.size);
    memmove(full + mount.size, path.data, path.size);
    return (tr_slice){full, mount.size + path.size};
}

bool tr_edge_host_is_allowed(const tr_edge *edge, struct lws *wsi, tr_slice path)
{
    char host[512];
    // Health checks name whatever address they know.
    return edge->options.allowed_hosts == NULL || tr_slice_is(path, "/health") ||
           tr_host_is_allowed(tr_edge_header(wsi, WSI_TOKEN_HOST, host, sizeof host),
                              edge->options.allowed_hosts);
}
