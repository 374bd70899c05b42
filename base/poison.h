#ifndef TR_BASE_POISON_H
#define TR_BASE_POISON_H

// What AddressSanitizer knows of the app's memory, where the app was compiled with it (troupe dev): this
// library is not, and would read what it is given without a word.
//
// Thread: any.

#include <stdbool.h>

// Is it known that nothing is there to be read: behind the end of an array, of a block that has ended,
// freed? False without AddressSanitizer, and for NULL.
bool tr_is_poisoned(const void *at);

#endif
