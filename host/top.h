#ifndef TR_HOST_TOP_H
#define TR_HOST_TOP_H

// `troupe top`: a line for each process of a cluster, from its metrics, again and again in a
// terminal, or once.
//
// Thread: main.

#include "base/buf.h"
#include "host/inspector.h"
#include "metrics/exposition.h"

// One process as it was at one moment.
typedef struct tr_top_process {
    uint64_t node;
    char name[TR_NODE_NAME_CAP_BYTES];
    uint64_t age_ms;
    tr_exposition *metrics; // of all its core threads
} tr_top_process;

typedef struct tr_top_look {
    tr_top_process *processes;
    uint32_t count;
    uint64_t at_ms;
    tr_buf failures; // a line each
} tr_top_look;

tr_top_look tr_top_look_at(const tr_inspection *seen, uint64_t at_ms);
void tr_top_look_done(tr_top_look *self);

// The table; rates and times are of what happened between the two. Pure.
void tr_top_write(tr_buf *out, const tr_top_look *before, const tr_top_look *now);

// The text on a screen of that size, from its upper left corner: longer lines are cut, further ones
// left out. Pure.
void tr_top_paint(tr_buf *out, tr_slice text, unsigned columns, unsigned rows);

// Looks every `interval_ms` until SIGINT or SIGTERM when standard output is a terminal; else twice,
// and prints once. An exit code.
int tr_top(const tr_inspection_options *options, uint64_t interval_ms);

#endif
