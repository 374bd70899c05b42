#ifndef TR_SDK_CATALOG_ICON_NAMES_H
#define TR_SDK_CATALOG_ICON_NAMES_H

// Names of icons that are like one that does not exist, for "did you mean".
//
// Thread: any.

#include "sdk/catalog/nearest_name.h"

enum { TR_ICON_GUESSES = TR_NEAR_GUESSES };

// Up to TR_ICON_GUESSES names of icons that are like `name`, the most alike first; static texts.
// Returns how many.
unsigned tr_icon_guess(tr_slice name, const char *out[TR_ICON_GUESSES]);

// One line in the log that there is no such icon, with the guesses. Guessing looks at thousands of
// names, so that a program gets them for its first TR_ICON_WARNINGS_CAP mistakes only.
void tr_icon_warn(tr_slice name);

#endif
