#ifndef TR_HOST_STATE_CHANGE_H
#define TR_HOST_STATE_CHANGE_H

// A worker of an app that is being written (--desk): says what its state is called, and does with pages of another
// state as --state-before and --state-change say (wire/desk.h).
//
// Thread: main, before the process has others.

#include "host/options.h"
#include "troupe/pages/app.h"

// 0, and `app` may be another one; or the code to exit with.
int tr_state_change(const tr_options *options, const tr_app **app);

#endif
