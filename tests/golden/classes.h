#ifndef TR_TESTS_GOLDEN_CLASSES_H
#define TR_TESTS_GOLDEN_CLASSES_H

// The parts that a program written for Flet builds its page of, from the catalog: control classes
// by name, enum members, colours, icons, and the encoding of value classes. The part of Flet's own
// library that an app of ours has as constructors.

#include "sdk/catalog/catalog.h"
#include "tests/golden/view.h"

// Reads the catalog that is built into the runner. Stops the program when it is broken.
void classes_load(void);
void classes_unload(void);

// A control class ("Text", "cv.Text", "SpinKitCircle"); 0 when unknown.
tr_kind_id classes_kind(const char *name);

// The class's row in the catalog; NULL when unknown. Lent.
json_t *classes_control(tr_kind_id kind);

// A value class's row in the catalog ("Offset", "cv.Offset"); NULL when unknown. Lent.
json_t *classes_value(const char *name);

// A value as an app gives it, without controls in it, as the JSON view of what travels: enum
// members, value classes, calls and dates are what they stand for. New; NULL writes why.
json_t *classes_eval(const json_t *spec, tr_buf *why);

// An event's payload fields (`name`, `wire`, `type`), or NULL: the data are as they come. Lent.
json_t *classes_event_fields(tr_kind_id kind, const char *event);

// A method's arguments by name as the map that travels; `*out` is NULL when the method takes none.
// False writes why.
bool classes_arguments(tr_kind_id kind, const char *method, const json_t *given,
                       const char **out_wire, json_t **out, tr_buf *why);

#endif
