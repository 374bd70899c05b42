#ifndef TR_WIRE_ROUTE_MATCH_H
#define TR_WIRE_ROUTE_MATCH_H

// Addresses within an app ("/todo/3?x=1#top") and the patterns of troupe/pages/route.h.
//
// Thread: any; pure. Lends: slices point into what was passed in.

#include <stdbool.h>

#include "base/buf.h"
#include "troupe/slice.h"

// Without fragment; the path without a slash at its end (but "/" itself).
void tr_route_split(tr_slice route, tr_slice *out_path, tr_slice *out_query);

// Segments of a path: "/" has none.
unsigned tr_route_depth(tr_slice path);

// The path's first segments: of "/a/b/c" and 2 "/a/b"; of 0 "/".
tr_slice tr_route_beginning(tr_slice path, unsigned depth);

bool tr_route_matches(tr_slice pattern, tr_slice path);

// The segment that the pattern calls `:name`, still encoded. The pattern matches.
bool tr_route_find_param(tr_slice pattern, tr_slice path, tr_slice name, tr_slice *out);

// The first parameter of that name, still encoded; one without "=" is empty.
bool tr_route_find_query(tr_slice query, tr_slice name, tr_slice *out);

// Appends the text with %41 as A. `is_query`: and + as a space. A part that is no UTF-8 then, or
// has a zero byte in it, is appended as it came.
void tr_route_decode(tr_buf *out, tr_slice text, bool is_query);

// Do both lead to the same place? One may be encoded and the other not.
bool tr_route_same(tr_slice a, tr_slice b);

#endif
