#ifndef TR_HOST_PROCESS_H
#define TR_HOST_PROCESS_H

// A process of Troupe in one piece: which roles run on which core thread, and how it arrives and
// leaves. Nothing else puts roles together; tr_run and the tests start the same thing.
//
// Thread: main. Owns: the system with its core threads.

#include "gateway/arrival.h"
#include "gateway/site.h"
#include "host/listeners.h"
#include "host/options.h"
#include "troupe/pages/app.h"

typedef struct tr_process tr_process;

// Returns when every role serves. `name` is for people, in logs and member lists. `site` is what
// its gateways serve; NULL: the client in this program. Lends `app`, `site` and the texts in
// `options` for its whole life; takes the listeners over, also on failure; NULL inside: there are
// none. TR_ENOTFOUND (no broker's host name resolves), TR_EINVALID (an
// address that cannot be bound), TR_ESYSTEM.
int tr_process_start(const tr_app *app, const tr_options *options, const tr_site *site,
                     tr_listeners **listeners, const char *name, tr_process **out)
    __attribute__((warn_unused_result));

// Takes nothing new, sends its browsers away, says goodbye; returns when they are gone, or after
// TR_GATEWAY_DRAIN_MS and a little.
void tr_process_drain(tr_process *self);

// Ends and frees it; waits for sync handlers that still run.
void tr_process_stop(tr_process **self);

// Reads certificates anew: because it was asked to (SIGHUP), or where a file has changed. The second
// is to be called some times a second.
void tr_process_reload(tr_process *self);
void tr_process_look(tr_process *self);

// Has a broker ever answered?
bool tr_process_has_broker(const tr_process *self);

// Has tr_process_drain begun? Any thread.
bool tr_process_is_draining(const tr_process *self);

tr_system *tr_process_system(const tr_process *self);

// A connection for one of its gateways, where it is embedded. Any thread. Takes the socket over; where
// it does not, the caller has it still: TR_EFULL, TR_EGONE.
int tr_process_take(tr_process *self, const tr_arrival *arrival)
    __attribute__((warn_unused_result));

// The port it serves browsers on; 0 when it does not, or on a unix socket.
unsigned tr_process_port(const tr_process *self);

#endif
