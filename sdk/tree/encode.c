#include "sdk/tree/encode.h"

#include <string.h>

#include "base/must.h"
#include "base/random.h"
#include "sdk/tree/derive.h"
#include "wire/writer.h"

tr_open tr_open_container(tr_buf *out)
{
    tr_open open = {out->size, 0};
    *tr_buf_reserve(out, 1) = 0;
    out->size++;
    return open;
}

static void close_container(tr_buf *out, const tr_open *open, uint8_t small, uint8_t wide)
{
    if (open->count < 16) {
        out->data[open->at] = (uint8_t)(small | open->count);
        return;
    }
    unsigned more = open->count <= UINT16_MAX ? 2 : 4;
    (void)tr_buf_reserve(out, more);
    uint8_t *at = out->data + open->at;
    memmove(at + 1 + more, at + 1, out->size - open->at - 1);
    out->size += more;
    *at++ = more == 2 ? wide : (uint8_t)(wide + 1);
    for (unsigned i = 0; i < more; i++)
        at[i] = (uint8_t)(open->count >> (8 * (more - 1 - i)));
}

void tr_close_map(tr_buf *out, const tr_open *open)
{
    close_container(out, open, 0x80, 0xde);
}

void tr_close_array(tr_buf *out, const tr_open *open)
{
    close_container(out, open, 0x90, 0xdc);
}

void tr_open_key(tr_buf *out, tr_open *open, tr_slice key)
{
    tr_write_text(out, key);
    open->count++;
}

static void write_flag(tr_buf *out, tr_open *map, tr_slice key)
{
    tr_open_key(out, map, key);
    tr_write_boolean(out, true);
}

// -- _internals --

// Appends a stored map's pairs to an open one.
static void append_pairs(tr_buf *out, tr_open *map, tr_slice raw)
{
    tr_reader reader = tr_reader_of(raw);
    uint32_t count = tr_reader_map(&reader);
    if (reader.failed)
        return;
    tr_write_raw(out, (tr_slice){(const char *)reader.at, (uint32_t)(reader.end - reader.at)});
    map->count += count;
}

// Those of a style's pairs that the button does not say itself.
static void append_style(tr_buf *out, tr_open *map, tr_slice raw, const tr_node *node,
                         const tr_prop_id *props, unsigned count, bool has_elevation)
{
    tr_reader reader = tr_reader_of(raw);
    uint32_t pairs = tr_reader_map(&reader);
    for (uint32_t i = 0; i < pairs && !reader.failed; i++) {
        tr_slice key = tr_reader_text(&reader);
        tr_slice value = tr_reader_skip(&reader);
        bool is_said = has_elevation && tr_slice_is(key, "elevation");
        for (unsigned j = 0; j < count; j++)
            is_said = is_said || (tr_slice_equal(key, tr_catalog_prop_name(props[j])) &&
                                  tr_node_value(node, props[j]).kind != TR_VALUE_NIL);
        if (is_said || reader.failed)
            continue;
        tr_open_key(out, map, key);
        tr_write_raw(out, value);
    }
}

static void write_style(tr_buf *out, tr_open *map, const tr_node *node, bool icon)
{
    static const tr_prop_id of_buttons[] = {TR_PROP_COLOR, TR_PROP_BGCOLOR};
    static const tr_prop_id of_icons[] = {TR_PROP_BGCOLOR, TR_PROP_VISUAL_DENSITY,
                                          TR_PROP_MOUSE_CURSOR};
    const tr_prop_id *props = icon ? of_icons : of_buttons;
    unsigned count = icon ? 3 : 2;
    tr_value style = tr_node_value(node, TR_PROP_STYLE);
    tr_value elevation = icon ? TR_NIL : tr_node_get(node, TR_PROP_ELEVATION);
    const tr_prop_info *row = icon ? NULL : tr_catalog_prop(node->kind, TR_PROP_ELEVATION);
    bool any = style.kind == TR_VALUE_RAW ||
               (row != NULL && !tr_value_equal(elevation, tr_catalog_default(row)));
    for (unsigned i = 0; i < count; i++)
        any = any || tr_node_value(node, props[i]).kind != TR_VALUE_NIL;
    if (!any)
        return;
    tr_open_key(out, map, TR_SLICE("style"));
    tr_open inner = tr_open_container(out);
    for (unsigned i = 0; i < count; i++) {
        tr_value value = tr_node_value(node, props[i]);
        if (value.kind == TR_VALUE_NIL)
            continue;
        tr_open_key(out, &inner, tr_catalog_prop_name(props[i]));
        tr_value_write(out, value);
    }
    if (row != NULL) {
        tr_open_key(out, &inner, TR_SLICE("elevation"));
        tr_value_write(out, elevation);
    }
    if (style.kind == TR_VALUE_RAW)
        append_style(out, &inner, style.slice, node, props, count, row != NULL);
    tr_close_map(out, &inner);
}

static void write_tooltip(tr_buf *out, tr_open *map, const tr_node *node)
{
    tr_value tooltip = tr_node_get(node, TR_PROP_TOOLTIP);
    if (tooltip.kind != TR_VALUE_TEXT && tooltip.kind != TR_VALUE_RAW)
        return;
    tr_open_key(out, map, TR_SLICE("tooltip"));
    if (tooltip.kind == TR_VALUE_TEXT) {
        tr_write_map(out, 2);
        tr_write_literal(out, "text_style");
        tr_write_map(out, 0);
        tr_write_literal(out, "text");
    }
    tr_value_write(out, tooltip);
}

bool tr_encode_internals(tr_buf *out, const tr_node *node)
{
    const tr_kind_info *kind = tr_catalog_kind(node->kind);
    tr_value own = tr_node_value(node, TR_PROP__INTERNALS);
    unsigned hints = TR_HINT_HOST_EXPANDED | TR_HINT_HOST_POSITIONED | TR_HINT_STYLED_BUTTON |
                     TR_HINT_STYLED_ICON_BUTTON | TR_HINT_DERIVED_TOOLTIP | TR_HINT_SKIP_NOTIFIER;
    if ((kind->flags & hints) == 0 && kind->internals == NULL && own.kind != TR_VALUE_RAW)
        return false;
    size_t before = out->size;
    tr_open map = tr_open_container(out);
    if (kind->flags & TR_HINT_HOST_EXPANDED)
        write_flag(out, &map, TR_SLICE("host_expanded"));
    if (kind->flags & TR_HINT_HOST_POSITIONED)
        write_flag(out, &map, TR_SLICE("host_positioned"));
    if (kind->flags & TR_HINT_SKIP_NOTIFIER)
        write_flag(out, &map, TR_SLICE("skip_inherited_notifier"));
    if (kind->internals != NULL) {
        tr_open_key(out, &map, TR_SLICE("skip_properties"));
        tr_open list = tr_open_container(out);
        for (const char *const *name = kind->internals; *name != NULL; name++, list.count++)
            tr_write_literal(out, *name);
        tr_close_array(out, &list);
    }
    if (kind->flags & (TR_HINT_STYLED_BUTTON | TR_HINT_STYLED_ICON_BUTTON))
        write_style(out, &map, node, (kind->flags & TR_HINT_STYLED_ICON_BUTTON) != 0);
    if (kind->flags & TR_HINT_DERIVED_TOOLTIP)
        write_tooltip(out, &map, node);
    if (own.kind == TR_VALUE_RAW)
        append_pairs(out, &map, own.slice);
    tr_close_map(out, &map);
    if (map.count == 0)
        out->size = before;
    return map.count != 0;
}

// -- controls --

void tr_encode_reset(tr_buf *out, const tr_node *node, const tr_prop_info *info)
{
    tr_value derived = tr_derive(node, info->prop);
    if (derived.kind != TR_VALUE_NIL)
        tr_value_write(out, derived);
    else if (info->type & TR_TYPE_EVENT)
        tr_write_boolean(out, false);
    else if ((info->type & ~TR_TYPE_CERTAIN) == TR_TYPE_NODES)
        tr_write_array(out, 0);
    else
        tr_value_write(out, tr_catalog_default(info));
}

static void encode_list(tr_buf *out, const tr_node_list *list, tr_encoding *encoding)
{
    tr_write_array(out, list->count);
    for (uint32_t i = 0; i < list->count; i++)
        tr_encode_control(out, list->at[i], encoding);
}

static void encode_entry(tr_buf *out, tr_open *map, tr_node *node, const tr_prop *entry,
                         tr_encoding *encoding)
{
    if (entry->kind == TR_VALUE_NIL)
        return;
    if (entry->kind == TR_VALUE_NODES && entry->list->count == 0)
        return;
    const tr_prop_info *info = tr_catalog_prop(node->kind, entry->id);
    tr_must(info != NULL);
    if (info->rule & TR_RULE_NEVER)
        return;
    if (entry->kind == TR_VALUE_NODE) {
        tr_open_key(out, map, tr_catalog_wire_name(node->kind, info));
        tr_encode_control(out, entry->node, encoding);
    } else if (entry->kind == TR_VALUE_NODES) {
        tr_open_key(out, map, tr_catalog_wire_name(node->kind, info));
        encode_list(out, entry->list, encoding);
    } else if ((info->rule & TR_RULE_ALWAYS) != 0 ||
               !tr_value_equal(tr_prop_value(entry), tr_catalog_default(info))) {
        tr_open_key(out, map, tr_catalog_wire_name(node->kind, info));
        tr_value_write(out, tr_prop_value(entry));
    }
}

// Is the property written by encode_entry?
static bool is_written(const tr_node *node, const tr_prop_info *info)
{
    const tr_prop *entry = tr_node_prop(node, info->prop);
    if (entry == NULL || entry->kind == TR_VALUE_NIL)
        return false;
    if (entry->kind == TR_VALUE_NODES)
        return entry->list->count != 0;
    return entry->kind == TR_VALUE_NODE || (info->rule & TR_RULE_ALWAYS) != 0 ||
           !tr_value_equal(tr_prop_value(entry), tr_catalog_default(info));
}

// Properties that are written although nothing set them.
static void encode_absent(tr_buf *out, tr_open *map, const tr_node *node, bool explicit_empties)
{
    const tr_kind_info *kind = tr_catalog_kind(node->kind);
    for (unsigned i = 0; i < kind->prop_count; i++) {
        const tr_prop_info *info = &kind->props[i];
        if ((info->rule & TR_RULE_NEVER) != 0)
            continue;
        if (!explicit_empties && (info->rule & TR_RULE_ALWAYS) == 0)
            continue;
        if (is_written(node, info))
            continue;
        tr_open_key(out, map, tr_catalog_wire_name(node->kind, info));
        tr_encode_reset(out, node, info);
    }
}

typedef struct derived_entry {
    tr_buf *out;
    tr_open *map;
    const tr_node *node;
} derived_entry;

static void encode_derived(void *arg, const tr_prop_info *info)
{
    const derived_entry *at = arg;
    tr_value value = tr_derive(at->node, info->prop);
    if (value.kind == TR_VALUE_NIL || is_written(at->node, info))
        return;
    tr_open_key(at->out, at->map, tr_catalog_wire_name(at->node->kind, info));
    tr_value_write(at->out, value);
}

// Is the control one that the client replaces by what is written, not one it merges into? The root
// view is fixed too, but it is in a list.
static bool is_replaced(const tr_node *node)
{
    return (node->flags & TR_NODE_FIXED) == 0 || node->kind == TR_CONTROL_VIEW;
}

// Numbers differ between processes too: the last copy may be from a process that has ended.
static void write_copy(tr_buf *out, tr_open *map, tr_encoding *encoding)
{
    if (encoding->copy == 0)
        encoding->copy = (uint32_t)(tr_random_u64() | 1);
    tr_open_key(out, map, TR_SLICE("_r"));
    tr_write_unsigned(out, encoding->copy);
}

void tr_encode_control(tr_buf *out, tr_node *node, tr_encoding *encoding)
{
    const tr_kind_info *kind = tr_catalog_kind(node->kind);
    unsigned flags = encoding->flags;
    bool is_copy = (flags & (TR_ENCODE_COPY | TR_ENCODE_EXPLICIT)) != 0 ||
                   ((flags & TR_ENCODE_SEEN) != 0 &&
                    (node->flags & (TR_NODE_FRESH | TR_NODE_MOVED)) != TR_NODE_FRESH);
    encoding->visited++;
    if (flags & TR_ENCODE_SEEN)
        node->flags &= (uint8_t) ~(TR_NODE_FRESH | TR_NODE_MOVED);
    tr_open map = tr_open_container(out);
    tr_open_key(out, &map, TR_SLICE("_c"));
    tr_write_literal(out, kind->wire);
    tr_open_key(out, &map, TR_SLICE("_i"));
    tr_write_unsigned(out, node->id);
    if (is_copy && is_replaced(node))
        write_copy(out, &map, encoding);
    uint32_t count;
    const tr_prop *entries = tr_node_props(node, &count);
    // Left out, the list stays with the client as it is.
    bool is_held = (flags & TR_ENCODE_HELD) != 0 && node->kind == TR_CONTROL_DIALOGS;
    for (uint32_t i = 0; i < count && !is_held; i++)
        encode_entry(out, &map, node, &entries[i], encoding);
    // The client merges only these into what it has, and nobody sets anything on the window.
    bool explicit_empties =
        (flags & TR_ENCODE_EXPLICIT) != 0 && !is_replaced(node) && node->kind != TR_CONTROL_WINDOW;
    if ((explicit_empties && !is_held) || (kind->flags & TR_HINT_HAS_ALWAYS) != 0)
        encode_absent(out, &map, node, explicit_empties);
    if (kind->flags & TR_HINT_DERIVED)
        tr_derive_each(node, 0, encode_derived, &(derived_entry){out, &map, node});
    size_t before = out->size;
    tr_open_key(out, &map, TR_SLICE("_internals"));
    if (!tr_encode_internals(out, node)) {
        out->size = before;
        map.count--;
    }
    tr_close_map(out, &map);
}
