#ifndef TR_TESTS_GOLDEN_PYTHON_REPR_H
#define TR_TESTS_GOLDEN_PYTHON_REPR_H

// What an app written for Flet shows when it prints a value.

#include "tests/golden/view.h"

// An event's field as Python prints it: "Offset(x=1.5, y=2, …)". New text; NULL for other types.
char *python_repr(const char *type, const cm_value *value);

#endif
