#ifndef TR_HOST_REPORT_H
#define TR_HOST_REPORT_H

// Prints the report of seen processes, as text in columns for people or as one JSON value. Pure.
//
// Thread: any.

#include <stdbool.h>

#include "base/buf.h"
#include "host/inspector.h"

// Actors, as a tree of supervisors or in the order of their slots, and what else each core thread
// has.
void tr_report_ps(tr_buf *out, const tr_inspection *seen, bool is_tree);
// A line per core thread.
void tr_report_nodes(tr_buf *out, const tr_inspection *seen);
void tr_report_dead_letters(tr_buf *out, const tr_inspection *seen);
// All of it.
void tr_report_json(tr_buf *out, const tr_inspection *seen);

#endif
