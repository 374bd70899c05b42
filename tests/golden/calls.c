#include "tests/golden/calls.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

// Which argument goes to which field; a field of several arguments takes the first that is given.
typedef struct call {
    const char *name;
    const char *class;
    const char *parameters; // in the order of positional arguments
    const char *fields;     // "left=horizontal top=vertical"
} call;

static const call table[] = {
    {"Padding.all", "Padding", "value", "left=value top=value right=value bottom=value"},
    {"Padding.symmetric", "Padding", "vertical horizontal",
     "left=horizontal top=vertical right=horizontal bottom=vertical"},
    {"Padding.only", "Padding", "left top right bottom",
     "left=left top=top right=right bottom=bottom"},
    {"Padding.zero", "Padding", "", ""},
    {"Margin.all", "Margin", "value", "left=value top=value right=value bottom=value"},
    {"Margin.symmetric", "Margin", "vertical horizontal",
     "left=horizontal top=vertical right=horizontal bottom=vertical"},
    {"Margin.only", "Margin", "left top right bottom",
     "left=left top=top right=right bottom=bottom"},
    {"Margin.zero", "Margin", "", ""},
    {"BorderRadius.all", "BorderRadius", "value",
     "top_left=value top_right=value bottom_left=value bottom_right=value"},
    {"BorderRadius.horizontal", "BorderRadius", "left right",
     "top_left=left! top_right=right! bottom_left=left! bottom_right=right!"},
    {"BorderRadius.vertical", "BorderRadius", "top bottom",
     "top_left=top! top_right=top! bottom_left=bottom! bottom_right=bottom!"},
    {"BorderRadius.only", "BorderRadius", "top_left top_right bottom_left bottom_right",
     "top_left=top_left! top_right=top_right! bottom_left=bottom_left! bottom_right=bottom_right!"},
    {"Border.symmetric", "Border", "vertical horizontal",
     "left=horizontal top=vertical right=horizontal bottom=vertical"},
    {"Border.only", "Border", "left top right bottom",
     "left=left top=top right=right bottom=bottom"},
    {"Offset.zero", "Offset", "", ""},
};

// The argument by position or name; NULL when it is not given. Lent.
static json_t *argument(const char *parameters, const char *name, size_t name_size,
                        const json_t *args, const json_t *props)
{
    char key[32];
    snprintf(key, sizeof key, "%.*s", (int)name_size, name);
    if (json_object_get(props, key) != NULL)
        return json_object_get(props, key);
    size_t position = 0;
    for (const char *at = parameters; *at != '\0'; position++) {
        size_t size = strcspn(at, " ");
        if (size == name_size && strncmp(at, name, size) == 0)
            return json_array_get(args, position);
        at += size + (at[size] == ' ');
    }
    return NULL;
}

static json_t *make(const call *self, const json_t *args, const json_t *props)
{
    json_t *fields = json_object();
    for (const char *at = self->fields; *at != '\0';) {
        size_t size = strcspn(at, " ");
        size_t equals = strcspn(at, "=");
        bool or_zero = at[size - 1] == '!';
        char key[32];
        snprintf(key, sizeof key, "%.*s", (int)equals, at);
        json_t *value =
            argument(self->parameters, at + equals + 1, size - equals - 1 - or_zero, args, props);
        if (value != NULL)
            json_object_set(fields, key, value);
        else if (or_zero)
            json_object_set_new(fields, key, json_integer(0));
        at += size + (at[size] == ' ');
    }
    return json_pack("{ssso}", "$v", self->class, "props", fields);
}

// One side all around, given whole or by its parts.
static json_t *border_all(const json_t *args, const json_t *props)
{
    static const char *const names[] = {"width", "color", "side"};
    static const char parameters[] = "width color side";
    json_t *parts = json_object();
    for (unsigned i = 0; i < 2; i++) {
        json_t *value = argument(parameters, names[i], strlen(names[i]), args, props);
        if (value != NULL && !json_is_null(value))
            json_object_set(parts, names[i], value);
    }
    json_t *given = argument(parameters, "side", 4, args, props);
    json_t *side = given != NULL && !json_is_null(given)
                       ? json_incref(given)
                       : json_pack("{sssO}", "$v", "BorderSide", "props", parts);
    json_decref(parts);
    json_t *border = json_pack("{sss{sOsOsOsO}}", "$v", "Border", "props", "left", side, "top",
                               side, "right", side, "bottom", side);
    json_decref(side);
    return border;
}

static json_t *with_opacity(const json_t *args, const json_t *props)
{
    json_t *opacity = argument("opacity color", "opacity", 7, args, props);
    json_t *color = argument("opacity color", "color", 5, args, props);
    char text[96];
    snprintf(text, sizeof text, "%s,%g", json_is_string(color) ? json_string_value(color) : "",
             json_number_value(opacity));
    return json_string(text);
}

// A transformation as the catalog's Matrix4 describes it.
static json_t *matrix(const char *constructor, const json_t *args)
{
    json_t *made = json_pack("{ss}", "name", constructor);
    if (json_array_size(args) != 0)
        json_object_set(made, "args", (json_t *)args);
    return json_pack("{so}", "ctor", made);
}

json_t *calls_make(const char *name, const json_t *args, const json_t *props, tr_buf *why)
{
    for (unsigned i = 0; name != NULL && i < sizeof table / sizeof *table; i++)
        if (strcasecmp(table[i].name, name) == 0)
            return make(&table[i], args, props);
    if (name != NULL && strcasecmp(name, "Border.all") == 0)
        return border_all(args, props);
    if (name != NULL && strcasecmp(name, "Colors.with_opacity") == 0)
        return with_opacity(args, props);
    if (name != NULL && strncasecmp(name, "Matrix4.", 8) == 0)
        return matrix(name + 8, args);
    tr_buf_printf(why, "unknown call '%s'", name != NULL ? name : "?");
    return NULL;
}
