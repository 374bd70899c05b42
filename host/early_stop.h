#ifndef TR_HOST_EARLY_STOP_H
#define TR_HOST_EARLY_STOP_H

// While a start waits for somebody else (a store, a broker's name), SIGINT and SIGTERM end the program at
// once, as any other: nothing runs yet that would have to end in order, and whoever stops it does not wait
// along. Afterwards they are held back again until they are listened for.
//
// Thread: the main thread.

#include <signal.h>
#include <stdbool.h>

// Inside a server of somebody else's the signals are that one's, and stay as they are.
void tr_early_stop_allow(bool is_embedded, sigset_t *out_before);
void tr_early_stop_forbid(const sigset_t *before);

#endif
