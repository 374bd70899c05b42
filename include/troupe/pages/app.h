#ifndef TROUPE_APP_H
#define TROUPE_APP_H

// A program's main: the app of its pages, and the command line that runs it in one process or
// several.
//
//     int main(int argc, char **argv)
//     {
//         return tr_run(argc, argv, &(tr_app){.name = "Counter", .build = build,
//                                             TR_STATE(struct counter)});
//     }

#include <stdbool.h>
#include <stddef.h>

#include "troupe/actors/core.h"
#include "troupe/pages/event.h"
#include "troupe/pages/http_route.h"
#include "troupe/pages/route.h"
#include "troupe/pages/state.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

// How a person is told that a handler failed (tr_fail, a time limit, a lost process) when the page
// does not hear "error": a notice at the window's edge; or a page that says so, with ways out; or
// nothing.
enum tr_failures { TR_FAILURES_NOTICE, TR_FAILURES_PAGE, TR_FAILURES_QUIET };

typedef struct tr_app {
    // The page's title until the app sets one, the name in logs, and what a cluster knows the app
    // by: a broker refuses processes of an app with another name (the program's, if this is NULL).
    const char *name;
    void (*build)(tr_page *page); // makes a new session's page; may be NULL where there are routes
    const tr_route *routes;       // see TR_ROUTES (troupe/pages/route.h); NULL: none
    // With routes: after each handler the view on top is built again, and what differs goes out.
    // Views are then functions of the state, and handlers need only change that.
    bool rebuilds;
    const tr_http_route *http; // see TR_HTTP_ROUTES (troupe/pages/http_route.h); NULL: none
    size_t state_size; // of each session's state struct: see TR_STATE (troupe/pages/state.h)
    tr_state_form state;
    // Runs on a page that has moved to another process, once (event "move"; its text names the
    // handlers that were in flight and were interrupted, with commas between): to start again what
    // must go on. See docs/howto/state.md. NULL: nothing must.
    const tr_handler *on_move;
    // The session ends for good: its browser has not come back in time, or its process stops and no
    // other takes it over. A session that moves does not end. To release what the state stands for
    // (files, rows): tr_state is there, nothing is shown any more, and nothing can wait
    // (TR_ECANCELLED). Runs on the session's thread: keep it short. With a store (--store) a
    // session outlives its process, which then runs none, and so does the store when a session
    // expires there. A process that is killed runs none; a move whose answer is lost may run it
    // although the session lives on elsewhere.
    void (*on_end)(tr_event *ev);
    // Handlers without a page that run from start to end of every process with sessions,
    // NULL-ended: sources of data that tr_publish. One that returns is started again after a
    // second.
    const tr_handler *const *background;
    enum tr_failures failures;
    // Five seconds after its browser has left a page pauses: its intervals (tr_every) stand still, and
    // of topics that it hears the latest messages wait, as many as it asked for, so that closed tabs
    // cost nothing. When its browser is back, all that goes on at once. True: pages of this app go on
    // meanwhile, until they end. Tasks and handlers in flight go on in either case.
    bool runs_detached;
    // Whom people can sign in with (tr_login, troupe/pages/auth.h), NULL-ended. NULL: nobody.
    struct tr_provider *const *providers;
    // Runs once on core thread 0 of every process with sessions, before any: for actors of the
    // app's own (tr_spawn, tr_supervisor_start). A negative code ends the process. NULL: nothing to
    // set up.
    int (*setup)(tr_core *core);
    // The HTML of a page has its text, title and a description in it before any script runs: for
    // search engines, link previews and slow networks. `build` and the routes' builds then run once
    // more, for a page that no browser will have and that ends at once (tr_page_is_first_paint in
    // troupe/pages/page_info.h; docs/howto/first-paint.md says what runs there). True only where
    // that does no harm: a build that counts visitors would count them twice, and search engines.
    bool first_paint;
} tr_app;

// Reads the command line and the environment, runs until SIGINT or SIGTERM, drains, and returns the
// exit code: 0; 1 when it could not start or run; 2 for a command line that makes no sense.
// --help tells the options.
int tr_run(int argc, char **argv, const tr_app *app);
#ifndef tr_run // `troupe test` gives it another name
#define tr_run(...) TR_CHECKED_(tr_run(__VA_ARGS__))
#endif

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
