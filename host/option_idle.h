#ifndef TR_HOST_OPTION_IDLE_H
#define TR_HOST_OPTION_IDLE_H

// Settings that are given and do nothing, as what they are about is not there: each is said, so that
// nobody believes it is in force.
//
// Thread: main.

#include <stdbool.h>

#include "base/buf.h"
#include "host/options.h"

// Appends a line for each, of a process with a gateway; others may share its environment.
// `has_redirect`: of systemd's sockets, or of --http-redirect.
void tr_options_list_idle(const tr_options *self, bool has_redirect, tr_buf *out);

#endif
