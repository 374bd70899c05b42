#ifndef TR_ACTORS_BUS_TRUST_H
#define TR_ACTORS_BUS_TRUST_H

// May the bus be bound there: without a key only where this machine alone reaches it.
//
// Thread: any. Owns: nothing.

#include <stdbool.h>
#include <stddef.h>

enum { TR_TRUST_WHY_BYTES = 512 };

// Does nobody but this machine reach that endpoint: ipc, localhost, 127.0.0.0/8, ::1?
bool tr_trust_is_inside(const char *endpoint);

// 0, or TR_EINVALID and in `why` one line that says what to do. `endpoint` NULL: nothing is bound.
int tr_trust_check(const char *bus_key, bool insecure, const char *endpoint, char *why, size_t size)
    __attribute__((warn_unused_result));

#endif
