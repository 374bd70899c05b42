#include "wire/http_route.h"

#include <string.h>

#include "wire/header_text.h"
#include "wire/limits.h"
#include "wire/route_match.h"

static tr_slice method_of(const char *pattern)
{
    return (tr_slice){pattern, (uint32_t)strcspn(pattern, " ")};
}

tr_slice tr_http_pattern_path(const char *pattern)
{
    tr_slice method = method_of(pattern);
    return tr_slice_of(pattern + method.size + (pattern[method.size] == ' '));
}

static const tr_http_route *find(const tr_http_route *routes, tr_slice method, tr_slice path)
{
    for (const tr_http_route *at = routes; at != NULL && at->pattern != NULL; at++)
        if (tr_slice_equal(method_of(at->pattern), method) &&
            tr_route_matches(tr_http_pattern_path(at->pattern), path))
            return at;
    return NULL;
}

const tr_http_route *tr_http_route_find(const tr_http_route *routes, tr_slice method, tr_slice path)
{
    const tr_http_route *found = find(routes, method, path);
    return found == NULL && tr_slice_is(method, "HEAD") ? find(routes, TR_SLICE("GET"), path)
                                                        : found;
}

static void add(tr_buf *out, tr_slice method)
{
    if (out->size != 0)
        tr_buf_append(out, ", ", 2);
    tr_buf_append(out, method.data, method.size);
}

bool tr_http_route_methods(const tr_http_route *routes, tr_slice path, tr_buf *out)
{
    bool has_get = false;
    bool has_head = false;
    bool has_options = false;
    for (const tr_http_route *at = routes; at != NULL && at->pattern != NULL; at++) {
        tr_slice method = method_of(at->pattern);
        tr_slice pattern = tr_http_pattern_path(at->pattern);
        if (!tr_route_matches(pattern, path) || find(routes, method, path) != at)
            continue;
        has_get = has_get || tr_slice_is(method, "GET");
        has_head = has_head || tr_slice_is(method, "HEAD");
        has_options = has_options || tr_slice_is(method, "OPTIONS");
        add(out, method);
    }
    if (out->size == 0)
        return false;
    if (has_get && !has_head)
        add(out, TR_SLICE("HEAD"));
    if (!has_options)
        add(out, TR_SLICE("OPTIONS"));
    return true;
}

const char *tr_http_route_fault(const tr_http_route *routes, const tr_http_route *route)
{
    static const char *const methods[] = {"GET",   "HEAD",   "POST",   "PUT",
                                          "PATCH", "DELETE", "OPTIONS"};
    tr_slice method = method_of(route->pattern);
    tr_slice path = tr_http_pattern_path(route->pattern);
    bool is_known = false;
    for (unsigned i = 0; i < sizeof methods / sizeof *methods; i++)
        is_known = is_known || tr_slice_is(method, methods[i]);
    if (!is_known)
        return "a pattern begins with GET, HEAD, POST, PUT, PATCH, DELETE or OPTIONS and a space";
    if (path.size == 0 || path.data[0] != '/')
        return "a path begins with /";
    if (tr_route_depth(path) > TR_ROUTE_DEPTH_CAP)
        return "a path has at most 16 segments";
    if (route->handler == NULL)
        return "it has no handler";
    if (route->body_max > TR_HTTP_BODY_CAP_BYTES || route->timeout_ms > TR_HTTP_TIMEOUT_CAP_MS)
        return "a body has at most 8 MiB, and ten minutes are the longest time";
    for (const char *const *name = route->headers; name != NULL && *name != NULL; name++)
        if (!tr_header_name_is(tr_slice_of(*name)) || strlen(*name) > TR_HEADER_NAME_CAP_BYTES)
            return "one of its headers has a name that none can have";
    for (const tr_http_route *before = routes; before != route; before++)
        if (strcmp(before->pattern, route->pattern) == 0)
            return "a route before it has the same pattern";
    return NULL;
}

size_t tr_http_route_body_max(const tr_http_route *route)
{
    return route->body_max != 0 ? route->body_max : TR_HTTP_BODY_MAX;
}

unsigned tr_http_route_timeout_ms(const tr_http_route *route)
{
    return route->timeout_ms != 0 ? route->timeout_ms : TR_HTTP_TIMEOUT_MS;
}
