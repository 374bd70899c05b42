#ifndef TR_ACTORS_BUS_BEATS_H
#define TR_ACTORS_BUS_BEATS_H

// A core thread that a handler keeps for itself says nothing on its links, and would be taken for
// dead with its whole process. So one thread of the process says in its place that it is busy, and
// by whom, over sockets of its own: a ZeroMQ socket belongs to one thread. A process that is
// stopped or frozen has no such thread running either, and is found silent as before.
//
// Each link leaves a beat here while it is in use: where to, and what identifies it there. The
// thread sends `link_beat` for the links of every core thread whose turn lasts TR_HEARTBEAT_MS or
// more, twice in that time, and says to the brokers what its core thread last told them. It does so,
// too, for a link whose peer has acknowledged nothing for as long: what is said on the link itself
// waits behind a message that may be 24 MiB long, and the network may be slow.
//
// Thread: as each function says. Owns: its thread, the beats until they are dropped.

#include "actors/core/core.h"
#include "wire/message.h"

typedef struct tr_beats tr_beats;
typedef struct tr_beat tr_beat;

// From the thread that starts the system. NULL: the system has no thread left; the log says so.
tr_beats *tr_beats_new(tr_system *system);
// Behind the core threads' end, before that of ZeroMQ's context. Safe with NULL inside.
void tr_beats_free(tr_beats **self);

// From the core thread. Of its link to that endpoint; `incarnation` is of its end; `is_carried`: by a
// trunk, where what one link says may wait behind what another one does. NULL when the process has
// no such thread.
tr_beat *tr_beat_new(tr_core *core, const char *endpoint, tr_address to, uint64_t incarnation,
                     bool is_carried);
// Instead of a beat, this very message is said, as long as it stays so; NULL: nothing.
void tr_beat_repeat(tr_beat *self, const tr_message *message);
// From the core thread. Since when the peer has acknowledged nothing of what was sent; 0: it has
// everything. Safe with NULL.
void tr_beat_set_waits(tr_beat *self, uint64_t since_ms);
// Safe with NULL inside.
void tr_beat_drop(tr_beat **self);

// The handler that has kept a core thread busy for longer than TR_HEARTBEAT_MS.
typedef struct tr_busy {
    uint64_t ms; // 0: with nothing
    char handler[64];
    char place[128]; // " at=FILE:LINE", or ""
} tr_busy;

// Of each core thread of a process; from any thread.
void tr_beats_look(tr_system *system, tr_busy *out);

#endif
