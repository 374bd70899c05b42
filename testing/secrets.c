#include "testing/secrets.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/number.h"

static const char opening[] = "<secret ";

static unsigned number_of(const tr_secrets *self, const char *text)
{
    for (unsigned i = 0; i < self->count; i++)
        if (strcmp(self->texts[i], text) == 0)
            return i + 1;
    return 0;
}

void tr_secrets_add(tr_secrets *self, const char *text)
{
    if (text[0] != '\0' && number_of(self, text) == 0 && self->count < TR_SECRETS_CAP)
        self->texts[self->count++] = tr_copy_text(text, (uint32_t)strlen(text));
}

static const char *of_environment(unsigned number)
{
    char name[48];
    (void)tr_format(name, sizeof name, "TROUPE_TEST_SECRET_%u", number);
    return getenv(name);
}

static void put_mark(unsigned number, tr_buf *out)
{
    tr_buf_printf(out, "%s%u>", opening, number);
}

void tr_secrets_of_environment(tr_secrets *self)
{
    for (unsigned number = 1; number <= TR_SECRETS_CAP; number++) {
        const char *text = of_environment(number);
        tr_buf mark = {0};
        put_mark(number, &mark);
        tr_secrets_add(self, text != NULL ? text : tr_buf_text(&mark));
        tr_buf_done(&mark);
    }
}

// The secret that the text begins with; 0: none.
static unsigned found_at(const tr_secrets *self, const char *text)
{
    for (unsigned i = 0; i < self->count; i++) {
        size_t size = strlen(self->texts[i]);
        if (size >= TR_SECRET_LEAST_BYTES && strncmp(text, self->texts[i], size) == 0)
            return i + 1;
    }
    return 0;
}

void tr_secrets_hide(tr_secrets *self, const char *text, bool is_secret, tr_buf *out)
{
    if (is_secret && text[0] != '\0') {
        tr_secrets_add(self, text);
        unsigned number = number_of(self, text);
        put_mark(number != 0 ? number : TR_SECRETS_CAP, out);
        return;
    }
    while (*text != '\0') {
        unsigned number = found_at(self, text);
        if (number != 0) {
            put_mark(number, out);
            text += strlen(self->texts[number - 1]);
        } else
            tr_buf_append(out, text++, 1);
    }
}

void tr_secrets_fill(const char *text, tr_buf *out)
{
    while (*text != '\0') {
        char *end;
        bool is_mark = strncmp(text, opening, sizeof opening - 1) == 0;
        unsigned long number = is_mark ? strtoul(text + sizeof opening - 1, &end, 10) : 0;
        const char *own = number >= 1 && number <= TR_SECRETS_CAP && *end == '>'
                              ? of_environment((unsigned)number)
                              : NULL;
        if (own != NULL) {
            tr_buf_append(out, own, strlen(own));
            text = end + 1;
        } else
            tr_buf_append(out, text++, 1);
    }
}

void tr_secrets_done(tr_secrets *self)
{
    for (unsigned i = 0; i < self->count; i++) {
        explicit_bzero(self->texts[i], strlen(self->texts[i]));
        tr_free(self->texts[i]);
    }
    self->count = 0;
}
