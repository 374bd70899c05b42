#include "tests/golden/python_repr.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/golden/classes.h"

static void print_python(tr_buf *out, const cm_value *value)
{
    tr_reader reader = tr_reader_of((tr_slice){value->bytes, value->count});
    switch (value->kind == CM_SCALAR ? tr_reader_peek(&reader) : TR_KIND_NONE) {
    case TR_KIND_NIL:
        tr_buf_printf(out, "None");
        return;
    case TR_KIND_BOOLEAN:
        tr_buf_printf(out, "%s", tr_reader_boolean(&reader) ? "True" : "False");
        return;
    case TR_KIND_TEXT:
        tr_buf_printf(out, "'%s'", tr_cm_text(value));
        return;
    case TR_KIND_INTEGER:
        tr_buf_printf(out, "%lld", (long long)tr_reader_integer(&reader));
        return;
    case TR_KIND_FLOAT: {
        double number = tr_reader_number(&reader);
        char text[40];
        int digits = 1;
        do
            snprintf(text, sizeof text, "%.*g", digits, number);
        while (strtod(text, NULL) != number && ++digits <= 17);
        tr_buf_printf(out, "%s%s", text, strpbrk(text, ".en") != NULL ? "" : ".0");
        return;
    }
    default:
        tr_cm_print(value, out);
    }
}

// A duration as the browser sends it: microseconds, in decimal.
static cm_value *duration_parts(const cm_value *value)
{
    static const struct {
        const char *name;
        json_int_t size;
    } parts[] = {{"days", 86400000000}, {"hours", 3600000000},  {"minutes", 60000000},
                 {"seconds", 1000000},  {"milliseconds", 1000}, {"microseconds", 1}};
    tr_reader reader = tr_reader_of((tr_slice){value->bytes, value->count});
    if (value->kind != CM_SCALAR || tr_reader_peek(&reader) != TR_KIND_EXTENSION)
        return NULL;
    int8_t type;
    tr_slice text = tr_reader_extension(&reader, &type);
    char digits[32];
    snprintf(digits, sizeof digits, "%.*s", (int)text.size, text.data);
    json_int_t left = strtoll(digits, NULL, 10);
    json_t *map = json_object();
    for (unsigned i = 0; i < sizeof parts / sizeof *parts; i++) {
        json_object_set_new(map, parts[i].name, json_integer(left / parts[i].size));
        left %= parts[i].size;
    }
    cm_value *model = view_model(map);
    json_decref(map);
    return model;
}

char *python_repr(const char *type, const cm_value *value)
{
    char name[96];
    bool is_duration = strncmp(type, "duration", 8) == 0;
    if (!is_duration && strncmp(type, "value:", 6) != 0)
        return NULL;
    snprintf(name, sizeof name, "%s", is_duration ? "Duration" : type + 6);
    name[strcspn(name, "?|")] = '\0';
    const json_t *row = classes_value(name);
    cm_value *parts = is_duration ? duration_parts(value) : NULL;
    const cm_value *map = parts != NULL ? parts : value;
    if (row == NULL || map->kind != CM_MAP) {
        tr_cm_free(parts);
        return NULL;
    }
    tr_buf out = {0};
    size_t i;
    json_t *field;
    tr_buf_printf(&out, "%s(", name);
    json_array_foreach(json_object_get(row, "fields"), i, field)
    {
        const char *key = view_text(field, "name");
        cm_value *own = tr_cm_get(map, key);
        cm_value *assumed = own == NULL ? view_model(json_object_get(field, "default")) : NULL;
        tr_buf_printf(&out, "%s%s=", i != 0 ? ", " : "", key);
        print_python(&out, own != NULL ? own : assumed);
        tr_cm_free(assumed);
    }
    tr_buf_printf(&out, ")");
    char *text = strdup(tr_buf_text(&out));
    tr_buf_done(&out);
    tr_cm_free(parts);
    return text;
}
