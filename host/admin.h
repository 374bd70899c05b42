#ifndef TR_HOST_ADMIN_H
#define TR_HOST_ADMIN_H

// What operators' programs are told over HTTP (--admin), on a thread of its own:
//
//     GET /healthz           200 while the process works; 503 when a core thread has not answered for
//                            TR_ADMIN_STUCK_MS
//     GET /readyz            200 when it can serve; 503 with why: it drains, its cluster is not known, no
//                            worker, no shards yet, the store does not answer
//     GET /metrics           of this process; /metrics?cluster: of every process that its cluster has
//     GET /log, PUT /log/LEVEL
//
// Thread: main; answers are made on the listener's. Owns: the listener.

#include "host/options.h"
#include "host/process.h"

typedef struct tr_admin tr_admin;

#define TR_ADMIN_ANSWER_MS 1000u // that core threads have to answer
#define TR_ADMIN_STUCK_MS 30000u

// Lends all until it is stopped. TR_EINVALID: the address cannot
// be bound; TR_ESYSTEM.
int tr_admin_start(const tr_options *options, tr_process *process, tr_admin **out)
    __attribute__((warn_unused_result));

unsigned tr_admin_port(const tr_admin *self);

// Before the process is stopped. NULL inside is fine.
void tr_admin_stop(tr_admin **self);

#endif
