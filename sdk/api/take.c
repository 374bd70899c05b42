#include "sdk/api/take.h"

#include <string.h>

#include "sdk/api/argument.h"
#include "sdk/api/given_list.h"
#include "sdk/catalog/explain.h"
#include "troupe/controls/controls.h"
#include "troupe/err.h"

static double number_at(const char *at)
{
    double number;
    memcpy(&number, at, sizeof number);
    return number;
}

static int integer_at(const char *at)
{
    int number;
    memcpy(&number, at, sizeof number);
    return number;
}

static const void *pointer_at(const char *at)
{
    const void *pointer;
    memcpy(&pointer, at, sizeof pointer);
    return pointer;
}

// Of a kind whose field points to what is read here.
static bool is_gone(const char *at, unsigned kind)
{
    return (kind == TR_ARG_TEXT || kind == TR_ARG_ICON || kind == TR_ARG_BYTES) &&
           tr_given_is_gone(pointer_at(at));
}

static int take_control(tr_node *node, tr_prop_id prop, tr_node *child)
{
    return tr_scope_has(child) ? tr_node_put(node, prop, child) : tr_explain_taken();
}

static int take_controls(tr_node *node, tr_prop_id prop, ui_control *const *list)
{
    uint32_t count;
    int result = tr_given_list_count(list, &count);
    for (uint32_t i = 0; i < count; i++) {
        int one = 0;
        if (list[i] != NULL)
            one = tr_scope_has(list[i]) ? tr_node_append(node, prop, list[i]) : tr_explain_taken();
        result = result == 0 ? one : result;
    }
    return result;
}

static int take_enum(tr_node *node, const tr_argument *argument, int number)
{
    const char *name = tr_argument_member(argument->extra, number);
    return name != NULL ? tr_node_set(node, argument->prop, tr_value_text(tr_argument_text(name)))
                        : TR_EINVALID;
}

// Arguments that become msgpack.
static int take_written(tr_node *node, const tr_argument *argument, const char *base)
{
    tr_buf out = {0};
    int result = TR_EINVALID;
    if (tr_argument_write(&out, base, argument->offset, argument->kind, argument->extra)) {
        tr_reader reader = tr_reader_of(tr_buf_slice(&out));
        result = tr_node_set(node, argument->prop, tr_value_read(&reader));
    }
    tr_buf_done(&out);
    return result;
}

static int take_bytes(tr_node *node, tr_prop_id prop, const ui_bytes_value *bytes)
{
    return tr_node_set(node, prop, tr_value_bytes((tr_slice){bytes->data, (uint32_t)bytes->size}));
}

int tr_take(tr_node *node, const tr_argument *argument, const char *base)
{
    const char *at = base + argument->offset;
    if (tr_argument_given(at, argument->kind) != TR_GIVEN_VALUE)
        return 0;
    if (is_gone(at, argument->kind))
        return TR_EINVALID;
    tr_prop_id prop = argument->prop;
    switch ((enum tr_arg)argument->kind) {
    case TR_ARG_NUMBER:
        return tr_node_set(node, prop, tr_value_number(number_at(at)));
    case TR_ARG_TEXT:
    case TR_ARG_ICON:
        return tr_node_set(node, prop, tr_value_text(tr_argument_text(pointer_at(at))));
    case TR_ARG_FLAG:
        return tr_node_set(node, prop, tr_value_boolean(integer_at(at) != 0));
    case TR_ARG_INTEGER:
    case TR_ARG_BITS:
        return tr_node_set(node, prop, tr_value_integer(integer_at(at)));
    case TR_ARG_ENUM:
        return take_enum(node, argument, integer_at(at));
    case TR_ARG_CONTROL:
        return take_control(node, prop, (tr_node *)(uintptr_t)pointer_at(at));
    case TR_ARG_CONTROLS:
        return take_controls(node, prop, pointer_at(at));
    case TR_ARG_EVENT:
        return tr_node_set(node, prop, tr_value_handler(pointer_at(at)));
    case TR_ARG_BYTES:
        return take_bytes(node, prop, pointer_at(at));
    default:
        return take_written(node, argument, base);
    }
}
