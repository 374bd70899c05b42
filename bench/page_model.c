#include "page_model.h"

#include <msgpack.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node.h"

enum { PACKET_FLET = 0x00 };
enum { ACTION_REGISTER = 1, ACTION_PATCH = 2, ACTION_CRASHED = 6 };
enum { OP_REPLACE = 0, OP_ADD = 1, OP_REMOVE = 2, OP_MOVE = 3 };

struct page_model {
    struct node *page;   // NULL before registration
    struct node *button; // borrowed from the tree; NULL when it must be looked for
    struct node *text;
    int64_t button_id; // -1 until found for the first time
    int64_t text_id;
    char error[200];
};

struct page_model *page_model_new(void)
{
    struct page_model *self = calloc(1, sizeof *self);
    if (self == NULL)
        abort();
    self->button_id = -1;
    self->text_id = -1;
    return self;
}

void page_model_free(struct page_model *self)
{
    if (self == NULL)
        return;
    node_free(self->page);
    free(self);
}

const char *page_model_error(const struct page_model *self)
{
    return self->error;
}

static int fail(struct page_model *self, const char *what)
{
    snprintf(self->error, sizeof self->error, "%s", what);
    return PACKET_BROKEN;
}

static const msgpack_object *field(const msgpack_object *map, const char *name)
{
    if (map->type != MSGPACK_OBJECT_MAP)
        return NULL;
    size_t len = strlen(name);
    for (uint32_t i = 0; i < map->via.map.size; i++) {
        const msgpack_object *key = &map->via.map.ptr[i].key;
        if (key->type == MSGPACK_OBJECT_STR && key->via.str.size == len &&
            memcmp(key->via.str.ptr, name, len) == 0)
            return &map->via.map.ptr[i].val;
    }
    return NULL;
}

static bool is_unsigned(const msgpack_object *object)
{
    return object != NULL && object->type == MSGPACK_OBJECT_POSITIVE_INTEGER;
}

static struct node *find_control(struct node *at, int64_t id)
{
    if (node_control_id(at) == id)
        return at;
    for (size_t i = 0; i < at->entry_count; i++) {
        struct node *found = find_control(at->entries[i].node, id);
        if (found != NULL)
            return found;
    }
    return NULL;
}

static struct node *find_root(struct page_model *self, int64_t id)
{
    if (self->page == NULL)
        return NULL;
    if (self->text != NULL && id == self->text_id)
        return self->text;
    return find_control(self->page, id);
}

static void forget_places(struct page_model *self)
{
    self->button = NULL;
    self->text = NULL;
}

// Finds container `number` by walking the patch's tree index and the page side by side. `at` is
// NULL below a step the page does not have.
static struct node *find_container(const msgpack_object *tree, struct node *at,
                                   const msgpack_object *number)
{
    if (tree->type != MSGPACK_OBJECT_ARRAY || tree->via.array.size == 0 || at == NULL)
        return NULL;
    const msgpack_object *parts = tree->via.array.ptr;
    if (is_unsigned(&parts[0]) && parts[0].via.u64 == number->via.u64)
        return at;
    if (tree->via.array.size < 2 || parts[1].type != MSGPACK_OBJECT_MAP)
        return NULL;
    for (uint32_t i = 0; i < parts[1].via.map.size; i++) {
        const msgpack_object_kv *step = &parts[1].via.map.ptr[i];
        struct node *found = find_container(&step->val, node_find(at, &step->key), number);
        if (found != NULL)
            return found;
    }
    return NULL;
}

static int replace(struct page_model *self, struct node *container, const msgpack_object *key,
                   const msgpack_object *value)
{
    struct node *old = node_find(container, key);
    if (old != NULL && node_set_scalar(old, value))
        return 0;
    forget_places(self);
    struct node *child = node_new(value);
    if (node_put(container, key, child))
        return 0;
    node_free(child);
    return fail(self, "patch: replace at a place that does not exist");
}

static int add(struct page_model *self, struct node *container, const msgpack_object *key,
               const msgpack_object *value)
{
    forget_places(self);
    struct node *child = node_new(value);
    if (node_insert(container, key, child))
        return 0;
    node_free(child);
    return fail(self, "patch: add at a place that does not exist");
}

static int move(struct page_model *self, struct node *from, const msgpack_object *from_key,
                struct node *to, const msgpack_object *to_key)
{
    forget_places(self);
    struct node *child = node_remove(from, from_key);
    if (child == NULL)
        return fail(self, "patch: move of something that does not exist");
    if (node_insert(to, to_key, child))
        return 0;
    node_free(child);
    return fail(self, "patch: move to a place that does not exist");
}

static int apply_op(struct page_model *self, struct node *root, const msgpack_object *tree,
                    const msgpack_object *op)
{
    if (op->type != MSGPACK_OBJECT_ARRAY || op->via.array.size < 3)
        return fail(self, "patch: an operation is not an array of at least three");
    const msgpack_object *parts = op->via.array.ptr;
    uint32_t size = op->via.array.size;
    if (!is_unsigned(&parts[0]) || !is_unsigned(&parts[1]))
        return fail(self, "patch: operation code and container must be whole numbers");
    struct node *container = find_container(tree, root, &parts[1]);
    if (container == NULL)
        return fail(self, "patch: an operation on a container that does not exist");

    uint64_t code = parts[0].via.u64;
    if (code == OP_REPLACE && size == 4)
        return replace(self, container, &parts[2], &parts[3]);
    if (code == OP_ADD && size == 4)
        return add(self, container, &parts[2], &parts[3]);
    if (code == OP_REMOVE && size == 3) {
        forget_places(self);
        struct node *removed = node_remove(container, &parts[2]);
        node_free(removed);
        return removed != NULL ? 0 : fail(self, "patch: remove of something that does not exist");
    }
    if (code == OP_MOVE && size == 5 && is_unsigned(&parts[3])) {
        struct node *to = find_container(tree, root, &parts[3]);
        if (to == NULL)
            return fail(self, "patch: move into a container that does not exist");
        return move(self, container, &parts[2], to, &parts[4]);
    }
    return fail(self, "patch: unknown operation");
}

static int apply_patch(struct page_model *self, const msgpack_object *body)
{
    const msgpack_object *id = field(body, "id");
    const msgpack_object *patch = field(body, "patch");
    if (!is_unsigned(id) || patch == NULL || patch->type != MSGPACK_OBJECT_ARRAY ||
        patch->via.array.size < 2)
        return fail(self, "patch: no id, or no array of a tree and operations");
    struct node *root = find_root(self, id->via.i64);
    if (root == NULL)
        return PACKET_IGNORED;
    const msgpack_object *parts = patch->via.array.ptr;
    for (uint32_t i = 1; i < patch->via.array.size; i++)
        if (apply_op(self, root, &parts[0], &parts[i]) != 0)
            return PACKET_BROKEN;
    return PACKET_PATCHED;
}

static int take_registration(struct page_model *self, const msgpack_object *body)
{
    const msgpack_object *error = field(body, "error");
    const msgpack_object *page = field(body, "page_patch");
    if (error != NULL && error->type == MSGPACK_OBJECT_STR && error->via.str.size > 0) {
        snprintf(self->error, sizeof self->error, "registration refused: %.*s",
                 (int)(error->via.str.size < 120 ? error->via.str.size : 120), error->via.str.ptr);
        return PACKET_REFUSED;
    }
    if (page == NULL || page->type != MSGPACK_OBJECT_MAP)
        return fail(self, "registration: no page_patch map in the answer");
    forget_places(self);
    self->button_id = -1;
    self->text_id = -1;
    node_free(self->page);
    self->page = node_new(page);
    return PACKET_REGISTERED;
}

static int take_message(struct page_model *self, const msgpack_object *message)
{
    bool is_message = message->type == MSGPACK_OBJECT_ARRAY && message->via.array.size == 2 &&
                      is_unsigned(&message->via.array.ptr[0]);
    if (!is_message)
        return fail(self, "packet is not [action, body]");
    const msgpack_object *body = &message->via.array.ptr[1];
    switch (message->via.array.ptr[0].via.u64) {
    case ACTION_REGISTER:
        return take_registration(self, body);
    case ACTION_PATCH:
        return apply_patch(self, body);
    case ACTION_CRASHED: {
        const msgpack_object *text = field(body, "message");
        bool has_text = text != NULL && text->type == MSGPACK_OBJECT_STR;
        snprintf(self->error, sizeof self->error, "the server says the session crashed: %.*s",
                 has_text && text->via.str.size < 120 ? (int)text->via.str.size : 0,
                 has_text ? text->via.str.ptr : "");
        return PACKET_BROKEN;
    }
    default:
        return PACKET_IGNORED;
    }
}

int page_model_take_packet(struct page_model *self, const uint8_t *packet, size_t len)
{
    if (len == 0 || packet[0] != PACKET_FLET)
        return PACKET_IGNORED;
    msgpack_unpacked unpacked;
    msgpack_unpacked_init(&unpacked);
    size_t offset = 0;
    msgpack_unpack_return status =
        msgpack_unpack_next(&unpacked, (const char *)packet + 1, len - 1, &offset);
    bool is_whole = status == MSGPACK_UNPACK_SUCCESS && offset == len - 1;
    int result = is_whole ? take_message(self, &unpacked.data)
                          : fail(self, "packet is not one whole msgpack value");
    msgpack_unpacked_destroy(&unpacked);
    return result;
}

static bool is_true(const struct node *node)
{
    return node != NULL && node->kind == NODE_BOOL && node->number != 0;
}

static bool is_counter_text(const struct node *node)
{
    const struct node *type = node_find_name(node, "_c");
    const struct node *value = node_find_name(node, "value");
    int64_t ignored;
    return type != NULL && type->kind == NODE_TEXT && strcmp(type->text, "Text") == 0 &&
           value != NULL && node_is_integer(value, &ignored);
}

static void find_pair(struct page_model *self, struct node *at)
{
    if (node_control_id(at) >= 0) {
        if (self->button == NULL && is_true(node_find_name(at, "on_click")))
            self->button = at;
        if (self->text == NULL && is_counter_text(at))
            self->text = at;
    }
    for (size_t i = 0; i < at->entry_count; i++) {
        if (self->button != NULL && self->text != NULL)
            return;
        find_pair(self, at->entries[i].node);
    }
}

static bool is_located(struct page_model *self)
{
    if (self->button != NULL && self->text != NULL)
        return true;
    if (self->page == NULL)
        return false;
    forget_places(self);
    if (self->button_id >= 0) {
        self->button = find_control(self->page, self->button_id);
        self->text = find_control(self->page, self->text_id);
    }
    if (self->button == NULL || self->text == NULL) {
        forget_places(self);
        find_pair(self, self->page);
    }
    if (self->button == NULL || self->text == NULL)
        return false;
    self->button_id = node_control_id(self->button);
    self->text_id = node_control_id(self->text);
    return true;
}

bool page_model_counter(struct page_model *self, struct page_counter *out)
{
    if (!is_located(self))
        return false;
    const struct node *value = node_find_name(self->text, "value");
    int64_t number;
    if (value == NULL || !node_is_integer(value, &number))
        return false;
    *out = (struct page_counter){self->button_id, self->text_id, number};
    return true;
}
