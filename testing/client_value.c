// The values of the model: msgpack as maps, lists and scalars that can be changed.

#include "testing/client_value.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/must.h"
#include "wire/reader.h"

cm_value *tr_cm_new(enum cm_kind kind, uint32_t *serials)
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

void tr_cm_insert(cm_value *list, uint32_t at, cm_value *item)
{
    if (list->count == list->cap) {
        list->cap = list->cap * 2 + 4;
        list->items = realloc(list->items, list->cap * sizeof *list->items);
    }
    memmove(&list->items[at + 1], &list->items[at], (list->count - at) * sizeof *list->items);
    list->items[at] = item;
    list->count++;
}

cm_value *tr_cm_take_item(cm_value *list, uint32_t at)
{
    cm_value *item = list->items[at];
    list->count--;
    memmove(&list->items[at], &list->items[at + 1], (list->count - at) * sizeof *list->items);
    return item;
}

cm_pair *tr_cm_find_pair(const cm_value *map, const char *key)
{
    for (uint32_t i = 0; i < map->count; i++)
        if (strcmp(map->pairs[i].key, key) == 0)
            return &map->pairs[i];
    return NULL;
}

void tr_cm_put(cm_value *map, const char *key, cm_value *value)
{
    cm_pair *pair = tr_cm_find_pair(map, key);
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
    cm_pair *pair = self != NULL && self->kind == CM_MAP ? tr_cm_find_pair(self, key) : NULL;
    return pair != NULL ? pair->value : NULL;
}

cm_value *tr_cm_take_pair(cm_value *map, const char *key)
{
    cm_pair *pair = tr_cm_find_pair(map, key);
    if (pair == NULL)
        return NULL;
    cm_value *value = pair->value;
    free(pair->key);
    *pair = map->pairs[--map->count];
    return value;
}

void tr_cm_read_key(tr_reader *reader, char *key, size_t size)
{
    if (tr_reader_peek(reader) == TR_KIND_INTEGER) {
        snprintf(key, size, "%lld", (long long)tr_reader_integer(reader));
        return;
    }
    tr_slice text = tr_reader_text(reader);
    snprintf(key, size, "%.*s", (int)text.size, text.data != NULL ? text.data : "");
}

cm_value *tr_cm_read(tr_reader *reader, uint32_t *serials)
{
    enum tr_kind next = tr_reader_peek(reader);
    if (next == TR_KIND_ARRAY) {
        cm_value *list = tr_cm_new(CM_LIST, serials);
        uint32_t count = tr_reader_array(reader);
        for (uint32_t i = 0; i < count; i++)
            tr_cm_insert(list, i, tr_cm_read(reader, serials));
        return list;
    }
    if (next == TR_KIND_MAP) {
        cm_value *map = tr_cm_new(CM_MAP, serials);
        uint32_t count = tr_reader_map(reader);
        for (uint32_t i = 0; i < count; i++) {
            char key[128];
            tr_cm_read_key(reader, key, sizeof key);
            tr_cm_put(map, key, tr_cm_read(reader, serials));
        }
        return map;
    }
    cm_value *scalar = tr_cm_new(CM_SCALAR, serials);
    tr_slice bytes = tr_reader_skip(reader);
    scalar->bytes = malloc(bytes.size + 1u);
    memcpy(scalar->bytes, bytes.data, bytes.size);
    scalar->count = bytes.size;
    return scalar;
}

cm_value *tr_cm_copy(const cm_value *self)
{
    uint32_t serials = 0;
    cm_value *copy = tr_cm_new(self->kind, &serials);
    copy->serial = self->serial;
    for (uint32_t i = 0; self->kind != CM_SCALAR && i < self->count; i++) {
        if (self->kind == CM_LIST)
            tr_cm_insert(copy, i, tr_cm_copy(self->items[i]));
        else
            tr_cm_put(copy, self->pairs[i].key, tr_cm_copy(self->pairs[i].value));
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
    cm_value *value = tr_cm_read(&reader, &serials);
    tr_must(!reader.failed && tr_reader_at_end(&reader));
    return value;
}

tr_reader tr_cm_reader(const cm_value *self)
{
    return tr_reader_of((tr_slice){self->bytes, self->count});
}

const char *tr_cm_text(const cm_value *self)
{
    static _Thread_local char text[1024];
    if (self == NULL || self->kind != CM_SCALAR)
        return "";
    tr_reader reader = tr_cm_reader(self);
    tr_slice slice = tr_reader_text(&reader);
    snprintf(text, sizeof text, "%.*s", (int)slice.size, slice.data != NULL ? slice.data : "");
    return text;
}

int64_t tr_cm_integer(const cm_value *self)
{
    if (self == NULL || self->kind != CM_SCALAR)
        return 0;
    tr_reader reader = tr_cm_reader(self);
    return tr_reader_integer(&reader);
}
