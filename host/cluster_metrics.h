#ifndef TR_HOST_CLUSTER_METRICS_H
#define TR_HOST_CLUSTER_METRICS_H

// The metrics of all processes that were seen (host/inspector.h), as one exposition: each process's
// samples carry `node`, its name.
//
// Thread: any; pure.

#include "base/buf.h"
#include "host/inspector.h"

void tr_cluster_metrics(const tr_inspection *seen, tr_buf *out);

#endif
