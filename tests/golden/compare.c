#include "tests/golden/compare.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sdk/catalog/catalog.h"
#include "wire/flet.h"
#include "wire/reader.h"
#include "wire/writer.h"

enum { RANDOM_CAP = 64 };

// -- places --

// Returns the length to cut the path to on the way back.
static size_t go_down(compare *self, const char *name)
{
    size_t before = strlen(self->path);
    snprintf(self->path + before, sizeof self->path - before, ".%s", name);
    return before;
}

static size_t go_to_item(compare *self, unsigned number)
{
    size_t before = strlen(self->path);
    snprintf(self->path + before, sizeof self->path - before, "[%u]", number);
    return before;
}

static bool differ(compare *self, const cm_value *recorded, const cm_value *ours)
{
    tr_buf_printf(self->why, "%s: recorded ", self->path[0] != '\0' ? self->path : "the whole");
    if (recorded != NULL)
        tr_cm_print(recorded, self->why);
    else
        tr_buf_printf(self->why, "nothing");
    tr_buf_printf(self->why, ", ours ");
    if (ours != NULL)
        tr_cm_print(ours, self->why);
    else
        tr_buf_printf(self->why, "nothing");
    return false;
}

// -- what stands for what --

uint32_t compare_our_id(const compare *self, uint32_t recorded)
{
    for (unsigned i = 0; i < self->id_count; i++)
        if (self->ids[i].recorded == recorded)
            return self->ids[i].ours;
    return 0;
}

bool compare_ids(compare *self, int64_t recorded, int64_t ours)
{
    enum { LAST_FIXED = 8 }; // the page's own parts have the numbers that Flet gives them
    if (self->is_exact || recorded <= LAST_FIXED || ours <= LAST_FIXED)
        return recorded == ours;
    for (unsigned i = 0; i < self->id_count; i++)
        if (self->ids[i].recorded == recorded || self->ids[i].ours == ours)
            return self->ids[i].recorded == recorded && self->ids[i].ours == ours;
    if (self->id_count == COMPARE_NAMES_CAP)
        return false;
    self->ids[self->id_count].recorded = (uint32_t)recorded;
    self->ids[self->id_count++].ours = (uint32_t)ours;
    return true;
}

// "00000000R2": what was random when it was recorded.
static bool is_random(const char *text)
{
    size_t zeros = strspn(text, "0");
    size_t digits = text[zeros] == 'R' ? strspn(text + zeros + 1, "0123456789") : 0;
    return digits != 0 && text[zeros + 1 + digits] == '\0';
}

static bool same_random(compare *self, tr_slice recorded, tr_slice ours)
{
    char texts[2][RANDOM_CAP];
    if (recorded.size >= RANDOM_CAP || ours.size >= RANDOM_CAP || ours.size == 0)
        return false;
    snprintf(texts[0], RANDOM_CAP, "%.*s", (int)recorded.size, recorded.data);
    snprintf(texts[1], RANDOM_CAP, "%.*s", (int)ours.size, ours.data);
    if (!is_random(texts[0]))
        return false;
    for (unsigned i = 0; i < self->random_count; i++) {
        bool one = strcmp(self->randoms[i].recorded, texts[0]) == 0;
        bool two = strcmp(self->randoms[i].ours, texts[1]) == 0;
        if (one || two)
            return one && two;
    }
    if (self->random_count == COMPARE_RANDOMS_CAP)
        return false;
    strcpy(self->randoms[self->random_count].recorded, texts[0]);
    strcpy(self->randoms[self->random_count++].ours, texts[1]);
    return true;
}

// -- scalars --

static tr_reader reader_of(const cm_value *self)
{
    return tr_reader_of((tr_slice){self->bytes, self->count});
}

static bool is_number(enum tr_kind kind)
{
    return kind == TR_KIND_INTEGER || kind == TR_KIND_FLOAT;
}

static bool same_scalar(compare *self, const cm_value *recorded, const cm_value *ours)
{
    if (recorded->count == ours->count && memcmp(recorded->bytes, ours->bytes, ours->count) == 0)
        return true;
    tr_reader one = reader_of(recorded);
    tr_reader two = reader_of(ours);
    enum tr_kind kinds[2] = {tr_reader_peek(&one), tr_reader_peek(&two)};
    if (is_number(kinds[0]) && is_number(kinds[1]))
        return !(fabs(tr_reader_number(&one) - tr_reader_number(&two)) > 0);
    if (kinds[0] != kinds[1])
        return false;
    // One text, number or extension may be written in more than one way: compare what is in it.
    int8_t types[2];
    tr_slice a, b;
    switch (kinds[0]) {
    case TR_KIND_TEXT:
        a = tr_reader_text(&one);
        b = tr_reader_text(&two);
        return tr_slice_equal(a, b) || (!self->is_exact && same_random(self, a, b));
    case TR_KIND_BYTES:
        a = tr_reader_bytes(&one);
        b = tr_reader_bytes(&two);
        return tr_slice_equal(a, b);
    case TR_KIND_EXTENSION:
        a = tr_reader_extension(&one, &types[0]);
        b = tr_reader_extension(&two, &types[1]);
        return types[0] == types[1] && tr_slice_equal(a, b);
    default:
        return false;
    }
}

// -- maps --

typedef struct control {
    tr_kind_id kind; // 0: a plain map, or a control unknown to the catalog
} control;

static control control_of(const cm_value *map)
{
    cm_value *wire = tr_cm_get(map, "_c");
    return (control){wire != NULL ? tr_catalog_find_kind(tr_slice_of(tr_cm_text(wire))) : 0};
}

static const tr_prop_info *info_of(control owner, const char *key)
{
    tr_prop_id prop = owner.kind != 0 ? tr_catalog_find_wire_prop(owner.kind, tr_slice_of(key)) : 0;
    return prop != 0 ? tr_catalog_prop(owner.kind, prop) : NULL;
}

// The client's value for a key that is absent.
static cm_value *default_of(control owner, const char *key)
{
    const tr_prop_info *info = info_of(owner, key);
    tr_buf encoded = {0};
    if (info == NULL)
        tr_write_nil(&encoded);
    else if (info->type & TR_TYPE_EVENT)
        tr_write_boolean(&encoded, false);
    else if ((info->type & ~TR_TYPE_CERTAIN) == TR_TYPE_NODES)
        tr_write_array(&encoded, 0);
    else
        tr_value_write(&encoded, tr_catalog_default(info));
    cm_value *value = tr_cm_decode(encoded.data, encoded.size);
    tr_buf_done(&encoded);
    return value;
}

static bool is_nil(const cm_value *value)
{
    return value->kind == CM_SCALAR && value->count == 1 && (uint8_t)value->bytes[0] == 0xc0;
}

static bool is_empty_list(const cm_value *value)
{
    return value->kind == CM_LIST && value->count == 0;
}

// Absent: nil, an empty list, or the default.
static bool is_absent(compare *self, control owner, const char *key, const cm_value *value)
{
    if (is_nil(value) || is_empty_list(value))
        return true;
    // The comparison speaks of its own; what it would say here is not asked for.
    tr_buf unheard = {0};
    tr_buf *why = self->why;
    self->why = &unheard;
    cm_value *assumed = default_of(owner, key);
    bool same = assumed->kind == value->kind && compare_values(self, value, assumed);
    tr_cm_free(assumed);
    tr_buf_done(&unheard);
    self->why = why;
    return same;
}

// A key of a recorded control as we have it: Flet's client may read it under another name.
static cm_value *our_value(control owner, const cm_value *ours, const char *key)
{
    cm_value *found = tr_cm_get(ours, key);
    const tr_prop_info *info = found == NULL ? info_of(owner, key) : NULL;
    if (info == NULL || (info->rule & TR_RULE_RENAMED) == 0)
        return found;
    return tr_cm_get(ours, tr_catalog_wire_name(owner.kind, info).data);
}

static bool is_recorded(control owner, const cm_value *recorded, const char *key)
{
    const tr_prop_info *info = info_of(owner, key);
    return tr_cm_get(recorded, key) != NULL ||
           (info != NULL && tr_cm_get(recorded, tr_catalog_prop_name(info->prop).data) != NULL);
}

// Flet writes three texts as true because they are called on_…; we write the text.
static bool is_flag_for(control owner, const char *key, const cm_value *recorded,
                        const cm_value *ours)
{
    const tr_prop_info *info = strncmp(key, "on_", 3) == 0 ? info_of(owner, key) : NULL;
    tr_reader reader = recorded->kind == CM_SCALAR ? reader_of(recorded) : (tr_reader){0};
    return info != NULL && (info->type & TR_TYPE_EVENT) == 0 && ours != NULL && !is_nil(ours) &&
           recorded->kind == CM_SCALAR && tr_reader_peek(&reader) == TR_KIND_BOOLEAN &&
           tr_reader_boolean(&reader);
}

static bool same_entry(compare *self, control owner, const cm_pair *pair, const cm_value *ours)
{
    bool is_id = strcmp(pair->key, "_i") == 0 && ours != NULL;
    size_t before = go_down(self, pair->key);
    bool same;
    if (is_id)
        same = compare_ids(self, tr_cm_integer(pair->value), tr_cm_integer(ours)) ||
               differ(self, pair->value, ours);
    else if (is_flag_for(owner, pair->key, pair->value, ours))
        same = true;
    else if (ours != NULL)
        same = (!self->is_exact && is_absent(self, owner, pair->key, pair->value) &&
                is_absent(self, owner, pair->key, ours)) ||
               compare_values(self, pair->value, ours);
    else
        same = (!self->is_exact && is_absent(self, owner, pair->key, pair->value)) ||
               differ(self, pair->value, NULL);
    if (same)
        self->path[before] = '\0';
    return same;
}

static bool same_map(compare *self, const cm_value *recorded, const cm_value *ours)
{
    control owner = control_of(recorded);
    for (uint32_t i = 0; i < recorded->count; i++)
        if (!same_entry(self, owner, &recorded->pairs[i],
                        self->is_exact ? tr_cm_get(ours, recorded->pairs[i].key)
                                       : our_value(owner, ours, recorded->pairs[i].key)))
            return false;
    for (uint32_t i = 0; i < ours->count; i++) {
        const cm_pair *pair = &ours->pairs[i];
        bool known = self->is_exact ? tr_cm_get(recorded, pair->key) != NULL
                                    : is_recorded(owner, recorded, pair->key);
        // Flet does not number what it sends once more (sdk/tree/encode.h).
        bool is_copy = strcmp(pair->key, "_r") == 0;
        if (known || is_copy || (!self->is_exact && is_absent(self, owner, pair->key, pair->value)))
            continue;
        go_down(self, pair->key);
        return differ(self, NULL, pair->value);
    }
    return true;
}

bool compare_values(compare *self, const cm_value *recorded, const cm_value *ours)
{
    if (recorded->kind != ours->kind)
        return differ(self, recorded, ours);
    if (recorded->kind == CM_SCALAR)
        return same_scalar(self, recorded, ours) || differ(self, recorded, ours);
    if (recorded->kind == CM_MAP)
        return same_map(self, recorded, ours);
    if (recorded->count != ours->count)
        return differ(self, recorded, ours);
    for (uint32_t i = 0; i < recorded->count; i++) {
        size_t before = go_to_item(self, i);
        if (!compare_values(self, recorded->items[i], ours->items[i]))
            return false;
        self->path[before] = '\0';
    }
    return true;
}

// -- packets --

// Bodies name controls under these keys.
static bool same_body(compare *self, const cm_value *recorded, const cm_value *ours)
{
    static const char *const ids[] = {"target", "id", "control_id"};
    for (uint32_t i = 0; i < recorded->count; i++) {
        const cm_pair *pair = &recorded->pairs[i];
        cm_value *other = tr_cm_get(ours, pair->key);
        go_down(self, pair->key);
        if (other == NULL)
            return differ(self, pair->value, NULL);
        bool is_id = false;
        for (unsigned j = 0; j < sizeof ids / sizeof *ids; j++)
            is_id = is_id || strcmp(pair->key, ids[j]) == 0;
        if (is_id ? !compare_ids(self, tr_cm_integer(pair->value), tr_cm_integer(other))
                  : !compare_values(self, pair->value, other))
            return is_id ? differ(self, pair->value, other) : false;
        self->path[0] = '\0';
    }
    return recorded->count == ours->count || differ(self, recorded, ours);
}

bool compare_packets(compare *self, const void *recorded, size_t recorded_size, const void *ours,
                     size_t ours_size)
{
    const uint8_t *one = recorded;
    const uint8_t *two = ours;
    self->path[0] = '\0';
    bool is_page =
        recorded_size > 1 && ours_size > 1 && one[0] == TR_FLET_PACKET && two[0] == TR_FLET_PACKET;
    if (!is_page) {
        if (recorded_size == ours_size && memcmp(one, two, ours_size) == 0)
            return true;
        tr_buf_printf(self->why, "recorded a packet of %zu bytes, ours of %zu is another",
                      recorded_size, ours_size);
        return false;
    }
    cm_value *a = tr_cm_decode(one + 1, recorded_size - 1);
    cm_value *b = tr_cm_decode(two + 1, ours_size - 1);
    bool same = a->kind == CM_LIST && b->kind == CM_LIST && a->count == 2 && b->count == 2 &&
                a->items[1]->kind == CM_MAP && b->items[1]->kind == CM_MAP &&
                tr_cm_integer(a->items[0]) == tr_cm_integer(b->items[0]);
    same = same ? same_body(self, a->items[1], b->items[1]) : differ(self, a, b);
    tr_cm_free(a);
    tr_cm_free(b);
    return same;
}
