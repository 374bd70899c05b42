#ifndef TR_WIRE_HTTP_ROUTE_H
#define TR_WIRE_HTTP_ROUTE_H

// Which of an app's own HTTP routes (troupe/pages/http_route.h) a request is for: the gateway asks
// to refuse what has none, and the process that answers asks to find the handler.
//
// Thread: any; pure. Lends: slices point into what was passed in.

#include "base/buf.h"
#include "troupe/pages/http_route.h"
#include "troupe/slice.h"

#define TR_HTTP_BODY_MAX (1u << 20) // unless a route says otherwise
#define TR_HTTP_TIMEOUT_MS 30000u

// NULL: none. A HEAD request has the route of GET, unless it has one of its own.
const tr_http_route *tr_http_route_find(const tr_http_route *routes, tr_slice method,
                                        tr_slice path);

// The methods that the path has, for an Allow header ("GET, HEAD, OPTIONS"). False: it has none.
bool tr_http_route_methods(const tr_http_route *routes, tr_slice path, tr_buf *out);

// The path's pattern, behind the method.
tr_slice tr_http_pattern_path(const char *pattern);

// Why no request leads there; NULL: one may.
const char *tr_http_route_fault(const tr_http_route *routes, const tr_http_route *route);

size_t tr_http_route_body_max(const tr_http_route *route);
unsigned tr_http_route_timeout_ms(const tr_http_route *route);

#endif
