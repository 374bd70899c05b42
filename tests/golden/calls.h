#ifndef TR_TESTS_GOLDEN_CALLS_H
#define TR_TESTS_GOLDEN_CALLS_H

// Flet's shorthands that make a value ("Padding.symmetric", "Border.all").

#include "tests/golden/view.h"

// The value as a specification ({"$v": …}) or a plain one. New; NULL writes why.
json_t *calls_make(const char *name, const json_t *args, const json_t *props, tr_buf *why);

#endif
