#ifndef TROUPE_LOADING_H
#define TROUPE_LOADING_H

// A place on the page that shows what a handler loads: meanwhile a ring, and when that fails what
// went wrong and a button that tries again.
//
//     TR_SYNC(orders_load)
//     {
//         sqlite3 *db = open_orders();
//         if (db == NULL) {
//             tr_fail(ev, "no database");
//             return;
//         }
//         ... ui_set_children(ev, "orders", rows); ...
//     }
//     ...
//     ui_add(page, ui_column(.key = "orders"));
//     ui_load(page, "orders", orders_load);
//
// Thread: as troupe/pages/page.h.

#include "troupe/pages/event.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

#define UI_LOAD_KEY_CAP_BYTES 128u // with its closing zero byte

// Starts the handler as a task, and shows in the container with that key that it runs: its children
// go, and a progress ring comes. The handler puts there what it has loaded (ui_set_children); a ring
// that is left is taken away. When it fails (tr_fail, its time limit, a lost process) the container
// says so, with a button that starts it again; the log has why, the page's "error" event hears of it, and
// no notice says it again (tr_app.failures). Called again it does all that anew. Not for views
// that are built again (tr_app.rebuilds), which would undo it. 0, and codes of tr_run_task;
// TR_ETOOBIG: the key, or the handler's name.
int ui_load(tr_page *page, const char *key, const tr_handler *handler);
#define ui_load(...) TR_CHECKED_(ui_load(__VA_ARGS__))

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
