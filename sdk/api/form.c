// The functions of troupe/pages/form.h, and the handlers that a form's controls have.

#include <string.h>

#include "base/number.h"
#include "sdk/api/bound.h"
#include "sdk/api/change_submit.h"
#include "sdk/api/form_value.h"
#include "sdk/catalog/misuse.h"
#include "sdk/tree/node.h"
#include "troupe/controls/methods.h"
#include "troupe/err.h"
#include "troupe/pages/form.h"
#include "troupe/pages/page.h"
#include "troupe/pages/task.h"
#include "wire/linker_sets.h"

TR_DECLARE(tr_form_change);
TR_DECLARE(tr_form_send);
TR_DECLARE(tr_form_look);

// -- which form, and how it stands --

static const ui_form *form_of(tr_event *ev)
{
    const char *name = tr_payload_text(ev);
    const ui_form *found =
        name != NULL ? TR_SET_FIND(TR_SET_FORMS, ui_form, tr_slice_of(name)) : NULL;
    if (found == NULL)
        (void)tr_misuse_refuse(TR_ENOTFOUND, "there is no form of that name (any more)");
    return found;
}

static void *state_of(tr_event *ev, const ui_form *form)
{
    return tr_bound_state(ev, form->state_size,
                          "the form is of another struct than the app's state");
}

static ui_form_status *status_of(const ui_form *form, void *state)
{
    return (ui_form_status *)(void *)((char *)state + form->status);
}

// Its number; -1: it is no field of the form.
static int field_at(const ui_form *form, size_t offset)
{
    for (uint32_t i = 0; i < form->field_count && i < UI_FORM_FIELDS_CAP; i++)
        if (form->fields[i].offset == offset)
            return (int)i;
    return tr_misuse_refuse(-1, "that member is no UI_FIELD of the form");
}

static bool is_sending(const tr_event *ev, const ui_form_status *status)
{
    if (ev->thread != NULL)
        return status->sending != 0;
    // After a restart no call has that number: it runs again, by another one.
    return status->sending != 0 && status->sending != ev->number &&
           tr_call_find(ev->session, status->sending) != NULL;
}

// -- controls --

static unsigned type_of(const tr_node *node, tr_prop_id prop)
{
    const tr_prop_info *info = tr_catalog_prop(node->kind, prop);
    return info != NULL ? info->type : 0;
}

// The property that says what is wrong, 0: it has none.
static tr_prop_id error_prop(const tr_node *node)
{
    if ((type_of(node, TR_PROP_ERROR) & TR_TYPE_TEXT) != 0)
        return TR_PROP_ERROR;
    return type_of(node, TR_PROP_ERROR_TEXT) != 0 ? TR_PROP_ERROR_TEXT : 0;
}

static const char *error_key(const ui_field *field)
{
    return ui_format("%s.error", field->member);
}

// What stands in the field, as text; without a control what the member holds.
static void entered(tr_event *ev, const ui_field *field, const void *state, char *out)
{
    const tr_node *node = tr_bound_control(ev, field->member);
    if (node == NULL) {
        tr_field_write(field, state, out);
        return;
    }
    tr_value value = tr_node_get(node, TR_PROP_VALUE);
    out[0] = '\0';
    if (value.kind == TR_VALUE_TEXT)
        (void)ui_get_text(ev, field->member, "value", out, UI_FORM_TEXT_CAP_BYTES);
    else if (value.kind == TR_VALUE_BOOLEAN)
        tr_format(out, UI_FORM_TEXT_CAP_BYTES, "%s", value.boolean ? "true" : "false");
    else if (value.kind != TR_VALUE_NIL)
        tr_format(out, UI_FORM_TEXT_CAP_BYTES, "%.17g", tr_value_as_number(value, 0));
}

// Of a number that is written in a text field: as it stands there, while it says the same.
static void to_be_shown(tr_event *ev, const ui_field *field, const void *state, char *out)
{
    const tr_node *node = tr_bound_control(ev, field->member);
    if (node != NULL && tr_node_get(node, TR_PROP_VALUE).kind == TR_VALUE_TEXT) {
        entered(ev, field, state, out);
        if (tr_field_may_show(field, state, out))
            return;
    }
    tr_field_write(field, state, out);
}

static const char *error_now(const ui_form *form, const ui_form_status *status, int i,
                             const char *text)
{
    if ((status->wrong >> i & 1) == 0)
        return NULL;
    return status->said_of == (uint32_t)i + 1 ? status->said
                                              : tr_field_error(&form->fields[i], text);
}

static void show_error(tr_event *ev, const ui_field *field, const char *error)
{
    const tr_node *node = tr_bound_control(ev, field->member);
    tr_prop_id prop = node != NULL ? error_prop(node) : 0;
    const char *key = error_key(field);
    if (prop != 0) {
        (void)ui_set_string(ev, field->member, tr_catalog_prop_name(prop).data, error);
    } else if (tr_bound_control(ev, key) != NULL) {
        (void)ui_set_text(ev, key, error);
        (void)ui_set_bool(ev, key, "visible", error != NULL);
    }
}

static void set_error(tr_event *ev, const ui_form *form, ui_form_status *status, int i,
                      const char *error)
{
    uint32_t bit = UINT32_C(1) << i;
    bool was_wrong = (status->wrong & bit) != 0;
    status->wrong = error != NULL ? status->wrong | bit : status->wrong & ~bit;
    if (error == NULL && status->said_of == (uint32_t)i + 1)
        status->said_of = 0;
    if (was_wrong || error != NULL)
        show_error(ev, &form->fields[i], error);
}

static tr_value value_for(const tr_node *node, const ui_field *field, const char *text)
{
    unsigned type = type_of(node, TR_PROP_VALUE);
    if (field->kind == 'b')
        return tr_value_boolean(strcmp(text, "true") == 0);
    if ((type & TR_TYPE_TEXT) == 0)
        return tr_value_number(tr_number_parse(text, NULL));
    return tr_value_text(tr_slice_of(text));
}

static bool can_have(const tr_node *node, const ui_field *field)
{
    unsigned type = type_of(node, TR_PROP_VALUE);
    if (field->kind == 'b')
        return (type & TR_TYPE_BOOLEAN) != 0;
    return (type & TR_TYPE_TEXT) != 0 ||
           (field->kind != 'c' && (type & (TR_TYPE_NUMBER | TR_TYPE_INTEGER)) != 0);
}

// -- binding --

static void hear(tr_node *node, tr_prop_id prop, const tr_handler *handler, const ui_form *form)
{
    tr_slice payload = {form->name, (uint32_t)strlen(form->name) + 1};
    tr_value value = {.kind = TR_VALUE_HANDLER, .handler = handler, .payload = &payload};
    if (type_of(node, prop) != 0 && tr_node_prop(node, prop) == NULL)
        (void)tr_node_set(node, prop, value);
}

static void set_text(tr_node *node, tr_prop_id prop, const char *text)
{
    (void)tr_node_set(node, prop, tr_value_text(tr_slice_of(text)));
}

// A place for the error of a control that has none.
static ui_control *with_error(ui_control *control, const ui_field *field, const char *error)
{
    return ui_column(.spacing = 4, .tight = true,
                     UI(control, ui_text(error != NULL ? error : "", .key = error_key(field),
                                         .color = "error", .size = 12, .visible = error != NULL)));
}

ui_control *ui_form_bind(tr_page *page, const ui_form *form, size_t offset, ui_control *control)
{
    if (control == NULL || form == NULL || !tr_submit_is_here(page))
        return control;
    int i = field_at(form, offset);
    void *state = i >= 0 ? state_of(page, form) : NULL;
    if (state == NULL)
        return control;
    const ui_field *field = &form->fields[i];
    if (!can_have(control, field)) {
        (void)tr_misuse_report(&(tr_misuse){.code = TR_EWRONGTYPE,
                                            .control = tr_catalog_kind(control->kind)->wire,
                                            .key = tr_slice_of(field->member),
                                            .text = "it has no value of the member's type"});
        return control;
    }
    char text[UI_FORM_TEXT_CAP_BYTES];
    to_be_shown(page, field, state, text);
    const char *error = error_now(form, status_of(form, state), i, text);
    set_text(control, TR_PROP_KEY, field->member);
    (void)tr_node_set(control, TR_PROP_VALUE, value_for(control, field, text));
    hear(control, type_of(control, TR_PROP_ON_SELECT) != 0 ? TR_PROP_ON_SELECT : TR_PROP_ON_CHANGE,
         tr_form_change, form);
    tr_value multiline = tr_node_value(control, TR_PROP_MULTILINE);
    if (multiline.kind != TR_VALUE_BOOLEAN || !multiline.boolean) // Enter is a line
        hear(control, TR_PROP_ON_SUBMIT, tr_form_send, form);
    tr_prop_id prop = error_prop(control);
    if (prop == 0)
        return tr_field_has_rules(field) ? with_error(control, field, error) : control;
    if (error != NULL)
        set_text(control, prop, error);
    return control;
}

static bool is_sending_now(tr_page *page, const ui_form *form)
{
    void *state = state_of(page, form);
    return state != NULL && is_sending(page, status_of(form, state));
}

ui_control *ui_form_button(tr_page *page, const ui_form *form, ui_control *button)
{
    if (button == NULL || form == NULL || !tr_submit_is_here(page))
        return button;
    set_text(button, TR_PROP_KEY, ui_format("%s.send", form->name));
    hear(button, TR_PROP_ON_CLICK, tr_form_send, form);
    if (is_sending_now(page, form))
        (void)tr_node_set(button, TR_PROP_DISABLED, tr_value_boolean(true));
    return button;
}

ui_control *ui_form_busy(tr_page *page, const ui_form *form, ui_control *control)
{
    if (control == NULL || form == NULL || !tr_submit_is_here(page))
        return control;
    set_text(control, TR_PROP_KEY, ui_format("%s.busy", form->name));
    (void)tr_node_set(control, TR_PROP_VISIBLE, tr_value_boolean(is_sending_now(page, form)));
    return control;
}

// -- what happens --

static const ui_field *field_of_event(const tr_event *ev, const ui_form *form, int *out_number)
{
    for (uint32_t i = 0; i < form->field_count && i < UI_FORM_FIELDS_CAP; i++)
        if (strcmp(form->fields[i].member, tr_event_key(ev)) == 0) {
            *out_number = (int)i;
            return &form->fields[i];
        }
    return NULL;
}

TR_ASYNC(tr_form_change)
{
    int i;
    const ui_form *form = form_of(ev);
    const ui_field *field = form != NULL ? field_of_event(ev, form, &i) : NULL;
    void *state = field != NULL ? state_of(ev, form) : NULL;
    if (state == NULL)
        return;
    char text[UI_FORM_TEXT_CAP_BYTES];
    entered(ev, field, state, text);
    (void)tr_field_read(field, state, text);
    ui_form_status *status = status_of(form, state);
    status->is_dirty = true;
    status->is_sent = false;
    set_error(ev, form, status, i, NULL);
    if (field->on_change != NULL)
        (void)tr_start(ev, field->on_change);
}

static bool has_focus_method(const tr_node *node)
{
    return node != NULL &&
           (node->kind == TR_CONTROL_TEXT_FIELD || node->kind == TR_CONTROL_CUPERTINO_TEXT_FIELD ||
            node->kind == TR_CONTROL_DROPDOWN);
}

// All fields into the members. Each that is wrong says so; the first of them has the focus.
static bool take_all(tr_event *ev, const ui_form *form, void *state)
{
    const ui_field *first = NULL;
    for (uint32_t i = 0; i < form->field_count && i < UI_FORM_FIELDS_CAP; i++) {
        const ui_field *field = &form->fields[i];
        char text[UI_FORM_TEXT_CAP_BYTES];
        entered(ev, field, state, text);
        (void)tr_field_read(field, state, text);
        const char *error = tr_field_error(field, text);
        set_error(ev, form, status_of(form, state), (int)i, error);
        if (error != NULL && first == NULL)
            first = field;
    }
    if (first != NULL && has_focus_method(tr_bound_control(ev, first->member)))
        (void)ui_focus(ev, first->member);
    return first == NULL;
}

static void show_sending(tr_event *ev, const ui_form *form, bool is_sending)
{
    const char *send = ui_format("%s.send", form->name);
    const char *busy = ui_format("%s.busy", form->name);
    if (tr_bound_control(ev, send) != NULL)
        (void)ui_set_bool(ev, send, "disabled", is_sending);
    if (tr_bound_control(ev, busy) != NULL)
        (void)ui_set_bool(ev, busy, "visible", is_sending);
}

// The author's handler, in the name of this one. An async one runs right here; for a sync one's
// end this one waits. False: it failed.
static bool run(tr_event *ev, const tr_handler *handler)
{
    if (handler->kind != TR_HANDLER_ASYNC)
        return tr_bound_run(ev, &(tr_task_options){.handler = handler});
    const tr_handler *own = ev->handler;
    ev->has_failed = false;
    ev->handler = handler;
    handler->run(ev);
    ev->handler = own;
    return !ev->has_failed;
}

// The first field that ui_form_error named has the focus.
static void end_sending(tr_event *ev, const ui_form *form, ui_form_status *status, bool is_done)
{
    status->sending = 0;
    status->is_sent = is_done && status->said_of == 0;
    status->is_dirty = status->is_dirty && !status->is_sent;
    show_sending(ev, form, false);
}

TR_ASYNC(tr_form_send)
{
    const ui_form *form = form_of(ev);
    void *state = form != NULL ? state_of(ev, form) : NULL;
    if (state == NULL || is_sending(ev, status_of(form, state)) || !take_all(ev, form, state))
        return;
    ui_form_status *status = status_of(form, state);
    status->sending = ev->number;
    status->is_sent = false;
    show_sending(ev, form, true);
    bool is_done = form->send == NULL || run(ev, form->send);
    state = state_of(ev, form);
    if (state != NULL)
        end_sending(ev, form, status_of(form, state), is_done);
}

// -- the author's --

// Controls and errors as state and status have them.
static void look(tr_event *ev, const ui_form *form, void *state)
{
    ui_form_status *status = status_of(form, state);
    for (uint32_t i = 0; i < form->field_count && i < UI_FORM_FIELDS_CAP; i++) {
        const ui_field *field = &form->fields[i];
        const tr_node *node = tr_bound_control(ev, field->member);
        if (node == NULL)
            continue;
        char text[UI_FORM_TEXT_CAP_BYTES];
        tr_field_write(field, state, text);
        tr_value value = value_for(node, field, text);
        if (value.kind == TR_VALUE_BOOLEAN)
            (void)ui_set_bool(ev, field->member, "value", value.boolean);
        else if (value.kind == TR_VALUE_TEXT)
            (void)ui_set_string(ev, field->member, "value", text);
        else
            (void)ui_set_number(ev, field->member, "value", value.number);
        show_error(ev, field, error_now(form, status, (int)i, text));
    }
    const ui_field *said =
        status->said_of != 0 ? &form->fields[(status->said_of - 1) % form->field_count] : NULL;
    if (said != NULL && has_focus_method(tr_bound_control(ev, said->member)))
        (void)ui_focus(ev, said->member);
}

TR_ASYNC(tr_form_look)
{
    const ui_form *form = form_of(ev);
    void *state = form != NULL ? state_of(ev, form) : NULL;
    if (state != NULL)
        look(ev, form, state);
}

// A sync handler has the state: what is shown of it comes behind.
static int look_soon(tr_event *ev, const ui_form *form, void *state, bool had_state)
{
    if (ev->thread == NULL) {
        look(ev, form, state);
        return 0;
    }
    if (!had_state)
        tr_state_release(ev);
    return tr_start(ev, UI_CALL(tr_form_look, form->name));
}

int ui_form_say(tr_event *ev, const ui_form *form, size_t offset, const char *text)
{
    if (form == NULL || text == NULL || !tr_submit_is_here(ev))
        return tr_misuse_not_given(__func__);
    int i = field_at(form, offset);
    bool had_state = ev->has_state;
    void *state = i >= 0 ? state_of(ev, form) : NULL;
    if (state == NULL)
        return i < 0 ? TR_ENOTFOUND : TR_EGONE;
    ui_form_status *status = status_of(form, state);
    status->wrong |= UINT32_C(1) << i;
    status->said_of = (uint32_t)i + 1;
    tr_format(status->said, sizeof status->said, "%s", text);
    return look_soon(ev, form, state, had_state);
}

int ui_form_show(tr_page *page, const ui_form *form)
{
    if (form == NULL || !tr_submit_is_here(page))
        return tr_misuse_not_given(__func__);
    bool had_state = page->has_state;
    void *state = state_of(page, form);
    if (state == NULL)
        return TR_EGONE;
    ui_form_status *status = status_of(form, state);
    *status = (ui_form_status){.sending = status->sending};
    return look_soon(page, form, state, had_state);
}
