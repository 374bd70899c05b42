#include "testing/shown.h"

#include <string.h>

#include "base/mem.h"
#include "sdk/catalog/catalog.h"
#include "testing/seen.h"

typedef struct reading {
    tr_shown *out;
    tr_secrets *secrets;
} reading;

void tr_shown_add(tr_shown *self, tr_buf *line)
{
    if (self->count == self->cap) {
        self->cap = self->cap != 0 ? 2 * self->cap : 64;
        self->lines = tr_realloc(self->lines, self->cap * sizeof *self->lines);
    }
    const char *text = tr_buf_text(line);
    self->lines[self->count++] = tr_copy_text(text, (uint32_t)strlen(text));
    tr_buf_done(line);
}

void tr_shown_done(tr_shown *self)
{
    for (uint32_t i = 0; i < self->count; i++)
        tr_free(self->lines[i]);
    tr_free(self->lines);
    *self = (tr_shown){0};
}

// -- the lines of a page --

// What is said of a control besides its main text, in this order.
static const char *const told[] = {
    "title",   "subtitle",         "label",     "value",    "text",    "content",
    "helper",  "hint_text",        "error",     "message",  "tooltip", "placeholder_text",
    "checked", "selected",         "disabled",  "expanded", "route",   "selected_index",
    "badge",   "active_indicator", "read_only", NULL};

static bool is_readable(const cm_value *value)
{
    if (value == NULL || value->kind == CM_MAP)
        return false;
    for (uint32_t i = 0; value->kind == CM_LIST && i < value->count; i++)
        if (value->items[i]->kind != CM_SCALAR)
            return false;
    return true;
}

static void cut(tr_buf *text)
{
    if (text->size <= TR_SHOWN_TEXT_CAP)
        return;
    text->size = TR_SHOWN_TEXT_CAP;
    while (text->size != 0 && (text->data[text->size] & 0xc0) == 0x80)
        text->size--;
    tr_buf_printf(text, "…");
}

static void put_value(const reading *self, const cm_value *control, const char *name, tr_buf *out)
{
    tr_buf raw = {0};
    tr_buf hidden = {0};
    const cm_value *value = tr_cm_get(control, name);
    const char *text = tr_seen_text(value, &raw);
    bool is_secret = strcmp(name, "value") == 0 && tr_seen_is(control, "password");
    if (text != NULL && is_secret)
        tr_buf_printf(&hidden, "%s", text[0] != '\0' ? "***" : "");
    else if (text != NULL)
        tr_secrets_hide(self->secrets, text, false, &hidden);
    if (text != NULL) {
        cut(&hidden);
        tr_seen_quote(tr_buf_text(&hidden), out);
    } else {
        tr_cm_print(value, &hidden);
        cut(&hidden);
        tr_buf_printf(out, "%s", tr_buf_text(&hidden));
    }
    tr_buf_done(&hidden);
    tr_buf_done(&raw);
}

static void primary_of(const cm_value *control, char name[64])
{
    tr_kind_id id = tr_catalog_find_kind(tr_slice_of(tr_cm_text(tr_cm_get(control, "_c"))));
    const tr_kind_info *kind = id != 0 ? tr_catalog_kind(id) : NULL;
    name[0] = '\0';
    if (kind == NULL || kind->primary_text == 0)
        return;
    tr_slice text = tr_catalog_prop_name(kind->primary_text);
    if (text.size < 64) {
        memcpy(name, text.data, text.size);
        name[text.size] = '\0';
    }
}

static bool has(const cm_value *control, const char *name)
{
    return is_readable(tr_cm_get(control, name)) && !tr_cm_is_default(control, name);
}

static void put_words(const reading *self, const cm_value *control, tr_buf *out)
{
    char primary[64];
    tr_buf raw = {0};
    primary_of(control, primary);
    bool is_main = primary[0] != '\0' && strcmp(primary, "value") != 0 && has(control, primary);
    bool is_text = strcmp(primary, "value") == 0 && has(control, primary) &&
                   tr_seen_text(tr_cm_get(control, primary), &raw) != NULL;
    if (is_main || is_text) {
        tr_buf_append(out, " ", 1);
        put_value(self, control, primary, out);
    }
    for (const char *const *name = told; *name != NULL; name++) {
        if (((is_main || is_text) && strcmp(*name, primary) == 0) || !has(control, *name))
            continue;
        tr_buf_printf(out, " %s=", *name);
        put_value(self, control, *name, out);
    }
    tr_buf_done(&raw);
}

static bool can_be_pressed(const cm_value *control)
{
    return tr_seen_is(control, "on_click") || tr_seen_is(control, "on_change") ||
           tr_seen_is(control, "on_submit") || tr_seen_is(control, "on_select");
}

static void put_line(void *arg, const cm_value *control)
{
    const reading *self = arg;
    tr_buf words = {0};
    tr_buf key = {0};
    put_words(self, control, &words);
    if ((words.size != 0 || can_be_pressed(control)) && self->out->count <= TR_SHOWN_LINES_CAP) {
        tr_buf line = {0};
        const char *own = tr_seen_text(tr_cm_get(control, "key"), &key);
        if (self->out->count == TR_SHOWN_LINES_CAP)
            tr_buf_printf(&line, "(and more)");
        else
            tr_buf_printf(&line, "%s%s%s%s", tr_cm_text(tr_cm_get(control, "_c")),
                          own != NULL ? " #" : "", own != NULL ? own : "", tr_buf_text(&words));
        tr_shown_add(self->out, &line);
    }
    tr_buf_done(&key);
    tr_buf_done(&words);
}

void tr_shown_add_page(tr_shown *self, const cm_value *page, tr_secrets *secrets)
{
    reading all = {self, secrets};
    tr_seen_each(page, put_line, &all);
}

// -- what changed --

static void put_change(tr_shown *self, const char *sign, const char *line)
{
    tr_buf text = {0};
    tr_buf_printf(&text, "%s%s", sign, line);
    tr_shown_add(self, &text);
}

// The longest common lines of what differs: `length[i][j]` is theirs from line i and j on.
static void put_middle(tr_shown *self, char *const *a, uint32_t a_count, char *const *b,
                       uint32_t b_count, bool is_whole)
{
    size_t width = (size_t)b_count + 1;
    uint16_t *length = tr_calloc(((size_t)a_count + 1) * width, sizeof *length);
    for (uint32_t i = a_count; i-- > 0;)
        for (uint32_t j = b_count; j-- > 0;) {
            uint16_t down = length[(i + 1) * width + j];
            uint16_t right = length[i * width + j + 1];
            length[i * width + j] = strcmp(a[i], b[j]) == 0
                                        ? (uint16_t)(length[(i + 1) * width + j + 1] + 1)
                                    : down > right ? down
                                                   : right;
        }
    uint32_t i = 0;
    uint32_t j = 0;
    while (i < a_count || j < b_count) {
        if (i < a_count && j < b_count && strcmp(a[i], b[j]) == 0) {
            if (is_whole)
                put_change(self, "  ", a[i]);
            i++;
            j++;
        } else if (i < a_count &&
                   (j == b_count || length[(i + 1) * width + j] >= length[i * width + j + 1]))
            put_change(self, "- ", a[i++]);
        else
            put_change(self, "+ ", b[j++]);
    }
    tr_free(length);
}

void tr_shown_add_changes(tr_shown *self, const tr_shown *before, const tr_shown *after,
                          bool is_whole)
{
    uint32_t a = before->count;
    uint32_t b = after->count;
    uint32_t start = 0;
    uint32_t end = 0;
    while (start < a && start < b && strcmp(before->lines[start], after->lines[start]) == 0)
        start++;
    while (end < a - start && end < b - start &&
           strcmp(before->lines[a - end - 1], after->lines[b - end - 1]) == 0)
        end++;
    for (uint32_t i = 0; is_whole && i < start; i++)
        put_change(self, "  ", before->lines[i]);
    put_middle(self, before->lines + start, a - start - end, after->lines + start, b - start - end,
               is_whole);
    for (uint32_t i = a - end; is_whole && i < a; i++)
        put_change(self, "  ", before->lines[i]);
}
