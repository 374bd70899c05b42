#include "base/html.h"

#include <stdbool.h>
#include <string.h>

static const char *entity_of(char letter)
{
    switch (letter) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

static bool is_control(unsigned char byte)
{
    return (byte < 0x20 && byte != '\n' && byte != '\t') || byte == 0x7f;
}

void tr_html_put_text(tr_buf *out, tr_slice text, size_t cap)
{
    for (uint32_t i = 0; i < text.size; i++) {
        unsigned char byte = (unsigned char)text.data[i];
        bool is_first = (byte & 0xC0) != 0x80;
        if (is_first && out->size >= cap)
            return;
        const char *entity = entity_of(text.data[i]);
        if (entity != NULL)
            tr_buf_append(out, entity, strlen(entity));
        else if (!is_control(byte))
            tr_buf_append(out, &text.data[i], 1);
    }
}
