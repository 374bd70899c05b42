#ifndef TR_BASE_LOG_BUDGET_H
#define TR_BASE_LOG_BUDGET_H

// So that what goes wrong in a loop does not flood the log: each thread lets one kind of line,
// known by a hash, through TR_LOG_LINES_PER_SECOND times a second. Kinds share TR_LOG_KINDS places,
// by their hashes: two that meet in one share its lines.
//
// Thread: any; each has its own budget.

#include <stdbool.h>
#include <stdint.h>

enum { TR_LOG_LINES_PER_SECOND = 5, TR_LOG_KINDS = 64 };

// May a line of that kind be written now? If so, `out_left_out` says how many were not since the
// last one.
bool tr_log_may(uint64_t kind, uint32_t *out_left_out);

// A kind is made of what tells one line from another: begin with 0. NULL counts as "".
uint64_t tr_log_kind(uint64_t before, const char *text, uint32_t size);

#endif
