#include "tests/golden/view.h"

#include <math.h>
#include <string.h>

#include "sdk/catalog/value.h"
#include "wire/scan.h"
#include "wire/writer.h"

const char *view_text(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

bool view_is(const json_t *value, const char *key)
{
    return json_is_object(value) && json_object_get(value, key) != NULL;
}

static tr_slice slice_of(const json_t *text)
{
    return (tr_slice){json_string_value(text), (uint32_t)json_string_length(text)};
}

static int digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool view_bytes(tr_buf *out, const json_t *hex)
{
    tr_slice text = json_is_string(hex) ? slice_of(hex) : (tr_slice){0};
    if (text.data == NULL || text.size % 2 != 0)
        return false;
    for (uint32_t i = 0; i < text.size; i += 2) {
        int high = digit(text.data[i]);
        int low = digit(text.data[i + 1]);
        if (high < 0 || low < 0)
            return false;
        *tr_buf_reserve(out, 1) = (uint8_t)(high << 4 | low);
        out->size++;
    }
    return true;
}

static bool write_pairs(tr_buf *out, const json_t *pairs)
{
    size_t i;
    json_t *pair;
    if (!json_is_array(pairs))
        return false;
    tr_write_map(out, (uint32_t)json_array_size(pairs));
    json_array_foreach(pairs, i, pair) if (json_array_size(pair) != 2 ||
                                           !view_write(out, json_array_get(pair, 0)) ||
                                           !view_write(out, json_array_get(pair, 1))) return false;
    return true;
}

static bool write_extension(tr_buf *out, const json_t *ext)
{
    const json_t *text = json_array_get(ext, 1);
    if (!json_is_integer(json_array_get(ext, 0)) || !json_is_string(text))
        return false;
    tr_write_extension(out, (int8_t)json_integer_value(json_array_get(ext, 0)), slice_of(text));
    return true;
}

static bool write_float(tr_buf *out, const json_t *name)
{
    const char *text = json_is_string(name) ? json_string_value(name) : "";
    double value = strcmp(text, "inf") == 0    ? INFINITY
                   : strcmp(text, "-inf") == 0 ? -INFINITY
                                               : NAN;
    tr_write_float(out, value);
    return !isnan(value) || strcmp(text, "nan") == 0;
}

static bool write_object(tr_buf *out, const json_t *object)
{
    if (view_is(object, "$map"))
        return write_pairs(out, json_object_get(object, "$map"));
    if (view_is(object, "$ext"))
        return write_extension(out, json_object_get(object, "$ext"));
    if (view_is(object, "$float"))
        return write_float(out, json_object_get(object, "$float"));
    if (view_is(object, "$bin")) {
        tr_buf bytes = {0};
        bool is_hex = view_bytes(&bytes, json_object_get(object, "$bin"));
        tr_write_bytes(out, view_slice(&bytes));
        tr_buf_done(&bytes);
        return is_hex;
    }
    tr_write_map(out, (uint32_t)json_object_size(object));
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)object, key, value)
    {
        tr_write_text(out, tr_slice_of(key));
        if (!view_write(out, value))
            return false;
    }
    return true;
}

bool view_write(tr_buf *out, const json_t *value)
{
    size_t i;
    json_t *item;
    switch (value != NULL ? json_typeof(value) : JSON_NULL) {
    case JSON_OBJECT:
        return write_object(out, value);
    case JSON_ARRAY:
        tr_write_array(out, (uint32_t)json_array_size(value));
        json_array_foreach(value, i, item) if (!view_write(out, item)) return false;
        return true;
    case JSON_STRING:
        tr_write_text(out, slice_of(value));
        return true;
    case JSON_INTEGER:
        tr_value_write(out, tr_value_integer(json_integer_value(value)));
        return true;
    case JSON_REAL:
        tr_value_write(out, tr_value_number(json_real_value(value)));
        return true;
    case JSON_TRUE:
    case JSON_FALSE:
        tr_write_boolean(out, json_is_true(value));
        return true;
    case JSON_NULL:
        tr_write_nil(out);
        return true;
    }
    return false;
}

cm_value *view_model(const json_t *value)
{
    tr_buf bytes = {0};
    bool is_well_formed = view_write(&bytes, value) && tr_scan(bytes.data, bytes.size) == 0;
    cm_value *model = is_well_formed ? tr_cm_decode(bytes.data, bytes.size) : NULL;
    tr_buf_done(&bytes);
    return model;
}

bool view_equal(const json_t *a, const json_t *b)
{
    if (a == NULL || b == NULL)
        return a == b;
    if (json_is_number(a) && json_is_number(b))
        return !(json_number_value(a) < json_number_value(b)) &&
               !(json_number_value(a) > json_number_value(b));
    if (json_typeof(a) != json_typeof(b))
        return false;
    if (json_is_array(a)) {
        size_t i;
        json_t *item;
        json_array_foreach(a, i, item) if (!view_equal(item, json_array_get(b, i))) return false;
        return json_array_size(a) == json_array_size(b);
    }
    if (json_is_object(a)) {
        const char *key;
        json_t *item;
        json_object_foreach((json_t *)a, key,
                            item) if (!view_equal(item, json_object_get(b, key))) return false;
        return json_object_size(a) == json_object_size(b);
    }
    return json_equal(a, b);
}

static json_t *hex_of(tr_slice bytes)
{
    tr_buf text = {0};
    for (uint32_t i = 0; i < bytes.size; i++)
        tr_buf_printf(&text, "%02x", (uint8_t)bytes.data[i]);
    json_t *hex = json_pack("{ss}", "$bin", tr_buf_text(&text));
    tr_buf_done(&text);
    return hex;
}

static json_t *view_of_scalar(const cm_value *model)
{
    tr_reader reader = tr_reader_of((tr_slice){model->bytes, model->count});
    int8_t type;
    tr_slice text;
    switch (tr_reader_peek(&reader)) {
    case TR_KIND_BOOLEAN:
        return json_boolean(tr_reader_boolean(&reader));
    case TR_KIND_INTEGER:
        return json_integer(tr_reader_integer(&reader));
    case TR_KIND_FLOAT: {
        double value = tr_reader_number(&reader);
        if (isfinite(value))
            return json_real(value);
        return json_pack("{ss}", "$float", isnan(value) ? "nan" : value > 0 ? "inf" : "-inf");
    }
    case TR_KIND_TEXT:
        text = tr_reader_text(&reader);
        return json_stringn(text.data, text.size);
    case TR_KIND_BYTES:
        return hex_of(tr_reader_bytes(&reader));
    case TR_KIND_EXTENSION:
        text = tr_reader_extension(&reader, &type);
        return json_pack("{s:[is%]}", "$ext", (int)type, text.data, (size_t)text.size);
    default:
        return json_null();
    }
}

json_t *view_of(const cm_value *model)
{
    if (model->kind == CM_SCALAR)
        return view_of_scalar(model);
    json_t *out = model->kind == CM_LIST ? json_array() : json_object();
    for (uint32_t i = 0; i < model->count; i++)
        if (model->kind == CM_LIST)
            json_array_append_new(out, view_of(model->items[i]));
        else
            json_object_set_new(out, model->pairs[i].key, view_of(model->pairs[i].value));
    return out;
}
