#ifndef TR_SDK_TREE_TEXT_RULES_H
#define TR_SDK_TREE_TEXT_RULES_H

// What a field takes of what a person types: its `input_filter`, `capitalization` and `max_length`. The
// browser's client does the same at once (client/src/core/rules.ts), but what comes from a browser is
// never believed.
//
// - A filter that allows keeps what its pattern matches and puts its replacement in the place of
//   each other part; where nothing matches, the text stays as it was. One that denies puts the
//   replacement in the place of what matches. Patterns are ECMAScript's, as far as PCRE2 knows them. A
//   pattern that is wrong is logged and filters nothing; one that takes too long, or a text over
//   TR_FILTERED_TEXT_CAP_BYTES, leaves the text as it was. With capitals it looks past them.
// - Capitals: of all letters; of the first of each word; of the first of each sentence.
// - `max_length` counts letters as people see them: grapheme clusters, PCRE2's \X. A text that is full
//   stays as it was, a longer paste is cut, and a text that the app made longer may be shortened.
//
// Thread: any; pure.

#include <stdbool.h>

#include "base/buf.h"
#include "sdk/tree/node.h"

// Has the field a rule that makes something else of `typed`, where the text is `now`? `out` is that.
bool tr_text_rules_change(const tr_node *field, tr_slice now, tr_slice typed, tr_buf *out);

#endif
