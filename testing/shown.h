#ifndef TR_TESTING_SHOWN_H
#define TR_TESTING_SHOWN_H

// What a person reads on a page, a line for each control in sight that has words, a value or a state; how it is laid
// out and painted is left out, so that this stays the same while that changes:
//
//     TextField #new label="What is to be done?"
//     Checkbox "Milk" value=true
//
// Thread: any. Owns: the lines.

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "testing/client_model.h"
#include "testing/secrets.h"

enum { TR_SHOWN_LINES_CAP = 2000, TR_SHOWN_TEXT_CAP = 400 };

typedef struct tr_shown {
    char **lines;
    uint32_t count;
    uint32_t cap;
} tr_shown;

// Appends the page's lines; a NULL page has none. What is secret is hidden.
void tr_shown_add_page(tr_shown *self, const cm_value *page, tr_secrets *secrets);

// Takes the text over.
void tr_shown_add(tr_shown *self, tr_buf *line);

// Appends what went ("- ") and came ("+ ") between the two, in order; with `is_whole` also what stayed ("  ").
void tr_shown_add_changes(tr_shown *self, const tr_shown *before, const tr_shown *after,
                          bool is_whole);

void tr_shown_done(tr_shown *self);

#endif
