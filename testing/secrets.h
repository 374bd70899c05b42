#ifndef TR_TESTING_SECRETS_H
#define TR_TESTING_SECRETS_H

// What must not stand in a recording, and what stands there instead: "<secret 1>", the same for the same text.
// When it is played again, that itself is typed, or what the environment has as TROUPE_TEST_SECRET_1.
//
// Thread: any. Owns: its texts, which are wiped in the end.

#include <stdbool.h>

#include "base/buf.h"

enum { TR_SECRETS_CAP = 32, TR_SECRET_LEAST_BYTES = 4 };

typedef struct tr_secrets {
    char *texts[TR_SECRETS_CAP];
    unsigned count;
} tr_secrets;

// From now on it is hidden, also within other texts unless it is very short. Beyond the cap all are the last one.
void tr_secrets_add(tr_secrets *self, const char *text);

// Those that the environment has.
void tr_secrets_of_environment(tr_secrets *self);

// Appends the text with what stands instead; `is_secret`: the whole of it.
void tr_secrets_hide(tr_secrets *self, const char *text, bool is_secret, tr_buf *out);

// Appends the text with what the environment has.
void tr_secrets_fill(const char *text, tr_buf *out);

void tr_secrets_done(tr_secrets *self);

#endif
