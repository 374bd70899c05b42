#ifndef TR_TESTS_GOLDEN_EFFECTS_H
#define TR_TESTS_GOLDEN_EFFECTS_H

// The effects on the server, against those in the recording.

#include "tests/golden/talk.h"

// Takes our oldest effect and holds it against a recorded message of direction "server". False
// notes the failure.
bool effects_match(talk *self, const json_t *recorded);

#endif
