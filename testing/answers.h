#ifndef TR_TESTING_ANSWERS_H
#define TR_TESTING_ANSWERS_H

// What the browser of a test answers to the app's calls of its methods: in the order in which the test gave
// it, for each method.
//
// Thread: the test's. Owns: its texts.

#include "base/buf.h"

typedef struct tr_test_reply {
    struct tr_test_reply *next;
    struct tr_test_reply *prev;
    char *method;
    tr_buf result; // msgpack; empty: nil
    char *error;   // NULL: it is not refused
} tr_test_reply;

// Appended to `list`; `result` is taken over.
void tr_test_reply_add(tr_test_reply **list, const char *method, tr_buf *result, const char *error);

// The first one for that method, taken out of the list: the caller frees it. NULL: there is none.
tr_test_reply *tr_test_reply_take(tr_test_reply **list, const char *method);

void tr_test_reply_free(tr_test_reply *self);

// All of them.
void tr_test_replies_free(tr_test_reply **list);

#endif
