#ifndef TR_SDK_SESSION_UPLOAD_STEPS_H
#define TR_SDK_SESSION_UPLOAD_STEPS_H

// Messages of gateways about uploads (upload_step), at the sessions actor that has the URL's shard.
//
//     open ──BEGIN──▶ running ──KEEP──▶ storing ──STORED──▶ used (until it expires)
//       ◀──FAILED────────┴────────────────┘
//
// A request that begins while another one runs takes over: the browser whose line broke comes again
// before the old connection is known to be dead. The old request hears at its next step that it is
// over. From KEEP on that cannot be: one file has the name then, or none.
//
// Thread: the sessions'. Owns: nothing.

#include "sdk/session/session_record.h"

// Answers it.
void tr_uploads_on_step(tr_sessions *sessions, const tr_message *message);

// No session here has the URL of that token. Others may, as its shard is theirs, or the store's:
// TR_EUNAVAILABLE. Otherwise TR_ENOTFOUND.
int tr_session_url_absence(const tr_sessions *sessions, tr_slice token);

#endif
