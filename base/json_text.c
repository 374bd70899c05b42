#include "base/json_text.h"

#include <string.h>

#include "base/number.h"

void tr_json_text_append(tr_buf *out, const char *text)
{
    for (size_t left = strlen(text); left != 0;) {
        tr_character character = tr_character_of(text, left);
        if (*text == '"' || *text == '\\')
            tr_buf_printf(out, "\\%c", *text);
        else if (!character.is_utf8)
            tr_buf_printf(out, "\\ufffd");
        else if (character.is_control)
            tr_buf_printf(out, "\\u%04x", (unsigned)(unsigned char)text[character.size - 1]);
        else
            tr_buf_append(out, text, character.size);
        text += character.size;
        left -= character.size;
    }
}

void tr_json_text_quote(tr_buf *out, const char *text)
{
    tr_buf_append(out, "\"", 1);
    tr_json_text_append(out, text);
    tr_buf_append(out, "\"", 1);
}
