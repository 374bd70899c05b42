#ifndef TR_HOST_OPTION_IDLE_H
#define TR_HOST_OPTION_IDLE_H

// Settings that are given and do nothing, as what they need (host/options.def) is not there: each is
// said, so that nobody believes it is in force.
//
// Thread: main.

#include "base/buf.h"
#include "host/listeners.h"
#include "host/options.h"

// Appends a line for each, of a process with a gateway; others may share its environment.
// `listeners`: NULL in a server of somebody else's.
void tr_options_list_idle(const tr_options *self, const tr_listeners *listeners, tr_buf *out);

#endif
