#include "sdk/tree/props.h"

#include <string.h>

#include "base/mem.h"
#include "sdk/tree/tree_private.h"
#include "troupe/err.h"

// -- may it be? --

static int check_children(const tr_tree *tree, const tr_node *node, const tr_prop *entry)
{
    unsigned type = entry->kind == TR_VALUE_NODE ? TR_TYPE_NODE : TR_TYPE_NODES;
    uint32_t count = entry->kind == TR_VALUE_NODE ? 1 : entry->list->count;
    for (uint32_t i = 0; i < count; i++) {
        // As if it were loose already: what it lies in is given away, too.
        tr_node *child = entry->kind == TR_VALUE_NODE ? entry->node : entry->list->at[i];
        tr_node *carrier = child->parent;
        child->parent = NULL;
        int code = tr_tree_check_new(tree, node, entry->id, type, child);
        child->parent = carrier;
        if (code < 0)
            return tr_explain_child(tr_node_subject(node), entry->id, code);
    }
    return 0;
}

static int check_entry(const tr_tree *tree, const tr_node *node, const tr_prop *entry)
{
    const tr_prop_info *info = tr_catalog_prop(node->kind, entry->id);
    if (info == NULL)
        return tr_explain_value(tr_node_subject(node), entry->id, TR_ENOTFOUND);
    if (entry->kind == TR_VALUE_NODE || entry->kind == TR_VALUE_NODES)
        return check_children(tree, node, entry);
    tr_value value = tr_prop_value(entry);
    int code = tr_catalog_check(info, &value);
    return code < 0 ? tr_explain_value(tr_node_subject(node), entry->id, code) : 0;
}

static int check_entries(const tr_tree *tree, const tr_node *node, const tr_node *from)
{
    uint32_t count;
    const tr_prop *entries = tr_node_props(from, &count);
    for (uint32_t i = 0; i < count; i++) {
        int code = check_entry(tree, node, &entries[i]);
        if (code < 0)
            return code;
    }
    return 0;
}

// -- names --

// The next one; false at the end.
static bool next_name(tr_slice *names, tr_slice *out)
{
    if (names->size == 0)
        return false;
    const char *comma = memchr(names->data, ',', names->size);
    uint32_t size = comma != NULL ? (uint32_t)(comma - names->data) : names->size;
    *out = (tr_slice){names->data, size};
    uint32_t past = comma != NULL ? size + 1 : size;
    *names = (tr_slice){names->data + past, names->size - past};
    return true;
}

static int check_names(const tr_node *node, tr_slice names)
{
    tr_slice name;
    while (next_name(&names, &name)) {
        tr_prop_id prop = tr_catalog_find_prop(name);
        if (prop == 0 || tr_catalog_prop(node->kind, prop) == NULL)
            return tr_explain_name(tr_node_subject(node), name);
    }
    return 0;
}

static int reset(tr_tree *tree, tr_node *node, tr_slice name)
{
    tr_prop_id prop = tr_catalog_find_prop(name);
    const tr_prop *entry = tr_node_prop(node, prop);
    return entry != NULL && entry->kind == TR_VALUE_NODES ? tr_tree_clear(tree, node, prop)
                                                          : tr_tree_set(tree, node, prop, TR_NIL);
}

// -- taking over --

static int take_child(tr_tree *tree, tr_node *node, tr_prop *entry)
{
    tr_node *child = entry->node;
    child->parent = NULL;
    entry->kind = TR_VALUE_NIL;
    int code = tr_tree_put(tree, node, entry->id, child);
    if (code < 0)
        tr_node_free(child);
    return code;
}

static int take_children(tr_tree *tree, tr_node *node, tr_prop *entry)
{
    uint32_t count = entry->list->count;
    for (uint32_t i = 0; i < count; i++)
        entry->list->at[i]->parent = NULL;
    entry->list->count = 0;
    return tr_tree_reconcile(tree, node, entry->id, entry->list->at, count);
}

static int take_entry(tr_tree *tree, tr_node *node, tr_prop *entry)
{
    if (entry->kind == TR_VALUE_NODE)
        return take_child(tree, node, entry);
    if (entry->kind == TR_VALUE_NODES)
        return take_children(tree, node, entry);
    return tr_tree_set(tree, node, entry->id, tr_prop_value(entry));
}

int tr_props_apply(tr_tree *tree, tr_node *node, tr_node *from, tr_slice resets)
{
    int code = check_entries(tree, node, from);
    if (code == 0)
        code = check_names(node, resets);
    tr_slice name;
    while (code == 0 && next_name(&resets, &name))
        code = reset(tree, node, name);
    tr_prop *entries = from->prop_cap == 1 ? &from->one : from->many;
    for (unsigned i = 0; code == 0 && i < from->prop_count; i++)
        code = take_entry(tree, node, &entries[i]);
    return code;
}
