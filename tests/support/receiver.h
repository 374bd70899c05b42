#ifndef TR_TESTS_SUPPORT_RECEIVER_H
#define TR_TESTS_SUPPORT_RECEIVER_H

// Requests for files, and what comes of them, byte by byte (raw_browser.h).

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// An answer, its body checked as it comes and not kept, but for its beginning.
typedef struct received {
    unsigned status;
    char head[4096];
    char body[256];  // the beginning
    uint64_t size;   // of all of it
    bool is_whole;   // as its length or its last chunk says
    bool is_pattern; // byte N is N modulo 251
} received;

// Asks; the head has come when it returns. `more`: further header lines.
int receiver_begin(const char *method, const char *url, const char *more, received *out);
// Takes `limit` more bytes of the body at most, or all; closes at the end.
void receiver_take(int peer, uint64_t limit, received *io);

// All of it.
received receiver_get(const char *url, const char *more);
received receiver_ask(const char *method, const char *url, const char *more);

// A header's value; "" when it is not there. Good until the next call.
const char *received_header(const received *self, const char *name);

#endif
