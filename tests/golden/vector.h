#ifndef TR_TESTS_GOLDEN_VECTOR_H
#define TR_TESTS_GOLDEN_VECTOR_H

// A recorded conversation, held with a real session: its ops are done, its client's messages sent,
// and what the session says is applied to one client as the recording is to another.

#include "tests/golden/view.h"

typedef struct vector_result {
    size_t our_bytes;
    size_t recorded_bytes;
    tr_buf why; // not empty: it failed, and where
} vector_result;

// `client_page`: what a client says of itself when the vector does not say otherwise.
void vector_run(const json_t *vector, const json_t *client_page, vector_result *out);

#endif
