#include "sdk/tree/derive.h"

#include <math.h>

#include "sdk/tree/tree.h"

static bool is_set(const tr_node *node, tr_prop_id prop)
{
    return tr_node_value(node, prop).kind != TR_VALUE_NIL;
}

// A drawing that expands has no size of its own.
static tr_value size_of_expanding(const tr_node *node)
{
    tr_value expand = tr_node_value(node, TR_PROP_EXPAND);
    bool expands =
        expand.kind == TR_VALUE_BOOLEAN ? expand.boolean : tr_value_as_number(expand, 0) > 0;
    return expands ? tr_value_number(INFINITY) : TR_NIL;
}

static tr_value minimum(const tr_node *node)
{
    return tr_node_get(node, TR_PROP_MIN);
}

static tr_value filled_by(const tr_node *node, const tr_prop_id *colors)
{
    for (; *colors != 0; colors++)
        if (is_set(node, *colors))
            return tr_value_boolean(true);
    return TR_NIL;
}

static const tr_prop_id text_field_colors[] = {TR_PROP_BGCOLOR, TR_PROP_FILL_COLOR,
                                               TR_PROP_HOVER_COLOR, TR_PROP_FOCUSED_COLOR, 0};
static const tr_prop_id dropdown_colors[] = {TR_PROP_BGCOLOR, TR_PROP_FILL_COLOR,
                                             TR_PROP_FOCUSED_BGCOLOR, 0};
static const tr_prop_id expand_alone[] = {TR_PROP_EXPAND, 0};
static const tr_prop_id min_alone[] = {TR_PROP_MIN, 0};
static const tr_prop_id nothing[] = {0};

static tr_value filled_text_field(const tr_node *node)
{
    return filled_by(node, text_field_colors);
}

static tr_value filled_dropdown(const tr_node *node)
{
    return filled_by(node, dropdown_colors);
}

// Whether or not the app listens: the client opens its channel only then, and the session must hear
// that a dialog is closed.
static tr_value always(const tr_node *node)
{
    (void)node;
    return tr_value_boolean(true);
}

static tr_value on_stack(const tr_node *node)
{
    // Outside a tree `parent` may be a scope.
    bool is_shown = node->id != 0 && node->parent != NULL && node->parent->id == TR_ID_DIALOGS;
    return is_shown ? tr_value_boolean(true) : TR_NIL;
}

enum { ANY_DIALOG = 0 };

static const struct {
    tr_kind_id kind;
    tr_prop_id prop;
    const tr_prop_id *sources; // ends with 0
    tr_value (*value)(const tr_node *node);
} rows[] = {
    {TR_CONTROL_CANVAS, TR_PROP_WIDTH, expand_alone, size_of_expanding},
    {TR_CONTROL_CANVAS, TR_PROP_HEIGHT, expand_alone, size_of_expanding},
    {TR_CONTROL_CUPERTINO_SLIDER, TR_PROP_VALUE, min_alone, minimum},
    {TR_CONTROL_TEXT_FIELD, TR_PROP_FILLED, text_field_colors, filled_text_field},
    {TR_CONTROL_DROPDOWN_M2, TR_PROP_FILLED, dropdown_colors, filled_dropdown},
    {TR_CONTROL_RAW_IMAGE, TR_PROP_ON_DATA_CHANNEL_OPEN, nothing, always},
    {ANY_DIALOG, TR_PROP_ON_DISMISS, nothing, on_stack},
    {TR_CONTROL_MATPLOTLIB_CHART_CANVAS, TR_PROP_ON_DATA_CHANNEL_OPEN, nothing, always},
};

enum { ROW_COUNT = sizeof rows / sizeof *rows };

// Is the row one of this control's?
static bool fits(unsigned row, const tr_node *node)
{
    unsigned flags = tr_catalog_kind(node->kind)->flags;
    return rows[row].kind == ANY_DIALOG ? (flags & TR_HINT_DIALOG) != 0
                                        : rows[row].kind == node->kind;
}

tr_value tr_derive(const tr_node *node, tr_prop_id prop)
{
    bool has_any = (tr_catalog_kind(node->kind)->flags & TR_HINT_DERIVED) != 0;
    for (unsigned i = 0; has_any && i < ROW_COUNT; i++)
        if (rows[i].prop == prop && fits(i, node))
            return rows[i].value(node);
    return TR_NIL;
}

static bool depends(const tr_prop_id *sources, tr_prop_id source)
{
    for (; *sources != 0; sources++)
        if (*sources == source)
            return true;
    return false;
}

void tr_derive_each(const tr_node *node, tr_prop_id source,
                    void (*visit)(void *arg, const tr_prop_info *info), void *arg)
{
    for (unsigned i = 0; i < ROW_COUNT; i++)
        if (fits(i, node) && (source == 0 || depends(rows[i].sources, source)))
            visit(arg, tr_catalog_prop(node->kind, rows[i].prop));
}
