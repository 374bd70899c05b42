#include "tests/golden/classes.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/must.h"
#include "tests/golden/calls.h"

// The catalog's bytes, put into the program by the linker.
extern const char _binary_tools_catalog_catalog_json_start[];
extern const char _binary_tools_catalog_catalog_json_end[];

static json_t *catalog;
static json_t *controls[TR_CONTROL_COUNT]; // lent

// -- names --

// As the catalog's generator spells constructors: "TextField" -> "text_field".
static void snake(char *out, size_t size, const char *name)
{
    size_t at = 0;
    for (size_t i = 0; name[i] != '\0' && at + 2 < size; i++) {
        bool upper = isupper((unsigned char)name[i]) != 0;
        bool after_lower =
            i > 0 && (islower((unsigned char)name[i - 1]) || isdigit((unsigned char)name[i - 1]));
        bool starts_word =
            i > 0 && isupper((unsigned char)name[i - 1]) && islower((unsigned char)name[i + 1]);
        if (upper && (after_lower || starts_word))
            out[at++] = '_';
        out[at++] = name[i] == '.' ? '_' : (char)tolower((unsigned char)name[i]);
    }
    out[at] = '\0';
}

static tr_kind_id kind_of(const char *prefix, const char *name)
{
    char text[96];
    size_t before = (size_t)snprintf(text, sizeof text, "%s", prefix);
    snake(text + before, sizeof text - before, name);
    return tr_catalog_find_name(tr_slice_of(text));
}

tr_kind_id classes_kind(const char *name)
{
    const char *dot = strrchr(name, '.');
    const char *own = dot != NULL ? dot + 1 : name;
    bool is_canvas = dot != NULL && strncmp(name, "cv.", 3) == 0;
    tr_kind_id kind = is_canvas ? kind_of("canvas_", own) : 0;
    bool is_spinner = dot != NULL && strstr(name, "spin") != NULL;
    if (kind == 0 && is_spinner)
        kind = kind_of("spin_kit_", own);
    if (kind == 0)
        kind = kind_of("", own);
    return kind != 0 ? kind : kind_of("spin_kit_", own);
}

json_t *classes_control(tr_kind_id kind)
{
    return controls[kind];
}

void classes_load(void)
{
    json_error_t error;
    size_t size =
        (size_t)(_binary_tools_catalog_catalog_json_end - _binary_tools_catalog_catalog_json_start);
    catalog = json_loadb(_binary_tools_catalog_catalog_json_start, size, 0, &error);
    tr_must(catalog != NULL);
    const char *name;
    json_t *package;
    json_object_foreach(json_object_get(catalog, "packages"), name, package)
    {
        size_t i;
        json_t *control;
        json_array_foreach(json_object_get(package, "controls"), i, control)
        {
            const char *category = view_text(control, "category");
            bool is_shape = strcmp(category, "canvas") == 0 &&
                            strcmp(view_text(control, "name"), "Canvas") != 0;
            bool is_spinner = strcmp(name, "flet-spinkit") == 0;
            tr_kind_id kind = kind_of(is_shape ? "canvas_" : "",
                                      view_text(control, is_spinner ? "wire" : "name"));
            tr_must(kind != 0 && controls[kind] == NULL);
            controls[kind] = control;
        }
    }
}

void classes_unload(void)
{
    json_decref(catalog);
}

// -- members --

static json_t *fail(tr_buf *why, const char *what, const char *name)
{
    tr_buf_printf(why, "%s '%s'", what, name != NULL ? name : "?");
    return NULL;
}

static json_t *icon(const char *prefix, const char *member, tr_buf *why)
{
    char name[96];
    size_t size = (size_t)snprintf(name, sizeof name, "%s%s", prefix, member);
    for (size_t i = strlen(prefix); i < size && i < sizeof name; i++)
        name[i] = (char)tolower((unsigned char)name[i]);
    int32_t number = tr_catalog_find_icon(tr_slice_of(name));
    return number >= 0 ? json_integer(number) : fail(why, "unknown icon", member);
}

// "FontWeight.BOLD", "Colors.RED", "Alignment.CENTER", "cv.PointMode.POLYGON"
static json_t *member_of(const char *text, tr_buf *why)
{
    const char *dot = text != NULL ? strrchr(text, '.') : NULL;
    if (dot == NULL)
        return fail(why, "no enum member:", text);
    char name[96];
    const char *start = dot;
    while (start > text && start[-1] != '.')
        start--;
    snprintf(name, sizeof name, "%.*s", (int)(dot - start), start);
    const char *member = dot + 1;
    if (strcmp(name, "Icons") == 0)
        return icon("", member, why);
    if (strcmp(name, "CupertinoIcons") == 0)
        return icon("cupertino:", member, why);
    const json_t *colors = json_object_get(catalog, "colors");
    const json_t *from = NULL;
    if (strcmp(name, "Colors") == 0)
        from = json_object_get(colors, "material");
    else if (strcmp(name, "CupertinoColors") == 0)
        from = json_object_get(colors, "cupertino");
    else if (view_is(json_object_get(json_object_get(catalog, "values"), name), "presets"))
        from =
            json_object_get(json_object_get(json_object_get(catalog, "values"), name), "presets");
    else
        from = json_object_get(json_object_get(json_object_get(catalog, "enums"), name), "members");
    json_t *value = json_object_get(from, member);
    return value != NULL ? json_incref(value) : fail(why, "unknown enum member", text);
}

// -- value classes --

json_t *classes_value(const char *name)
{
    const json_t *values = json_object_get(catalog, "values");
    for (const char *at = name; at != NULL; at = strchr(at, '.')) {
        at += *at == '.';
        if (json_object_get(values, at) != NULL)
            return json_object_get(values, at);
    }
    return NULL;
}

static bool is_placeholder(const json_t *deflt)
{
    return view_is(deflt, "$py") || view_is(deflt, "$control");
}

static bool is_empty(const json_t *value)
{
    return (json_is_array(value) && json_array_size(value) == 0) ||
           (json_is_object(value) && json_object_size(value) == 0);
}

// Does the field travel with this (given or default) value?
static bool travels(const json_t *row, const json_t *field, const json_t *given)
{
    const char *sent = view_text(field, "sent");
    const json_t *deflt = json_object_get(field, "default");
    bool is_full = strcmp(view_text(row, "encoding"), "full-map") == 0;
    if (given == NULL)
        return ((sent != NULL && strcmp(sent, "always") == 0) || is_full) && deflt != NULL &&
               !json_is_null(deflt) && !is_placeholder(deflt) &&
               !(is_full && is_empty(deflt) && sent != NULL);
    if (sent != NULL && strcmp(sent, "never") == 0)
        return false;
    if (sent != NULL && strcmp(sent, "when-non-empty") == 0)
        return !is_empty(given);
    return sent != NULL || is_full || json_is_true(json_object_get(field, "required")) ||
           !view_equal(given, deflt);
}

static const json_t *field_named(const json_t *row, const char *name)
{
    size_t i;
    json_t *field;
    json_array_foreach(json_object_get(row, "fields"), i,
                       field) if (strcmp(view_text(field, "name"), name) == 0) return field;
    return NULL;
}

static json_t *encode_value(const char *name, const json_t *props, tr_buf *why)
{
    const json_t *row = name != NULL ? classes_value(name) : NULL;
    if (row == NULL)
        return fail(why, "unknown value class", name);
    const char *key;
    json_t *prop;
    json_object_foreach((json_t *)props, key, prop) if (field_named(row, key) == NULL) return fail(
        why, "a value class without the property", key);
    json_t *out = json_object();
    size_t i;
    json_t *field;
    json_array_foreach(json_object_get(row, "fields"), i, field)
    {
        const char *field_name = view_text(field, "name");
        prop = json_object_get(props, field_name);
        json_t *given = prop != NULL && !json_is_null(prop) ? classes_eval(prop, why) : NULL;
        if (prop != NULL && !json_is_null(prop) && given == NULL) {
            json_decref(out);
            return NULL;
        }
        if (travels(row, field, given))
            json_object_set(out, field_name,
                            given != NULL ? given : json_object_get(field, "default"));
        json_decref(given);
    }
    json_object_update(out, json_object_get(row, "discriminator"));
    return out;
}

// -- dates --

// ISO 8601 with or without an offset -> in UTC, as Flet sends it.
static json_t *date_of(const char *text, tr_buf *why)
{
    struct tm tm = {0};
    const char *rest = text != NULL ? strptime(text, "%Y-%m-%d", &tm) : NULL;
    if (rest == NULL)
        return fail(why, "no date:", text);
    if (*rest == '\0')
        return json_pack("{s:[is]}", "$ext", 1, text);
    rest = strptime(rest + 1, "%H:%M:%S", &tm);
    if (rest == NULL)
        return fail(why, "no time of day:", text);
    char fraction[16] = "";
    if (*rest == '.') {
        size_t size = strspn(rest + 1, "0123456789") + 1;
        snprintf(fraction, sizeof fraction, "%.*s", (int)size, rest);
        rest += size;
    }
    long hours = 0, minutes = 0;
    if (*rest == '+' || *rest == '-') {
        hours = strtol(rest + 1, NULL, 10);
        minutes = strlen(rest) >= 6 ? strtol(rest + 4, NULL, 10) : 0;
    }
    long offset = (hours * 60 + minutes) * 60 * (*rest == '-' ? -1 : 1);
    time_t utc = timegm(&tm) - offset;
    char out[64];
    gmtime_r(&utc, &tm);
    size_t size = strftime(out, sizeof out, "%Y-%m-%dT%H:%M:%S", &tm);
    bool has_fraction = strspn(fraction, ".0") != strlen(fraction);
    snprintf(out + size, sizeof out - size, "%s+00:00", has_fraction ? fraction : "");
    return json_pack("{s:[is]}", "$ext", 1, out);
}

static json_t *time_of(const char *text, tr_buf *why)
{
    if (text == NULL || strlen(text) < 5)
        return fail(why, "no time of day:", text);
    return json_pack("{s:[is%]}", "$ext", 2, text, (size_t)5);
}

// -- specifications --

static json_t *eval_pairs(const json_t *pairs, tr_buf *why)
{
    json_t *out = json_array();
    bool all_texts = true;
    size_t i;
    json_t *pair;
    json_array_foreach(pairs, i, pair)
    {
        json_t *key = classes_eval(json_array_get(pair, 0), why);
        json_t *value = classes_eval(json_array_get(pair, 1), why);
        all_texts = all_texts && json_is_string(key);
        if (key == NULL || value == NULL) {
            json_decref(key);
            json_decref(value);
            json_decref(out);
            return NULL;
        }
        json_array_append_new(out, json_pack("[oo]", key, value));
    }
    if (!all_texts)
        return json_pack("{so}", "$map", out);
    json_t *map = json_object();
    json_array_foreach(out, i, pair)
        json_object_set(map, json_string_value(json_array_get(pair, 0)), json_array_get(pair, 1));
    json_decref(out);
    return map;
}

static json_t *eval_call(const json_t *spec, tr_buf *why)
{
    json_t *args = classes_eval(json_object_get(spec, "args"), why);
    json_t *props = classes_eval(json_object_get(spec, "props"), why);
    json_t *made = why->size == 0 ? calls_make(view_text(spec, "$call"), args, props, why) : NULL;
    json_t *value = made != NULL ? classes_eval(made, why) : NULL;
    json_decref(made);
    json_decref(args);
    json_decref(props);
    return value;
}

static json_t *eval_object(const json_t *spec, tr_buf *why)
{
    if (view_is(spec, "$e"))
        return member_of(view_text(spec, "$e"), why);
    if (view_is(spec, "$v"))
        return encode_value(view_text(spec, "$v"), json_object_get(spec, "props"), why);
    if (view_is(spec, "$call"))
        return eval_call(spec, why);
    if (view_is(spec, "$dt") || view_is(spec, "$date"))
        return date_of(view_text(spec, view_is(spec, "$dt") ? "$dt" : "$date"), why);
    if (view_is(spec, "$time"))
        return time_of(view_text(spec, "$time"), why);
    if (view_is(spec, "$map"))
        return eval_pairs(json_object_get(spec, "$map"), why);
    if (view_is(spec, "$bin") || view_is(spec, "$float") || view_is(spec, "$ext"))
        return json_incref((json_t *)spec);
    if (view_is(spec, "$c"))
        return fail(why, "a control inside a value:", view_text(spec, "$c"));
    json_t *out = json_object();
    const char *key;
    json_t *item;
    json_object_foreach((json_t *)spec, key, item)
    {
        json_t *value =
            key[0] == '$' ? fail(why, "unknown form of a value", key) : classes_eval(item, why);
        if (value == NULL) {
            json_decref(out);
            return NULL;
        }
        json_object_set_new(out, key, value);
    }
    return out;
}

json_t *classes_eval(const json_t *spec, tr_buf *why)
{
    if (json_is_object(spec))
        return eval_object(spec, why);
    if (!json_is_array(spec))
        return json_incref((json_t *)spec);
    json_t *out = json_array();
    size_t i;
    json_t *item;
    json_array_foreach(spec, i, item)
    {
        json_t *value = classes_eval(item, why);
        if (value == NULL) {
            json_decref(out);
            return NULL;
        }
        json_array_append_new(out, value);
    }
    return out;
}

// -- events and methods --

static json_t *row_named(const json_t *rows, const char *name)
{
    size_t i;
    json_t *row;
    json_array_foreach(rows, i, row) if (strcmp(view_text(row, "name"), name) == 0) return row;
    return NULL;
}

json_t *classes_event_fields(tr_kind_id kind, const char *event)
{
    const json_t *row = row_named(json_object_get(controls[kind], "events"), event);
    json_t *fields = json_object_get(row, "fields");
    const char *payload = view_text(row, "payload");
    return fields != NULL || payload == NULL
               ? fields
               : json_object_get(json_object_get(catalog, "event_classes"), payload);
}

// The value of an argument that a caller of Flet's leaves out. The catalog does not keep defaults
// of arguments: nothing, or the first member of an enum.
static json_t *left_out(const char *type)
{
    if (type[strlen(type) - 1] == '?')
        return json_null();
    if (strcmp(type, "bool") == 0)
        return json_false();
    json_t *members =
        strncmp(type, "enum:", 5) == 0
            ? json_object_get(json_object_get(json_object_get(catalog, "enums"), type + 5),
                              "members")
            : NULL;
    void *first = members != NULL ? json_object_iter(members) : NULL;
    return first != NULL ? json_incref(json_object_iter_value(first)) : json_null();
}

static bool put_argument(json_t *out, const json_t *argument, const json_t *given, bool omit_nil,
                         tr_buf *why)
{
    const char *name = view_text(argument, "argument");
    const json_t *spec = json_object_get(given, view_text(argument, "name"));
    if (spec == NULL && name != NULL)
        spec = json_object_get(given, name);
    json_t *value = spec != NULL ? classes_eval(spec, why) : left_out(view_text(argument, "type"));
    if (value == NULL)
        return false;
    if (omit_nil && json_is_null(value))
        json_decref(value);
    else
        json_object_set_new(out, view_text(argument, "name"), value);
    return true;
}

bool classes_arguments(tr_kind_id kind, const char *method, const json_t *given,
                       const char **out_wire, json_t **out, tr_buf *why)
{
    const json_t *row = row_named(json_object_get(controls[kind], "methods"), method);
    if (row == NULL)
        return fail(why, "a control without the method", method) != NULL;
    *out_wire = view_text(row, "wire");
    *out = NULL;
    const json_t *arguments = json_object_get(row, "args");
    if (!json_is_array(arguments))
        return true;
    bool omit_nil = json_is_true(json_object_get(row, "optional_args_omitted_when_null"));
    *out = json_object();
    size_t i;
    json_t *argument;
    json_array_foreach(arguments, i,
                       argument) if (!put_argument(*out, argument, given, omit_nil, why))
    {
        json_decref(*out);
        return false;
    }
    return true;
}
