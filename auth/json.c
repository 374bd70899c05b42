#include "auth/json.h"

#include <jansson.h>
#include <stdlib.h>

#include "troupe/err.h"
#include "wire/writer.h"

// Jansson reads nested values by recursion, which a coroutine's stack is too small for.
static int check_depth(tr_slice bytes)
{
    unsigned depth = 0;
    bool is_in_text = false;
    for (uint32_t i = 0; i < bytes.size; i++) {
        char c = bytes.data[i];
        if (is_in_text && c == '\\')
            i++;
        else if (c == '"')
            is_in_text = !is_in_text;
        else if (!is_in_text && (c == '{' || c == '['))
            depth++;
        else if (!is_in_text && (c == '}' || c == ']') && depth != 0)
            depth--;
        if (depth > TR_JSON_DEPTH_CAP)
            return TR_ETOOBIG;
    }
    return 0;
}

int tr_json_read(tr_slice bytes, tr_json **out)
{
    if (bytes.size > TR_JSON_CAP_BYTES)
        return TR_ETOOBIG;
    int result = check_depth(bytes);
    if (result < 0)
        return result;
    *out =
        bytes.size != 0 ? json_loadb(bytes.data, bytes.size, JSON_REJECT_DUPLICATES, NULL) : NULL;
    return *out != NULL ? 0 : TR_EMALFORMED;
}

void tr_json_free(tr_json *self)
{
    json_decref(self);
}

const tr_json *tr_json_get(const tr_json *self, const char *name)
{
    return json_object_get(self, name);
}

tr_slice tr_json_as_text(const tr_json *self)
{
    return (tr_slice){json_string_value(self), (uint32_t)json_string_length(self)};
}

tr_slice tr_json_text(const tr_json *self, const char *name)
{
    return tr_json_as_text(json_object_get(self, name));
}

bool tr_json_number(const tr_json *self, const char *name, uint64_t *out)
{
    const json_t *value = json_object_get(self, name);
    // Some say whole numbers with a fraction of nothing.
    double real = json_is_real(value) ? json_real_value(value) : 0;
    if (json_is_integer(value) && json_integer_value(value) >= 0)
        *out = (uint64_t)json_integer_value(value);
    else if (real > 0 && real < 9e15)
        *out = (uint64_t)real;
    else
        return false;
    return true;
}

uint32_t tr_json_count(const tr_json *self)
{
    return (uint32_t)json_array_size(self);
}

const tr_json *tr_json_at(const tr_json *self, uint32_t index)
{
    return json_array_get(self, index);
}

bool tr_json_is_object(const tr_json *self)
{
    return json_is_object(self);
}

bool tr_json_is_true(const tr_json *self, const char *name)
{
    return json_is_true(json_object_get(self, name));
}

bool tr_json_has(const tr_json *self, const char *name)
{
    return json_object_get(self, name) != NULL;
}

static void write_value(const json_t *value, tr_buf *out)
{
    if (json_is_string(value)) {
        tr_write_text(out, tr_json_as_text(value));
    } else if (json_is_integer(value)) {
        tr_write_integer(out, json_integer_value(value));
    } else if (json_is_boolean(value)) {
        tr_write_boolean(out, json_is_true(value));
    } else {
        char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
        tr_write_text(out, tr_slice_of(text != NULL ? text : "null"));
        free(text);
    }
}

static void write_pairs(const json_t *object, const json_t *unless, tr_buf *out)
{
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)object, name, value)
    {
        if (json_object_get(unless, name) != NULL)
            continue;
        tr_write_text(out, tr_slice_of(name));
        write_value(value, out);
    }
}

void tr_json_to_map(const tr_json *first, const tr_json *self, tr_buf *out)
{
    size_t count = json_object_size(first) + json_object_size(self);
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)first, name,
                        value) if (json_object_get(self, name) != NULL) count--;
    tr_write_map(out, (uint32_t)count);
    write_pairs(first, self, out);
    write_pairs(self, NULL, out);
}
