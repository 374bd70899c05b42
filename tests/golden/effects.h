#ifndef TR_TESTS_GOLDEN_EFFECTS_H
#define TR_TESTS_GOLDEN_EFFECTS_H

// What happened on the server, against what the recording says happened there.

#include "tests/golden/talk.h"

// Takes our oldest effect and holds it against a recorded message of direction "server". False
// notes the failure.
bool effects_match(talk *self, const json_t *recorded);

#endif
