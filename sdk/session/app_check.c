#include "sdk/session/app_check.h"

#include <string.h>

#include "base/log.h"
#include "sdk/session/handler_table.h"
#include "sdk/session/providers.h"
#include "wire/http_route.h"
#include "wire/limits.h"
#include "wire/route_match.h"

static unsigned unused(const char *option, const char *why)
{
    tr_log(TR_LOG_WARN, "event=app_option_unused option=%s text=\"%s\"", option, why);
    return 1;
}

static unsigned check_options(const tr_app *app)
{
    unsigned count = 0;
    if (app->rebuilds && app->routes == NULL)
        count += unused("rebuilds", "there are no routes, whose views could be built again: "
                                    "docs/howto/rebuilds.md");
    if (app->build == NULL && app->routes == NULL)
        count += unused("name", "there is neither build nor routes: pages stay empty");
    if (app->state_size == 0 && (app->state.save != NULL || app->state.load != NULL ||
                                 app->state.migrate != NULL || app->state.done != NULL))
        count += unused("state", "it has no size: TR_STATE gives it one");
    if (app->state_size != 0 && app->state.layout == NULL && app->state.save == NULL)
        count += unused("state_size", "without a layout a changed struct is not noticed: TR_STATE");
    if ((unsigned)app->failures > TR_FAILURES_QUIET)
        count += unused("failures", "it is none of enum tr_failures: a notice is shown");
    return count;
}

// Why no address leads there; NULL: one may.
static const char *why_not(const tr_route *routes, const tr_route *route)
{
    tr_slice pattern = tr_slice_of(route->pattern);
    if (strcmp(route->pattern, "*") != 0 && route->pattern[0] != '/')
        return "a pattern begins with / or is *";
    if (tr_route_depth(pattern) > TR_ROUTE_DEPTH_CAP)
        return "a path has at most 16 segments";
    for (const tr_route *before = routes; before != route; before++)
        if (strcmp(before->pattern, route->pattern) == 0)
            return "a route before it has the same pattern";
    return NULL;
}

// How many faults that is; `why` is NULL where there is none.
static unsigned say_unreachable(const char *pattern, const char *why)
{
    if (why == NULL)
        return 0;
    tr_log(TR_LOG_WARN, "event=route_unreachable pattern=%s text=\"%s\"",
           tr_log_quote(pattern, (unsigned)strlen(pattern)), why);
    return 1;
}

static unsigned check_routes(const tr_app *app)
{
    unsigned count = 0;
    for (const tr_route *at = app->routes; at != NULL && at->pattern != NULL; at++)
        count += say_unreachable(at->pattern, why_not(app->routes, at));
    return count;
}

static unsigned check_http(const tr_app *app)
{
    unsigned count = 0;
    for (const tr_http_route *at = app->http; at != NULL && at->pattern != NULL; at++)
        count += say_unreachable(at->pattern, tr_http_route_fault(app->http, at));
    return count;
}

unsigned tr_app_check(const tr_app *app)
{
    return check_options(app) + check_routes(app) + check_http(app) +
           tr_providers_check(app->providers) + tr_handlers_check_options();
}
