#include "wire/trace.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { SPAN_AT = TR_TRACE_SPAN_AT, FLAGS_AT = 53 };

static const char form[] = "00-hhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhh-hhhhhhhhhhhhhhhh-hh";

static bool is_hex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

static bool is_zero(const char *digits, size_t count)
{
    return strspn(digits, "0") >= count;
}

bool tr_trace_read(tr_slice text, char out[TR_TRACE_BYTES])
{
    if (text.size < TR_TRACE_CHARACTERS)
        return false;
    char copy[TR_TRACE_BYTES] = {0};
    memcpy(copy, text.data, TR_TRACE_CHARACTERS);
    for (unsigned i = 0; i < TR_TRACE_CHARACTERS; i++)
        if (form[i] == '-' ? copy[i] != '-' : !is_hex(copy[i]))
            return false;
    bool is_first_version = strncmp(copy, "00", 2) == 0;
    bool has_more = text.size > TR_TRACE_CHARACTERS;
    if (strncmp(copy, "ff", 2) == 0 ||
        (has_more && (is_first_version || text.data[TR_TRACE_CHARACTERS] != '-')) ||
        is_zero(copy + TR_TRACE_ID_AT, 32) || is_zero(copy + SPAN_AT, 16))
        return false;
    memcpy(copy, "00", 2);
    memcpy(out, copy, sizeof copy);
    return true;
}

void tr_trace_child(const char *parent, uint64_t span, char out[TR_TRACE_BYTES])
{
    snprintf(out, TR_TRACE_BYTES, "%.*s%016" PRIx64 "-%.2s", SPAN_AT, parent, span != 0 ? span : 1,
             parent + FLAGS_AT);
}
