// A mutable tree of msgpack values: scalars, lists, and maps (a control is a map with "_c"). The
// store behind page_model; children are pointers, so that a moved control stays the same object.
//
// Thread: one per tree. Owns: a node owns its entries and their nodes.
#ifndef BENCH_NODE_H
#define BENCH_NODE_H

#include <msgpack.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum node_kind {
    NODE_NIL,
    NODE_BOOL,
    NODE_INT,
    NODE_TEXT,
    NODE_OPAQUE, // float, bin, ext: a load client needs none of their values
    NODE_LIST,
    NODE_MAP,
};

struct entry {
    char *name;     // text key; NULL for list elements and maps' integer keys
    int64_t number; // integer key of a map
    struct node *node;
};

struct node {
    enum node_kind kind;
    int64_t number; // bool, int
    char *text;
    struct entry *entries;
    size_t entry_count, entry_cap;
};

// Text is copied; nothing points into the message. Aborts when memory is out.
struct node *node_new(const msgpack_object *value);

// Takes NULL.
void node_free(struct node *self);

// Overwrites a scalar with a scalar in place; false (and no change) if either is a list or map.
bool node_set_scalar(struct node *self, const msgpack_object *value);

// The child at a list index, or under a map key. NULL if there is none.
struct node *node_find(const struct node *self, const msgpack_object *key);
struct node *node_find_name(const struct node *self, const char *name);

// Replaces or creates; a list index must exist. False if `self` cannot have that key. Takes `child`
// on success.
bool node_put(struct node *self, const msgpack_object *key, struct node *child);

// Inserts before a list index, or sets a map key. False as above. Takes `child` on success.
bool node_insert(struct node *self, const msgpack_object *key, struct node *child);

// Takes the child out and gives it to the caller. NULL if there is none.
struct node *node_remove(struct node *self, const msgpack_object *key);

// The id of a control; -1 for anything else.
int64_t node_control_id(const struct node *self);

// A whole number, also if it is written as text. False for anything else.
bool node_is_integer(const struct node *self, int64_t *out);

#endif
