#ifndef TR_SDK_SESSION_LAYOUT_H
#define TR_SDK_SESSION_LAYOUT_H

// One number for what a TR_LAYOUT says (troupe/pages/layout.h), to tell structs apart.
//
// Thread: any. Owns: nothing.

#include "troupe/pages/layout.h"

// Of the names, types, places and sizes of all members, and of what they are made of: the same in
// every build of every program. 0 for NULL only.
uint64_t tr_layout_number(const tr_layout *members);

#endif
