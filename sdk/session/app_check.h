#ifndef TR_SDK_SESSION_APP_CHECK_H
#define TR_SDK_SESSION_APP_CHECK_H

// Finds settings of an app that have no effect, before any page is opened: a line in the log for
// each.
//
// Thread: any; at the start.

#include "troupe/pages/app.h"

// Returns how many lines it wrote.
unsigned tr_app_check(const tr_app *app);

#endif
