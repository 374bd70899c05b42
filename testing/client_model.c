#include "testing/client_model.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "testing/client_value.h"
#include "wire/reader.h"

static int fail(cm_client *self, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    tr_format_list(self->error, sizeof self->error, format, args);
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

static bool is_control(const cm_value *value)
{
    return value->kind == CM_MAP && tr_cm_get(value, "_c") != NULL;
}

// Flet's client compares a control with the one of the same id that it replaces, by value, and goes
// on listening to the old one when they are equal. `_r` tells them apart.
static bool would_freeze(const cm_value *old, const cm_value *value)
{
    const cm_value *copies[2] = {tr_cm_get(old, "_r"), tr_cm_get(value, "_r")};
    tr_buf why = {0};
    bool same = (copies[0] == NULL) == (copies[1] == NULL) &&
                (copies[0] == NULL || tr_cm_same(copies[0], copies[1], &why)) &&
                tr_cm_same(old, value, &why);
    tr_buf_done(&why);
    return same;
}

static void check_copies(cm_client *self, cm_value *old, const cm_value *value)
{
    cm_value *before =
        is_control(value) ? find_id(old, (uint32_t)tr_cm_integer(tr_cm_get(value, "_i"))) : NULL;
    if (before != NULL && !self->takes_copies && would_freeze(before, value))
        fail(self, "control %lld is sent again as it was: Flet's client would freeze it",
             (long long)tr_cm_integer(tr_cm_get(value, "_i")));
    for (uint32_t i = 0; value->kind != CM_SCALAR && i < value->count; i++)
        check_copies(self, old, value->kind == CM_LIST ? value->items[i] : value->pairs[i].value);
}

// Protocol section 4.5; takes `from` over.
static void merge(cm_client *self, cm_value *to, cm_value *from)
{
    for (uint32_t i = 0; i < from->count; i++) {
        cm_pair *pair = &from->pairs[i];
        cm_value *old = tr_cm_get(to, pair->key);
        bool plain = old != NULL && old->kind == CM_MAP && pair->value->kind == CM_MAP &&
                     tr_cm_get(old, "_c") == NULL && tr_cm_get(pair->value, "_c") == NULL;
        if (strcmp(pair->key, "_c") == 0 || strcmp(pair->key, "_i") == 0)
            continue;
        if (plain || (old != NULL && same_control(old, pair->value)))
            merge(self, old, pair->value);
        else {
            if (old != NULL)
                check_copies(self, old, pair->value);
            tr_cm_put(to, pair->key, pair->value);
        }
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
    cm_value *page = tr_cm_read(&reader, &self->serials);
    if (reader.failed || page->kind != CM_MAP) {
        tr_cm_free(page);
        return fail(self, "page_patch is no map");
    }
    if (self->page == NULL) {
        self->page = page;
        return 0;
    }
    self->error[0] = '\0';
    merge(self, self->page, page);
    tr_cm_free(page);
    return self->error[0] == '\0' ? 0 : -1;
}

cm_value *tr_cm_find(const cm_client *self, uint32_t id)
{
    return self->page != NULL ? find_id(self->page, id) : NULL;
}

int tr_cm_update(cm_client *self, uint32_t id, const void *props, size_t size)
{
    cm_value *control = tr_cm_find(self, id);
    tr_reader reader = tr_reader_of((tr_slice){props, (uint32_t)size});
    cm_value *map = tr_cm_read(&reader, &self->serials);
    if (control != NULL && map->kind == CM_MAP)
        merge(self, control, map);
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
    tr_reader reader = tr_cm_reader(key);
    tr_cm_read_key(&reader, out, size);
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
    if (code == 0 && at->kind == CM_MAP && tr_cm_get(at, key) != NULL)
        check_copies(self, tr_cm_get(at, key), op->items[3]);
    if ((code == 0 || code == 1) && at->kind == CM_MAP) {
        tr_cm_put(at, key, op->items[3]);
        op->items[3] = tr_cm_new(CM_LIST, &self->serials);
        return 0;
    }
    if (code == 0 && index < at->count) {
        tr_cm_free(at->items[index]);
        at->items[index] = op->items[3];
        op->items[3] = tr_cm_new(CM_LIST, &self->serials);
        return 0;
    }
    if (code == 1 && at->kind == CM_LIST && index <= at->count) {
        tr_cm_insert(at, index, op->items[3]);
        op->items[3] = tr_cm_new(CM_LIST, &self->serials);
        return 0;
    }
    if (code == 2 && at->kind == CM_LIST && index < at->count) {
        tr_cm_free(tr_cm_take_item(at, index));
        return 0;
    }
    if (code == 2 && at->kind == CM_MAP && tr_cm_get(at, key) != NULL) {
        tr_cm_free(tr_cm_take_pair(at, key));
        return 0;
    }
    cm_value *to = code == 3 ? container(tree, root, tr_cm_integer(op->items[3])) : NULL;
    if (to != NULL && at->kind == CM_LIST && to->kind == CM_LIST && index < at->count) {
        cm_value *moved = tr_cm_take_item(at, index);
        uint32_t place = (uint32_t)tr_cm_integer(op->items[4]);
        if (place > to->count) {
            tr_cm_free(moved);
            return fail(self, "move to %u of %u", place, to->count);
        }
        tr_cm_insert(to, place, moved);
        return 0;
    }
    if (to != NULL && at->kind == CM_MAP && to->kind == CM_MAP && tr_cm_get(at, key) != NULL) {
        char new_key[128];
        key_text(op->items[4], new_key, sizeof new_key);
        tr_cm_put(to, new_key, tr_cm_take_pair(at, key));
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
    self->error[0] = '\0';
    for (uint32_t i = 1; i < patch->count; i++)
        if (apply(self, patch->items[0], root, patch->items[i]) < 0)
            return -1;
    return self->error[0] == '\0' ? 0 : -1;
}

int tr_cm_take(cm_client *self, const void *packet, size_t size)
{
    const uint8_t *bytes = packet;
    if (size < 2 || bytes[0] != 0)
        return fail(self, "not a Flet packet");
    tr_reader reader = tr_reader_of((tr_slice){(const char *)bytes + 1, (uint32_t)size - 1});
    cm_value *whole = tr_cm_read(&reader, &self->serials);
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
            cm_pair *pair = tr_cm_find_pair(whole->items[1], "page_patch");
            self->page = pair->value;
            pair->value = tr_cm_new(CM_LIST, &self->serials);
        } else {
            self->error[0] = '\0';
            merge(self, self->page, page);
            result = self->error[0] == '\0' ? 0 : -1;
        }
    }
    tr_cm_free(whole);
    return result;
}
