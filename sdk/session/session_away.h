#ifndef TR_SDK_SESSION_SESSION_AWAY_H
#define TR_SDK_SESSION_SESSION_AWAY_H

// A session without its browser: how long it is kept, and what of it pauses meanwhile. Most of them
// are closed tabs that nobody comes back to, so after TR_AWAY_MS its intervals stand still, and of
// its topics the latest messages wait, unless the app wants otherwise (tr_app.runs_detached).
//
// Thread: the session's.

#include <stdbool.h>

#include "sdk/session/session_record.h"

// Its browser has gone: from now on it ends when nobody comes back in time.
void tr_session_away(tr_session *self);

// So many milliseconds from now: sooner where nobody has ever used its page.
uint64_t tr_session_patience_ms(const tr_session *self);

// It has been away for TR_AWAY_MS.
void tr_session_on_away(tr_session *self);

// A browser is there.
void tr_session_back(tr_session *self);

// From its browser: does somebody use the page? An event of a control does, or another address; not
// what every browser says by itself.
void tr_session_note_use(tr_session *self, const tr_message *message);

// Is it to be written down after that? What waits for the browser of a session that pauses is
// stale before long.
bool tr_session_is_changed_by(const tr_session *self, const tr_message *message);

// May it have another connection now? Each costs the encoding of the whole page.
bool tr_session_may_return(tr_session *self);

#endif
