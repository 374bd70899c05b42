#include "sdk/api/form_value.h"

#include <math.h>
#include <string.h>

#include "base/number.h"

// -- numbers --

static const double WHOLE_MOST = 9007199254740992.0; // 2 to the power of 53

static bool is_fraction(char kind)
{
    return kind == 'f' || kind == 'd';
}

static bool is_unsigned(char kind)
{
    return strchr("hojmy", kind) != NULL;
}

static double number_of(const ui_field *self, const void *state)
{
    const char *at = (const char *)state + self->offset;
    float single;
    double number;
    uint64_t bits = 0;
    if (self->kind == 'f') {
        memcpy(&single, at, sizeof single);
        return (double)single;
    }
    if (self->kind == 'd') {
        memcpy(&number, at, sizeof number);
        return number;
    }
    memcpy(&bits, at, self->size); // both Debians' machines are little-endian
    unsigned unused = 64 - self->size * 8;
    return is_unsigned(self->kind) ? (double)bits : (double)((int64_t)(bits << unused) >> unused);
}

static void store_number(const ui_field *self, void *state, double number)
{
    char *at = (char *)state + self->offset;
    float single = (float)number;
    if (self->kind == 'f') {
        memcpy(at, &single, sizeof single);
    } else if (self->kind == 'd') {
        memcpy(at, &number, sizeof number);
    } else {
        int64_t whole = (int64_t)number;
        memcpy(at, &whole, self->size);
    }
}

// Is it one that the member's type has?
static bool is_of_type(const ui_field *self, double number)
{
    if (is_fraction(self->kind))
        return isfinite(number);
    double most = self->size == 8 ? WHOLE_MOST
                                  : ldexp(1, (int)(self->size * 8) - !is_unsigned(self->kind)) - 1;
    double least = is_unsigned(self->kind) ? 0 : self->size == 8 ? -most : -most - 1;
    return number == trunc(number) && number >= least && number <= most;
}

static bool parse(const ui_field *self, const char *text, double *out)
{
    char *end;
    while (tr_is_space(*text))
        text++;
    // No "inf", "nan" or hexadecimal digits.
    if (text[strspn(text, "+-.0123456789eE")] != '\0' &&
        !tr_is_space(text[strspn(text, "+-.0123456789eE")]))
        return false;
    *out = tr_number_parse(text, &end);
    bool is_some = end != text;
    while (tr_is_space(*end))
        end++;
    return is_some && *end == '\0' && is_of_type(self, *out);
}

// As short as it can be written to be read as the same again.
static void write_number(const ui_field *self, double number, char *out)
{
    if (!is_fraction(self->kind)) {
        tr_format(out, UI_FORM_TEXT_CAP_BYTES, "%.0f", number);
        return;
    }
    for (int digits = self->kind == 'f' ? 6 : 15; digits <= 17; digits++) {
        tr_format(out, UI_FORM_TEXT_CAP_BYTES, "%.*g", digits, number);
        double again = tr_number_parse(out, NULL);
        if (self->kind == 'f' ? (float)again == (float)number : again == number)
            return;
    }
}

// -- both ways --

void tr_field_write(const ui_field *self, const void *state, char *out)
{
    const char *at = (const char *)state + self->offset;
    if (self->kind == 'c') {
        memcpy(out, at, self->size);
        out[self->size - 1] = '\0';
    } else if (self->kind == 'b') {
        tr_format(out, UI_FORM_TEXT_CAP_BYTES, "%s", *at != 0 ? "true" : "false");
    } else {
        write_number(self, number_of(self, state), out);
    }
}

bool tr_field_fits(const ui_field *self, const char *text)
{
    return self->kind != 'c' || strlen(text) < self->size;
}

static void store_text(const ui_field *self, char *at, const char *text)
{
    size_t size = strlen(text);
    if (size >= self->size)
        for (size = self->size - 1; size != 0 && ((unsigned char)text[size] & 0xC0) == 0x80;)
            size--;
    memset(at, 0, self->size);
    memcpy(at, text, size);
}

bool tr_field_read(const ui_field *self, void *state, const char *text)
{
    char *at = (char *)state + self->offset;
    double number;
    if (self->kind == 'c') {
        store_text(self, at, text);
    } else if (self->kind == 'b') {
        *at = strcmp(text, "true") == 0;
    } else {
        if (!parse(self, text, &number))
            return false;
        store_number(self, state, number);
    }
    return true;
}

bool tr_field_may_show(const ui_field *self, const void *state, const char *text)
{
    char held[UI_FORM_TEXT_CAP_BYTES];
    double number;
    tr_field_write(self, state, held);
    if (self->kind == 'c')
        return !tr_field_fits(self, text) && strncmp(text, held, strlen(held)) == 0;
    if (self->kind == 'b')
        return false;
    return !parse(self, text, &number) || number == number_of(self, state);
}

// -- rules --

static const char *error_of_number(const ui_field *self, const char *text)
{
    double number;
    if (parse(self, text, &number) && !(number < self->least) && !(number > self->most))
        return NULL;
    if (self->required != NULL && text[0] == '\0')
        return self->required;
    if (self->error != NULL)
        return self->error;
    const char *kind = is_fraction(self->kind) ? "A number" : "A whole number";
    if (isnan(self->least) && isnan(self->most))
        return kind;
    if (isnan(self->least))
        return ui_format("%s, %.15g or less", kind, self->most);
    if (isnan(self->most))
        return ui_format("%s, %.15g or more", kind, self->least);
    return ui_format("%s from %.15g to %.15g", kind, self->least, self->most);
}

const char *tr_field_error(const ui_field *self, const char *text)
{
    const char *error = NULL;
    if (self->kind == 'b')
        error = strcmp(text, "true") == 0 ? NULL : self->required;
    else if (self->kind != 'c')
        error = error_of_number(self, text);
    else if (text[0] == '\0')
        error = self->required;
    else if (!tr_field_fits(self, text))
        error = "This is too long";
    return error == NULL && self->check != NULL ? self->check(text) : error;
}
