#ifndef TR_SDK_CATALOG_NEAREST_NAME_H
#define TR_SDK_CATALOG_NEAREST_NAME_H

// The names on offer that are most like a misspelt one, for "did you mean".
//
// Thread: the caller's. Lends: what was offered must stay while the guesses are read.

#include <stddef.h>

#include "troupe/slice.h"

enum { TR_NEAR_GUESSES = 3 };

typedef struct tr_guess {
    tr_slice name;
    unsigned score; // the lower the better
} tr_guess;

typedef struct tr_near {
    tr_slice wanted;
    tr_guess best[TR_NEAR_GUESSES]; // best first; an empty name: none
} tr_near;

tr_near tr_near_to(tr_slice wanted);
void tr_near_offer(tr_near *self, tr_slice name);
unsigned tr_near_count(const tr_near *self);

// Writes the guesses, with a comma and no blank between them; cut to `size` and terminated.
void tr_near_print(const tr_near *self, char *out, size_t size);

#endif
