#include "host/json_put.h"

#include <inttypes.h>
#include <string.h>

#include "base/json_text.h"

void tr_json_put_text(tr_buf *out, const char *name, const char *value)
{
    tr_buf_printf(out, "\"%s\":", name);
    tr_json_text_quote(out, value);
    tr_buf_append(out, ",", 1);
}

void tr_json_put_number(tr_buf *out, const char *name, uint64_t value)
{
    tr_buf_printf(out, "\"%s\":%" PRIu64 ",", name, value);
}

// Instead of the comma behind the last one.
void tr_json_put_end(tr_buf *out, const char *end)
{
    if (out->data[out->size - 1] == ',')
        out->size--;
    tr_buf_append(out, end, strlen(end));
}
