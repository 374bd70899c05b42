#ifndef TR_HOST_SESSION_REPORT_H
#define TR_HOST_SESSION_REPORT_H

// Prints what was seen of sessions and shards, as text in columns for people or as one JSON value. Pure.
//
// Thread: any.

#include "base/buf.h"
#include "host/inspector.h"

// A line per core thread with sessions, then one for each session that was listed.
void tr_report_sessions(tr_buf *out, const tr_inspection *seen);
void tr_report_sessions_json(tr_buf *out, const tr_inspection *seen);

// A line per core thread with sessions; then the shards that nobody has, or several.
void tr_report_shards(tr_buf *out, const tr_inspection *seen);
void tr_report_shards_json(tr_buf *out, const tr_inspection *seen);

#endif
