#ifndef TR_GATEWAY_ORIGIN_H
#define TR_GATEWAY_ORIGIN_H

// Where a request comes from: may a page of that origin open a WebSocket here, and is its sender a
// proxy that is trusted? Who is behind one says gateway/forwarded.h.
//
// Thread: any; pure.

#include <stdbool.h>
#include <stddef.h>

#include "troupe/slice.h"

#define TR_CLIENT_IP_CAP_BYTES 46 // INET6_ADDRSTRLEN

// A browser names the page's origin; other programs send none (empty), which is fine: they hold no
// cookies or sessions of somebody else. `allowed` is a comma-separated list of origins besides our
// own host ("https://app.example.com"), "*" for any, or NULL.
bool tr_origin_is_allowed(tr_slice origin, tr_slice host, const char *allowed);

// The address of a socket's other end; "": it has none, as on a unix socket. False: that end is gone, and
// nobody knows any more who it was.
bool tr_peer_ip(int socket, char out[TR_CLIENT_IP_CAP_BYTES]);

// Is the address in a comma-separated list of addresses and CIDR blocks ("127.0.0.1, 10.0.0.0/8")?
bool tr_ip_is_listed(const char *ip, const char *list);

// The same for the other end of a socket; one without an address ("", a unix socket's) is trusted by
// the word "unix" in the list.
bool tr_proxy_is_trusted(const char *ip, const char *list);

#define TR_USER_AGENT_CAP_BYTES 512u

#endif
