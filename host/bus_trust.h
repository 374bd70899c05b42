#ifndef TR_HOST_BUS_TRUST_H
#define TR_HOST_BUS_TRUST_H

// May this process have the bus that its settings ask for: is its key one, and if it has none, is
// nothing bound that other machines reach.
//
// Thread: main. Owns: nothing.

#include "base/buf.h"
#include "host/options.h"

// 0, or TR_EINVALID and one line in `error`. TR_ENOTFOUND: no broker's host name resolves.
int tr_bus_trust_check(const tr_options *options, tr_buf *error)
    __attribute__((warn_unused_result));

// The same for one who asks at that endpoint.
int tr_bus_trust_towards(const char *bus_key, bool insecure, const char *endpoint, tr_buf *error)
    __attribute__((warn_unused_result));

#endif
