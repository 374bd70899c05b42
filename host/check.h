#ifndef TR_HOST_CHECK_H
#define TR_HOST_CHECK_H

// --check: is this host's process alive in the eyes of the broker? For health checks of processes
// that serve no HTTP.
//
// Thread: main.

#include "host/options.h"

// For the role broker: does a broker answer? For others: does its list have a member on this host
// with all of the roles? Prints one line. 0 yes, 1 no.
int tr_check(const tr_options *options, const char *host);

#endif
