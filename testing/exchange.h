#ifndef TR_TESTING_EXCHANGE_H
#define TR_TESTING_EXCHANGE_H

// One request of another program, or of the browser for a file, as a gateway would ask for it: the
// app's own HTTP routes and downloads are asked by messages, and files come piece by piece.
//
// Thread: made and looked at by the test; the core thread's from tr_test_exchange_start until it is done.
// Owns: its texts.

#include "actors/core/core.h"
#include "base/buf.h"
#include "troupe/pages/http_route.h"
#include "wire/message.h"
#include "wire/session_id.h"

// Of an answer's body: it is held in memory.
#define TR_EXCHANGE_BODY_CAP_BYTES ((size_t)64 << 20)

typedef struct tr_test_exchange {
    // What is asked.
    const tr_http_route *route; // NULL: a download, whose token is given
    const char *method;         // constant
    bool is_head;
    tr_buf path; // decoded
    tr_buf query;
    tr_buf headers;
    tr_buf asked; // the body
    const char *client;
    char token[TR_SESSION_ID_SIZE + 1]; // of a file; "": none
    // The answer.
    bool is_done;
    bool is_broken; // it ended too early
    int result;     // why
    unsigned status;
    tr_buf type;
    tr_buf name;
    tr_buf answered; // its headers, a msgpack array of names and values in turn
    tr_buf body;
    // On the way.
    tr_core *core;
    tr_address owner;
    uint64_t attempt;
} tr_test_exchange;

// It is done when `is_done` says so. TR_EFULL and the like: it has not begun.
int tr_test_exchange_start(tr_core *core, tr_test_exchange *self)
    __attribute__((warn_unused_result));

// NULL inside is fine.
void tr_test_exchange_free(tr_test_exchange **self);

#endif
