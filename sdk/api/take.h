#ifndef TR_SDK_API_TAKE_H
#define TR_SDK_API_TAKE_H

// The arguments behind ui_text(…) and ui_text_props(…), taken into a control: each is a field of
// their struct, read as its table says.
//
// Thread: any; a control's own.

#include "sdk/catalog/tables.h"
#include "sdk/tree/node.h"

// Sets the property, or puts the controls, if a value was given; `base` is the struct. 0, or a code
// as of tr_node_set and its like (logged).
int tr_take(tr_node *node, const tr_argument *argument, const char *base);

#endif
