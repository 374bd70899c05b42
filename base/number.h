#ifndef TR_BASE_NUMBER_H
#define TR_BASE_NUMBER_H

// Numbers and letters as protocols and files have them, whatever the locale of the process: an app
// may call setlocale(LC_ALL, ""), and then printf writes a decimal comma, strtod reads one, and in
// Turkish an I is no i. tools/check_banned.sh keeps those functions out of all other files.
//
// Thread: any. Owns: nothing.

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "troupe/slice.h"

// As vsnprintf and snprintf.
int tr_format_list(char *out, size_t size, const char *format, va_list list)
    __attribute__((format(printf, 3, 0)));
int tr_format(char *out, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

// As strtod.
double tr_number_parse(const char *text, char **out_end);

// 1 to 19 decimal digits and nothing else, which is always in range. False: it is no such number, and
// `*out` is as it was.
bool tr_digits_parse(tr_slice text, uint64_t *out);

// As isspace of the characters of ASCII; others are none.
bool tr_is_space(char c);

// What a text begins with that is not empty: a character of UTF-8 (RFC 3629), or a byte that is no part of
// one. Controls are those of ASCII and U+0080 to U+009F, and bytes of such a number, which terminals of
// one byte for each character obey: the number is that of their last byte.
typedef struct tr_character {
    unsigned size; // bytes, 1 to 4
    bool is_utf8;
    bool is_control;
} tr_character;

tr_character tr_character_of(const char *text, size_t size);

// As strcasecmp and strncasecmp, for the letters of ASCII.
int tr_compare_caseless(const char *a, const char *b);
int tr_compare_caseless_n(const char *a, const char *b, size_t size);
bool tr_slice_is_caseless(tr_slice text, const char *word);

bool tr_slice_begins(tr_slice text, const char *word);
bool tr_slice_begins_caseless(tr_slice text, const char *word);

// What a hexadecimal digit of either case stands for; -1: it is none.
int tr_hex_digit(char letter);

#endif
