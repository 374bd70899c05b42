#include "base/number.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/must.h"

// Of libc itself: nothing is allocated for it, and it is never freed.
static locale_t plain(void)
{
    static _Thread_local locale_t self;
    if (self == (locale_t)0)
        self = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    tr_must(self != (locale_t)0);
    return self;
}

int tr_format_list(char *out, size_t size, const char *format, va_list list)
{
    locale_t before = uselocale(plain());
    int length = vsnprintf(out, size, format, list);
    uselocale(before);
    return length;
}

int tr_format(char *out, size_t size, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    int length = tr_format_list(out, size, format, list);
    va_end(list);
    return length;
}

double tr_number_parse(const char *text, char **out_end)
{
    return strtod_l(text, out_end, plain());
}

bool tr_digits_parse(tr_slice text, uint64_t *out)
{
    uint64_t value = 0;
    if (text.size == 0 || text.size > 19)
        return false;
    for (uint32_t i = 0; i < text.size; i++) {
        if (text.data[i] < '0' || text.data[i] > '9')
            return false;
        value = 10 * value + (uint64_t)(text.data[i] - '0');
    }
    *out = value;
    return true;
}

bool tr_is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

// 0: it is none.
static unsigned utf8_size(const unsigned char *at, size_t left)
{
    unsigned size = at[0] < 0x80                     ? 1
                    : at[0] >= 0xf0 && at[0] <= 0xf4 ? 4
                    : at[0] >= 0xe0 && at[0] <= 0xef ? 3
                    : at[0] >= 0xc2 && at[0] <= 0xdf ? 2
                                                     : 0;
    if (size == 0 || size > left)
        return 0;
    for (unsigned i = 1; i < size; i++)
        if ((at[i] & 0xc0) != 0x80)
            return 0;
    bool is_overlong = (at[0] == 0xe0 && at[1] < 0xa0) || (at[0] == 0xf0 && at[1] < 0x90);
    bool is_beyond = (at[0] == 0xed && at[1] > 0x9f) || (at[0] == 0xf4 && at[1] > 0x8f);
    return is_overlong || is_beyond ? 0 : size;
}

tr_character tr_character_of(const char *text, size_t size)
{
    const unsigned char *at = (const unsigned char *)text;
    unsigned found = utf8_size(at, size);
    bool is_beyond_ascii =
        found == 0 ? at[0] >= 0x80 && at[0] <= 0x9f : found == 2 && at[0] == 0xc2 && at[1] <= 0x9f;
    return (tr_character){.size = found != 0 ? found : 1,
                          .is_utf8 = found != 0,
                          .is_control = at[0] < 0x20 || at[0] == 0x7f || is_beyond_ascii};
}

int tr_compare_caseless(const char *a, const char *b)
{
    return strcasecmp_l(a, b, plain());
}

int tr_compare_caseless_n(const char *a, const char *b, size_t size)
{
    return strncasecmp_l(a, b, size, plain());
}

int tr_hex_digit(char letter)
{
    if (letter >= '0' && letter <= '9')
        return letter - '0';
    letter |= 0x20;
    return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

bool tr_slice_is_caseless(tr_slice text, const char *word)
{
    return text.size == strlen(word) && tr_compare_caseless_n(text.data, word, text.size) == 0;
}

bool tr_slice_begins(tr_slice text, const char *word)
{
    size_t size = strlen(word);
    return text.size >= size && (size == 0 || memcmp(text.data, word, size) == 0);
}

bool tr_slice_begins_caseless(tr_slice text, const char *word)
{
    size_t size = strlen(word);
    return text.size >= size && tr_compare_caseless_n(text.data, word, size) == 0;
}
