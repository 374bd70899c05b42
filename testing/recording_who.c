// How a recording names controls: as the author of a test would, so that it still finds them when the page around them
// has changed.

#include <string.h>

#include "base/mem.h"
#include "base/number.h"
#include "testing/recording.h"
#include "testing/recording_text.h"
#include "testing/seen.h"

enum { TEXT_CAP = 80, NTH_CAP = 100000 };

static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./@";

// -- reading --

static char *copy_plain(const char **at)
{
    size_t size = strspn(*at, plain);
    char *copy = size != 0 ? tr_copy_text(*at, size) : NULL;
    *at += size;
    return copy;
}

static char *copy_quoted(const char **at)
{
    char *copy = NULL;
    return tr_recording_quoted(at, &copy) == 0 ? copy : NULL;
}

static char *copy_key(const char **at)
{
    if (**at != '#')
        return NULL;
    ++*at;
    return **at == '"' ? copy_quoted(at) : copy_plain(at);
}

enum { KEY, TEXT, TYPE, WITHIN };

static bool keep(tr_who *self, unsigned what, char *text)
{
    if (text == NULL || self->texts[what] != NULL) {
        tr_free(text);
        return false;
    }
    self->texts[what] = text;
    return true;
}

static bool read_nth(const char **at, tr_who *out)
{
    size_t size = strspn(*at, "0123456789");
    uint64_t nth = 0;
    bool is_one = size != 0 && size < 10 && out->query.nth == 0 &&
                  tr_digits_parse((tr_slice){*at, (uint32_t)size}, &nth) && nth >= 1 &&
                  nth <= NTH_CAP;
    out->query.nth = (unsigned)nth;
    *at += size;
    return is_one;
}

static bool read_part(const char **at, tr_who *out)
{
    if (**at == '#')
        return keep(out, KEY, copy_key(at));
    if (**at == '"')
        return keep(out, TEXT, copy_quoted(at));
    if (tr_recording_skip(at, "nth "))
        return read_nth(at, out);
    if (tr_recording_skip(at, "in "))
        return keep(out, WITHIN, copy_key(at));
    return **at >= 'A' && **at <= 'Z' && keep(out, TYPE, copy_plain(at));
}

const char *tr_who_read(const char *at, tr_who *out, const char **why)
{
    *out = (tr_who){0};
    out->is_page = strncmp(at, "page", 4) == 0 && (at[4] == ':' || at[4] == '\0');
    if (out->is_page)
        return at + 4;
    out->is_hidden = tr_recording_skip(&at, "hidden ");
    bool is_right = read_part(&at, out);
    while (is_right && *at == ' ') {
        at++;
        is_right = read_part(&at, out);
    }
    if (!is_right || (*at != ':' && *at != '\0')) {
        *why = "which control is meant? A type, #key, \"text\", nth N, in #key, or page";
        return NULL;
    }
    out->query = (tr_test_query){.key = out->texts[KEY],
                                 .text = out->texts[TEXT],
                                 .type = out->texts[TYPE],
                                 .within = out->texts[WITHIN],
                                 .nth = out->query.nth};
    return at;
}

void tr_who_done(tr_who *self)
{
    for (unsigned i = 0; i < 4; i++)
        tr_free(self->texts[i]);
    *self = (tr_who){0};
}

// -- finding --

static int64_t id_of(const cm_value *control)
{
    return tr_cm_integer(tr_cm_get(control, "_i"));
}

// Of those that are not in sight the order is that in which they were made.
typedef struct roll {
    const char *type;
    int64_t above; // the least id that is larger than this
    const cm_value *next;
    unsigned up_to; // how many have an id of at most `id`
    int64_t id;
} roll;

static void call(roll *self, const cm_value *at)
{
    if (at->kind == CM_MAP && tr_cm_get(at, "_c") != NULL &&
        strcmp(tr_cm_text(tr_cm_get(at, "_c")), self->type) == 0) {
        int64_t id = id_of(at);
        self->up_to += id <= self->id;
        if (id > self->above && (self->next == NULL || id < id_of(self->next)))
            self->next = at;
    }
    for (uint32_t i = 0; at->kind != CM_SCALAR && i < at->count; i++)
        call(self, at->kind == CM_MAP ? at->pairs[i].value : at->items[i]);
}

static const cm_value *find_hidden(const char *type, unsigned nth, const cm_value *page)
{
    roll all = {.type = type, .above = -1};
    for (unsigned i = 0; i < nth; i++) {
        all.next = NULL;
        call(&all, page);
        if (all.next == NULL)
            return NULL;
        all.above = id_of(all.next);
    }
    return all.next;
}

const cm_value *tr_who_find(const tr_who *self, const cm_value *page)
{
    tr_seen seen = {0};
    unsigned nth = self->query.nth != 0 ? self->query.nth : 1;
    if (page == NULL || self->is_page)
        return page;
    if (!self->is_hidden)
        (void)tr_seen_find(page, &self->query, nth, &seen);
    else if (self->query.type != NULL)
        return find_hidden(self->query.type, nth, page);
    return seen.control;
}

// -- naming --

static unsigned place_of(const cm_value *page, const tr_test_query *query, const cm_value *control,
                         bool *out_is_only)
{
    tr_seen seen = {0};
    unsigned count = tr_seen_find(page, query, 1, &seen);
    *out_is_only = count == 1 && seen.control == control;
    for (unsigned nth = 1; nth <= count && nth <= NTH_CAP; nth++) {
        (void)tr_seen_find(page, query, nth, &seen);
        if (seen.control == control)
            return nth;
    }
    return 0;
}

static void put_key(const char *key, tr_buf *out)
{
    tr_buf_printf(out, "#");
    if (key[0] != '\0' && key[strspn(key, plain)] == '\0')
        tr_buf_printf(out, "%s", key);
    else
        tr_seen_quote(key, out);
}

static void put_query(const tr_test_query *query, tr_buf *out)
{
    tr_buf_printf(out, "%s", query->type != NULL ? query->type : "");
    if (query->key != NULL)
        put_key(query->key, out);
    if (query->text != NULL) {
        tr_buf_printf(out, " ");
        tr_seen_quote(query->text, out);
    }
    if (query->nth != 0)
        tr_buf_printf(out, " nth %u", query->nth);
    if (query->within != NULL) {
        tr_buf_printf(out, " in ");
        put_key(query->within, out);
    }
}

// The words that people know it by; what they can change themselves is none.
static const char *words_of(const cm_value *control, tr_buf *scratch)
{
    static const char *const words[] = {"label", "text", "content", "title", "tooltip"};
    bool is_input = tr_seen_is(control, "on_change") || tr_seen_is(control, "on_submit") ||
                    tr_cm_get(control, "value") != NULL;
    const char *text = is_input ? NULL : tr_seen_main_text(control, scratch);
    for (unsigned i = 0; (text == NULL || text[0] == '\0') && i < sizeof words / sizeof *words; i++)
        text = tr_seen_text(tr_cm_get(control, words[i]), scratch);
    return text != NULL && text[0] != '\0' && strlen(text) <= TEXT_CAP ? text : NULL;
}

// The nearest key around it.
static bool key_around(const cm_value *at, const cm_value *control, tr_buf *out)
{
    bool found = at == control;
    for (uint32_t i = 0; !found && at->kind != CM_SCALAR && i < at->count; i++)
        found = key_around(at->kind == CM_MAP ? at->pairs[i].value : at->items[i], control, out);
    if (found && at != control && out->size == 0 && at->kind == CM_MAP)
        (void)tr_seen_text(tr_cm_get(at, "key"), out);
    return found;
}

// Tries the query with and without what is around; the first that means this control alone, or else a place in the order.
static bool put_best(const cm_value *page, const cm_value *control, tr_test_query query,
                     const char *within, tr_buf *out)
{
    bool is_only = false;
    if (place_of(page, &query, control, &is_only) != 0 && is_only) {
        put_query(&query, out);
        return true;
    }
    query.within = within;
    if (within != NULL && place_of(page, &query, control, &is_only) != 0 && is_only) {
        put_query(&query, out);
        return true;
    }
    return false;
}

static bool put_seen(const cm_value *page, const cm_value *control, tr_buf *out)
{
    tr_buf own = {0};
    tr_buf words = {0};
    tr_buf around = {0};
    char type[128];
    (void)tr_format(type, sizeof type, "%s", tr_cm_text(tr_cm_get(control, "_c")));
    const char *key = tr_seen_text(tr_cm_get(control, "key"), &own);
    const char *text = words_of(control, &words);
    (void)key_around(page, control, &around);
    const char *within = around.size != 0 ? tr_buf_text(&around) : NULL;
    bool is_done = key != NULL && put_best(page, control, (tr_test_query){.key = key}, within, out);
    if (!is_done && text != NULL)
        is_done = put_best(page, control, (tr_test_query){.type = type, .text = text}, within, out);
    if (!is_done)
        is_done = put_best(page, control, (tr_test_query){.type = type}, within, out);
    tr_test_query last = {.type = type, .within = within};
    bool is_only;
    if (!is_done && (last.nth = place_of(page, &last, control, &is_only)) != 0) {
        put_query(&last, out);
        is_done = true;
    }
    tr_buf_done(&own);
    tr_buf_done(&words);
    tr_buf_done(&around);
    return is_done;
}

void tr_who_print(const cm_value *page, const cm_value *control, tr_buf *out)
{
    if (control == page) {
        tr_buf_printf(out, "page");
        return;
    }
    if (put_seen(page, control, out))
        return;
    char type[128];
    (void)tr_format(type, sizeof type, "%s", tr_cm_text(tr_cm_get(control, "_c")));
    roll all = {.type = type, .id = id_of(control)};
    call(&all, page);
    tr_buf_printf(out, "hidden %s nth %u", type, all.up_to);
}
