#include "wire/header_text.h"

#include "wire/limits.h"

bool tr_header_name_is(tr_slice text)
{
    static const char others[] = "!#$%&'*+-.^_`|~";
    for (uint32_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        bool is_digit = c >= '0' && c <= '9';
        if (!is_letter && !is_digit && memchr(others, c, sizeof others - 1) == NULL)
            return false;
    }
    return text.size != 0;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t';
}

bool tr_header_value_is(tr_slice text)
{
    for (uint32_t i = 0; i < text.size; i++)
        if (text.data[i] != '\t' && (text.data[i] < ' ' || text.data[i] > '~'))
            return false;
    return text.size == 0 || (!is_space(text.data[0]) && !is_space(text.data[text.size - 1]));
}

bool tr_media_type_is(tr_slice text)
{
    if (text.size == 0 || text.size > TR_MEDIA_TYPE_CAP_BYTES || !tr_header_value_is(text))
        return false;
    const char *slash = memchr(text.data, '/', text.size);
    if (slash == NULL)
        return false;
    uint32_t major = (uint32_t)(slash - text.data);
    tr_slice minor = {slash + 1, text.size - major - 1};
    const char *end = minor.size != 0 ? memchr(minor.data, ';', minor.size) : NULL;
    if (end != NULL)
        minor.size = (uint32_t)(end - minor.data);
    while (end != NULL && minor.size != 0 && is_space(minor.data[minor.size - 1]))
        minor.size--;
    return tr_header_name_is((tr_slice){text.data, major}) && tr_header_name_is(minor);
}
