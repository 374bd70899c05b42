#ifndef TR_TESTS_SUPPORT_TREE_PAIR_H
#define TR_TESTS_SUPPORT_TREE_PAIR_H

// A page's tree and the model of a browser that is sent its changes: one pair per test.

#include "sdk/tree/tree.h"
#include "testing/client_model.h"

extern tr_tree *pair_tree;
extern cm_client pair_client;

void pair_up(void); // the fixture's
void pair_down(void);

// Two handlers, and the way between them and their names, "zero" and "one".
const tr_handler *pair_handler(int which);
tr_slice pair_handler_name(const tr_handler *self);
const tr_handler *pair_handler_find(tr_slice name);

tr_node *pair_text(const char *value);
tr_node *pair_keyed(tr_node *node, const char *key);
tr_node *pair_column(void);

// The browser gets the whole page, as after a registration.
void pair_send_page(bool explicit_empties);
// The browser gets what has changed; 1, or 0 when nothing has.
int pair_flush(void);
// The browser's page is what a fresh encoding of the tree says.
void pair_expect_same(const char *when);
// The control as the browser has it.
cm_value *pair_seen(const tr_node *node);

// The browser changes a property itself, and reports it.
void pair_client_sets(uint32_t id, const char *name, tr_value value);

// A key and its value, of a map in msgpack.
void pair_write(tr_buf *out, const char *key, tr_value value);

#endif
