#ifndef TR_TESTS_GOLDEN_OPS_H
#define TR_TESTS_GOLDEN_OPS_H

// Replays the recorded app on its page: everything of the op language that is not the client's
// doing.
//
// Thread: the core thread.

#include "tests/golden/talk.h"

// Runs a list of ops; stops at the first that fails, which is noted.
void ops_run(talk *self, tr_session *session, const json_t *ops);

// Runs one, which is known to be the server's.
void ops_run_one(talk *self, tr_session *session, const json_t *op);

// Is it an op of the server?
bool ops_knows(const char *name);

#endif
