#ifndef TR_SDK_SESSION_SESSION_PRESENCE_H
#define TR_SDK_SESSION_SESSION_PRESENCE_H

// The topics on which a page is present, and what it says of itself there: told to the cluster at
// once, and kept for when the session lives on elsewhere.
//
// Thread: the session's. Owns: its list.

#include "sdk/session/session_record.h"
#include "wire/reader.h"

// As tr_presence_join and tr_presence_leave (troupe/pages/page.h).
typedef struct tr_presence_terms {
    bool stays;    // also without a browser
    uint64_t view; // ends with the view of that number (views_record.h); 0: with the page
} tr_presence_terms;
int tr_session_join(tr_session *session, tr_slice topic, tr_slice meta,
                    const tr_presence_terms *terms);
int tr_session_leave(tr_session *session, tr_slice topic);

void tr_session_leave_all_of(tr_session *session, uint64_t view);

// The browser has gone: in TR_AWAY_MS the page is present no more, but where it stays. It
// is back.
void tr_session_presences_away(tr_session *session);
void tr_session_presences_leave(tr_session *session); // the time has come
void tr_session_presences_back(tr_session *session);

// Forgets the list; who else is there learns it from the actor's end.
void tr_session_presences_end(tr_session *session);

// In a session's file; and the way back, which joins. TR_EPROTOCOL, or as tr_session_join.
void tr_session_presences_write(const tr_session *session, tr_buf *out);
int tr_session_presences_read(tr_session *session, tr_reader *in)
    __attribute__((warn_unused_result));

#endif
