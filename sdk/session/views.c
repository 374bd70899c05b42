#include "sdk/session/views.h"

#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "sdk/session/client_call.h"
#include "sdk/session/listeners.h"
#include "sdk/session/running_tasks.h"
#include "sdk/session/session_presence.h"
#include "sdk/session/views_record.h"
#include "sdk/session/wanted_views.h"
#include "troupe/err.h"
#include "wire/route_match.h"
#include "wire/scan.h"
#include "wire/writer.h"

enum { PUSH_DEADLINE_MS = 10000 };

static tr_views *views_of(tr_session *session)
{
    if (session->views == NULL) {
        session->views = tr_new(tr_views);
        session->views->location = tr_view_text(TR_SLICE("/"));
    }
    return session->views;
}

static void replace_text(char **at, tr_slice text)
{
    char *before = *at;
    *at = tr_view_text(text);
    tr_view_text_free(before);
}

// -- what the tree says --

static const tr_node_list *stack_of(tr_session *session)
{
    return tr_node_children(tr_tree_page(session->tree), TR_PROP_VIEWS);
}

static tr_slice text_of(const tr_node *node, tr_prop_id prop)
{
    tr_value value = tr_node_get(node, prop);
    return value.kind == TR_VALUE_TEXT ? value.slice : (tr_slice){0};
}

static tr_slice location_of(tr_session *session)
{
    tr_slice route = text_of(tr_tree_page(session->tree), TR_PROP_ROUTE);
    return route.size != 0 ? route : TR_SLICE("/");
}

static tr_slice title_of(tr_session *session)
{
    return text_of(tr_tree_page(session->tree), TR_PROP_TITLE);
}

static void set_title(tr_session *session, const char *title)
{
    // Cannot fail for a text that was checked: a title of before, or the app's name.
    (void)tr_tree_set(session->tree, tr_tree_page(session->tree), TR_PROP_TITLE,
                      title != NULL ? tr_value_text(tr_slice_of(title)) : TR_NIL);
}

// The browser knows its address: it is not told.
static void set_location(tr_session *session, tr_slice route)
{
    tr_buf props = {0};
    tr_write_map(&props, 1);
    tr_write_literal(&props, "route");
    tr_write_text(&props, route);
    (void)tr_tree_apply_client(session->tree, TR_ID_PAGE, tr_buf_slice(&props));
    tr_buf_done(&props);
}

// -- from the address to the views --

static bool is_shown(tr_session *session, unsigned at, tr_slice path)
{
    const tr_views *self = session->views;
    const tr_node_list *stack = stack_of(session);
    return at < self->count && at < stack->count && tr_slice_is(path, self->at[at].path) &&
           tr_slice_is(text_of(stack->at[at], TR_PROP_ROUTE), self->at[at].path);
}

static tr_node *as_view(tr_node *built, tr_slice path)
{
    bool is_loose = built != NULL && tr_scope_has(built) && tr_node_is_loose(built);
    if (!is_loose || built->kind != TR_CONTROL_VIEW) {
        tr_node *inside = is_loose ? built : NULL;
        if (built != NULL && !is_loose)
            tr_log(TR_LOG_WARN, "event=view_refused reason=added_before path=%s",
                   tr_log_quote(path.data, path.size));
        built = tr_node_new(TR_CONTROL_VIEW);
        if (inside != NULL && tr_node_append(built, TR_PROP_CONTROLS, inside) < 0)
            tr_log(TR_LOG_WARN, "event=view_refused path=%s", tr_log_quote(path.data, path.size));
    }
    (void)tr_node_set(built, TR_PROP_ROUTE, tr_value_text(path)); // of a checked address
    return built;
}

// False: the address has changed meanwhile.
static bool run_route(tr_call *call, const tr_wanted_view *one, tr_slice query, tr_node **out)
{
    tr_session *session = call->session;
    uint64_t changes = session->views->changes;
    call->building = one->route;
    call->building_path = one->path;
    call->building_query = query;
    *out = one->route->build(call);
    call->building = NULL;
    return session->actor != NULL && session->views->changes == changes;
}

static bool build_one(tr_call *call, tr_wanted_view *one, tr_slice query)
{
    tr_session *session = call->session;
    tr_node *built;
    if (one->route->build != tr_view_as_it_is)
        set_title(session, session->sessions->app->name);
    if (!run_route(call, one, query, &built))
        return false;
    one->title = tr_view_text(title_of(session));
    if (one->route->build != tr_view_as_it_is)
        one->built = as_view(built, one->path);
    return true;
}

// -- a view comes and goes --

static void start_hook(tr_session *session, const tr_handler *hook, const char *event,
                       const char *path, uint64_t view)
{
    if (hook == NULL)
        return;
    tr_buf data = {0};
    tr_write_literal(&data, path);
    int result =
        tr_call_start_with(session, hook,
                           &(tr_call_options){.event = event,
                                              .data = tr_buf_slice(&data),
                                              .view = view,
                                              .view_path = path,
                                              .is_task = view != 0,
                                              .is_pending = tr_session_begins_later(session)});
    if (result < 0)
        tr_log(TR_LOG_WARN, "event=view_hook_lost session=%.6s handler=%s error=%s", session->id,
               hook->name, tr_err_name(result));
    tr_buf_done(&data);
}

static const tr_route *route_at(tr_session *session, const char *path)
{
    return tr_route_of(session->sessions->app, tr_slice_of(path));
}

static void enter(tr_session *session, tr_layer *layer)
{
    layer->number = ++session->views->numbers;
    const tr_route *route = route_at(session, layer->path);
    if (route == NULL)
        return;
    // The hook runs now, and may make the layers others.
    char *path = tr_view_text(tr_slice_of(layer->path));
    start_hook(session, route->on_enter, "enter", path, layer->number);
    tr_view_text_free(path);
}

// It is no longer on the stack.
static void leave(tr_session *session, tr_layer *gone)
{
    tr_session_end_listeners_of(session, gone->number);
    tr_session_leave_all_of(session, gone->number);
    tr_tasks_end_with_view(session, gone->number);
    const tr_route *route = route_at(session, gone->path);
    if (route != NULL)
        start_hook(session, route->on_leave, "leave", gone->path, 0);
    tr_layer_done(gone);
}

static void show(tr_session *session, unsigned at, tr_wanted_view *one)
{
    tr_views *self = session->views;
    const tr_node_list *stack = stack_of(session);
    bool is_same = is_shown(session, at, one->path);
    if (one->built != NULL && at < stack->count) {
        tr_tree_become(session->tree, stack->at[at], one->built, is_same);
    } else if (one->built != NULL) {
        tr_node *page = tr_tree_page(session->tree);
        if (tr_tree_append(session->tree, page, TR_PROP_VIEWS, one->built) < 0)
            tr_log(TR_LOG_WARN, "event=view_refused path=%s",
                   tr_log_quote(one->path.data, one->path.size));
    }
    uint64_t number = at < self->count ? self->at[at].number : 0;
    tr_layer_done(&self->at[at]);
    self->at[at] = (tr_layer){.path = tr_view_text(one->path),
                              .location = tr_view_text(one->path),
                              .title = one->title,
                              .number = number};
    one->title = NULL;
}

// Takes off what lies above the first `count`.
static void cut_stack(tr_session *session, unsigned count)
{
    const tr_node_list *stack = stack_of(session);
    while (stack->count > count && stack->count > 1)
        (void)tr_tree_remove(session->tree, stack->at[stack->count - 1]); // is there, and not fixed
    tr_views *self = session->views;
    while (self->count > count)
        tr_layer_done(&self->at[--self->count]);
}

typedef struct gone {
    tr_layer at[TR_LAYERS_CAP];
    unsigned count;
} gone;

// The layers that the new stack has no more, the top one first: the hooks run when it stands. A
// layer is the same view while its path is the same.
static void take_gone(tr_views *self, const tr_wanted_view *list, unsigned count, gone *out)
{
    for (unsigned i = self->count; i > 0; i--) {
        tr_layer *layer = &self->at[i - 1];
        if ((i <= count && tr_slice_is(list[i - 1].path, layer->path)) || layer->number == 0)
            continue;
        out->at[out->count++] =
            (tr_layer){.path = tr_view_text(tr_slice_of(layer->path)), .number = layer->number};
        layer->number = 0;
    }
}

static void run_hooks(tr_session *session, gone *left)
{
    uint64_t changes = session->views->changes;
    for (unsigned i = 0; i < left->count; i++)
        leave(session, &left->at[i]);
    // A hook may go elsewhere: then the views that are there are not these any more.
    tr_views *self = session->views;
    for (unsigned i = 0; self != NULL && self->changes == changes && i < self->count; i++)
        if (self->at[i].number == 0)
            enter(session, &self->at[i]);
}

static void show_all(tr_session *session, tr_wanted_view *list, unsigned count, unsigned kept)
{
    tr_views *self = session->views;
    gone left = {.count = 0};
    take_gone(self, list, count, &left);
    // A view of another address is another one: the browser must not take it for the same.
    unsigned stays = kept;
    if (kept < count && is_shown(session, kept, list[kept].path))
        stays++;
    cut_stack(session, stays);
    if (count > self->cap) {
        self->at = tr_realloc(self->at, count * sizeof *self->at);
        memset(&self->at[self->cap], 0, (count - self->cap) * sizeof *self->at);
        self->cap = count;
    }
    for (unsigned i = kept; i < count; i++) {
        show(session, i, &list[i]);
        if (self->count <= i)
            self->count = i + 1;
    }
    tr_layer *top = &self->at[self->count - 1];
    replace_text(&top->location, tr_slice_of(self->location));
    set_title(session, top->title);
    run_hooks(session, &left);
}

void tr_views_build(tr_call *call)
{
    tr_session *session = call->session;
    const tr_app *app = session->sessions->app;
    if (app->routes == NULL || session->actor == NULL)
        return;
    tr_views *self = views_of(session);
    // On this stack, as the author's functions may wait and the address change.
    char *location = tr_view_text(tr_slice_of(self->location));
    tr_slice path, query;
    tr_route_split(tr_slice_of(location), &path, &query);
    tr_wanted_view list[TR_LAYERS_CAP] = {0};
    unsigned count = tr_wanted_views(app, path, list);
    if (self->count != 0)
        replace_text(&self->at[self->count - 1].title, title_of(session));
    unsigned kept = 0;
    while (kept < count && is_shown(session, kept, list[kept].path))
        kept++;
    // The same address but for its query, or one that others lay upon while the state changed: the
    // top view is built again.
    bool is_bared = app->rebuilds && kept == count && self->count > count;
    bool is_moved = kept == count &&
                    !tr_route_same(tr_slice_of(self->at[kept - 1].location), tr_slice_of(location));
    if (is_moved || is_bared)
        kept--;
    bool is_late = false;
    for (unsigned i = kept; i < count && !is_late; i++)
        is_late = !build_one(call, &list[i], i + 1 == count ? query : (tr_slice){0});
    if (!is_late)
        show_all(session, list, count, kept);
    for (unsigned i = 0; i < count; i++)
        tr_view_text_free(list[i].title);
    tr_view_text_free(location);
}

void tr_views_rebuild(tr_call *call)
{
    tr_session *session = call->session;
    tr_views *self = session->views;
    if (session->actor == NULL || self == NULL || self->count == 0)
        return;
    unsigned at = self->count - 1;
    const tr_node_list *stack = stack_of(session);
    const tr_route *route = tr_route_of(session->sessions->app, tr_slice_of(self->at[at].path));
    // Above it lies a view of the app's own, or it is one that no route made.
    if (route == NULL || stack->count != self->count)
        return;
    char *location = tr_view_text(tr_slice_of(self->location));
    tr_wanted_view top = {.route = route};
    tr_slice query;
    tr_route_split(tr_slice_of(location), &top.path, &query);
    tr_node *built;
    if (run_route(call, &top, query, &built) && is_shown(session, at, top.path)) {
        stack = stack_of(session);
        tr_tree_become(session->tree, stack->at[at], as_view(built, top.path), true);
    }
    tr_view_text_free(location);
}

// -- the address changes --

static void note_location(tr_session *session, tr_slice route)
{
    tr_views *self = views_of(session);
    replace_text(&self->location, route);
    self->changes++;
}

void tr_views_begin(tr_session *session)
{
    tr_slice location = location_of(session);
    if (location.size <= TR_ROUTE_CAP_BYTES && !tr_slice_is(location, "/"))
        note_location(session, location);
}

static int start_app_handler(tr_session *session, const char *event, tr_slice data)
{
    const tr_handler *handler = tr_tree_handler(session->tree, TR_ID_PAGE, tr_slice_of(event));
    if (handler == NULL)
        return 0;
    return tr_call_start(session, handler, TR_ID_PAGE, event, data, false, NULL);
}

static void follow(tr_event *ev)
{
    ev->is_rebuild = true;
    tr_views_build(ev);
    if (ev->session->actor != NULL)
        (void)start_app_handler(ev->session, "route_change", tr_buf_slice(&ev->data));
}

static const tr_handler follower = {.name = "routes", .kind = TR_HANDLER_ASYNC, .run = follow};

static bool is_at(const tr_session *session, tr_slice route)
{
    const char *location = session->views != NULL ? session->views->location : "/";
    return location != NULL && tr_route_same(tr_slice_of(location), route);
}

int tr_views_on_route(tr_session *session, tr_slice route, tr_slice data)
{
    if (route.size == 0 || route.size > TR_ROUTE_CAP_BYTES || is_at(session, route))
        return 0;
    int result;
    if (session->sessions->app->routes == NULL) {
        result = start_app_handler(session, "route_change", data);
        if (result == 0)
            note_location(session, route);
        return result;
    }
    if (session->call_count >= TR_CALLS_PER_SESSION_CAP)
        return TR_EFULL;
    note_location(session, route);
    result = tr_call_start(session, &follower, TR_ID_PAGE, "route_change", data, false, NULL);
    if (result < 0) {
        // Nothing has followed: the same address again is no repetition.
        replace_text(&session->views->location, (tr_slice){0});
    }
    return result;
}

static void forget_answer(void *arg, int result, tr_slice value, tr_slice error)
{
    (void)arg;
    (void)value;
    if (result == TR_EINVALID)
        tr_log(TR_LOG_WARN, "event=push_route_refused error=%s",
               tr_log_quote(error.data, error.size));
}

int tr_views_push_route(tr_session *session, tr_slice route)
{
    bool is_path =
        route.size != 0 && route.data[0] == '/' && !(route.size > 1 && route.data[1] == '/');
    if (!is_path || tr_scan_is_utf8(route.data, route.size) == 0)
        return TR_EINVALID;
    if (route.size > TR_ROUTE_CAP_BYTES)
        return TR_ETOOBIG;
    tr_buf args = {0};
    tr_write_map(&args, 1);
    tr_write_literal(&args, "route");
    tr_write_text(&args, route);
    tr_buf data = {0};
    tr_buf_append(&data, args.data, args.size);
    int result = tr_client_call(session, TR_ID_PAGE, TR_SLICE("push_route"), tr_buf_slice(&args),
                                PUSH_DEADLINE_MS, forget_answer, NULL);
    // Where there are routes the views need not wait for the browser's word.
    if (result == 0 && session->sessions->app->routes != NULL) {
        set_location(session, route);
        result = tr_views_on_route(session, route, tr_buf_slice(&data));
    }
    tr_buf_done(&args);
    tr_buf_done(&data);
    return result;
}

int tr_views_go_back(tr_session *session)
{
    const tr_views *self = session->views;
    if (session->sessions->app->routes == NULL)
        return tr_views_pop(session);
    return self != NULL && self->count > 1
               ? tr_views_push_route(session, tr_slice_of(self->at[self->count - 2].location))
               : TR_ENOTFOUND;
}

int tr_views_on_pop(tr_session *session, tr_slice route, tr_slice data)
{
    // An app that hears of it does it itself, as with Flet.
    if (tr_tree_handler(session->tree, TR_ID_PAGE, TR_SLICE("view_pop")) != NULL)
        return start_app_handler(session, "view_pop", data);
    const tr_node_list *stack = stack_of(session);
    const tr_node *top = stack->at[stack->count - 1];
    // It may also be one that is gone already (protocol section 12).
    if (stack->count > 1 && tr_slice_equal(text_of(top, TR_PROP_ROUTE), route)) {
        int result = tr_views_go_back(session);
        return result == TR_EFULL ? result : 0;
    }
    return 0;
}

int tr_views_find(tr_session *session, const tr_call *call, tr_slice name, bool in_query,
                  tr_buf *out)
{
    const tr_route *route = call != NULL ? call->building : NULL;
    tr_slice path, query;
    if (route != NULL) {
        path = call->building_path;
        query = call->building_query;
    } else if (call != NULL && call->view_path != NULL && !in_query) {
        path = tr_slice_of(call->view_path);
        query = (tr_slice){0};
        route = tr_route_of(session->sessions->app, path);
    } else {
        tr_route_split(location_of(session), &path, &query);
        if (session->sessions->app->routes != NULL)
            route = tr_route_of(session->sessions->app, path);
    }
    tr_slice found;
    bool is_there = in_query ? tr_route_find_query(query, name, &found)
                             : route != NULL && tr_route_find_param(tr_slice_of(route->pattern),
                                                                    path, name, &found);
    if (!is_there)
        return TR_ENOTFOUND;
    tr_route_decode(out, found, in_query);
    return 0;
}
