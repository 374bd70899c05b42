#ifndef TR_AUTH_TOKEN_ANSWER_H
#define TR_AUTH_TOKEN_ANSWER_H

// What a provider's token endpoint answers (RFC 6749 sections 5.1 and 5.2).
//
// Thread: one at a time. Owns: its texts, which are wiped.

#include "auth/json.h"

// Texts are NULL where nothing was said.
typedef struct tr_token_answer {
    char *access_token;
    char *refresh_token;
    char *id_token;
    char *scopes;
    uint64_t expires_in_s; // 0: not said
    char *error;           // a word; the others are NULL then
    char *description;
} tr_token_answer;

// 0 also when it says an error. TR_EMALFORMED: it is neither tokens nor an error.
int tr_token_answer_read(tr_slice body, tr_token_answer *out) __attribute__((warn_unused_result));

void tr_token_answer_done(tr_token_answer *self);

#endif
