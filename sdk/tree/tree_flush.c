// The changes of a tree, on their way to the browser.

#include "base/mem.h"
#include "sdk/tree/encode.h"
#include "sdk/tree/patch.h"
#include "sdk/tree/patch_signature.h"
#include "sdk/tree/tree_private.h"

void tr_tree_encode_page(tr_tree *self, tr_buf *out, unsigned flags)
{
    tr_encode_control(out, self->page, &(tr_encoding){.flags = flags});
    self->resend_maps = (flags & TR_ENCODE_EXPLICIT) != 0;
}

void tr_tree_encode_node(const tr_tree *self, const tr_node *node, tr_buf *out)
{
    (void)self;
    tr_encode_control(out, (tr_node *)node, &(tr_encoding){0});
}

bool tr_tree_is_dirty(const tr_tree *self)
{
    return self->dirty_count != 0;
}

static bool is_below(const tr_node *node, const tr_node *top)
{
    while (node != NULL && node != top)
        node = node->parent;
    return node != NULL;
}

// The changed controls that are still there and (top not NULL) below that one; takes them off the
// list when `takes`. In `few` when eight are enough, else the caller's to free.
static tr_node **changed_nodes(tr_tree *self, const tr_node *top, bool takes, tr_node *few[8],
                               uint32_t *out_count)
{
    tr_node **nodes =
        self->dirty_count <= 8 ? few : tr_alloc(self->dirty_count * sizeof(tr_node *));
    uint32_t *ids = tr_tree_dirty(self);
    uint32_t count = 0;
    uint32_t left = 0;
    for (uint32_t i = 0; i < self->dirty_count; i++) {
        tr_node *node = tr_tree_find(self, ids[i]);
        if (node == NULL)
            continue;
        if (top == NULL || is_below(node, top))
            nodes[count++] = node;
        else if (takes)
            ids[left++] = node->id;
    }
    if (takes)
        self->dirty_count = left;
    *out_count = count;
    return nodes;
}

static int flush_below(tr_tree *self, const tr_node *top, tr_buf *out)
{
    self->visited = 0;
    if (self->dirty_count == 0)
        return 0;
    tr_node *few[8];
    uint32_t count;
    tr_node **nodes = changed_nodes(self, top, true, few, &count);
    int written = count != 0 ? tr_patch_write(out, nodes, count, &self->visited) : 0;
    if (nodes != few)
        tr_free(nodes);
    return written;
}

bool tr_tree_sign(tr_tree *self, tr_buf *out)
{
    tr_node *few[8];
    uint32_t count;
    tr_node **nodes = changed_nodes(self, NULL, false, few, &count);
    bool is_signed = count != 0 && tr_patch_sign(out, nodes, count);
    if (nodes != few)
        tr_free(nodes);
    return is_signed;
}

void tr_tree_forget(tr_tree *self)
{
    tr_node *few[8];
    uint32_t count;
    tr_node **nodes = changed_nodes(self, NULL, true, few, &count);
    for (uint32_t i = 0; i < count; i++)
        tr_patch_forget(nodes[i]);
    if (nodes != few)
        tr_free(nodes);
}

int tr_tree_flush(tr_tree *self, tr_buf *out)
{
    return flush_below(self, NULL, out);
}

int tr_tree_flush_control(tr_tree *self, const tr_node *node, tr_buf *out)
{
    // A control that the browser has not seen comes with what it is in.
    return (node->flags & TR_NODE_FRESH) == 0 ? flush_below(self, node, out) : 0;
}

static void forget_one(tr_node *node, const tr_node *top, bool is_elsewhere)
{
    if (top != NULL && is_below(node, top) == is_elsewhere)
        return;
    node->flags &= (uint8_t) ~(TR_NODE_FRESH | TR_NODE_MOVED);
    if (node->flags & TR_NODE_DIRTY)
        tr_patch_forget(node);
}

// Forgets what changed below `top`, or elsewhere; NULL: everything.
static void forget(tr_tree *self, const tr_node *top, bool is_elsewhere)
{
    for (unsigned i = 0; i < TR_PARTS && self->has_parts; i++)
        forget_one(&self->parts[i], top, is_elsewhere);
    uint32_t at = 0;
    for (tr_node *node; (node = tr_node_index_next(&self->ids, &at)) != NULL;)
        forget_one(node, top, is_elsewhere);
    uint32_t *ids = tr_tree_dirty(self);
    uint32_t left = 0;
    for (uint32_t i = 0; i < self->dirty_count; i++) {
        const tr_node *node = tr_tree_find(self, ids[i]);
        if (node != NULL && (node->flags & TR_NODE_DIRTY) != 0)
            ids[left++] = node->id;
    }
    self->dirty_count = left;
}

void tr_tree_clean_below(tr_tree *self, const tr_node *top)
{
    forget(self, top, false);
}

void tr_tree_clean(tr_tree *self, const tr_node *kept)
{
    forget(self, kept, true);
    if (!self->resend_maps)
        return;
    self->resend_maps = false;
    tr_prop *entries = self->page->prop_cap == 1 ? &self->page->one : self->page->many;
    for (unsigned i = 0; i < self->page->prop_count; i++) {
        const tr_prop_info *info = tr_catalog_prop(self->page->kind, entries[i].id);
        if (entries[i].kind == TR_VALUE_RAW && (info->rule & TR_RULE_CLIENT_SETS) == 0)
            tr_tree_mark_entry(self, self->page, &entries[i], info);
    }
}

uint32_t tr_tree_visited(const tr_tree *self)
{
    return self->visited;
}
