#include "tests/golden/effects.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/golden/classes.h"
#include "tests/golden/python_repr.h"

static bool same_values(talk *self, const char *what, const json_t *recorded, const cm_value *ours)
{
    cm_value *one = view_model(recorded);
    cm_value *nothing = ours == NULL ? view_model(json_null()) : NULL;
    tr_buf why = {0};
    self->compare.why = &why;
    self->compare.path[0] = '\0';
    bool same = one != NULL && compare_values(&self->compare, one, ours != NULL ? ours : nothing);
    if (!same)
        talk_fail(self, "%s: %s", what, tr_buf_text(&why));
    tr_cm_free(one);
    tr_cm_free(nothing);
    tr_buf_done(&why);
    return same;
}

// The recording holds Python's text of what is no JSON: "<datetime>".
static bool is_text_of_object(const json_t *value)
{
    const char *text = json_string_value(value);
    return text != NULL && text[0] == '<' && text[strlen(text) - 1] == '>';
}

static bool same_view(talk *self, const json_t *recorded, uint32_t ours)
{
    unsigned id;
    int end = 0;
    const char *text = json_string_value(recorded);
    if (text == NULL || sscanf(text, "<View %u>%n", &id, &end) != 1 || end == 0 ||
        text[end] != '\0' || !compare_ids(&self->compare, id, ours))
        return talk_fail(self, "the event's view: recorded %s, ours %u",
                         text != NULL ? text : "none", ours);
    return true;
}

static bool same_field(talk *self, const talk_effect *ours, const json_t *field,
                       const json_t *recorded)
{
    const char *name = view_text(field, "name");
    const char *type = view_text(field, "type");
    cm_value *value = tr_cm_get(ours->data, view_text(field, "wire"));
    if (strncmp(type, "control:View", 12) == 0)
        return same_view(self, recorded, ours->view);
    char *text = value != NULL ? python_repr(type, value) : NULL;
    if (text == NULL)
        return same_values(self, name, recorded, value);
    bool same = json_is_string(recorded) && strcmp(json_string_value(recorded), text) == 0;
    if (!same)
        talk_fail(self, "%s: recorded %s, ours %s", name,
                  json_is_string(recorded) ? json_string_value(recorded) : "no text", text);
    free(text);
    return same;
}

static const json_t *field_named(const json_t *fields, const char *name)
{
    size_t i;
    json_t *field;
    json_array_foreach(fields, i,
                       field) if (strcmp(view_text(field, "name"), name) == 0) return field;
    return NULL;
}

static bool same_handler(talk *self, const talk_effect *ours, const json_t *recorded)
{
    const char *name = view_text(recorded, "name");
    if (name == NULL || strcmp(name, ours->name) != 0)
        return talk_fail(self, "recorded the handler of '%s', ours that of '%s'",
                         name != NULL ? name : "?", ours->name);
    json_int_t id = json_integer_value(json_object_get(recorded, "control_id"));
    if (!compare_ids(&self->compare, id, ours->control))
        return talk_fail(self, "%s: recorded of control %lld, ours of %u", name, (long long)id,
                         ours->control);
    const json_t *fields = ours->class != 0 ? classes_event_fields(ours->class, name) : NULL;
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)recorded, key, value)
    {
        const json_t *field = field_named(fields, key);
        bool is_known = strcmp(key, "name") == 0 || strcmp(key, "control_id") == 0;
        if (field != NULL && !same_field(self, ours, field, value))
            return false;
        if (field != NULL || is_known)
            continue;
        if (strcmp(key, "data") != 0)
            return talk_fail(self, "the event %s has no field '%s'", name, key);
        // A value of which Flet makes an object of its own leaves no data.
        bool is_made_object = is_text_of_object(value) || (fields != NULL && json_is_null(value));
        if (!is_made_object && !same_values(self, name, value, ours->data))
            return false;
    }
    return true;
}

// A time of day as Python prints it; what is none stays.
static json_t *as_python(const cm_value *value)
{
    json_t *view = view_of(value);
    const json_t *ext = json_object_get(view, "$ext");
    unsigned hours, minutes;
    const char *text = json_string_value(json_array_get(ext, 1));
    if (text == NULL || json_integer_value(json_array_get(ext, 0)) != 2 ||
        sscanf(text, "%u:%u", &hours, &minutes) != 2)
        return view;
    char out[32];
    snprintf(out, sizeof out, "%02u:%02u:00", hours % 100, minutes % 100);
    json_decref(view);
    return json_string(out);
}

static bool same_read(talk *self, const talk_effect *ours, const json_t *recorded)
{
    const json_t *value = json_object_get(recorded, ours->name);
    if (value == NULL)
        return talk_fail(self, "ours read '%s', which was not recorded", ours->name);
    json_t *plain = as_python(ours->data);
    cm_value *model = view_model(plain);
    bool same = same_values(self, ours->name, value, model);
    tr_cm_free(model);
    json_decref(plain);
    return same;
}

static bool same_error(talk *self, const talk_effect *ours, const json_t *recorded)
{
    // "RuntimeError: unsupported"
    const char *text = json_string_value(recorded);
    const char *own = text != NULL ? strstr(text, ": ") : NULL;
    return (own != NULL && strcmp(own + 2, ours->error) == 0) ||
           talk_fail(self, "recorded '%s', ours '%s'", text != NULL ? text : "?", ours->error);
}

bool effects_match(talk *self, const json_t *recorded)
{
    static const char *const names[] = {[EFFECT_HANDLER] = "handler_called",
                                        [EFFECT_RETURNED] = "invoke_returned",
                                        [EFFECT_RAISED] = "invoke_raised",
                                        [EFFECT_VALUE] = "value"};
    if (json_object_get(recorded, "note") != NULL)
        return true;
    talk_effect *ours = self->effects;
    if (ours == NULL)
        return talk_fail(self, "recorded an effect on the server, ours had none");
    const json_t *value = json_object_get(recorded, names[ours->kind]);
    bool same = false;
    if (value == NULL)
        talk_fail(self, "ours was %s %s", names[ours->kind], ours->name);
    else if (ours->kind == EFFECT_HANDLER)
        same = same_handler(self, ours, value);
    else if (ours->kind == EFFECT_RETURNED)
        same = same_values(self, "the method's result", value, ours->data);
    else if (ours->kind == EFFECT_RAISED)
        same = same_error(self, ours, value);
    else
        same = same_read(self, ours, value);
    self->effects = ours->next;
    tr_cm_free(ours->data);
    free(ours);
    return same;
}
