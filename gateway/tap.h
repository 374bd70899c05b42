#ifndef TR_GATEWAY_TAP_H
#define TR_GATEWAY_TAP_H

// Tells `troupe record` what goes between browsers and their sessions (wire/tap.h): only where --desk names a folder in
// which it listens. It is waited for, a second at most; then nothing more is told.
//
// Thread: the gateway's core thread. Owns: its end of the FIFO.

#include <stddef.h>

#include "wire/flet.h"
#include "wire/tap.h"

typedef struct tr_tap tr_tap;

// NULL: nobody listens.
tr_tap *tr_tap_open(const char *folder);

// A packet of a browser, as it was handed on; or one for it, its type byte included. NULL: nothing happens.
void tr_tap_tell_from(tr_tap *self, uint64_t connection, const tr_flet_packet *packet);
void tr_tap_tell_to(tr_tap *self, uint64_t connection, uint32_t number, const void *bytes,
                    size_t size);
void tr_tap_tell_gone(tr_tap *self, uint64_t connection);

void tr_tap_close(tr_tap **self);

#endif
