#include "node.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void *must_alloc(void *memory)
{
    if (memory == NULL)
        abort();
    return memory;
}

static char *copy_text(const char *bytes, size_t len)
{
    char *text = must_alloc(malloc(len + 1));
    memcpy(text, bytes, len);
    text[len] = '\0';
    return text;
}

static bool is_text(const msgpack_object *object, const char *text)
{
    size_t len = strlen(text);
    return object->type == MSGPACK_OBJECT_STR && object->via.str.size == len &&
           memcmp(object->via.str.ptr, text, len) == 0;
}

static bool is_integer(const msgpack_object *object)
{
    return object->type == MSGPACK_OBJECT_POSITIVE_INTEGER ||
           object->type == MSGPACK_OBJECT_NEGATIVE_INTEGER;
}

static struct entry *append_entry(struct node *self)
{
    if (self->entry_count == self->entry_cap) {
        self->entry_cap = self->entry_cap == 0 ? 4 : self->entry_cap * 2;
        self->entries = must_alloc(realloc(self->entries, self->entry_cap * sizeof *self->entries));
    }
    struct entry *entry = &self->entries[self->entry_count++];
    *entry = (struct entry){0};
    return entry;
}

static void append_keyed(struct node *self, const msgpack_object *key, struct node *child)
{
    struct entry *entry = append_entry(self);
    if (key->type == MSGPACK_OBJECT_STR)
        entry->name = copy_text(key->via.str.ptr, key->via.str.size);
    else
        entry->number = key->via.i64;
    entry->node = child;
}

static bool is_key(const msgpack_object *key)
{
    return key->type == MSGPACK_OBJECT_STR || is_integer(key);
}

static void set_scalar(struct node *self, const msgpack_object *value)
{
    char *old_text = self->text;
    self->text = NULL;
    switch (value->type) {
    case MSGPACK_OBJECT_NIL:
        self->kind = NODE_NIL;
        break;
    case MSGPACK_OBJECT_BOOLEAN:
        self->kind = NODE_BOOL;
        self->number = value->via.boolean;
        break;
    case MSGPACK_OBJECT_POSITIVE_INTEGER:
    case MSGPACK_OBJECT_NEGATIVE_INTEGER:
        self->kind = NODE_INT;
        self->number = value->via.i64;
        break;
    case MSGPACK_OBJECT_STR:
        self->kind = NODE_TEXT;
        self->text = copy_text(value->via.str.ptr, value->via.str.size);
        break;
    default:
        self->kind = NODE_OPAQUE;
        break;
    }
    free(old_text);
}

struct node *node_new(const msgpack_object *value)
{
    struct node *self = must_alloc(calloc(1, sizeof *self));
    if (value->type == MSGPACK_OBJECT_ARRAY) {
        self->kind = NODE_LIST;
        for (uint32_t i = 0; i < value->via.array.size; i++)
            append_entry(self)->node = node_new(&value->via.array.ptr[i]);
    } else if (value->type == MSGPACK_OBJECT_MAP) {
        self->kind = NODE_MAP;
        for (uint32_t i = 0; i < value->via.map.size; i++) {
            const msgpack_object_kv *pair = &value->via.map.ptr[i];
            if (is_key(&pair->key))
                append_keyed(self, &pair->key, node_new(&pair->val));
        }
    } else {
        set_scalar(self, value);
    }
    return self;
}

void node_free(struct node *self)
{
    if (self == NULL)
        return;
    for (size_t i = 0; i < self->entry_count; i++) {
        free(self->entries[i].name);
        node_free(self->entries[i].node);
    }
    free(self->entries);
    free(self->text);
    free(self);
}

bool node_set_scalar(struct node *self, const msgpack_object *value)
{
    bool is_container = self->kind == NODE_LIST || self->kind == NODE_MAP;
    if (is_container || value->type == MSGPACK_OBJECT_ARRAY || value->type == MSGPACK_OBJECT_MAP)
        return false;
    set_scalar(self, value);
    return true;
}

// Position of a key among the entries, or -1.
static ptrdiff_t position_of(const struct node *self, const msgpack_object *key)
{
    if (self->kind == NODE_LIST) {
        bool is_index = key->type == MSGPACK_OBJECT_POSITIVE_INTEGER;
        return is_index && key->via.u64 < self->entry_count ? (ptrdiff_t)key->via.u64 : -1;
    }
    if (self->kind != NODE_MAP)
        return -1;
    for (size_t i = 0; i < self->entry_count; i++) {
        const struct entry *entry = &self->entries[i];
        bool is_match = entry->name != NULL ? is_text(key, entry->name)
                                            : is_integer(key) && key->via.i64 == entry->number;
        if (is_match)
            return (ptrdiff_t)i;
    }
    return -1;
}

struct node *node_find(const struct node *self, const msgpack_object *key)
{
    ptrdiff_t position = position_of(self, key);
    return position < 0 ? NULL : self->entries[position].node;
}

struct node *node_find_name(const struct node *self, const char *name)
{
    if (self->kind != NODE_MAP)
        return NULL;
    for (size_t i = 0; i < self->entry_count; i++)
        if (self->entries[i].name != NULL && strcmp(self->entries[i].name, name) == 0)
            return self->entries[i].node;
    return NULL;
}

bool node_put(struct node *self, const msgpack_object *key, struct node *child)
{
    ptrdiff_t position = position_of(self, key);
    if (position >= 0) {
        node_free(self->entries[position].node);
        self->entries[position].node = child;
        return true;
    }
    if (self->kind != NODE_MAP || !is_key(key))
        return false;
    append_keyed(self, key, child);
    return true;
}

bool node_insert(struct node *self, const msgpack_object *key, struct node *child)
{
    if (self->kind == NODE_MAP)
        return node_put(self, key, child);
    bool is_index = self->kind == NODE_LIST && key->type == MSGPACK_OBJECT_POSITIVE_INTEGER;
    if (!is_index || key->via.u64 > self->entry_count)
        return false;
    size_t position = (size_t)key->via.u64;
    append_entry(self);
    struct entry *entry = &self->entries[position];
    memmove(entry + 1, entry, (self->entry_count - 1 - position) * sizeof *entry);
    *entry = (struct entry){.node = child};
    return true;
}

struct node *node_remove(struct node *self, const msgpack_object *key)
{
    ptrdiff_t position = position_of(self, key);
    if (position < 0)
        return NULL;
    struct entry *entry = &self->entries[position];
    struct node *child = entry->node;
    free(entry->name);
    self->entry_count--;
    memmove(entry, entry + 1, (self->entry_count - (size_t)position) * sizeof *entry);
    return child;
}

int64_t node_control_id(const struct node *self)
{
    if (self->kind != NODE_MAP || node_find_name(self, "_c") == NULL)
        return -1;
    const struct node *id = node_find_name(self, "_i");
    return id != NULL && id->kind == NODE_INT ? id->number : -1;
}

bool node_is_integer(const struct node *self, int64_t *out)
{
    if (self->kind == NODE_INT) {
        *out = self->number;
        return true;
    }
    if (self->kind != NODE_TEXT || self->text[0] == '\0')
        return false;
    bool starts_well = self->text[0] == '-' || (self->text[0] >= '0' && self->text[0] <= '9');
    char *end = NULL;
    errno = 0;
    long long number = strtoll(self->text, &end, 10);
    if (!starts_well || errno != 0 || *end != '\0')
        return false;
    *out = number;
    return true;
}
