#ifndef TR_WIRE_SESSION_ID_H
#define TR_WIRE_SESSION_ID_H

// A session's name and the key to it: 28 characters of base32 (RFC 4648, lower case, without
// padding): two for the shard (10 bits), 26 random ones (130 bits). A gateway finds the owner from
// the shard; nobody guesses the rest. Never bound to an IP address or a browser.
//
// Thread: any; pure but for the random bytes.

#include "troupe/slice.h"

#define TR_SESSION_ID_SIZE 28u

// So much of it tells one from others, and is no key: 40 of its 130 random bits.
#define TR_SESSION_SHOWN_SIZE 10u
#define TR_SESSION_NAMED_SIZE_MIN 6u // that name one, as in the log

// Writes TR_SESSION_ID_SIZE characters and a zero byte.
void tr_session_id_make(char out[TR_SESSION_ID_SIZE + 1], unsigned shard);

// The shard, or -1 when the text is not a session id of ours.
int tr_session_id_shard(tr_slice id);

// Another id of the same shard, made of this one, which is one of ours. Its twin is this one. What is kept
// of a session beside it is found by it.
void tr_session_id_twin(char out[TR_SESSION_ID_SIZE + 1], const char *id);

#endif
