// A stack of views that the app itself makes (troupe/pages/route.h: tr_push_view, tr_set_views).

#include <stdio.h>

#include "sdk/session/views.h"
#include "troupe/err.h"

static const tr_node_list *stack_of(tr_session *session)
{
    return tr_node_children(tr_tree_page(session->tree), TR_PROP_VIEWS);
}

static tr_slice route_of(const tr_node *view)
{
    tr_value value = tr_node_get(view, TR_PROP_ROUTE);
    return value.kind == TR_VALUE_TEXT ? value.slice : (tr_slice){0};
}

static bool has_route(const tr_node *view)
{
    return tr_node_value(view, TR_PROP_ROUTE).kind == TR_VALUE_TEXT && route_of(view).size != 0;
}

// Ids are never given twice, nor are such names.
static void name(tr_session *session, tr_node *view, uint32_t at)
{
    char route[40];
    if (has_route(view))
        return;
    snprintf(route, sizeof route, "/view-%u-%u", tr_tree_next_id(session->tree), at);
    (void)tr_node_set(view, TR_PROP_ROUTE, tr_value_text(tr_slice_of(route))); // valid text
}

int tr_views_push(tr_session *session, tr_node *view)
{
    if (view->kind != TR_CONTROL_VIEW)
        return TR_EWRONGTYPE;
    const tr_node_list *stack = stack_of(session);
    for (uint32_t i = 0; i < stack->count && has_route(view); i++)
        if (tr_slice_equal(route_of(stack->at[i]), route_of(view)))
            return TR_EEXISTS;
    name(session, view, stack->count);
    return tr_tree_append(session->tree, tr_tree_page(session->tree), TR_PROP_VIEWS, view);
}

int tr_views_pop(tr_session *session)
{
    const tr_node_list *stack = stack_of(session);
    if (stack->count < 2)
        return TR_ENOTFOUND;
    return tr_tree_remove(session->tree, stack->at[stack->count - 1]);
}

// -- the whole stack at once --

static bool is_before(tr_node *const *views, uint32_t at)
{
    for (uint32_t i = 0; i < at; i++)
        if (views[i] == views[at])
            return true;
    return false;
}

static void free_from(tr_node *const *views, uint32_t from, uint32_t count)
{
    for (uint32_t i = from; i < count; i++)
        if (!is_before(views, i) && tr_node_is_loose(views[i]))
            tr_node_free(views[i]);
}

static int check(tr_node *const *views, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (is_before(views, i) || !tr_node_is_loose(views[i]))
            return TR_EEXISTS;
        if (views[i]->kind != TR_CONTROL_VIEW)
            return TR_EWRONGTYPE;
        for (uint32_t j = 0; j < i && has_route(views[i]); j++)
            if (tr_slice_equal(route_of(views[j]), route_of(views[i])))
                return TR_EEXISTS;
    }
    return 0;
}

int tr_views_set(tr_session *session, tr_node *const *views, uint32_t count)
{
    int result = check(views, count);
    if (count == 0 || session->sessions->app->routes != NULL)
        result = TR_EINVALID;
    if (result < 0) {
        free_from(views, 0, count);
        return result;
    }
    for (uint32_t i = 1; i < count; i++)
        name(session, views[i], i);
    const tr_node_list *stack = stack_of(session);
    uint32_t kept = 0;
    while (kept < count && kept < stack->count &&
           tr_slice_equal(route_of(views[kept]), route_of(stack->at[kept])))
        kept++;
    // The page's own view stays in any case; as another one it has nothing of what it was.
    uint32_t staying = kept != 0 ? kept : 1;
    while (stack->count > staying)
        (void)tr_tree_remove(session->tree, stack->at[stack->count - 1]); // is there, and not fixed
    for (uint32_t i = 0; i < staying; i++)
        tr_tree_become(session->tree, stack->at[i], views[i], i < kept);
    for (uint32_t i = staying; i < count; i++) {
        result =
            tr_tree_append(session->tree, tr_tree_page(session->tree), TR_PROP_VIEWS, views[i]);
        if (result < 0) { // over a limit
            free_from(views, i, count);
            break;
        }
    }
    return result;
}
