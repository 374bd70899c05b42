// Printing and comparing what the model of a browser holds.

#include "testing/client_model.h"

#include <math.h>
#include <string.h>

#include "base/must.h"
#include "sdk/catalog/catalog.h"
#include "wire/reader.h"
#include "wire/writer.h"

static void print_scalar(const cm_value *self, tr_buf *out)
{
    tr_reader reader = tr_cm_reader(self);
    switch (tr_reader_peek(&reader)) {
    case TR_KIND_NIL:
        tr_buf_printf(out, "nil");
        return;
    case TR_KIND_BOOLEAN:
        tr_buf_printf(out, "%s", tr_reader_boolean(&reader) ? "true" : "false");
        return;
    case TR_KIND_INTEGER:
    case TR_KIND_FLOAT:
        tr_buf_printf(out, "%g", tr_reader_number(&reader));
        return;
    case TR_KIND_TEXT:
        tr_buf_printf(out, "\"%s\"", tr_cm_text(self));
        return;
    default:
        tr_buf_printf(out, "<%u bytes>", self->count);
    }
}

void tr_cm_print(const cm_value *self, tr_buf *out)
{
    if (self->kind == CM_SCALAR) {
        print_scalar(self, out);
        return;
    }
    tr_buf_printf(out, self->kind == CM_LIST ? "[" : "{");
    for (uint32_t i = 0; i < self->count; i++) {
        if (i != 0)
            tr_buf_printf(out, ",");
        if (self->kind == CM_MAP)
            tr_buf_printf(out, "%s:", self->pairs[i].key);
        tr_cm_print(self->kind == CM_LIST ? self->items[i] : self->pairs[i].value, out);
    }
    tr_buf_printf(out, self->kind == CM_LIST ? "]" : "}");
}

// The browser's value for a key that is absent.
static cm_value *default_of(const cm_value *control, const char *key)
{
    tr_buf encoded = {0};
    cm_value *wire = tr_cm_get(control, "_c");
    tr_kind_id kind = wire != NULL ? tr_catalog_find_kind(tr_slice_of(tr_cm_text(wire))) : 0;
    tr_prop_id prop = tr_catalog_find_prop(tr_slice_of(key));
    const tr_prop_info *info = kind != 0 && prop != 0 ? tr_catalog_prop(kind, prop) : NULL;
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

bool tr_cm_is_default(const cm_value *control, const char *key)
{
    tr_buf why = {0};
    cm_value *assumed = default_of(control, key);
    bool is_default =
        tr_cm_get(control, key) == NULL || tr_cm_same(tr_cm_get(control, key), assumed, &why);
    tr_cm_free(assumed);
    tr_buf_done(&why);
    return is_default;
}

static bool same_scalar(const cm_value *a, const cm_value *b)
{
    if (a->count == b->count && memcmp(a->bytes, b->bytes, a->count) == 0)
        return true;
    tr_reader one = tr_cm_reader(a);
    tr_reader two = tr_cm_reader(b);
    enum tr_kind kinds[2] = {tr_reader_peek(&one), tr_reader_peek(&two)};
    for (int i = 0; i < 2; i++)
        if (kinds[i] != TR_KIND_INTEGER && kinds[i] != TR_KIND_FLOAT)
            return false;
    return !(fabs(tr_reader_number(&one) - tr_reader_number(&two)) > 0);
}

// Every key of `a` is the same in `b`; with `absent_only` those that `b` has are taken as compared.
static bool keys_same(const cm_value *a, const cm_value *b, bool absent_only, tr_buf *why)
{
    for (uint32_t i = 0; i < a->count; i++) {
        const cm_pair *pair = &a->pairs[i];
        cm_value *other = tr_cm_get(b, pair->key);
        if ((other != NULL && absent_only) || strcmp(pair->key, "_r") == 0)
            continue;
        cm_value *assumed = other == NULL ? default_of(a, pair->key) : NULL;
        bool same = tr_cm_same(pair->value, other != NULL ? other : assumed, why);
        tr_cm_free(assumed);
        if (!same) {
            tr_buf_printf(why, " in %s of %s %d", pair->key, tr_cm_text(tr_cm_get(a, "_c")),
                          (int)tr_cm_integer(tr_cm_get(a, "_i")));
            return false;
        }
    }
    return true;
}

bool tr_cm_same(const cm_value *a, const cm_value *b, tr_buf *why)
{
    bool same = a->kind == b->kind;
    if (same && a->kind == CM_SCALAR)
        same = same_scalar(a, b);
    if (same && a->kind == CM_LIST)
        same = a->count == b->count;
    if (!same) {
        tr_cm_print(a, why);
        tr_buf_printf(why, " is not ");
        tr_cm_print(b, why);
        return false;
    }
    if (a->kind == CM_LIST)
        for (uint32_t i = 0; i < a->count; i++)
            if (!tr_cm_same(a->items[i], b->items[i], why))
                return false;
    return a->kind != CM_MAP || (keys_same(a, b, false, why) && keys_same(b, a, true, why));
}
