#ifndef TR_SDK_TREE_TEXT_MERGE_H
#define TR_SDK_TREE_TEXT_MERGE_H

// A text that two changed at the same time: what the person did to `base`, which made `mine` of it,
// done to `theirs`, which the server made of `base`.
//
//     base "hello"   mine "hello you"   theirs "HELLO"   ->  "HELLO you"
//     base "1,234"   mine "1,9234"      theirs "1234"    ->  "19234"
//
//     base "second"  mine "third"       theirs ""        ->  "third"
//
// The person's change is one piece: the letters between what is equal at the start and at the end; all
// of the text, where it replaces letters and nothing of `base` is left in `theirs`.
// It goes where its neighbours are in `theirs`; at the end of `base` it goes to the end. The
// browser's client does the same with the same result (client/src/core/merge.ts): a change here is
// one there, and tests/sdk/tree/merge_cases.txt is for both.
//
// Thread: any; pure. Texts are UTF-8; a letter is a code point.

#include "base/buf.h"
#include "troupe/slice.h"

// Appends the result.
void tr_text_merge(tr_slice base, tr_slice mine, tr_slice theirs, tr_buf *out);

#endif
