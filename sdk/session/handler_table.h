#ifndef TR_SDK_SESSION_HANDLER_TABLE_H
#define TR_SDK_SESSION_HANDLER_TABLE_H

// The program's handlers by name. TR_ASYNC and TR_SYNC put them into a section of their own at link
// time; nothing registers at run time.
//
// Thread: any; constant after start.

#include "troupe/pages/event.h"
#include "troupe/slice.h"

// NULL when no handler has this name.
const tr_handler *tr_handler_find(tr_slice name);

tr_slice tr_handler_name(const tr_handler *handler);

// Says in the log which handlers have options that mean nothing for their kind. Returns how many.
unsigned tr_handlers_check_options(void);

// 0, or TR_EEXISTS when two handlers of the program have the same name (logged).
int tr_handlers_check(void);

#endif
