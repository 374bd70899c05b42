#ifndef TR_TESTS_GOLDEN_MATCH_H
#define TR_TESTS_GOLDEN_MATCH_H

// Compares our session's packets with the recorded ones. Patches are equal when they leave the two
// clients with the same page; ours may say at once what the recording says in several, and leave
// out what changes nothing. Everything else is compared packet by packet.

#include "tests/golden/talk.h"

// A recorded message; NULL behind the last one.
const json_t *match_message(const talk *self, size_t at);
bool match_is_from(const json_t *message, const char *direction);

// The message's bytes onto `out`; its readable form must say the same. False notes the failure.
bool match_packet(talk *self, const json_t *message, tr_buf *out);

// Holds what our session has said since the last time against the recording, up to what the client
// says next. False: a failure was noted.
bool match_settle(talk *self);

#endif
