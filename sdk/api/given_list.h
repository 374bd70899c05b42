#ifndef TR_SDK_API_GIVEN_LIST_H
#define TR_SDK_API_GIVEN_LIST_H

// A list of controls as an author gives it: up to UI_END.
//
// Thread: any; pure.

#include <stdbool.h>
#include <stdint.h>

#include "troupe/controls/controls.h"

// How many items it has, NULLs included; 0 for NULL. Where it has no end, and AddressSanitizer knows, it
// ends there, a line in the log says so, and the result is TR_EINVALID; otherwise 0.
int tr_given_list_count(ui_control *const *list, uint32_t *out_count);

// Of what an argument points to: a line in the log and true when that is gone, with its block or freed,
// as far as AddressSanitizer knows.
bool tr_given_is_gone(const void *given);

#endif
