#ifndef TR_SDK_SESSION_ROW_WINDOW_H
#define TR_SDK_SESSION_ROW_WINDOW_H

// Lists whose rows are built on demand (troupe/pages/rows.h). The page has those rows that the browser
// wants to show, as children of the list, and the list's `_row_first` says which the first of them
// is. The browser asks by the event "rows" as it scrolls; the latest wish counts. One call of the
// list's handler is in flight at a time, for what is missing of that wish; what it gives is dropped
// where nobody wants it any more.
//
//     browser ── rows {first, count} ─▶ wanted ─▶ missing? ─▶ on_rows ─▶ tr_rows_give ─▶ children
//
// Flet's own client cannot ask: it is given the first rows, and more of them each time it has
// scrolled to the end, up to TR_ROWS_WHOLE_CAP.
//
// Thread: the session's. Owns: what it knows of each list (session->row_windows).

#include "sdk/session/change.h"

// An event of the browser: true when it was meant for us, and is done with.
bool tr_row_windows_on_event(tr_session *session, const tr_msg_browser_event *event);

// Another browser may be another client, which asks or cannot.
void tr_row_windows_on_attach(tr_session *session, bool can_ask);

// At a turn's end: has rows built that are wanted and not there, and drops those that nobody wants.
void tr_row_windows_hear(tr_session *session);

// Does a TR_CHANGE_ROWS_… of troupe/pages/rows.h; takes the change's nodes over, also on failure.
int tr_row_windows_apply(tr_session *session, const tr_call *call, tr_change *change);

void tr_row_windows_free(tr_session *session);

#endif
