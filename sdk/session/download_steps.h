#ifndef TR_SDK_SESSION_DOWNLOAD_STEPS_H
#define TR_SDK_SESSION_DOWNLOAD_STEPS_H

// Messages of gateways about downloads (download_step), at the sessions actor that has the URL's
// shard.
//
//     open ──BEGIN──▶ running ──DONE──▶ used (until it expires)
//       ◀──BROKEN────────┘
//
// A gateway asks for one piece after the other, so that nothing is made before there is room for
// it. Files and sources are read on pool threads, and nothing stays open between two pieces: a
// download that nobody goes on with leaves nothing behind. A second request is refused while one
// runs.
//
// Thread: the sessions'. Owns: nothing.

#include "sdk/session/session_record.h"

// Answers it, now or later.
void tr_downloads_on_step(tr_sessions *sessions, const tr_message *message);

#endif
