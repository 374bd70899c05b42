#include "wire/route_match.h"

#include <string.h>

#include "base/number.h"
#include "wire/scan.h"

static tr_slice cut(tr_slice text, uint32_t from, uint32_t to)
{
    return (tr_slice){text.data + from, to - from};
}

static uint32_t find(tr_slice text, uint32_t from, char wanted)
{
    while (from < text.size && text.data[from] != wanted)
        from++;
    return from;
}

void tr_route_split(tr_slice route, tr_slice *out_path, tr_slice *out_query)
{
    route.size = find(route, 0, '#');
    uint32_t mark = find(route, 0, '?');
    *out_path = cut(route, 0, mark);
    *out_query = mark < route.size ? cut(route, mark + 1, route.size) : (tr_slice){0};
    while (out_path->size > 1 && out_path->data[out_path->size - 1] == '/')
        out_path->size--;
    if (out_path->size == 0)
        *out_path = TR_SLICE("/");
}

// The segment behind the slash at *at, which moves to the next slash or the end. False at the end.
static bool next_segment(tr_slice path, uint32_t *at, tr_slice *out)
{
    if (*at >= path.size || path.size == 1)
        return false;
    uint32_t end = find(path, *at + 1, '/');
    *out = cut(path, *at + 1, end);
    *at = end;
    return true;
}

unsigned tr_route_depth(tr_slice path)
{
    unsigned depth = 0;
    tr_slice segment;
    for (uint32_t at = 0; next_segment(path, &at, &segment);)
        depth++;
    return depth;
}

tr_slice tr_route_beginning(tr_slice path, unsigned depth)
{
    uint32_t at = 0;
    tr_slice segment;
    while (depth != 0 && next_segment(path, &at, &segment))
        depth--;
    return at != 0 ? cut(path, 0, at) : TR_SLICE("/");
}

static bool same_decoded(tr_slice a, tr_slice b, bool is_query)
{
    tr_buf one = {0};
    tr_buf two = {0};
    tr_route_decode(&one, a, is_query);
    tr_route_decode(&two, b, is_query);
    bool is_same =
        one.size == two.size && (one.size == 0 || memcmp(one.data, two.data, one.size) == 0);
    tr_buf_done(&one);
    tr_buf_done(&two);
    return is_same;
}

bool tr_route_matches(tr_slice pattern, tr_slice path)
{
    uint32_t at = 0;
    uint32_t in_path = 0;
    tr_slice wanted;
    tr_slice segment;
    while (next_segment(pattern, &at, &wanted)) {
        if (!next_segment(path, &in_path, &segment))
            return false;
        bool is_param = wanted.size > 1 && wanted.data[0] == ':';
        if (is_param ? segment.size == 0 : !same_decoded(wanted, segment, false))
            return false;
    }
    return !next_segment(path, &in_path, &segment) && pattern.size != 0 && pattern.data[0] == '/';
}

bool tr_route_find_param(tr_slice pattern, tr_slice path, tr_slice name, tr_slice *out)
{
    uint32_t at = 0;
    uint32_t in_path = 0;
    tr_slice wanted;
    tr_slice segment;
    while (next_segment(pattern, &at, &wanted) && next_segment(path, &in_path, &segment))
        if (wanted.size > 1 && wanted.data[0] == ':' &&
            tr_slice_equal(cut(wanted, 1, wanted.size), name)) {
            *out = segment;
            return true;
        }
    return false;
}

bool tr_route_find_query(tr_slice query, tr_slice name, tr_slice *out)
{
    for (uint32_t at = 0; at < query.size;) {
        uint32_t end = find(query, at, '&');
        tr_slice pair = cut(query, at, end);
        uint32_t mark = find(pair, 0, '=');
        if (same_decoded(cut(pair, 0, mark), name, true)) {
            *out = mark < pair.size ? cut(pair, mark + 1, pair.size) : (tr_slice){0};
            return true;
        }
        at = end + 1;
    }
    return false;
}

void tr_route_decode(tr_buf *out, tr_slice text, bool is_query)
{
    size_t start = out->size;
    for (uint32_t i = 0; i < text.size; i++) {
        char letter = text.data[i];
        int high = letter == '%' && i + 2 < text.size ? tr_hex_digit(text.data[i + 1]) : -1;
        int low = high >= 0 ? tr_hex_digit(text.data[i + 2]) : -1;
        if (low >= 0) {
            letter = (char)(high * 16 + low);
            i += 2;
        } else if (letter == '+' && is_query) {
            letter = ' ';
        }
        tr_buf_append(out, &letter, 1);
    }
    size_t size = out->size - start;
    if (size == 0)
        return;
    const char *decoded = (const char *)out->data + start;
    if (memchr(decoded, '\0', size) == NULL && tr_scan_is_utf8(decoded, size))
        return;
    out->size = start;
    tr_buf_append(out, text.data, text.size);
}

bool tr_route_same(tr_slice a, tr_slice b)
{
    return same_decoded(a, b, false);
}
