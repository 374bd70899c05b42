#ifndef TR_SDK_CATALOG_MISUSE_H
#define TR_SDK_CATALOG_MISUSE_H

// An author's mistake, as one line in the log with its place: the handler and where that is
// written, the session, the control, its key, the property, the mistake and, where there is one,
// the likely name. A loop that errs gets a few lines a second (base/log_budget.h).
//
// Thread: any.

#include <stdbool.h>

#include "base/log.h"
#include "sdk/catalog/nearest_name.h"
#include "troupe/pages/event.h"

// The thread's present work, and for whom. Set while a page function is carried out; between that,
// the handler alone is known.
typedef struct tr_misuse_place {
    const tr_handler *handler; // NULL: nobody's
    const char *session;       // NULL: not known
    bool is_said;              // something was reported here
} tr_misuse_place;

// Makes `place` the thread's (NULL: none) and returns the one before.
tr_misuse_place *tr_misuse_swap(tr_misuse_place *place);

// Sets the handler whose code runs on this thread now; NULL: none.
void tr_misuse_set_handler(const tr_handler *handler);

typedef struct tr_misuse {
    int code;
    const char *control; // its type; NULL: none is involved
    tr_slice key;
    tr_slice property;
    const char *text; // NULL: the code's
    // Offers what could have been meant. Called only when the line is written.
    void (*offer)(const void *arg, tr_near *near);
    const void *arg;
    tr_slice wanted; // instead of which
} tr_misuse;

// Returns its code.
int tr_misuse_report(const tr_misuse *misuse);

// One that has no more to it than a code and a sentence. Returns the code.
int tr_misuse_refuse(int code, const char *text);

// The first line of a function that authors call: without an object or an argument that it needs it
// does nothing, says so and returns TR_EINVALID, or, where it returns no code, what is named.
#define TR_GIVEN(condition)                                                                        \
    do {                                                                                           \
        if (!(condition))                                                                          \
            return tr_misuse_not_given(__func__);                                                  \
    } while (0)
#define TR_GIVEN_OR(condition, ...)                                                                \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            (void)tr_misuse_not_given(__func__);                                                   \
            return __VA_ARGS__;                                                                    \
        }                                                                                          \
    } while (0)
int tr_misuse_not_given(const char *call) __attribute__((cold)); // TR_EINVALID

// Another line with the same place: `event=NAME handler=… at=…` and what the format says.
void tr_misuse_say(const char *event, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

// Writes " handler=NAME at=FILE:LINE", or nothing for NULL, into a buffer of this thread that is
// good for the current log call.
const char *tr_misuse_where(const tr_handler *handler);

#endif
