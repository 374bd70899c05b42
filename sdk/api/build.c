#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/must.h"
#include "sdk/api/argument.h"
#include "sdk/catalog/explain.h"
#include "sdk/catalog/tables.h"
#include "sdk/tree/node.h"
#include "troupe/controls.h"
#include "troupe/err.h"
#include "wire/limits.h"
#include "wire/writer.h"

// Constructors: an argument struct is read by its table into a new control; value structs (padding,
// text style …) become msgpack maps on the way.

ui_control *const ui_end = NULL;

// ---- text on the spot

enum { FORMAT_SLOTS = 16, FORMAT_CAP = 1024 };

static char *format_slot(void)
{
    static _Thread_local char slots[FORMAT_SLOTS][FORMAT_CAP];
    static _Thread_local unsigned next;
    return slots[next++ % FORMAT_SLOTS];
}

const char *(ui_format)(const char *format, ...)
{
    char *slot = format_slot();
    va_list list;
    va_start(list, format);
    int size = vsnprintf(slot, FORMAT_CAP, format, list);
    va_end(list);
    if (size < 0)
        return "";
    if (size >= FORMAT_CAP) {
        // Cut before a character that did not fit whole.
        size_t end = FORMAT_CAP - 1;
        while (end > 0 && ((unsigned char)slot[end - 1] & 0xC0) == 0x80)
            end--;
        if (end > 0 && (unsigned char)slot[end - 1] >= 0xC0)
            end--;
        slot[end] = '\0';
    }
    return slot;
}

const char *ui_opacity(const char *color, double opacity)
{
    return ui_format("%s,%g", color, opacity);
}

// ---- controls

// Refusals are logged by tr_node_set and its like; the control goes on without that property.
static void set(tr_node *node, tr_prop_id prop, tr_value value)
{
    tr_node_set(node, prop, value);
}

static bool may_take(tr_node *child)
{
    return child != NULL && (tr_scope_has(child) || tr_explain_taken() == 0);
}

static void take_controls(tr_node *node, tr_prop_id prop, ui_control *const *list)
{
    for (; *list != UI_END; list++)
        if (may_take(*list))
            tr_node_append(node, prop, *list);
}

// Fields that become one scalar; false for the rest.
static bool take_scalar(tr_node *node, const tr_argument *argument, const char *at)
{
    const char *text = NULL;
    int number = 0;
    double real = 0;
    if (argument->kind == TR_ARG_NUMBER)
        memcpy(&real, at, sizeof real);
    else if (argument->kind == TR_ARG_TEXT || argument->kind == TR_ARG_ICON)
        memcpy(&text, at, sizeof text);
    else
        memcpy(&number, at, sizeof number);
    switch ((enum tr_arg)argument->kind) {
    case TR_ARG_NUMBER:
        if (!isnan(real))
            set(node, argument->prop, tr_value_number(real));
        return true;
    case TR_ARG_TEXT:
    case TR_ARG_ICON:
        if (text != NULL)
            set(node, argument->prop, tr_value_text(tr_argument_text(text)));
        return true;
    case TR_ARG_FLAG:
        if (number != UI_UNSET)
            set(node, argument->prop, tr_value_boolean(number != 0));
        return true;
    case TR_ARG_INTEGER:
        if (number != UI_UNSET)
            set(node, argument->prop, tr_value_integer(number));
        return true;
    case TR_ARG_BITS:
        if (number != 0)
            set(node, argument->prop, tr_value_integer(number));
        return true;
    case TR_ARG_ENUM: {
        const char *name = number != 0 ? tr_argument_member(argument->extra, number) : NULL;
        if (name != NULL)
            set(node, argument->prop, tr_value_text(tr_argument_text(name)));
        return true;
    }
    default:
        return false;
    }
}

static void take_pointer(tr_node *node, const tr_argument *argument, const char *base)
{
    void *pointer;
    memcpy(&pointer, base + argument->offset, sizeof pointer);
    if (pointer == NULL)
        return;
    if (argument->kind == TR_ARG_CONTROL) {
        if (may_take(pointer))
            tr_node_put(node, argument->prop, pointer);
    } else if (argument->kind == TR_ARG_CONTROLS) {
        take_controls(node, argument->prop, pointer);
    } else if (argument->kind == TR_ARG_EVENT) {
        set(node, argument->prop, tr_value_handler(pointer));
    } else if (argument->kind == TR_ARG_BYTES) {
        const ui_bytes_value *bytes = pointer;
        set(node, argument->prop, tr_value_bytes((tr_slice){bytes->data, (uint32_t)bytes->size}));
    } else {
        tr_buf out = {0};
        if (tr_argument_write_pointer(&out, pointer, argument->kind, argument->extra)) {
            tr_slice encoded = {(const char *)out.data, (uint32_t)out.size};
            tr_reader reader = tr_reader_of(encoded);
            set(node, argument->prop, tr_value_read(&reader));
        }
        tr_buf_done(&out);
    }
}

static bool has(const tr_node *node, tr_prop_id prop)
{
    return tr_node_value(node, prop).kind != TR_VALUE_NIL;
}

// What Flet's own server fills in on the app's behalf (catalog: server_derives).
static void derive(tr_node *node)
{
    if (node->kind == TR_CONTROL_TEXT_FIELD && !has(node, TR_PROP_FILLED) &&
        (has(node, TR_PROP_BGCOLOR) || has(node, TR_PROP_FILL_COLOR) ||
         has(node, TR_PROP_HOVER_COLOR) || has(node, TR_PROP_FOCUSED_COLOR)))
        set(node, TR_PROP_FILLED, tr_value_boolean(true));
    if (node->kind == TR_CONTROL_DROPDOWN_M2 && !has(node, TR_PROP_FILLED) &&
        (has(node, TR_PROP_BGCOLOR) || has(node, TR_PROP_FILL_COLOR) ||
         has(node, TR_PROP_FOCUSED_BGCOLOR)))
        set(node, TR_PROP_FILLED, tr_value_boolean(true));
    if (node->kind == TR_CONTROL_CUPERTINO_SLIDER && !has(node, TR_PROP_VALUE))
        set(node, TR_PROP_VALUE, tr_node_get(node, TR_PROP_MIN));
    if (node->kind == TR_CONTROL_CANVAS &&
        tr_value_as_number(tr_node_value(node, TR_PROP_EXPAND), 0) > 0) {
        if (!has(node, TR_PROP_WIDTH))
            set(node, TR_PROP_WIDTH, tr_value_number(INFINITY));
        if (!has(node, TR_PROP_HEIGHT))
            set(node, TR_PROP_HEIGHT, tr_value_number(INFINITY));
    }
}

ui_control *ui_build(const int *args)
{
    tr_must(*args > 0 && *args < TR_CONTROL_COUNT);
    const tr_arguments *table = &tr_generated_arguments[*args];
    tr_node *node = tr_node_new((tr_kind_id)*args);
    const char *base = (const char *)args;
    for (unsigned i = 0; i < table->count; i++) {
        const tr_argument *argument = &table->at[i];
        if (argument->kind == TR_ARG_DURATION) {
            int number;
            memcpy(&number, base + argument->offset, sizeof number);
            tr_buf out = {0};
            if (number != UI_UNSET) {
                tr_argument_write_duration(&out, number);
                set(node, argument->prop, tr_value_raw(tr_buf_slice(&out)));
            }
            tr_buf_done(&out);
        } else if (!take_scalar(node, argument, base + argument->offset)) {
            take_pointer(node, argument, base);
        }
    }
    derive(node);
    return node;
}

// ---- by name

static ui_control *with(ui_control *control, const char *name, tr_value value)
{
    if (control == NULL || !may_take(control))
        return NULL;
    tr_prop_id prop = tr_catalog_find_prop(tr_slice_of(name));
    if (prop == 0)
        (void)tr_explain_name(tr_node_subject(control), tr_slice_of(name));
    else
        set(control, prop, value);
    return control;
}

ui_control *ui_with_text(ui_control *control, const char *name, const char *value)
{
    return with(control, name, value != NULL ? tr_value_text(tr_argument_text(value)) : TR_NIL);
}

ui_control *ui_with_number(ui_control *control, const char *name, double value)
{
    return with(control, name, tr_value_number(value));
}

ui_control *ui_with_flag(ui_control *control, const char *name, bool value)
{
    return with(control, name, tr_value_boolean(value));
}

ui_control *ui_with_control(ui_control *control, const char *name, ui_control *value)
{
    // With nothing to put only the name is checked.
    (void)with(control, name, TR_NIL);
    tr_prop_id prop = tr_catalog_find_prop(tr_slice_of(name));
    if (control != NULL && tr_scope_has(control) && prop != 0 && may_take(value))
        tr_node_put(control, prop, value);
    return control;
}
