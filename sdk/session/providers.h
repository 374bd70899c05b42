#ifndef TR_SDK_SESSION_PROVIDERS_H
#define TR_SDK_SESSION_PROVIDERS_H

// The app's providers (troupe/pages/auth.h), by their names.
//
// Thread: any. Owns: nothing.

#include "troupe/pages/auth.h"
#include "troupe/slice.h"

// At the start of a process; NULL: none. Relaxed: it says the same each time.
void tr_providers_set(tr_provider *const *providers);

// NULL: the app has none of that name.
const tr_provider *tr_provider_find(tr_slice name);

// Says in the log what is wrong with them: names, addresses, clients. Returns how many lines.
unsigned tr_providers_check(tr_provider *const *providers);

#endif
