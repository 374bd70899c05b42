#ifndef TR_GATEWAY_FORWARDED_H
#define TR_GATEWAY_FORWARDED_H

// Who is behind a proxy, by the header that it adds: X-Forwarded-For (with or without ports), or
// Forwarded (RFC 7239). Each proxy appends what it sees, so the list is read from its end, and only as
// far as it was written by proxies that are trusted: what stands before may be anybody's invention.
//
// Thread: any; pure.

#include <stdbool.h>

#include "gateway/origin.h"
#include "troupe/slice.h"

enum tr_forwarded_header { TR_FORWARDED_X_FOR, TR_FORWARDED_RFC7239 };

// The browser's address: the peer's, unless that is a trusted proxy; then the last of the list that
// is not one, or the first of all. What is no address ("unknown", "_hidden") ends the walk before
// it.
void tr_forwarded_client(const char *peer, enum tr_forwarded_header which, tr_slice header,
                         const char *trusted_proxies, char out[TR_CLIENT_IP_CAP_BYTES]);

// An address, which may have a port behind it: "192.0.2.1", "192.0.2.1:80", "2001:db8::1",
// "[2001:db8::1]", "[2001:db8::1]:80". False: it is none.
bool tr_forwarded_address(tr_slice text, char out[TR_CLIENT_IP_CAP_BYTES]);

// May requests name that host (HOST or HOST:PORT)? `allowed` is a comma-separated list of names and
// addresses, "*.example.org" stands for all names below; NULL: any.
bool tr_host_is_allowed(tr_slice host, const char *allowed);

#endif
