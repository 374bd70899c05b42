// Updates from the browser: merged without a record, so that nothing is echoed (a late echo would
// overwrite newer input of the user).

#include <stdatomic.h>
#include <string.h>

#include "base/log.h"
#include "base/log_budget.h"
#include "base/refusals.h"
#include "sdk/tree/text_rules.h"
#include "sdk/tree/tree_private.h"
#include "sdk/tree/typing.h"
#include "troupe/err.h"
#include "wire/limits.h"
#include "wire/scan.h"
#include "wire/writer.h"

// A client's text or value that is kept for as long as the session lives.
#define CLIENT_VALUE_CAP_BYTES (256u * 1024u)
#define CLIENT_NAME_CAP_BYTES 1024u

// The browser shows something else than what is here: it gets that again. A selection is only
// looks.
static void correct(tr_tree *self, tr_node *node, tr_prop_id prop, const tr_prop_info *info)
{
    if (prop != TR_PROP_SELECTION)
        tr_tree_mark_entry(self, node, tr_node_touch(node, prop), info);
}

static uint32_t size_of_entry(const tr_prop *entry)
{
    return entry != NULL && entry->inside == TR_PROP_OUTSIDE && entry->kind != TR_VALUE_HANDLER
               ? entry->size
               : 0;
}

static uint32_t size_of_node(const tr_node *node)
{
    uint32_t count;
    uint32_t sum = 0;
    const tr_prop *entries = tr_node_props(node, &count);
    for (uint32_t i = 0; i < count; i++) {
        const tr_prop_info *info = tr_catalog_prop(node->kind, entries[i].id);
        if (info != NULL && (info->rule & TR_RULE_CLIENT_SETS) != 0)
            sum += size_of_entry(&entries[i]);
    }
    return sum;
}

// What the browser has set is not more than all there is of what it may set.
static void count_anew(tr_tree *self)
{
    uint64_t sum = 0;
    uint32_t at = 0;
    for (const tr_node *node; (node = tr_node_index_next(&self->ids, &at)) != NULL;)
        sum += size_of_node(node);
    if (sum < self->client_bytes)
        self->client_bytes = (uint32_t)sum;
    self->is_count_stale = false;
}

// Counts the value with all others that the browser has set, unless they are too many together. The
// count is made anew only where it is too high and something has gone since.
static bool count_value(tr_tree *self, const tr_prop *before, tr_value value)
{
    uint32_t more = value.kind >= TR_VALUE_TEXT ? value.slice.size : 0;
    uint32_t less = size_of_entry(before);
    if (more <= less) {
        self->is_count_stale |= more < less;
        return true;
    }
    uint32_t growth = more - less;
    if (self->client_bytes + growth > TR_CLIENT_VALUES_CAP_BYTES && self->is_count_stale)
        count_anew(self);
    if (self->client_bytes + growth > TR_CLIENT_VALUES_CAP_BYTES)
        return false;
    self->client_bytes += growth;
    return true;
}

static void refuse_value(tr_tree *self, tr_node *node, tr_prop_id prop, const tr_prop_info *info)
{
    uint32_t left_out;
    self->ignored++;
    tr_refusal_add(TR_REFUSAL_FIELD_BYTES);
    correct(self, node, prop, info);
    if (tr_log_may(tr_log_kind(0, "fields_full", 11), &left_out))
        tr_log(TR_LOG_WARN, "event=fields_full control=%u cap=%u left_out=%u", node->id,
               TR_CLIENT_VALUES_CAP_BYTES, left_out);
}

// `is_merged`: with what the page set meanwhile, which its browser does not know yet. Otherwise that
// is overwritten, here as in the browser.
static int keep(tr_tree *self, tr_node *node, tr_prop_id prop, tr_value value,
                const tr_prop_info *info, bool is_merged)
{
    tr_prop *entry = tr_node_entry(node, prop);
    if (entry == NULL &&
        (value.kind == TR_VALUE_NIL || tr_value_equal(value, tr_catalog_default(info))))
        return 1; // a default is not kept
    if (!count_value(self, entry, value)) {
        refuse_value(self, node, prop, info);
        return 0;
    }
    entry = tr_node_touch(node, prop);
    tr_prop_store(entry, value);
    if (!is_merged)
        entry->dirty = 0;
    return 1;
}

// Whatever the field's handlers know: the report is in it.
static void set_ruled(tr_tree *self, tr_node *node, tr_prop_id prop, tr_slice text)
{
    tr_typing_base base = tr_typing_swap_base(self, NULL);
    (void)tr_tree_set(self, node, prop, tr_value_text(text));
    (void)tr_typing_swap_base(self, base);
}

// As it is typed into what the page has; then the field's own rules have their say.
static int keep_text(tr_tree *self, tr_node *node, tr_prop_id prop, tr_value value,
                     const tr_prop_info *info)
{
    tr_buf merged = {0};
    tr_buf before = {0};
    tr_buf ruled = {0};
    tr_slice now = tr_node_get(node, prop).slice;
    tr_slice text = value.kind == TR_VALUE_TEXT ? value.slice : (tr_slice){0};
    tr_buf_append(&before, now.data, now.size);
    bool is_merged =
        self->counts_typing && tr_typing_on_report(self, node, prop, now, &text, &merged);
    bool is_ruled = tr_text_rules_change(node, tr_buf_slice(&before), text, &ruled);
    int taken = keep(self, node, prop, tr_value_text(text), info, is_merged);
    if (taken != 0 && is_ruled)
        set_ruled(self, node, prop, tr_buf_slice(&ruled));
    tr_buf_done(&merged);
    tr_buf_done(&before);
    tr_buf_done(&ruled);
    return taken;
}

// Takes the value over if the control has such a property and it fits. 1 or 0.
static int take(tr_tree *self, tr_node *node, tr_prop_id prop, tr_value value, unsigned rule)
{
    const tr_prop_info *info = prop != 0 ? tr_catalog_prop(node->kind, prop) : NULL;
    if (info == NULL || (info->rule & rule) != rule ||
        (info->type & (TR_TYPE_NODE | TR_TYPE_NODES | TR_TYPE_EVENT)) != 0 ||
        tr_catalog_check(info, &value) < 0 ||
        (value.kind >= TR_VALUE_TEXT && value.slice.size > CLIENT_VALUE_CAP_BYTES)) {
        self->ignored++;
        return 0;
    }
    if ((rule & TR_RULE_CLIENT_SETS) != 0 && !tr_tree_may_client_set(self, node, prop)) {
        self->ignored++;
        correct(self, node, prop, info);
        return 0;
    }
    return tr_typing_is_of(info, &value) ? keep_text(self, node, prop, value, info)
                                         : keep(self, node, prop, value, info, false);
}

// A media map without its zeros, as Flet keeps it: `{"top":0,…}` becomes `{}`. False when it is not
// a map of numbers, texts, booleans and maps of numbers.
static bool compact_media(tr_slice raw, tr_buf *out)
{
    tr_reader reader = tr_reader_of(raw);
    uint32_t count = tr_reader_map(&reader);
    if (reader.failed || count > 15)
        return false;
    tr_write_map(out, count);
    for (uint32_t i = 0; i < count && !reader.failed; i++) {
        tr_write_text(out, tr_reader_text(&reader));
        if (tr_reader_peek(&reader) != TR_KIND_MAP) {
            tr_value value = tr_value_read(&reader);
            if (value.kind == TR_VALUE_RAW)
                return false;
            tr_value_write(out, value);
            continue;
        }
        uint32_t sides = tr_reader_map(&reader);
        if (sides > 15)
            return false;
        size_t head = out->size;
        uint8_t kept = 0;
        tr_write_map(out, 0);
        for (uint32_t j = 0; j < sides && !reader.failed; j++) {
            tr_slice name = tr_reader_text(&reader);
            double number = tr_reader_number(&reader);
            if (number > 0 || number < 0) {
                tr_write_text(out, name);
                tr_value_write(out, tr_value_number(number));
                kept++;
            }
        }
        out->data[head] |= kept;
    }
    return !reader.failed && tr_reader_at_end(&reader);
}

static int take_media(tr_tree *self, tr_slice raw)
{
    tr_buf media = {0};
    int taken = 0;
    if (compact_media(raw, &media))
        taken = take(self, self->page, TR_PROP_MEDIA, tr_value_raw(tr_buf_slice(&media)),
                     TR_RULE_CLIENT_SETS);
    else
        self->ignored++;
    tr_buf_done(&media);
    return taken;
}

// Our HTML client sets it on a control that it has no code for. Authors read of each kind once.
static const char UNDRAWN[] = "_undrawn";

static void note_undrawn(tr_kind_id kind)
{
    static atomic_bool said[TR_CONTROL_COUNT];
    // A flag and nothing more: no order is needed.
    if (!atomic_exchange_explicit(&said[kind], true, memory_order_relaxed))
        tr_log(TR_LOG_INFO, "event=control_not_drawn control=%s client=html",
               tr_catalog_kind(kind)->wire);
}

static int take_map(tr_tree *self, tr_node *node, tr_slice props, unsigned rule)
{
    tr_reader reader = tr_reader_of(props);
    uint32_t count = tr_reader_map(&reader);
    int taken = 0;
    for (uint32_t i = 0; i < count && !reader.failed; i++) {
        tr_slice name = tr_reader_text(&reader);
        tr_value value = tr_value_read(&reader);
        if (reader.failed)
            break;
        if (tr_slice_is(name, UNDRAWN)) {
            note_undrawn(node->kind);
            continue;
        }
        tr_prop_id prop = tr_catalog_find_prop(name);
        if (node == self->page && prop == TR_PROP_MEDIA && value.kind == TR_VALUE_RAW)
            taken += take_media(self, value.slice);
        else
            taken += take(self, node, prop, value, rule);
    }
    return taken;
}

int tr_tree_apply_client(tr_tree *self, uint32_t id, tr_slice props)
{
    tr_node *node = tr_tree_find(self, id);
    if (node == NULL) {
        self->ignored++;
        return 0;
    }
    return take_map(self, node, props, TR_RULE_CLIENT_SETS);
}

// Is it one of those that a client says about itself (protocol section 4.3)?
static bool is_of_registration(tr_prop_id prop)
{
    switch (prop) {
    case TR_PROP_ROUTE:
    case TR_PROP_PWA:
    case TR_PROP_WEB:
    case TR_PROP_DEBUG:
    case TR_PROP_WASM:
    case TR_PROP_TEST:
    case TR_PROP_MULTI_VIEW:
    case TR_PROP_PYODIDE:
    case TR_PROP_PLATFORM_BRIGHTNESS:
    case TR_PROP_WIDTH:
    case TR_PROP_HEIGHT:
    case TR_PROP_PLATFORM:
    case TR_PROP_MEDIA:
        return true;
    default:
        return false;
    }
}

static int take_text(tr_tree *self, tr_prop_id prop, tr_slice text)
{
    if (text.size == 0)
        return 0;
    if (text.size > CLIENT_NAME_CAP_BYTES || tr_scan_is_utf8(text.data, text.size) == 0) {
        self->ignored++;
        return 0;
    }
    return take(self, self->page, prop, tr_value_text(text), 0);
}

int tr_tree_register_client(tr_tree *self, tr_slice page, tr_slice client_ip, tr_slice user_agent)
{
    int taken = take_text(self, TR_PROP_CLIENT_IP, client_ip) +
                take_text(self, TR_PROP_CLIENT_USER_AGENT, user_agent);
    tr_reader reader = tr_reader_of(page);
    uint32_t count = tr_reader_map(&reader);
    for (uint32_t i = 0; i < count && !reader.failed; i++) {
        tr_slice name = tr_reader_text(&reader);
        tr_value value = tr_value_read(&reader);
        if (reader.failed)
            break;
        if (tr_slice_is(name, "window"))
            continue; // a map of the desktop's window; empty on the web
        tr_prop_id prop = tr_catalog_find_prop(name);
        if (!is_of_registration(prop))
            self->ignored++;
        else if (value.kind == TR_VALUE_RAW)
            taken += prop == TR_PROP_MEDIA ? take_media(self, value.slice) : 0;
        else if (value.kind != TR_VALUE_NIL)
            taken += take(self, self->page, prop, value, 0);
    }
    return taken;
}
