#ifndef TR_TESTS_EMBEDDING_H
#define TR_TESTS_EMBEDDING_H

// A server that an app is in, as a test is one: it opens exchanges, waits for their descriptors, and
// fails the test where one takes too long.
//
// Thread: the test's.

#include "base/buf.h"
#include "troupe/embed.h"

#define EMBEDDING_CLIENT "192.0.2.7"

// Starts the app with these arguments.
tr_embed *embedding_start(const tr_app *app, const char *const *arguments);

typedef struct embedding_answer {
    unsigned status;
    char headers[4096]; // "name: value\n" each
    tr_buf body;
    bool is_whole;
} embedding_answer;

tr_embed_request embedding_request(const char *method, const char *target);

// With the body, in pieces of that size (0: at once).
embedding_answer embedding_ask(tr_embed *self, const tr_embed_request *request, const char *body,
                               size_t piece);

// A WebSocket of that client, of which nothing was read yet.
tr_exchange *embedding_websocket(tr_embed *self, const char *client);

// The next event.
tr_exchange_event embedding_next(tr_exchange *self);

// Whole, however long that takes.
void embedding_message(tr_exchange *self, const void *bytes, size_t size, bool is_text);

#endif
