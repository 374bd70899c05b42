#include "testing/client_model.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/must.h"
#include "sdk/catalog/catalog.h"
#include "wire/reader.h"
#include "wire/writer.h"

// ---- values

static cm_value *new_value(enum cm_kind kind, uint32_t *serials)
{
    cm_value *self = calloc(1, sizeof *self);
    tr_must(self != NULL);
    self->kind = kind;
    self->serial = ++*serials;
    return self;
}

void tr_cm_free(cm_value *self)
{
    if (self == NULL)
        return;
    if (self->kind == CM_SCALAR) {
        free(self->bytes);
    } else if (self->kind == CM_LIST) {
        for (uint32_t i = 0; i < self->count; i++)
            tr_cm_free(self->items[i]);
        free(self->items);
    } else {
        for (uint32_t i = 0; i < self->count; i++) {
            free(self->pairs[i].key);
            tr_cm_free(self->pairs[i].value);
        }
        free(self->pairs);
    }
    free(self);
}

static void list_insert(cm_value *list, uint32_t at, cm_value *item)
{
    if (list->count == list->cap) {
        list->cap = list->cap * 2 + 4;
        list->items = realloc(list->items, list->cap * sizeof *list->items);
    }
    memmove(&list->items[at + 1], &list->items[at], (list->count - at) * sizeof *list->items);
    list->items[at] = item;
    list->count++;
}

static cm_value *list_take(cm_value *list, uint32_t at)
{
    cm_value *item = list->items[at];
    list->count--;
    memmove(&list->items[at], &list->items[at + 1], (list->count - at) * sizeof *list->items);
    return item;
}

static cm_pair *map_pair(const cm_value *map, const char *key)
{
    for (uint32_t i = 0; i < map->count; i++)
        if (strcmp(map->pairs[i].key, key) == 0)
            return &map->pairs[i];
    return NULL;
}

static void map_put(cm_value *map, const char *key, cm_value *value)
{
    cm_pair *pair = map_pair(map, key);
    if (pair != NULL) {
        tr_cm_free(pair->value);
        pair->value = value;
        return;
    }
    if (map->count == map->cap) {
        map->cap = map->cap * 2 + 4;
        map->pairs = realloc(map->pairs, map->cap * sizeof *map->pairs);
    }
    map->pairs[map->count++] = (cm_pair){strdup(key), value};
}

cm_value *tr_cm_get(const cm_value *self, const char *key)
{
    cm_pair *pair = self != NULL && self->kind == CM_MAP ? map_pair(self, key) : NULL;
    return pair != NULL ? pair->value : NULL;
}

static cm_value *map_take(cm_value *map, const char *key)
{
    cm_pair *pair = map_pair(map, key);
    if (pair == NULL)
        return NULL;
    cm_value *value = pair->value;
    free(pair->key);
    *pair = map->pairs[--map->count];
    return value;
}

static void read_key(tr_reader *reader, char *key, size_t size)
{
    if (tr_reader_peek(reader) == TR_KIND_INTEGER) {
        snprintf(key, size, "%lld", (long long)tr_reader_integer(reader));
        return;
    }
    tr_slice text = tr_reader_text(reader);
    snprintf(key, size, "%.*s", (int)text.size, text.data != NULL ? text.data : "");
}

static cm_value *read_value(tr_reader *reader, uint32_t *serials)
{
    enum tr_kind next = tr_reader_peek(reader);
    if (next == TR_KIND_ARRAY) {
        cm_value *list = new_value(CM_LIST, serials);
        uint32_t count = tr_reader_array(reader);
        for (uint32_t i = 0; i < count; i++)
            list_insert(list, i, read_value(reader, serials));
        return list;
    }
    if (next == TR_KIND_MAP) {
        cm_value *map = new_value(CM_MAP, serials);
        uint32_t count = tr_reader_map(reader);
        for (uint32_t i = 0; i < count; i++) {
            char key[128];
            read_key(reader, key, sizeof key);
            map_put(map, key, read_value(reader, serials));
        }
        return map;
    }
    cm_value *scalar = new_value(CM_SCALAR, serials);
    tr_slice bytes = tr_reader_skip(reader);
    scalar->bytes = malloc(bytes.size + 1u);
    memcpy(scalar->bytes, bytes.data, bytes.size);
    scalar->count = bytes.size;
    return scalar;
}

cm_value *tr_cm_copy(const cm_value *self)
{
    uint32_t serials = 0;
    cm_value *copy = new_value(self->kind, &serials);
    copy->serial = self->serial;
    for (uint32_t i = 0; self->kind != CM_SCALAR && i < self->count; i++) {
        if (self->kind == CM_LIST)
            list_insert(copy, i, tr_cm_copy(self->items[i]));
        else
            map_put(copy, self->pairs[i].key, tr_cm_copy(self->pairs[i].value));
    }
    if (self->kind == CM_SCALAR) {
        copy->bytes = malloc(self->count + 1u);
        tr_must(copy->bytes != NULL);
        memcpy(copy->bytes, self->bytes, self->count);
        copy->count = self->count;
    }
    return copy;
}

cm_value *tr_cm_decode(const void *bytes, size_t size)
{
    uint32_t serials = 0;
    tr_reader reader = tr_reader_of((tr_slice){bytes, (uint32_t)size});
    cm_value *value = read_value(&reader, &serials);
    tr_must(!reader.failed && tr_reader_at_end(&reader));
    return value;
}

static tr_reader scalar_reader(const cm_value *self)
{
    return tr_reader_of((tr_slice){self->bytes, self->count});
}

const char *tr_cm_text(const cm_value *self)
{
    static _Thread_local char text[1024];
    if (self == NULL || self->kind != CM_SCALAR)
        return "";
    tr_reader reader = scalar_reader(self);
    tr_slice slice = tr_reader_text(&reader);
    snprintf(text, sizeof text, "%.*s", (int)slice.size, slice.data != NULL ? slice.data : "");
    return text;
}

int64_t tr_cm_integer(const cm_value *self)
{
    if (self == NULL || self->kind != CM_SCALAR)
        return 0;
    tr_reader reader = scalar_reader(self);
    return tr_reader_integer(&reader);
}

// ---- packets

static int fail(cm_client *self, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(self->error, sizeof self->error, format, args);
    va_end(args);
    return -1;
}

void tr_cm_done(cm_client *self)
{
    tr_cm_free(self->page);
    *self = (cm_client){0};
}

static bool same_control(const cm_value *a, const cm_value *b)
{
    cm_value *id = tr_cm_get(a, "_i");
    cm_value *other = tr_cm_get(b, "_i");
    return id != NULL && other != NULL && tr_cm_integer(id) == tr_cm_integer(other);
}

// Protocol section 4.5; takes `from` over.
static void merge(cm_value *to, cm_value *from)
{
    for (uint32_t i = 0; i < from->count; i++) {
        cm_pair *pair = &from->pairs[i];
        cm_value *old = tr_cm_get(to, pair->key);
        bool plain = old != NULL && old->kind == CM_MAP && pair->value->kind == CM_MAP &&
                     tr_cm_get(old, "_c") == NULL && tr_cm_get(pair->value, "_c") == NULL;
        if (strcmp(pair->key, "_c") == 0 || strcmp(pair->key, "_i") == 0)
            continue;
        if (plain || (old != NULL && same_control(old, pair->value)))
            merge(old, pair->value);
        else
            map_put(to, pair->key, pair->value);
        if (!plain && (old == NULL || tr_cm_get(to, pair->key) == pair->value))
            pair->value = NULL;
    }
    for (uint32_t i = 0; i < from->count; i++) {
        free(from->pairs[i].key);
        tr_cm_free(from->pairs[i].value);
    }
    free(from->pairs);
    from->pairs = NULL;
    from->count = from->cap = 0;
}

int tr_cm_take_page(cm_client *self, const void *map, size_t size)
{
    tr_reader reader = tr_reader_of((tr_slice){map, (uint32_t)size});
    cm_value *page = read_value(&reader, &self->serials);
    if (reader.failed || page->kind != CM_MAP) {
        tr_cm_free(page);
        return fail(self, "page_patch is no map");
    }
    if (self->page == NULL) {
        self->page = page;
        return 0;
    }
    merge(self->page, page);
    tr_cm_free(page);
    return 0;
}

static cm_value *find_id(cm_value *at, uint32_t id)
{
    cm_value *found = NULL;
    if (at->kind == CM_MAP) {
        if (tr_cm_get(at, "_c") != NULL && tr_cm_integer(tr_cm_get(at, "_i")) == id)
            return at;
        for (uint32_t i = 0; i < at->count && found == NULL; i++)
            found = find_id(at->pairs[i].value, id);
    } else if (at->kind == CM_LIST) {
        for (uint32_t i = 0; i < at->count && found == NULL; i++)
            found = find_id(at->items[i], id);
    }
    return found;
}

cm_value *tr_cm_find(const cm_client *self, uint32_t id)
{
    return self->page != NULL ? find_id(self->page, id) : NULL;
}

int tr_cm_update(cm_client *self, uint32_t id, const void *props, size_t size)
{
    cm_value *control = tr_cm_find(self, id);
    tr_reader reader = tr_reader_of((tr_slice){props, (uint32_t)size});
    cm_value *map = read_value(&reader, &self->serials);
    if (control != NULL && map->kind == CM_MAP)
        merge(control, map);
    tr_cm_free(map);
    return control != NULL ? 0 : fail(self, "an update of an unknown control");
}

static cm_value *step(cm_value *at, const char *key)
{
    if (at->kind == CM_MAP)
        return tr_cm_get(at, key);
    uint32_t index = (uint32_t)strtoul(key, NULL, 10);
    return at->kind == CM_LIST && index < at->count ? at->items[index] : NULL;
}

// Follows the tree index to the container with that number, from where things are now.
static cm_value *container(const cm_value *node, cm_value *at, int64_t number)
{
    if (at == NULL)
        return NULL;
    if (tr_cm_integer(node->items[0]) == number)
        return at;
    const cm_value *steps = node->count > 1 ? node->items[1] : NULL;
    for (uint32_t i = 0; steps != NULL && i < steps->count; i++) {
        cm_value *found = container(steps->pairs[i].value, step(at, steps->pairs[i].key), number);
        if (found != NULL)
            return found;
    }
    return NULL;
}

static void key_text(const cm_value *key, char *out, size_t size)
{
    tr_reader reader = scalar_reader(key);
    read_key(&reader, out, size);
}

static int apply(cm_client *self, const cm_value *tree, cm_value *root, cm_value *op)
{
    int64_t code = tr_cm_integer(op->items[0]);
    cm_value *at = container(tree, root, tr_cm_integer(op->items[1]));
    char key[128];
    if (at == NULL)
        return fail(self, "op %lld: no such container", (long long)code);
    key_text(op->items[2], key, sizeof key);
    uint32_t index = (uint32_t)strtoul(key, NULL, 10);
    self->ops++;
    if ((code == 0 || code == 1) && at->kind == CM_MAP) {
        map_put(at, key, op->items[3]);
        op->items[3] = new_value(CM_LIST, &self->serials);
        return 0;
    }
    if (code == 0 && index < at->count) {
        tr_cm_free(at->items[index]);
        at->items[index] = op->items[3];
        op->items[3] = new_value(CM_LIST, &self->serials);
        return 0;
    }
    if (code == 1 && at->kind == CM_LIST && index <= at->count) {
        list_insert(at, index, op->items[3]);
        op->items[3] = new_value(CM_LIST, &self->serials);
        return 0;
    }
    if (code == 2 && at->kind == CM_LIST && index < at->count) {
        tr_cm_free(list_take(at, index));
        return 0;
    }
    if (code == 2 && at->kind == CM_MAP && tr_cm_get(at, key) != NULL) {
        tr_cm_free(map_take(at, key));
        return 0;
    }
    cm_value *to = code == 3 ? container(tree, root, tr_cm_integer(op->items[3])) : NULL;
    if (to != NULL && at->kind == CM_LIST && to->kind == CM_LIST && index < at->count) {
        cm_value *moved = list_take(at, index);
        uint32_t place = (uint32_t)tr_cm_integer(op->items[4]);
        if (place > to->count) {
            tr_cm_free(moved);
            return fail(self, "move to %u of %u", place, to->count);
        }
        list_insert(to, place, moved);
        return 0;
    }
    if (to != NULL && at->kind == CM_MAP && to->kind == CM_MAP && tr_cm_get(at, key) != NULL) {
        char new_key[128];
        key_text(op->items[4], new_key, sizeof new_key);
        map_put(to, new_key, map_take(at, key));
        return 0;
    }
    return fail(self, "op %lld at %s does not fit", (long long)code, key);
}

static int take_patch(cm_client *self, cm_value *body)
{
    cm_value *patch = tr_cm_get(body, "patch");
    cm_value *root = tr_cm_find(self, (uint32_t)tr_cm_integer(tr_cm_get(body, "id")));
    if (patch == NULL || patch->kind != CM_LIST || patch->count < 2)
        return fail(self, "a patch without operations");
    if (root == NULL)
        return fail(self, "a patch for an unknown control");
    for (uint32_t i = 1; i < patch->count; i++)
        if (apply(self, patch->items[0], root, patch->items[i]) < 0)
            return -1;
    return 0;
}

int tr_cm_take(cm_client *self, const void *packet, size_t size)
{
    const uint8_t *bytes = packet;
    if (size < 2 || bytes[0] != 0)
        return fail(self, "not a Flet packet");
    tr_reader reader = tr_reader_of((tr_slice){(const char *)bytes + 1, (uint32_t)size - 1});
    cm_value *whole = read_value(&reader, &self->serials);
    int result = 0;
    self->packets++;
    if (reader.failed || !tr_reader_at_end(&reader) || whole->kind != CM_LIST || whole->count != 2)
        result = fail(self, "malformed packet");
    else if (tr_cm_integer(whole->items[0]) == 2)
        result = take_patch(self, whole->items[1]);
    else if (tr_cm_integer(whole->items[0]) == 1) {
        cm_value *page = tr_cm_get(whole->items[1], "page_patch");
        if (page == NULL) {
            result = fail(self, "no page_patch");
        } else if (self->page == NULL) {
            cm_pair *pair = map_pair(whole->items[1], "page_patch");
            self->page = pair->value;
            pair->value = new_value(CM_LIST, &self->serials);
        } else {
            merge(self->page, page);
        }
    }
    tr_cm_free(whole);
    return result;
}

// ---- printing and comparing

static void print_scalar(const cm_value *self, tr_buf *out)
{
    tr_reader reader = scalar_reader(self);
    switch (tr_reader_peek(&reader)) {
    case TR_KIND_NIL:
        tr_buf_printf(out, "nil");
        return;
    case TR_KIND_BOOLEAN:
        tr_buf_printf(out, "%s", tr_reader_boolean(&reader) ? "true" : "false");
        return;
    case TR_KIND_INTEGER:
    case TR_KIND_FLOAT:
        tr_buf_printf(out, "%g", tr_reader_number(&reader));
        return;
    case TR_KIND_TEXT:
        tr_buf_printf(out, "\"%s\"", tr_cm_text(self));
        return;
    default:
        tr_buf_printf(out, "<%u bytes>", self->count);
    }
}

void tr_cm_print(const cm_value *self, tr_buf *out)
{
    if (self->kind == CM_SCALAR) {
        print_scalar(self, out);
        return;
    }
    tr_buf_printf(out, self->kind == CM_LIST ? "[" : "{");
    for (uint32_t i = 0; i < self->count; i++) {
        if (i != 0)
            tr_buf_printf(out, ",");
        if (self->kind == CM_MAP)
            tr_buf_printf(out, "%s:", self->pairs[i].key);
        tr_cm_print(self->kind == CM_LIST ? self->items[i] : self->pairs[i].value, out);
    }
    tr_buf_printf(out, self->kind == CM_LIST ? "]" : "}");
}

// What the browser assumes for a key that is absent.
static cm_value *default_of(const cm_value *control, const char *key)
{
    tr_buf encoded = {0};
    cm_value *wire = tr_cm_get(control, "_c");
    tr_kind_id kind = wire != NULL ? tr_catalog_find_kind(tr_slice_of(tr_cm_text(wire))) : 0;
    tr_prop_id prop = tr_catalog_find_prop(tr_slice_of(key));
    const tr_prop_info *info = kind != 0 && prop != 0 ? tr_catalog_prop(kind, prop) : NULL;
    if (info == NULL)
        tr_write_nil(&encoded);
    else if (info->type & TR_TYPE_EVENT)
        tr_write_boolean(&encoded, false);
    else if ((info->type & ~TR_TYPE_CERTAIN) == TR_TYPE_NODES)
        tr_write_array(&encoded, 0);
    else
        tr_value_write(&encoded, tr_catalog_default(info));
    cm_value *value = tr_cm_decode(encoded.data, encoded.size);
    tr_buf_done(&encoded);
    return value;
}

bool tr_cm_is_default(const cm_value *control, const char *key)
{
    tr_buf why = {0};
    cm_value *assumed = default_of(control, key);
    bool is_default =
        tr_cm_get(control, key) == NULL || tr_cm_same(tr_cm_get(control, key), assumed, &why);
    tr_cm_free(assumed);
    tr_buf_done(&why);
    return is_default;
}

static bool same_scalar(const cm_value *a, const cm_value *b)
{
    if (a->count == b->count && memcmp(a->bytes, b->bytes, a->count) == 0)
        return true;
    tr_reader one = scalar_reader(a);
    tr_reader two = scalar_reader(b);
    enum tr_kind kinds[2] = {tr_reader_peek(&one), tr_reader_peek(&two)};
    for (int i = 0; i < 2; i++)
        if (kinds[i] != TR_KIND_INTEGER && kinds[i] != TR_KIND_FLOAT)
            return false;
    return !(fabs(tr_reader_number(&one) - tr_reader_number(&two)) > 0);
}

// Every key of `a` is the same in `b`; with `absent_only` those that `b` has are taken as compared.
static bool keys_same(const cm_value *a, const cm_value *b, bool absent_only, tr_buf *why)
{
    for (uint32_t i = 0; i < a->count; i++) {
        const cm_pair *pair = &a->pairs[i];
        cm_value *other = tr_cm_get(b, pair->key);
        if (other != NULL && absent_only)
            continue;
        cm_value *assumed = other == NULL ? default_of(a, pair->key) : NULL;
        bool same = tr_cm_same(pair->value, other != NULL ? other : assumed, why);
        tr_cm_free(assumed);
        if (!same) {
            tr_buf_printf(why, " in %s of %s %d", pair->key, tr_cm_text(tr_cm_get(a, "_c")),
                          (int)tr_cm_integer(tr_cm_get(a, "_i")));
            return false;
        }
    }
    return true;
}

bool tr_cm_same(const cm_value *a, const cm_value *b, tr_buf *why)
{
    bool same = a->kind == b->kind;
    if (same && a->kind == CM_SCALAR)
        same = same_scalar(a, b);
    if (same && a->kind == CM_LIST)
        same = a->count == b->count;
    if (!same) {
        tr_cm_print(a, why);
        tr_buf_printf(why, " is not ");
        tr_cm_print(b, why);
        return false;
    }
    if (a->kind == CM_LIST)
        for (uint32_t i = 0; i < a->count; i++)
            if (!tr_cm_same(a->items[i], b->items[i], why))
                return false;
    return a->kind != CM_MAP || (keys_same(a, b, false, why) && keys_same(b, a, true, why));
}
