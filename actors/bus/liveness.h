#ifndef TR_ACTORS_BUS_LIVENESS_H
#define TR_ACTORS_BUS_LIVENESS_H

// The links' state machines (actors/bus/link_state.h) are told of events here, and their verdicts
// carried out: batches are let in or refused, silent peers given up, acknowledgements and
// heartbeats sent, links of peers that are gone forgotten.
//
// Thread: the core thread.

#include <stdbool.h>
#include <stdint.h>

#include "actors/core/core.h"
#include "wire/envelope.h"

typedef struct tr_bus_link tr_bus_link;

// A batch came. False: it is refused. Else *out is its link, or NULL where there is none to keep.
bool tr_liveness_admit(tr_core *core, const tr_batch_head *head, bool is_only_ack,
                       tr_bus_link **out);

// The message link_over came.
void tr_liveness_on_over(tr_core *core, tr_address from, uint64_t incarnation);

// The message link_beat came: the peer lives, and its core thread is busy.
void tr_liveness_on_beat(tr_core *core, const tr_message *message);

// Twice a heartbeat: looks at every link.
void tr_liveness_tick(tr_core *core);

// This process is about to say goodbye to the brokers, which may be faster at a peer than what was
// sent to it before: from now on tr_liveness_awaited counts the links over which a peer has yet to
// acknowledge what was sent so far.
void tr_liveness_leave(tr_core *core);
uint32_t tr_liveness_awaited(const tr_core *core);

#endif
