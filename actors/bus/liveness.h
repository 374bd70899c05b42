#ifndef TR_ACTORS_BUS_LIVENESS_H
#define TR_ACTORS_BUS_LIVENESS_H

// Who is alive, found out on the links themselves, with or without a broker.
//
// Each end of a link between processes lets the other hear something every TR_HEARTBEAT_MS; who is
// silent for TR_PEER_SILENCE_MS is down. Its process may yet live: it was stopped, or the network
// between was cut. So each end of a link has an incarnation, a number that grows each time it gives
// the other up, and every frame carries the sender's and what it believes to be the receiver's:
//
//      here {incarnation 7, peer 3}  ── frame 7→3 ──▶  there {incarnation 3, peer 7}
//
// A frame of an incarnation that is over is refused, and whoever sees a new one of its peer's knows
// that it was given up itself: it gives the peer up, too, so that both agree on what is over (every
// monitor, link and question between the two), and both begin anew.
//
// Thread: the core thread.

#include <stdbool.h>
#include <stdint.h>

#include "actors/core/core.h"
#include "wire/envelope.h"

typedef struct tr_link tr_link;

// A frame came. False: it is refused. Else *out is its link, or NULL where there is none to keep.
bool tr_liveness_admit(tr_core *core, const tr_batch_head *head, bool is_only_ack, tr_link **out);

// The message link_over came.
void tr_liveness_on_over(tr_core *core, tr_address from, uint64_t incarnation);

// Twice a heartbeat: whoever was silent for too long is down.
void tr_liveness_tick(tr_core *core);

#endif
