#include "sdk/tree/node_codec.h"

#include "base/log.h"
#include "sdk/tree/encode.h"
#include "sdk/tree/tree_private.h"
#include "troupe/err.h"
#include "wire/limits.h"
#include "wire/scan.h"
#include "wire/writer.h"

// -- writing --

static void write_entry(const tr_prop *entry, tr_slice (*name)(const tr_handler *), bool with_ids,
                        tr_buf *out)
{
    if (entry->kind == TR_VALUE_NODE) {
        tr_node_write(entry->node, name, with_ids, out);
    } else if (entry->kind == TR_VALUE_NODES) {
        tr_write_array(out, entry->list->count);
        for (uint32_t i = 0; i < entry->list->count; i++)
            tr_node_write(entry->list->at[i], name, with_ids, out);
    } else if (entry->kind == TR_VALUE_HANDLER) {
        tr_handler_write(out, tr_prop_value(entry), name);
    } else {
        tr_value_write(out, tr_prop_value(entry));
    }
}

void tr_handler_write(tr_buf *out, tr_value value, tr_slice (*name)(const tr_handler *))
{
    if (value.payload != NULL)
        tr_write_array(out, 2);
    tr_write_text(out, name(value.handler));
    if (value.payload != NULL)
        tr_write_bytes(out, *value.payload);
}

void tr_node_write(const tr_node *self, tr_slice (*name)(const tr_handler *), bool with_ids,
                   tr_buf *out)
{
    tr_open map = tr_open_container(out);
    tr_open_key(out, &map, TR_SLICE("_c"));
    tr_write_literal(out, tr_catalog_kind(self->kind)->name);
    if (with_ids) {
        tr_open_key(out, &map, TR_SLICE("_i"));
        tr_write_unsigned(out, self->id);
    }
    uint32_t count;
    const tr_prop *entries = tr_node_props(self, &count);
    for (uint32_t i = 0; i < count; i++) {
        if (entries[i].kind == TR_VALUE_NIL ||
            (entries[i].kind == TR_VALUE_NODES && entries[i].list->count == 0))
            continue;
        tr_open_key(out, &map, tr_catalog_prop_name(entries[i].id));
        write_entry(&entries[i], name, with_ids, out);
    }
    tr_close_map(out, &map);
}

void tr_node_encode(const tr_node *self, tr_slice (*name)(const tr_handler *), tr_buf *out)
{
    tr_node_write(self, name, false, out);
}

// -- reading --

static int fail(tr_node_reading *self, int code)
{
    if (self->code == 0)
        self->code = code;
    return code;
}

int tr_handler_read(tr_reader *in, const tr_handler *(*find)(tr_slice name), tr_slice *out_payload,
                    tr_value *out)
{
    *out = TR_NIL;
    bool has_payload = tr_reader_peek(in) == TR_KIND_ARRAY;
    if (has_payload && tr_reader_array(in) != 2)
        return TR_EMALFORMED;
    tr_slice name = tr_reader_text(in);
    *out_payload = has_payload ? tr_reader_bytes(in) : (tr_slice){0};
    if (in->failed || tr_scan_is_utf8(name.data, name.size) == 0 ||
        out_payload->size > TR_CALL_PAYLOAD_CAP_BYTES)
        return TR_EMALFORMED;
    const tr_handler *handler = find(name);
    if (handler == NULL) {
        tr_log(TR_LOG_WARN, "event=unknown_handler name=%s", tr_log_quote(name.data, name.size));
        return TR_ENOTFOUND;
    }
    *out = tr_value_handler(handler);
    out->payload = out_payload->size != 0 ? out_payload : NULL;
    return 0;
}

static void read_handler(tr_node_reading *self, tr_node *node, const tr_prop_info *info)
{
    tr_slice payload;
    tr_value value;
    int code = tr_handler_read(&self->reader, self->find, &payload, &value);
    if (code == 0)
        tr_prop_store(tr_node_touch(node, info->prop), value);
    else if (code != TR_ENOTFOUND) // an app without that handler does without it
        fail(self, code);
}

static void read_children(tr_node_reading *self, tr_node *node, const tr_prop_info *info,
                          uint32_t depth)
{
    uint32_t count = tr_reader_array(&self->reader);
    for (uint32_t i = 0; i < count && self->code == 0 && !self->reader.failed; i++) {
        tr_node *child = tr_node_read(self, depth + 1);
        if (child == NULL)
            return;
        uint32_t id = child->id;
        child->id = 0; // to tr_node_append it is a new one
        int code = tr_node_append(node, info->prop, child);
        child->id = id;
        if (code < 0) {
            child->id = 0;
            tr_node_free(child);
            fail(self, TR_EPROTOCOL);
        }
    }
}

static void read_child(tr_node_reading *self, tr_node *node, const tr_prop_info *info,
                       uint32_t depth)
{
    tr_node *child = tr_node_read(self, depth + 1);
    if (child == NULL)
        return;
    uint32_t id = child->id;
    child->id = 0;
    int code = tr_node_put(node, info->prop, child);
    child->id = id;
    if (code < 0) {
        child->id = 0;
        tr_node_free(child);
        fail(self, TR_EPROTOCOL);
    }
}

static void read_value(tr_node_reading *self, tr_node *node, const tr_prop_info *info)
{
    tr_value value = tr_value_read(&self->reader);
    if (self->reader.failed)
        return;
    if (value.kind == TR_VALUE_RAW) {
        int code = tr_scan(value.slice.data, value.slice.size);
        if (code < 0) {
            fail(self, code);
            return;
        }
    }
    if (tr_catalog_check(info, &value) < 0)
        fail(self, TR_EPROTOCOL);
    else if (value.kind != TR_VALUE_NIL)
        tr_prop_store(tr_node_touch(node, info->prop), value);
}

static void read_property(tr_node_reading *self, tr_node *node, uint32_t depth, uint32_t *out_id)
{
    tr_slice name = tr_reader_text(&self->reader);
    if (self->reader.failed)
        return;
    if (self->with_ids && tr_slice_is(name, "_i")) {
        uint64_t id = tr_reader_unsigned(&self->reader);
        if (id == 0 || id > UINT32_MAX)
            fail(self, TR_EPROTOCOL);
        *out_id = (uint32_t)id;
        return;
    }
    tr_prop_id prop = tr_catalog_find_prop(name);
    const tr_prop_info *info = prop != 0 ? tr_catalog_prop(node->kind, prop) : NULL;
    if (info == NULL || (prop == TR_PROP__INTERNALS && !self->with_ids)) {
        fail(self, TR_EPROTOCOL);
        return;
    }
    enum tr_kind next = tr_reader_peek(&self->reader);
    if (info->type & TR_TYPE_EVENT)
        read_handler(self, node, info);
    else if ((info->type & TR_TYPE_NODES) != 0 && next == TR_KIND_ARRAY)
        read_children(self, node, info, depth);
    else if ((info->type & (TR_TYPE_NODE | TR_TYPE_NODES)) != 0 && next == TR_KIND_MAP)
        read_child(self, node, info, depth);
    else
        read_value(self, node, info);
}

tr_node *tr_node_read(tr_node_reading *self, uint32_t depth)
{
    if (depth > TR_CONTROL_DEPTH_CAP || self->nodes_left == 0) {
        fail(self, TR_ETOOBIG);
        return NULL;
    }
    self->nodes_left--;
    uint32_t count = tr_reader_map(&self->reader);
    bool named = count != 0 && tr_slice_is(tr_reader_text(&self->reader), "_c");
    tr_slice name = named ? tr_reader_text(&self->reader) : (tr_slice){0};
    tr_kind_id kind = !self->reader.failed ? tr_catalog_find_name(name) : 0;
    if (kind == 0) {
        fail(self, self->reader.failed ? TR_EMALFORMED : TR_EPROTOCOL);
        return NULL;
    }
    tr_node *node = tr_node_new(kind);
    uint32_t id = 0;
    for (uint32_t i = 1; i < count && self->code == 0 && !self->reader.failed; i++)
        read_property(self, node, depth, &id);
    node->id = id;
    if (self->reader.failed)
        fail(self, TR_EMALFORMED);
    if (self->code == 0)
        return node;
    node->id = 0;
    tr_node_free(node);
    return NULL;
}

int tr_node_decode(tr_slice bytes, uint32_t node_cap, const tr_handler *(*find)(tr_slice name),
                   tr_node **out)
{
    tr_node_reading reading = {tr_reader_of(bytes), find, node_cap, false, 0};
    tr_node *node = tr_node_read(&reading, 1);
    if (node == NULL)
        return reading.code;
    if (!tr_reader_at_end(&reading.reader)) {
        tr_node_free(node);
        return TR_EMALFORMED;
    }
    *out = node;
    return 0;
}
