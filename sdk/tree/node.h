#ifndef TR_SDK_TREE_NODE_H
#define TR_SDK_TREE_NODE_H

// A control: its kind, its properties and its children. Detached until a tree takes it (id 0, free
// to change); then only the tree changes it (sdk/tree/tree.h), so that nothing changes unrecorded.
//
// Thread: the owner's. Owns: its properties and, through them, its children.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sdk/catalog/catalog.h"
#include "sdk/catalog/explain.h"
#include "sdk/catalog/value.h"
#include "sdk/tree/texts.h"

enum { TR_PROP_INSIDE_CAP = 12, TR_PROP_OUTSIDE = 15 };

// A handler and what it is called with, in one piece.
typedef struct tr_bound_handler {
    const tr_handler *handler;
    tr_slice payload; // leads to `bytes`
    char bytes[];
} tr_bound_handler;

// 16 bytes. Texts, bytes and raw values of up to 12 bytes lie in the entry itself.
typedef union tr_prop {
    struct {
        tr_prop_id id;
        uint8_t kind;       // enum tr_value_kind
        uint8_t dirty : 1;  // changed since the browser was last told
        uint8_t inside : 4; // bytes in `small`, or TR_PROP_OUTSIDE: `size` bytes in `large`
        uint32_t size;
        union {
            bool boolean;
            int64_t integer;
            double number;
            char *large;               // owned
            const tr_handler *handler; // unless `inside` is TR_PROP_OUTSIDE
            tr_bound_handler *bound;   // owned; then
            tr_node *node;             // owned
            struct tr_node_list *list; // owned
        };
    };
    struct {
        char head_[4];
        char small[TR_PROP_INSIDE_CAP]; // in the place of all that follows `inside`
    };
} tr_prop;

// While the entry is dirty, `before_count` says how many children the browser knows. As long as
// there was nothing but appending they are the first ones and `before` is NULL; from the first
// other change on `before` has their ids in the old order, also of those that were freed since: no
// other control of the page ever gets the id of one.
typedef struct tr_node_list {
    tr_node **at; // leads to `one` while there is room for one only
    uint32_t *before;
    uint32_t count;
    uint32_t cap;
    uint32_t before_count;
    tr_node *one;
} tr_node_list;

enum tr_node_flag {
    TR_NODE_FRESH = 1 << 0,  // the browser has not seen it
    TR_NODE_DIRTY = 1 << 1,  // on the tree's list of changed nodes
    TR_NODE_SCOPED = 1 << 2, // detached, and owned by `scope`
    TR_NODE_FIXED = 1 << 3,  // part of every page: never removed
    TR_NODE_INSIDE = 1 << 4, // lies in its tree's memory
    TR_NODE_MOVED = 1 << 5   // fresh at its place: the browser has seen it at another one
};

// Read the fields; change them through the functions only. With one property the entry lies in the
// node itself.
struct tr_node {
    union {
        tr_node *parent;        // attached somewhere (in a tree or below a detached node)
        struct tr_scope *scope; // when TR_NODE_SCOPED
    };
    uint32_t id;    // 0 while not in a tree
    uint32_t index; // in the scope; in a child list: a hint
    tr_kind_id kind;
    tr_prop_id slot; // which of the parent's properties holds it
    uint8_t flags;   // set of enum tr_node_flag
    uint8_t prop_count;
    uint8_t prop_cap; // 1 = the entry inside
    uint8_t height;   // while detached: levels below, or more
    union {
        tr_prop one;
        tr_prop *many;
    };
};

// The owner of nodes that were built and never added: the scope that was current on this thread at
// the time. Zeroed memory is an empty scope.
typedef struct tr_scope {
    tr_node **nodes;
    uint32_t count;
    uint32_t cap;
    uint32_t next;             // where the last one that was looked for was: the next one is near
    const tr_handler *handler; // its owner; NULL: nobody's
    tr_texts texts;            // that it made on the spot
    char *trace;               // W3C traceparent (wire/trace.h); its owner's; NULL: none
} tr_scope;

// Makes `scope` current on this thread (NULL: none) and returns the one before.
tr_scope *tr_scope_swap(tr_scope *scope);

// The trace that what runs belongs to; NULL: none.
const char *tr_scope_trace(void);

bool tr_scope_is_current(const tr_scope *scope);

// Those of the current scope; NULL: there is none.
tr_texts *tr_scope_texts(void);

// May the author's code that runs here give this control away? Only one that it made itself and
// that is nowhere yet; where no scope is current, any. Looks at the pointer alone, so that it may
// be one of before.
bool tr_scope_has(const tr_node *node);

// Frees every node the scope still owns and its texts; the scope is empty and usable again.
void tr_scope_clear(tr_scope *self);

// A detached control. It belongs to the current scope if there is one, otherwise to the caller.
tr_node *tr_node_new(tr_kind_id kind) __attribute__((warn_unused_result));

// A detached node and all below it. NULL is fine. Not for nodes in a tree or below another node.
void tr_node_free(tr_node *self);

// Takes the node out of its scope: from now on it is the caller's.
void tr_node_release(tr_node *self);

// Entry of a property, or NULL. Borrowed until the next change.
const tr_prop *tr_node_prop(const tr_node *self, tr_prop_id prop);
const tr_prop *tr_node_props(const tr_node *self, uint32_t *out_count);

// The property's value; nil when not set (not the default: see tr_node_get).
tr_value tr_node_value(const tr_node *self, tr_prop_id prop);

// The property's value, or the catalog's default when it is not set.
tr_value tr_node_get(const tr_node *self, tr_prop_id prop);

// The child list; NULL when there never was one.
const tr_node_list *tr_node_children(const tr_node *self, tr_prop_id prop);

// The key, or an empty slice.
tr_slice tr_node_key(const tr_node *self);

// The class and key of a node, for the log.
tr_subject tr_node_subject(const tr_node *self);

// Detached nodes only. Checked against the catalog: 0, TR_ENOTFOUND (no such property here),
// TR_EWRONGTYPE, TR_EINVALID (see tr_catalog_check; also a node in a tree), TR_ETOOBIG. A misuse is
// logged as a warning. A default is not kept.
int tr_node_set(tr_node *self, tr_prop_id prop, tr_value value);

// Detached parents only. Takes the child over: 0; TR_ENOTFOUND (no such slot), TR_EEXISTS (the
// child has a parent already), TR_EINVALID (a cycle, a child in a tree); on failure it stays where
// it was, and a warning is logged. A NULL child is skipped (0). tr_node_put replaces a single
// child.
int tr_node_put(tr_node *self, tr_prop_id prop, tr_node *child);
int tr_node_append(tr_node *self, tr_prop_id prop, tr_node *child);

// A detached copy of the whole (handlers included). Belongs as tr_node_new says.
tr_node *tr_node_copy(const tr_node *self) __attribute__((warn_unused_result));

// Number of nodes, itself included.
uint32_t tr_node_count(const tr_node *self);

// Between threads and processes: without ids, handlers by name. `name` gives a handler's name.
void tr_node_encode(const tr_node *self, tr_slice (*name)(const tr_handler *), tr_buf *out);

// The way back, from bytes of any origin (everything is checked). `find` may return NULL: the
// handler is left out and a warning logged. 0; TR_EMALFORMED; TR_EPROTOCOL (unknown control or
// property, wrong type); TR_ETOOBIG (more than `node_cap` controls). The node belongs as
// tr_node_new says.
int tr_node_decode(tr_slice bytes, uint32_t node_cap, const tr_handler *(*find)(tr_slice name),
                   tr_node **out) __attribute__((warn_unused_result));

// -- for tree.c and its neighbours: no checks, no records --

// Writable entry, or NULL; tr_node_touch makes one (nil) when there is none.
tr_prop *tr_node_entry(tr_node *self, tr_prop_id prop);
tr_prop *tr_node_touch(tr_node *self, tr_prop_id prop);

// The value of an entry, borrowed.
tr_value tr_prop_value(const tr_prop *entry);

// Replaces an entry's contents with a copy; what it owned is freed (nodes too).
void tr_prop_store(tr_prop *entry, tr_value value);

// Puts a child without a parent into an entry that is a list (or nil: it becomes one), at
// `position`.
void tr_node_link(tr_node *parent, tr_prop *entry, uint32_t position, tr_node *child);

// The types among TR_TYPE_NODE and TR_TYPE_NODES that the slot takes. A component (wire type "C")
// stands for what it renders, so it may be alone where a list is expected.
static inline unsigned tr_node_slot(const tr_prop_info *info, const tr_node *child)
{
    unsigned type = info->type & (TR_TYPE_NODE | TR_TYPE_NODES);
    return child->kind == TR_CONTROL_COMPONENT && type != 0 ? type | TR_TYPE_NODE : type;
}

// Says so when the slot is for other types of controls. Of few slots that is known.
static inline void tr_node_check_kind(const tr_node *self, tr_prop_id prop, const tr_node *child)
{
    const tr_prop_info *info = tr_catalog_prop(self->kind, prop);
    if (info != NULL && (info->type & TR_TYPE_CERTAIN) != 0)
        tr_explain_kind(tr_node_subject(self), prop, child->kind);
}

// Where a child is in its list.
uint32_t tr_node_position(const tr_node_list *list, tr_node *child);

// Is it detached and without a parent?
static inline bool tr_node_is_loose(const tr_node *self)
{
    return self->id == 0 && ((self->flags & TR_NODE_SCOPED) != 0 || self->parent == NULL);
}

#endif
