#include "uploads/disposition.h"

#include <stdbool.h>
#include <string.h>

#include "base/percent.h"

// Beside letters and digits (attr-char, RFC 8187 section 3.2.1).
#define ATTRIBUTE_CHARACTERS "!#$&+-.^_`|~"

// For browsers that do not know the other form: what is not plain becomes an underscore, one for
// each character. A percent sign would be decoded by some.
static bool append_plain(const char *name, tr_buf *out)
{
    bool is_whole = true;
    for (; *name != '\0'; name++) {
        unsigned char c = (unsigned char)*name;
        bool is_plain = c >= ' ' && c < 0x7f && strchr("\"\\%", c) == NULL;
        bool is_first_byte = (c & 0xc0u) != 0x80u;
        is_whole = is_whole && is_plain;
        if (is_plain)
            tr_buf_append(out, name, 1);
        else if (is_first_byte)
            tr_buf_append(out, "_", 1);
    }
    return is_whole;
}

void tr_disposition_write(const char *name, tr_buf *out)
{
    tr_buf_printf(out, "attachment; filename=\"");
    bool is_whole = append_plain(name, out);
    tr_buf_printf(out, "\"");
    if (is_whole)
        return;
    tr_buf_printf(out, "; filename*=UTF-8''");
    tr_percent_encode(out, tr_slice_of(name), ATTRIBUTE_CHARACTERS);
}
