#include "host/given.h"

#include <string.h>

#include "base/mem.h"
#include "base/number.h"
#include "crypto/digest.h"
#include "host/secrets.h"
#include "store/store.h"
#include "troupe/err.h"

typedef struct tr_owned_text {
    struct tr_owned_text *next;
    size_t size; // of the text, which may be cut into parts later
    char text[];
} tr_owned_text;

const char *tr_given_keep(tr_options *self, const char *text)
{
    size_t size = strlen(text) + 1;
    tr_owned_text *copy = tr_alloc(sizeof *copy + size);
    memcpy(copy->text, text, size);
    copy->size = size;
    copy->next = self->owned;
    self->owned = copy;
    return copy->text;
}

void tr_given_show(tr_buf *out, const char *text)
{
    tr_character first;
    for (size_t left = strlen(text); left != 0; left -= first.size) {
        first = tr_character_of(text, left);
        if (first.is_control)
            tr_buf_printf(out, "\\x%02x", (unsigned char)text[first.size - 1]);
        else
            tr_buf_append(out, text, first.size);
        text += first.size;
    }
}

// A value as a complaint may show it.
static void show_value(tr_buf *out, const tr_option_row *row, const char *value)
{
    char url[512];
    if (row == &tr_option_rows[TR_OPTION_STORE]) {
        tr_store_public_url(value, url, sizeof url);
        value = url;
    }
    tr_given_show(out, tr_option_is_secret((enum tr_option_id)(row - tr_option_rows)) ? "(hidden)"
                                                                                      : value);
}

int tr_given_complain(const char *source, const char *value, const tr_option_row *row,
                      tr_buf *error)
{
    tr_given_show(error, source);
    tr_buf_printf(error, "%s", source[0] == '-' ? " " : "=");
    show_value(error, row, value);
    tr_buf_printf(error, " is not valid: expected ");
    tr_option_expected(row, error);
    return TR_EINVALID;
}

// Of a setting that may be repeated, --print-config shows all.
static const char *joined(tr_options *self, const char *before, const char *value)
{
    tr_buf both = {0};
    tr_buf_printf(&both, "%s,%s", before, value);
    const char *kept = tr_given_keep(self, tr_buf_text(&both));
    tr_buf_done(&both);
    return kept;
}

int tr_given_take(tr_options *self, unsigned id, const char *value, const char *source,
                  tr_buf *error)
{
    const tr_option_row *row = &tr_option_rows[id];
    tr_given *given = &self->given[id];
    // A list is cut into its parts, so it is a copy.
    const char *text = id == TR_OPTION_BROKER ? tr_given_keep(self, value) : value;
    if (row->read(self, row, text) < 0)
        return tr_given_complain(source, value, row, error);
    bool is_repeated = id == TR_OPTION_BROKER && given->value != NULL;
    *given = (tr_given){is_repeated ? joined(self, given->value, value) : value, source};
    return 0;
}

void tr_options_done(tr_options *self)
{
    while (self->owned != NULL) {
        tr_owned_text *first = self->owned;
        self->owned = first->next;
        tr_secret_wipe(first->text, first->size); // TROUPE_SECRET_KEY_FILE's, for one
        tr_free(first);
    }
    tr_buf_done(&self->warnings);
}
