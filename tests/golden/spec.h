#ifndef TR_TESTS_GOLDEN_SPEC_H
#define TR_TESTS_GOLDEN_SPEC_H

// Controls as the ops describe them ({"$c": class, "name": …, "props": {…}}), built and bound to
// their names.
//
// Thread: the core thread.

#include "tests/golden/talk.h"

// A detached control and all below it; NULL notes the failure.
tr_node *spec_build(talk *self, const json_t *spec);

// The property's value for anything but controls and lists of them. `bytes` is what it borrows
// from. False notes the failure.
bool spec_value(talk *self, const json_t *spec, tr_buf *bytes, tr_value *out);

// Is it a list for a property that takes controls?
bool spec_is_children(const tr_prop_info *info, const json_t *spec);

// The control that was built from it is in the tree: names are known from now on.
void spec_bind(talk *self, const json_t *spec, const tr_node *node);

#endif
