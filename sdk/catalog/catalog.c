#include "sdk/catalog/catalog.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "base/log.h"
#include "base/must.h"
#include "sdk/catalog/icon_names.h"
#include "sdk/catalog/tables.h"
#include "troupe/err.h"
#include "wire/limits.h"
#include "wire/scan.h"

static int compare(tr_slice a, const char *b, size_t b_size)
{
    size_t shorter = a.size < b_size ? a.size : b_size;
    int order = shorter != 0 ? memcmp(a.data, b, shorter) : 0;
    if (order != 0)
        return order;
    return a.size < b_size ? -1 : a.size > b_size;
}

const tr_kind_info *tr_catalog_kind(tr_kind_id kind)
{
    tr_must(kind > 0 && kind < TR_CONTROL_COUNT);
    return &tr_generated_kinds[kind];
}

tr_kind_id tr_catalog_find_name(tr_slice name)
{
    unsigned low = 1;
    unsigned high = TR_CONTROL_COUNT;
    while (low < high) {
        unsigned middle = (low + high) / 2;
        const char *other = tr_generated_kinds[middle].name;
        int order = compare(name, other, strlen(other));
        if (order == 0)
            return (tr_kind_id)middle;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return 0;
}

tr_kind_id tr_catalog_find_kind(tr_slice wire)
{
    unsigned low = 0;
    unsigned high = tr_generated_wire_count;
    while (low < high) {
        unsigned middle = (low + high) / 2;
        const char *other = tr_generated_kinds[tr_generated_wires[middle]].wire;
        int order = compare(wire, other, strlen(other));
        if (order == 0)
            return tr_generated_wires[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return 0;
}

static tr_prop_id search_prop(tr_slice name)
{
    unsigned low = 1;
    unsigned high = TR_PROP_COUNT;
    while (low < high) {
        unsigned middle = (low + high) / 2;
        int order = compare(name, tr_generated_props[middle].data, tr_generated_props[middle].size);
        if (order == 0)
            return (tr_prop_id)middle;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return 0;
}

// A few names are asked for again and again, so each thread remembers what it found at a place that
// follows from a name's letters. What is there is held against the name, so it may be any.
enum { FOUND_CAP = 256 };

static unsigned place_of(tr_slice name)
{
    const unsigned char *at = (const unsigned char *)name.data;
    unsigned sum = name.size + 31u * at[0] + 7u * at[name.size - 1] + 3u * at[name.size / 2];
    return sum % FOUND_CAP;
}

tr_prop_id tr_catalog_find_prop(tr_slice name)
{
    static _Thread_local tr_prop_id found[FOUND_CAP];
    if (name.size == 0)
        return 0;
    tr_prop_id *place = &found[place_of(name)];
    if (*place == 0 || !tr_slice_equal(name, tr_generated_props[*place]))
        *place = search_prop(name);
    return *place;
}

tr_slice tr_catalog_prop_name(tr_prop_id prop)
{
    tr_must(prop > 0 && prop < TR_PROP_COUNT);
    return tr_generated_props[prop];
}

const tr_kind_id *tr_catalog_taken(tr_kind_id kind, const tr_prop_info *info)
{
    unsigned low = 0;
    unsigned high = (info->type & TR_TYPE_CERTAIN) != 0 ? tr_generated_slot_count : 0;
    while (low < high) {
        unsigned middle = (low + high) / 2;
        const tr_slot_info *row = &tr_generated_slots[middle];
        if (row->kind == kind && row->prop == info->prop)
            return row->takes;
        if (row->kind < kind || (row->kind == kind && row->prop < info->prop))
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

bool tr_catalog_takes(tr_kind_id kind, const tr_prop_info *info, tr_kind_id child)
{
    const tr_kind_id *taken = tr_catalog_taken(kind, info);
    if (taken == NULL || child == TR_CONTROL_COMPONENT)
        return true;
    while (*taken != 0 && *taken != child)
        taken++;
    return *taken != 0;
}

tr_slice tr_catalog_wire_name(tr_kind_id kind, const tr_prop_info *info)
{
    for (unsigned i = 0; (info->rule & TR_RULE_RENAMED) != 0 && i < tr_generated_renamed_count; i++)
        if (tr_generated_renamed[i].kind == kind && tr_generated_renamed[i].prop == info->prop)
            return tr_generated_renamed[i].wire;
    return tr_catalog_prop_name(info->prop);
}

tr_prop_id tr_catalog_find_wire_prop(tr_kind_id kind, tr_slice name)
{
    tr_prop_id prop = tr_catalog_find_prop(name);
    if (prop != 0 && tr_catalog_prop(kind, prop) != NULL)
        return prop;
    for (unsigned i = 0; i < tr_generated_renamed_count; i++)
        if (tr_generated_renamed[i].kind == kind &&
            tr_slice_equal(tr_generated_renamed[i].wire, name))
            return tr_generated_renamed[i].prop;
    return 0;
}

const tr_prop_info *tr_catalog_prop(tr_kind_id kind, tr_prop_id prop)
{
    const tr_kind_info *info = tr_catalog_kind(kind);
    unsigned low = 0;
    unsigned high = info->prop_count;
    while (low < high) {
        unsigned middle = (low + high) / 2;
        const tr_prop_info *row = &info->props[middle];
        if (row->prop == prop)
            return row;
        if (prop < row->prop)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

tr_value tr_catalog_default(const tr_prop_info *info)
{
    return tr_generated_defaults[info->deflt];
}

bool tr_catalog_has_member(const tr_prop_info *info, tr_slice text)
{
    if (info->enumeration == 0)
        return true;
    for (const char *const *at = tr_generated_enums[info->enumeration]; *at != NULL; at++)
        if (tr_slice_is(text, *at))
            return true;
    return false;
}

tr_prop_id tr_catalog_find_event(tr_kind_id kind, tr_slice event)
{
    char name[3 + TR_EVENT_NAME_CAP_BYTES];
    if (event.size == 0 || event.size > TR_EVENT_NAME_CAP_BYTES)
        return 0;
    memcpy(name, "on_", 3);
    memcpy(name + 3, event.data, event.size);
    return tr_catalog_find_wire_prop(kind, (tr_slice){name, event.size + 3});
}

int32_t tr_catalog_find_icon(tr_slice name)
{
    unsigned low = 0;
    unsigned high = tr_generated_icon_count;
    while (low < high) {
        unsigned middle = (low + high) / 2;
        const tr_icon_info *icon = &tr_generated_icons[middle];
        int order = compare(name, icon->name, strlen(icon->name));
        if (order == 0)
            return icon->number;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return -1;
}

static int check_text(const tr_prop_info *info, tr_value *value)
{
    if (value->slice.size > TR_TEXT_CAP_BYTES)
        return TR_ETOOBIG;
    if (tr_scan_is_utf8(value->slice.data, value->slice.size) == 0)
        return TR_EINVALID;
    if (info->type & TR_TYPE_ICON) {
        int32_t number = tr_catalog_find_icon(value->slice);
        if (number < 0 && (info->type & (TR_TYPE_TEXT | TR_TYPE_ENUM)) == 0) {
            tr_icon_warn(value->slice);
            *value = TR_NIL;
        } else if (number >= 0) {
            *value = tr_value_integer(number);
        }
        return 0;
    }
    if (info->type & (TR_TYPE_TEXT | TR_TYPE_COLOR))
        return 0;
    if (info->type & TR_TYPE_ENUM)
        return tr_catalog_has_member(info, value->slice) ? 0 : TR_EINVALID;
    return TR_EWRONGTYPE;
}

static int check_number(const tr_prop_info *info, tr_value *value)
{
    if (isnan(value->number))
        return TR_EINVALID;
    if (info->type & TR_TYPE_NUMBER)
        return 0;
    if ((info->type & TR_TYPE_INTEGER) == 0)
        return TR_EWRONGTYPE;
    // A browser built for JavaScript has only one kind of number, and so may an app.
    double whole = floor(value->number);
    if (value->number > whole || whole < INT32_MIN || whole > UINT32_MAX)
        return TR_EWRONGTYPE;
    *value = tr_value_integer((int64_t)whole);
    return 0;
}

int tr_catalog_check(const tr_prop_info *info, tr_value *value)
{
    switch (value->kind) {
    case TR_VALUE_NIL:
        return 0;
    case TR_VALUE_BOOLEAN:
        return info->type & TR_TYPE_BOOLEAN ? 0 : TR_EWRONGTYPE;
    case TR_VALUE_INTEGER:
        return info->type & (TR_TYPE_INTEGER | TR_TYPE_NUMBER | TR_TYPE_ICON) ? 0 : TR_EWRONGTYPE;
    case TR_VALUE_FLOAT:
        return check_number(info, value);
    case TR_VALUE_TEXT:
        return check_text(info, value);
    case TR_VALUE_BYTES:
        if (value->slice.size > TR_TEXT_CAP_BYTES * 8)
            return TR_ETOOBIG;
        return info->type & TR_TYPE_BYTES ? 0 : TR_EWRONGTYPE;
    case TR_VALUE_RAW:
        if (value->slice.size > TR_TEXT_CAP_BYTES * 8)
            return TR_ETOOBIG;
        return info->type & TR_TYPE_RAW ? 0 : TR_EWRONGTYPE;
    case TR_VALUE_HANDLER:
        if (tr_value_payload(*value).size > TR_CALL_PAYLOAD_CAP_BYTES)
            return TR_ETOOBIG;
        return info->type & TR_TYPE_EVENT ? 0 : TR_EWRONGTYPE;
    default:
        return TR_EWRONGTYPE;
    }
}
