#ifndef TROUPE_ROUTE_H
#define TROUPE_ROUTE_H

// Views and routes: a page is a stack of views of which the browser shows the top one, and its
// address says which. An app lists what it has to show:
//
//     static ui_control *todo(tr_event *ev)
//     {
//         char id[32];
//         tr_route_param(ev, "id", id, sizeof id);
//         ui_set_string(ev, NULL, "title", ui_format("Todo %s", id));
//         return ui_view(.appbar = ui_app_bar(.title = "Todo"), UI(ui_text(id)));
//     }
//
//     tr_app app = {.name = "Todos",
//                   TR_ROUTES(TR_ROUTE("/", home), TR_ROUTE("/todo/:id", todo))};
//
// A browser that opens /todo/3 then gets the stack of "/" and "/todo/3": every beginning of the
// path that has a route is a view, so that the app bar's arrow leads upwards. When the address
// changes (tr_push_route, a link, the browser's back and forward) views that stay keep all they
// hold, the others are built or dropped; one whose query alone changed is built again and takes
// over what differs. The title of a view is the page's title at the end of its building, and comes
// back with it.
//
// With tr_app.rebuilds the view on top is also built again after each handler that ran or waited,
// so that it always shows the state as it is:
//
//     TR_ASYNC(add) { struct counter *state = tr_state(ev); state->count++; }
//
//     static ui_control *home(tr_event *ev)
//     {
//         const struct counter *state = tr_state(ev);
//         return ui_row(UI(ui_text(ui_format("%d", state->count)), ui_button("Add", .on_click = add)));
//     }
//
// Controls keep their identity by key, wherever in the view they are then, those without one by place
// and kind; text and choices of the user stay unless the view says otherwise. Other changes that handlers made to the view (ui_add,
// ui_set_text …) are undone: docs/howto/rebuilds.md has what undoes what.
//
// Without routes the stack is the app's own: tr_push_view, tr_pop_view, and the events
// "route_change" and "view_pop" (see ui_on).
//
// Paths begin with "/"; `:name` in a pattern stands for one segment, "*" alone for every address
// that no other route has. An address that none has shows a view that says so. At most 16 segments.
//
// Thread: a handler's. Codes as in troupe/pages/page.h.

#include <stddef.h>

#include "troupe/controls/controls.h"
#include "troupe/pages/event.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

typedef struct tr_route {
    const char *pattern;
    // Makes the view; may wait. A control that is no ui_view is put into one. NULL: an empty view.
    ui_control *(*build)(tr_event *ev);
    // Run once when the view has come onto the stack (the browser has it, and its methods can be
    // called), and when it has gone from it. There tr_route_param tells the parts of that view's
    // address, and the event's text is its path. A view that is built again, or whose query alone
    // changes, neither comes nor goes.
    //
    // Subscriptions, intervals and presences that `on_enter` starts (tr_subscribe, tr_every,
    // tr_presence_join, tr_presence_watch), and those that their handlers start in turn, belong to
    // the view and have ended when its `on_leave` runs; so do tasks, which are told then
    // (tr_run_task: TR_ECANCELLED). A tr_subscribe for a topic that the page heard takes its place.
    // The page's end runs no `on_leave`: that is tr_app.on_end.
    const tr_handler *on_enter;
    const tr_handler *on_leave;
} tr_route;

// TR_ROUTE("/board/:id", board, .on_enter = board_enter, .on_leave = board_leave)
#ifdef __cplusplus
#define TR_ROUTE(pattern_, ...)                                                                    \
    {                                                                                              \
        .pattern = (pattern_), .build = __VA_ARGS__                                                \
    }
#else
#define TR_ROUTE(pattern_, ...) TR_ROUTE_AS_(__VA_ARGS__, .pattern = (pattern_))
#define TR_ROUTE_AS_(build_, ...)                                                                  \
    {                                                                                              \
        .build = TR_ONLY_(TR_VIEW_MAKER_,                                                          \
                          "TR_ROUTE takes a function that makes a view, no handler: "              \
                          "static ui_control *NAME(tr_event *ev); docs/howto/routes.md",           \
                          build_),                                                                 \
        __VA_ARGS__                                                                                \
    }
#define TR_VIEW_MAKER_ ui_control *(*)(tr_event *)
#endif
#define TR_ROUTES(...) .routes = TR_STATIC_LIST_(const tr_route, __VA_ARGS__, {.pattern = NULL})

// Goes to an address, as a click on a link would: "/todo/3?x=1". Without routes the app hears of it
// as "route_change". TR_EINVALID (does not begin with one "/", or is no UTF-8), TR_ETOOBIG (1 KiB),
// TR_EGONE (no browser is attached).
int tr_push_route(tr_event *ev, const char *route);

// Does the same as the app bar's arrow: goes to the address of the view below, or takes off the top
// view where there are no routes. TR_ENOTFOUND: there is only one.
int tr_go_back(tr_event *ev);

// Copies what an address says: the path's part that the pattern calls `:name`, or a parameter of
// the query, decoded. While a view is built, of that view's address; otherwise of the page's. Cut
// to `size` and terminated; returns the whole length in bytes, or TR_ENOTFOUND and "".
int tr_route_param(tr_event *ev, const char *name, char *out, size_t size);
int tr_route_query(tr_event *ev, const char *name, char *out, size_t size);

// Puts a view of the app's own on top, or takes the top one off (not the first, which is the page's
// own: TR_ENOTFOUND). A view's `.route` is its name in the browser: no two may have the same; one
// without gets a name of its own.
int tr_push_view(tr_event *ev, ui_control *view);
int tr_pop_view(tr_event *ev);

// Makes the stack what the list says, the last one on top, in an app without routes:
//
//     tr_set_views(ev, UI_LIST(ui_view(.route = "/", ...), ui_view(.route = "/letter", ...)));
//
// Views at the bottom that have the routes they had stay the same, and take over what differs; from
// the first other one on all are new. The first view without a route is "/". TR_EINVALID: an empty
// list, or an app with routes; TR_EWRONGTYPE: not all are views; TR_EEXISTS: two have the same
// route.
int tr_set_views(tr_event *ev, ui_control **views);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
