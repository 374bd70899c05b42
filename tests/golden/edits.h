#ifndef TR_TESTS_GOLDEN_EDITS_H
#define TR_TESTS_GOLDEN_EDITS_H

// Changes of one property: assigned whole, edited in place (lists and maps of controls or of plain
// values), or somewhere below.
//
// Thread: the core thread.

#include "tests/golden/talk.h"

typedef struct edits_place {
    tr_node *node;
    tr_prop_id prop;
} edits_place;

// False (everywhere): a failure was noted.

// By the names of a control and a property. As in Flet, the page has its root view's properties,
// its overlay and its services as its own.
bool edits_find(talk *self, tr_session *session, const char *target, const char *prop,
                edits_place *out);

bool edits_assign(talk *self, tr_session *session, const edits_place *place, const json_t *spec);

// One of ["append", x], ["insert", i, x], ["pop", i], ["replace", i, x], ["move", from, to],
// ["clear"], ["reverse"], ["put", key, x], ["del", key].
bool edits_apply(talk *self, tr_session *session, const edits_place *place, const json_t *edit);

// `path`: names and positions, as a list or joined by dots.
bool edits_set_path(talk *self, tr_session *session, const char *target, const json_t *path,
                    const json_t *value);

// A new child at a position.
bool edits_insert(talk *self, tr_session *session, tr_node *parent, tr_prop_id prop,
                  uint32_t position, const json_t *spec);

#endif
