#ifndef TR_TESTS_GOLDEN_CLIENT_OPS_H
#define TR_TESTS_GOLDEN_CLIENT_OPS_H

// The steps of the recorded client: each op is a message that must be the recorded one, and is sent
// to our session with our numbers of the controls.

#include "tests/golden/talk.h"

// False: no op of the client has this name. A failure is noted.
bool client_ops_run(talk *self, const char *name, const json_t *op);

#endif
