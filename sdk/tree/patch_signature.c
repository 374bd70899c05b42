#include "sdk/tree/patch_signature.h"

#include "sdk/catalog/catalog.h"
#include "wire/limits.h"

static void add(tr_buf *out, uint32_t number)
{
    tr_buf_append(out, &number, sizeof number);
}

static void add_slice(tr_buf *out, tr_slice slice)
{
    add(out, slice.size);
    if (slice.size != 0)
        tr_buf_append(out, slice.data, slice.size);
}

static bool add_value(tr_buf *out, tr_value value)
{
    add(out, value.kind);
    switch (value.kind) {
    case TR_VALUE_BOOLEAN:
        add(out, value.boolean);
        return true;
    case TR_VALUE_INTEGER:
        tr_buf_append(out, &value.integer, sizeof value.integer);
        return true;
    case TR_VALUE_FLOAT:
        tr_buf_append(out, &value.number, sizeof value.number);
        return true;
    case TR_VALUE_TEXT:
    case TR_VALUE_BYTES:
    case TR_VALUE_RAW:
        add_slice(out, value.slice);
        return true;
    case TR_VALUE_HANDLER:
        return true; // the browser hears only that there is one
    default:
        return false; // its default may depend on the control; children have ids
    }
}

// Where the control is: the patch leads there from the lowest control above all that changed.
static void add_path(tr_buf *out, tr_node *node)
{
    add(out, node->id);
    for (tr_node *at = node; at != NULL; at = at->parent) {
        add(out, at->kind);
        if (at->parent == NULL)
            break;
        const tr_prop *entry = tr_node_prop(at->parent, at->slot);
        add(out, at->parent->id);
        add(out, at->slot);
        add(out, entry != NULL && entry->kind == TR_VALUE_NODES ? tr_node_position(entry->list, at)
                                                                : UINT32_MAX);
    }
}

static bool add_changes(tr_buf *out, tr_node *node)
{
    unsigned flags = tr_catalog_kind(node->kind)->flags;
    if ((flags & TR_HINT_DERIVED) != 0)
        return false;
    uint32_t count;
    const tr_prop *entries = tr_node_props(node, &count);
    for (uint32_t i = 0; i < count; i++) {
        const tr_prop *entry = &entries[i];
        if (!entry->dirty)
            continue;
        const tr_prop_info *info = tr_catalog_prop(node->kind, entry->id);
        if ((info->rule & TR_RULE_STYLE) != 0 || entry->id == TR_PROP_TOOLTIP)
            return false; // goes out together with values that did not change
        if (entry->kind == TR_VALUE_NODE || entry->kind == TR_VALUE_NODES)
            return false;
        add(out, entry->id);
        if (!add_value(out, tr_prop_value(entry)))
            return false;
    }
    add(out, UINT32_MAX);
    return true;
}

bool tr_patch_sign(tr_buf *out, tr_node *const *nodes, uint32_t count)
{
    size_t before = out->size;
    for (uint32_t i = 0; i < count; i++) {
        add_path(out, nodes[i]);
        if (!add_changes(out, nodes[i]) || out->size - before > TR_PATCH_SIGNATURE_CAP_BYTES) {
            out->size = before;
            return false;
        }
    }
    return true;
}
