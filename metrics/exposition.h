#ifndef TR_METRICS_EXPOSITION_H
#define TR_METRICS_EXPOSITION_H

// Adds up what core threads told (metrics/metric.h) and writes it as Prometheus reads it, in the
// text format 0.0.4: families in the order of metrics.def, each with HELP and TYPE.
//
// Thread: any; pure. Owns: the sums.

#include "base/buf.h"
#include "metrics/metric.h"

typedef struct tr_exposition tr_exposition;

#define TR_EXPOSITION_TYPE "text/plain; version=0.0.4; charset=utf-8"

// At most so many samples are kept; what lies beyond is left out.
#define TR_EXPOSITION_CAP 65536u

tr_exposition *tr_exposition_new(void);
void tr_exposition_free(tr_exposition **self);

// Adds rows (msgpack, an array). `labels` come before those of every row, to tell processes apart;
// "": nothing does. TR_EMALFORMED: cannot be read from some row on.
int tr_exposition_add(tr_exposition *self, tr_slice rows, const char *labels);

// The sum over all samples of a family whose labels contain the text ("": all), in the unit that is
// kept; of a histogram, how many values there are.
uint64_t tr_exposition_total(const tr_exposition *self, enum tr_metric metric, const char *label);

// Of a histogram family, over all labels, since `before` (NULL: since the start): the bound of the
// bucket in which that share of the values ends, in seconds (or as it is kept, for SIZES), of those
// beyond all bounds the last one; 0: there are none.
double tr_exposition_percentile(const tr_exposition *self, const tr_exposition *before,
                                enum tr_metric metric, unsigned percent);

void tr_exposition_write(tr_exposition *self, tr_buf *out);

#endif
