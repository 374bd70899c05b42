#ifndef TR_SDK_ROLES_SESSIONS_INSPECT_H
#define TR_SDK_ROLES_SESSIONS_INSPECT_H

// What operators see of the sessions of a core thread. Rows, by section (actors/system/introspect.h):
//   hosting   one: [sessions, of these connected, shards, kind of the store ("": none), is it away]
//   sessions  [the beginning of the id, is connected, minutes since it began here, bytes of its file,
//              handlers in flight, "saved", "waits", "too large" or "none": what the store has of it]
//   shards    [shard, epoch, epoch in the store (0: not taken there), is due to another core thread]
// Of an id only the first TR_SESSION_SHOWN_SIZE characters are told: who has all of it can open the page.
//
// Thread: the core thread's.

#include "sdk/session/session_record.h"
#include "wire/message.h"

// Answers `inspect` of these sections; false for any other message.
bool tr_sessions_take_question(tr_sessions *self, const tr_message *message);

#endif
