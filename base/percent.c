#include "base/percent.h"

#include <stdbool.h>
#include <string.h>

static bool is_letter_or_digit(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

void tr_percent_encode(tr_buf *out, tr_slice text, const char *plain)
{
    for (uint32_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        if (is_letter_or_digit(c) || (c != '\0' && strchr(plain, c) != NULL))
            tr_buf_append(out, &c, 1);
        else
            tr_buf_printf(out, "%%%02X", (unsigned char)c);
    }
}
