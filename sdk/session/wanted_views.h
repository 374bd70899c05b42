#ifndef TR_SDK_SESSION_WANTED_VIEWS_H
#define TR_SDK_SESSION_WANTED_VIEWS_H

// From an address to the views that it asks for: one for each beginning of the path that the app has
// a route for, the lowest first. Pure.
//
// Thread: any. Lends: paths are parts of the one that was given.

#include "sdk/tree/node.h"
#include "troupe/pages/app.h"

typedef struct tr_wanted_view {
    tr_slice path;
    const tr_route *route;
    tr_node *built; // NULL: the view that is there stays
    char *title;
} tr_wanted_view;

// The app's first route for the whole path, or NULL.
const tr_route *tr_route_of(const tr_app *app, tr_slice path);

// Writes at most TR_ROUTE_DEPTH_CAP + 1 and returns how many. An address without a view is that of
// the app's route "*", or of a view that says so, above the first view if that is "/".
unsigned tr_wanted_views(const tr_app *app, tr_slice path, tr_wanted_view *out);

// The route's builder where an app builds its first view in `build`: that is the view of "/".
ui_control *tr_view_as_it_is(tr_event *ev);

#endif
