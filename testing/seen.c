#include "testing/seen.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "sdk/catalog/catalog.h"
#include "wire/reader.h"

typedef struct visit {
    void (*enter)(struct visit *self, const cm_value *control, const char *property,
                  unsigned depth);
    const tr_test_query *query; // of a search
    unsigned nth;
    unsigned count;
    tr_seen *found;
    unsigned disabled_depth; // how many around it are disabled
    unsigned within_depth;   // how many around it have the query's key
    tr_buf *out;             // of a print
    tr_seen_visitor *visitor;
    void *arg; // of the visitor
} visit;

static bool is_control(const cm_value *value)
{
    return value->kind == CM_MAP && tr_cm_get(value, "_c") != NULL;
}

static bool is_wire(const cm_value *control, const char *wire)
{
    return strcmp(tr_cm_text(tr_cm_get(control, "_c")), wire) == 0;
}

static const tr_kind_info *kind_of(const cm_value *control)
{
    tr_kind_id kind = tr_catalog_find_kind(tr_slice_of(tr_cm_text(tr_cm_get(control, "_c"))));
    return kind != 0 ? tr_catalog_kind(kind) : NULL;
}

static bool is_boolean(const cm_value *value, bool wanted)
{
    if (value == NULL || value->kind != CM_SCALAR)
        return false;
    tr_reader in = tr_reader_of((tr_slice){value->bytes, value->count});
    return tr_reader_peek(&in) == TR_KIND_BOOLEAN && tr_reader_boolean(&in) == wanted;
}

bool tr_seen_is(const cm_value *control, const char *property)
{
    return is_boolean(tr_cm_get(control, property), true);
}

static bool is_in_sight(const cm_value *control)
{
    const tr_kind_info *kind = kind_of(control);
    if (is_boolean(tr_cm_get(control, "visible"), false) || is_wire(control, "Window"))
        return false;
    if (kind != NULL && (kind->flags & TR_HINT_SERVICE) != 0)
        return false;
    return kind == NULL || (kind->flags & TR_HINT_DIALOG) == 0 || tr_seen_is(control, "open");
}

static int by_key(const void *a, const void *b)
{
    return strcmp(((const cm_pair *)a)->key, ((const cm_pair *)b)->key);
}

// Patches take keys out and put them in again: only sorted ones are always in the same order.
static cm_pair *sorted(const cm_value *map)
{
    cm_pair *pairs = tr_calloc(map->count + 1u, sizeof *pairs);
    memcpy(pairs, map->pairs, map->count * sizeof *pairs);
    qsort(pairs, map->count, sizeof *pairs, by_key);
    return pairs;
}

static void walk(visit *self, const cm_value *control, const char *property, unsigned depth);

static void walk_below(visit *self, const cm_value *control, unsigned depth)
{
    cm_pair *pairs = sorted(control);
    for (uint32_t i = 0; i < control->count; i++) {
        const cm_value *value = pairs[i].value;
        bool is_views = is_wire(control, "Page") && strcmp(pairs[i].key, "views") == 0;
        if (is_control(value))
            walk(self, value, pairs[i].key, depth);
        // The topmost view hides the others.
        for (uint32_t j = is_views && value->count > 1 ? value->count - 1 : 0;
             value->kind == CM_LIST && j < value->count; j++)
            if (is_control(value->items[j]))
                walk(self, value->items[j], pairs[i].key, depth);
    }
    tr_free(pairs);
}

static void walk(visit *self, const cm_value *control, const char *property, unsigned depth)
{
    if (!is_in_sight(control))
        return;
    tr_buf key = {0};
    const char *own = tr_seen_text(tr_cm_get(control, "key"), &key);
    bool is_within = self->query != NULL && self->query->within != NULL && own != NULL &&
                     strcmp(own, self->query->within) == 0;
    bool is_disabled = tr_seen_is(control, "disabled");
    self->disabled_depth += is_disabled;
    // Controls that the browser keeps for itself (its dialogs, its services) are none that anybody
    // sees; the content of a component is.
    bool is_shown = property == NULL || property[0] != '_' || strcmp(property, "_b") == 0;
    if (is_shown)
        self->enter(self, control, property, depth);
    self->within_depth += is_within;
    walk_below(self, control, depth + is_shown);
    self->within_depth -= is_within;
    self->disabled_depth -= is_disabled;
    tr_buf_done(&key);
}

// -- texts --

const char *tr_seen_text(const cm_value *value, tr_buf *scratch)
{
    if (value == NULL || value->kind != CM_SCALAR)
        return NULL;
    tr_reader in = tr_reader_of((tr_slice){value->bytes, value->count});
    if (tr_reader_peek(&in) != TR_KIND_TEXT)
        return NULL;
    tr_slice text = tr_reader_text(&in);
    scratch->size = 0;
    tr_buf_append(scratch, text.data, text.size);
    return tr_buf_text(scratch);
}

static const char *const text_properties[] = {"value",   "text",      "content", "label",
                                              "title",   "subtitle",  "error",   "helper",
                                              "tooltip", "hint_text", "message", "placeholder_text",
                                              NULL};

const char *tr_seen_main_text(const cm_value *control, tr_buf *scratch)
{
    const tr_kind_info *kind = kind_of(control);
    const char *text = NULL;
    if (kind != NULL && kind->primary_text != 0) {
        char name[64];
        tr_slice of = tr_catalog_prop_name(kind->primary_text);
        snprintf(name, sizeof name, "%.*s", (int)of.size, of.data);
        text = tr_seen_text(tr_cm_get(control, name), scratch);
    }
    for (unsigned i = 0; text == NULL && text_properties[i] != NULL; i++)
        text = tr_seen_text(tr_cm_get(control, text_properties[i]), scratch);
    return text != NULL ? text : "";
}

static bool has_text(const cm_value *control, const char *wanted, bool is_part)
{
    tr_buf scratch = {0};
    bool found = false;
    for (unsigned i = 0; !found && text_properties[i] != NULL; i++) {
        const char *text = tr_seen_text(tr_cm_get(control, text_properties[i]), &scratch);
        found =
            text != NULL && (is_part ? strstr(text, wanted) != NULL : strcmp(text, wanted) == 0);
    }
    tr_buf_done(&scratch);
    return found;
}

// -- finding --

static bool has_type(const cm_value *control, const char *type)
{
    tr_kind_id kind = tr_catalog_find_name(tr_slice_of(type));
    return is_wire(control, kind != 0 ? tr_catalog_kind(kind)->wire : type);
}

static bool has_key(const cm_value *control, const char *key)
{
    tr_buf scratch = {0};
    const char *own = tr_seen_text(tr_cm_get(control, "key"), &scratch);
    bool has = own != NULL && strcmp(own, key) == 0;
    tr_buf_done(&scratch);
    return has;
}

static void match(visit *self, const cm_value *control, const char *property, unsigned depth)
{
    (void)property;
    const tr_test_query *query = self->query;
    if (depth == 0 || (query->within != NULL && self->within_depth == 0) ||
        (query->key != NULL && !has_key(control, query->key)) ||
        (query->type != NULL && !has_type(control, query->type)) ||
        (query->text != NULL && !has_text(control, query->text, false)) ||
        (query->has != NULL && !has_text(control, query->has, true)))
        return;
    if (++self->count == self->nth)
        *self->found = (tr_seen){control, self->disabled_depth != 0};
}

unsigned tr_seen_find(const cm_value *page, const tr_test_query *query, unsigned nth, tr_seen *out)
{
    visit self = {.enter = match, .query = query, .nth = nth, .found = out};
    if (page != NULL)
        walk(&self, page, NULL, 0);
    return self.count;
}

static bool is_around(const cm_value *at, const cm_value *control, const char *wire,
                      const cm_value **nearest)
{
    bool found = at == control;
    for (uint32_t i = 0; !found && at->kind != CM_SCALAR && i < at->count; i++)
        found = is_around(at->kind == CM_MAP ? at->pairs[i].value : at->items[i], control, wire,
                          nearest);
    if (found && at != control && *nearest == NULL && is_control(at) && is_wire(at, wire))
        *nearest = at;
    return found;
}

const cm_value *tr_seen_around(const cm_value *page, const cm_value *control, const char *wire)
{
    const cm_value *nearest = NULL;
    (void)is_around(page, control, wire, &nearest);
    return nearest;
}

bool tr_seen_contains(const cm_value *outer, const cm_value *control)
{
    const cm_value *nearest = NULL;
    return is_around(outer, control, "", &nearest);
}

// Snack bars and banners lie beside what the user does.
static bool is_blocking(const cm_value *control)
{
    static const char *const wires[] = {
        "AlertDialog", "CupertinoAlertDialog", "BottomSheet",     "CupertinoBottomSheet",
        "DatePicker",  "TimePicker",           "DateRangePicker", "NavigationDrawer"};
    if (!tr_seen_is(control, "open"))
        return false;
    for (unsigned i = 0; i < sizeof wires / sizeof *wires; i++)
        if (is_wire(control, wires[i]))
            return true;
    return false;
}

const cm_value *tr_seen_blocker(const cm_value *page)
{
    const cm_value *dialogs = page != NULL ? tr_cm_get(page, "_dialogs") : NULL;
    const cm_value *list = dialogs != NULL ? tr_cm_get(dialogs, "controls") : NULL;
    for (uint32_t i = list != NULL && list->kind == CM_LIST ? list->count : 0; i-- > 0;)
        if (is_blocking(list->items[i]))
            return list->items[i];
    return NULL;
}

double tr_seen_number(const cm_value *value, double otherwise)
{
    if (value == NULL || value->kind != CM_SCALAR)
        return otherwise;
    tr_reader in = tr_reader_of((tr_slice){value->bytes, value->count});
    return tr_value_as_number(tr_value_read(&in), otherwise);
}

// -- printing --

void tr_seen_quote(const char *text, tr_buf *out)
{
    tr_buf_append(out, "\"", 1);
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\')
            tr_buf_append(out, "\\", 1);
        if (*text == '\n')
            tr_buf_append(out, "\\n", 2);
        else if (*text == '\r')
            tr_buf_append(out, "\\r", 2);
        else
            tr_buf_append(out, text, 1);
    }
    tr_buf_append(out, "\"", 1);
}

void tr_seen_print_value(const cm_value *value, tr_buf *out)
{
    tr_buf scratch = {0};
    const char *text = tr_seen_text(value, &scratch);
    if (text != NULL)
        tr_seen_quote(text, out);
    else
        tr_cm_print(value, out);
    tr_buf_done(&scratch);
}

static bool holds_controls(const cm_value *value)
{
    return is_control(value) ||
           (value->kind == CM_LIST && value->count != 0 && is_control(value->items[0]));
}

// A page's other properties say what browser it is in.
static bool is_told(const cm_value *control, const char *name)
{
    if (name[0] == '_' || strcmp(name, "key") == 0)
        return false;
    return !is_wire(control, "Page") || strcmp(name, "title") == 0 || strcmp(name, "route") == 0 ||
           strncmp(name, "on_", 3) == 0;
}

static void print_property(const cm_value *control, const cm_pair *pair, tr_buf *out)
{
    if (!is_told(control, pair->key) || holds_controls(pair->value) ||
        tr_cm_is_default(control, pair->key))
        return;
    tr_buf_printf(out, " %s", pair->key);
    if (strncmp(pair->key, "on_", 3) == 0)
        return;
    tr_buf_append(out, "=", 1);
    tr_seen_print_value(pair->value, out);
}

static void print(visit *self, const cm_value *control, const char *property, unsigned depth)
{
    tr_buf key = {0};
    const char *own = tr_seen_text(tr_cm_get(control, "key"), &key);
    tr_buf_printf(self->out, "%*s", (int)(2 * depth), "");
    if (property != NULL && strcmp(property, "controls") != 0 && strcmp(property, "views") != 0)
        tr_buf_printf(self->out, "%s: ", property);
    tr_buf_printf(self->out, "%s", tr_cm_text(tr_cm_get(control, "_c")));
    if (own != NULL)
        tr_buf_printf(self->out, " #%s", own);
    cm_pair *pairs = sorted(control);
    for (uint32_t i = 0; i < control->count; i++)
        print_property(control, &pairs[i], self->out);
    tr_free(pairs);
    tr_buf_append(self->out, "\n", 1);
    tr_buf_done(&key);
}

static void call_visitor(visit *self, const cm_value *control, const char *property, unsigned depth)
{
    (void)property, (void)depth;
    self->visitor(self->arg, control);
}

void tr_seen_each(const cm_value *page, tr_seen_visitor *visitor, void *arg)
{
    visit self = {.enter = call_visitor, .visitor = visitor, .arg = arg};
    if (page != NULL)
        walk(&self, page, NULL, 0);
}

void tr_seen_print(const cm_value *page, tr_buf *out)
{
    visit self = {.enter = print, .out = out};
    if (page != NULL)
        walk(&self, page, NULL, 0);
}

void tr_seen_print_query(const tr_test_query *query, tr_buf *out)
{
    const char *const names[] = {"key", "text", "has", "type", "within"};
    const char *const values[] = {query->key, query->text, query->has, query->type, query->within};
    const char *comma = "";
    for (unsigned i = 0; i < 5; i++) {
        if (values[i] == NULL)
            continue;
        tr_buf_printf(out, "%s.%s = ", comma, names[i]);
        tr_seen_quote(values[i], out);
        comma = ", ";
    }
    if (query->nth != 0)
        tr_buf_printf(out, "%s.nth = %u", comma, query->nth);
}
