#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/must.h"
#include "base/number.h"
#include "sdk/api/argument.h"
#include "sdk/api/take.h"
#include "sdk/catalog/explain.h"
#include "sdk/catalog/misuse.h"
#include "sdk/catalog/tables.h"
#include "sdk/tree/node.h"
#include "troupe/controls/controls.h"
#include "troupe/err.h"
#include "wire/limits.h"
#include "wire/writer.h"

// Constructors: an argument struct is read by its table into a new control; value structs (padding,
// text style …) become msgpack maps on the way.

// -- text on the spot --

// Outside of any handler (a main, an actor) nothing ends that the texts could belong to.
enum { FORMAT_SLOTS = 16, FORMAT_CAP = 1024, HANDLER_FORMAT_CAP = 1 << 20 };

static char *format_slot(void)
{
    static _Thread_local char slots[FORMAT_SLOTS][FORMAT_CAP];
    static _Thread_local unsigned next;
    return slots[next++ % FORMAT_SLOTS];
}

// Ends a text of `size` bytes before a character that did not fit whole.
static void cut(char *text, size_t size)
{
    while (size > 0 && ((unsigned char)text[size - 1] & 0xC0) == 0x80)
        size--;
    if (size > 0 && (unsigned char)text[size - 1] >= 0xC0)
        size--;
    text[size] = '\0';
}

const char *(ui_format)(const char *format, ...)
{
    va_list list;
    va_start(list, format);
    int size = tr_format_list(NULL, 0, format, list);
    va_end(list);
    if (size < 0)
        return "";
    tr_texts *texts = tr_scope_texts();
    size_t cap = texts == NULL ? FORMAT_CAP : HANDLER_FORMAT_CAP;
    cap = (size_t)size < cap ? (size_t)size + 1 : cap;
    char *text = texts == NULL ? format_slot() : tr_texts_take(texts, cap);
    if (text == NULL) {
        tr_misuse_say("text_not_made", "bytes=%d reason=memory", size);
        return "";
    }
    va_start(list, format);
    tr_format_list(text, cap, format, list);
    va_end(list);
    if ((size_t)size >= cap)
        cut(text, cap - 1);
    return text;
}

const char *ui_opacity(const char *color, double opacity)
{
    return ui_format("%s,%g", color, opacity);
}

// -- controls --

static bool has(const tr_node *node, tr_prop_id prop)
{
    return tr_node_value(node, prop).kind != TR_VALUE_NIL;
}

// Values that Flet's own server fills in on the app's behalf (catalog: server_derives).
static void derive(tr_node *node)
{
    if (node->kind == TR_CONTROL_TEXT_FIELD && !has(node, TR_PROP_FILLED) &&
        (has(node, TR_PROP_BGCOLOR) || has(node, TR_PROP_FILL_COLOR) ||
         has(node, TR_PROP_HOVER_COLOR) || has(node, TR_PROP_FOCUSED_COLOR)))
        (void)tr_node_set(node, TR_PROP_FILLED, tr_value_boolean(true));
    if (node->kind == TR_CONTROL_DROPDOWN_M2 && !has(node, TR_PROP_FILLED) &&
        (has(node, TR_PROP_BGCOLOR) || has(node, TR_PROP_FILL_COLOR) ||
         has(node, TR_PROP_FOCUSED_BGCOLOR)))
        (void)tr_node_set(node, TR_PROP_FILLED, tr_value_boolean(true));
    if (node->kind == TR_CONTROL_CUPERTINO_SLIDER && !has(node, TR_PROP_VALUE))
        (void)tr_node_set(node, TR_PROP_VALUE, tr_node_get(node, TR_PROP_MIN));
    if (node->kind == TR_CONTROL_CANVAS &&
        tr_value_as_number(tr_node_value(node, TR_PROP_EXPAND), 0) > 0) {
        if (!has(node, TR_PROP_WIDTH))
            (void)tr_node_set(node, TR_PROP_WIDTH, tr_value_number(INFINITY));
        if (!has(node, TR_PROP_HEIGHT))
            (void)tr_node_set(node, TR_PROP_HEIGHT, tr_value_number(INFINITY));
    }
}

ui_control *ui_build(const int *args)
{
    TR_GIVEN_OR(args != NULL, NULL);
    tr_must(*args > 0 && *args < TR_CONTROL_COUNT);
    const tr_arguments *table = &tr_generated_arguments[*args];
    tr_node *node = tr_node_new((tr_kind_id)*args);
    // Refusals are in the log; the control goes on without that property.
    for (unsigned i = 0; i < table->count; i++)
        (void)tr_take(node, &table->at[i], (const char *)args);
    derive(node);
    return node;
}

// -- by name --

static bool may_take(tr_node *child)
{
    return child != NULL && (tr_scope_has(child) || tr_explain_taken() == 0);
}

static ui_control *with(ui_control *control, const char *name, tr_value value)
{
    if (control == NULL || !may_take(control))
        return NULL;
    tr_prop_id prop = tr_catalog_find_prop(tr_slice_of(name));
    if (prop == 0)
        (void)tr_explain_name(tr_node_subject(control), tr_slice_of(name));
    else
        (void)tr_node_set(control, prop, value);
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
