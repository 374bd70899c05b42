#ifndef TR_TESTING_SEEN_H
#define TR_TESTING_SEEN_H

// A page as a user sees it: which controls are in sight, in what order, and how they read as text.
//
// Thread: any; pure. Lends: controls belong to the page they were found in.

#include <stdbool.h>

#include "base/buf.h"
#include "testing/client_model.h"
#include "troupe/test.h"

typedef struct tr_seen {
    const cm_value *control;
    bool is_disabled; // itself, or something around it
} tr_seen;

// The `nth` control in sight (from 1) that is as the query says, `nth` of the query apart. Returns
// how many there are; `out` is untouched when there are fewer than `nth`.
unsigned tr_seen_find(const cm_value *page, const tr_test_query *query, unsigned nth, tr_seen *out);

// The nearest control around it of that wire name; NULL when there is none.
// The topmost dialog that keeps the user from what is behind it; NULL: none does.
const cm_value *tr_seen_blocker(const cm_value *page);

bool tr_seen_contains(const cm_value *outer, const cm_value *control);

double tr_seen_number(const cm_value *value, double otherwise);

const cm_value *tr_seen_around(const cm_value *page, const cm_value *control, const char *wire);

// A scalar's text; NULL when it is no text. Lent until the next change of `scratch`.
const char *tr_seen_text(const cm_value *value, tr_buf *scratch);

// Its main text ("" when it has none).
const char *tr_seen_main_text(const cm_value *control, tr_buf *scratch);

bool tr_seen_is(const cm_value *control, const char *property); // true, and not just set

// A value as the tree shows it.
void tr_seen_print_value(const cm_value *value, tr_buf *out);

// A text between quotes, on one line.
void tr_seen_quote(const char *text, tr_buf *out);

// Each control in sight, from above. NULL: none.
typedef void tr_seen_visitor(void *arg, const cm_value *control);
void tr_seen_each(const cm_value *page, tr_seen_visitor *visitor, void *arg);

// The page, as tr_test_tree says.
void tr_seen_print(const cm_value *page, tr_buf *out);

// The query, as its author wrote it.
void tr_seen_print_query(const tr_test_query *query, tr_buf *out);

#endif
