#ifndef TR_HOST_INTAKE_H
#define TR_HOST_INTAKE_H

// Connections on their way from any thread to the gateways of an embedded app, one core thread after
// the other. Of a core thread, at most TR_INTAKE_CAP wait.
//
// Thread: any, tr_intake_close apart. Owns: what waits.

#include "gateway/arrival.h"
#include "troupe/actors/system.h"

typedef struct tr_intake tr_intake;

#define TR_INTAKE_CAP 1024u

// Lends the system, of which every core thread has a gateway.
tr_intake *tr_intake_open(tr_system *system);

// Takes the socket over; where it does not, the caller has it still: TR_EFULL, TR_EGONE.
int tr_intake_put(tr_intake *self, const tr_arrival *arrival) __attribute__((warn_unused_result));

// Once the core threads have ended; nobody puts any more. NULL inside is fine.
void tr_intake_close(tr_intake **self);

#endif
