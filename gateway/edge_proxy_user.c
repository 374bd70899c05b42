// Whom a trusted proxy has signed in, from a handshake's headers.

#include <string.h>

#include "base/mem.h"
#include "gateway/edge_socket.h"
#include "gateway/origin.h"

static void read_beside(struct lws *wsi, const char *header, const char *end, char *out, size_t cap)
{
    char name[TR_PROXY_HEADER_CAP_BYTES + 24];
    char value[TR_PROXY_GROUPS_CAP_BYTES + 1];
    tr_proxy_header_beside(header, end, name);
    int size = lws_hdr_custom_copy(wsi, value, sizeof value, name, (int)strlen(name));
    tr_proxy_text_copy((tr_slice){value, size > 0 ? (uint32_t)size : 0}, out, cap);
}

void tr_edge_find_proxy_user(const tr_edge *edge, struct lws *wsi, tr_proxy_user *out)
{
    const tr_auth_settings *auth = edge->options.auth;
    *out = (tr_proxy_user){0};
    if (auth == NULL || auth->user_header == NULL ||
        !tr_proxy_is_trusted(tr_edge_peer_ip(wsi), edge->options.trusted_proxies))
        return;
    const char *header = auth->user_header;
    read_beside(wsi, header, "user", out->id, TR_PROXY_USER_CAP_BYTES);
    read_beside(wsi, header, "email", out->email, TR_PROXY_USER_CAP_BYTES);
    read_beside(wsi, header, "groups", out->groups, TR_PROXY_GROUPS_CAP_BYTES);
    read_beside(wsi, header, "preferred-username", out->name, TR_PROXY_USER_CAP_BYTES);
    if (out->name[0] == '\0')
        read_beside(wsi, header, "name", out->name, TR_PROXY_USER_CAP_BYTES);
}
