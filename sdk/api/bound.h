#ifndef TR_SDK_API_BOUND_H
#define TR_SDK_API_BOUND_H

// What forms, tables and places that load have in common: the state that they are bound to, their
// controls on the page, and handlers of the author's whose end they wait for.
//
// Thread: the handler's. Owns: nothing.

#include "sdk/session/call.h"
#include "sdk/tree/node.h"
#include "troupe/pages/event.h"
#include "troupe/pages/task.h"

// tr_state; NULL, and this line of misuse, if it is of another size.
void *tr_bound_state(tr_event *ev, size_t size, const char *misuse);

// Of the page as it is; NULL: there is none, or it cannot be looked at from here.
const tr_node *tr_bound_control(const tr_event *ev, const char *key);

// Starts a handler of the author's as a task and waits for its end, which its own time limit brings. False:
// it could not begin, has ended badly, or failed; another handler's failure is none of its. In async handlers.
bool tr_bound_run(tr_event *ev, const tr_task_options *options);

#endif
