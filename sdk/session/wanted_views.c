#include "sdk/session/wanted_views.h"

#include <string.h>

#include "wire/limits.h"
#include "wire/route_match.h"

const tr_route *tr_route_of(const tr_app *app, tr_slice path)
{
    for (const tr_route *route = app->routes; route->pattern != NULL; route++)
        if (tr_route_matches(tr_slice_of(route->pattern), path))
            return route;
    return NULL;
}

static ui_control *nothing_there(tr_event *ev)
{
    (void)ev;
    return ui_view(.horizontal_alignment = UI_CROSS_AXIS_ALIGNMENT_CENTER,
                   .vertical_alignment = UI_MAIN_AXIS_ALIGNMENT_CENTER,
                   .appbar = ui_app_bar(.title = "Not found"),
                   UI(ui_text("There is no page at this address.")));
}

static const tr_route *route_for_nothing(const tr_app *app)
{
    static const tr_route own = {.pattern = "*", .build = nothing_there};
    for (const tr_route *route = app->routes; route->pattern != NULL; route++)
        if (strcmp(route->pattern, "*") == 0)
            return route;
    return &own;
}

ui_control *tr_view_as_it_is(tr_event *ev)
{
    (void)ev;
    return NULL;
}

unsigned tr_wanted_views(const tr_app *app, tr_slice path, tr_wanted_view *out)
{
    static const tr_route home = {.pattern = "/", .build = tr_view_as_it_is};
    unsigned depth = tr_route_depth(path);
    unsigned count = 0;
    for (unsigned i = 0; i <= depth && i <= TR_ROUTE_DEPTH_CAP; i++) {
        if (depth > TR_ROUTE_DEPTH_CAP && i != 0)
            break;
        tr_slice beginning = tr_route_beginning(path, i);
        const tr_route *route = tr_route_of(app, beginning);
        if (route == NULL && i == 0 && app->build != NULL)
            route = &home;
        if (route != NULL)
            out[count++] = (tr_wanted_view){.path = beginning, .route = route};
    }
    if (count != 0 && out[count - 1].path.size == path.size)
        return count;
    // The views on the way to nowhere would promise what is not there: only the first is a way out.
    unsigned below = count != 0 && tr_slice_is(out[0].path, "/") ? 1 : 0;
    out[below] = (tr_wanted_view){.path = path, .route = route_for_nothing(app)};
    return below + 1;
}
