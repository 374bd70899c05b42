#ifndef TR_STORE_DELTA_H
#define TR_STORE_DELTA_H

// What changed from one run of bytes to the next (delta encoding), so that only that is written.
//
//     0xc1 'D' version (1) | check of what follows (4)
//     | digest of the bytes before (8) | of those after (8) | hunks
//     a hunk: how many bytes stay | how many go | how many come | those
//
// Counts are LEB128. What lies behind the last hunk stays. No snapshot begins like it: 0xc1 is no
// msgpack. The digests tell damage and what belongs together; they guard nothing.
//
// Thread: any; pure.

#include <stdbool.h>

#include "base/buf.h"

// Appends the delta. False: it would be longer than `cap` bytes, or cost more time than it is worth;
// `out` is as it was.
bool tr_delta_encode(tr_slice before, tr_slice after, size_t cap, tr_buf *out)
    __attribute__((warn_unused_result));

// Fills in the head, in front of hunks.
enum { TR_DELTA_HEAD_BYTES = 23 };
void tr_delta_write_head(tr_slice before, tr_slice after, uint8_t *delta, size_t size);

// Makes of the bytes before those after. TR_EMALFORMED: it is no delta, or damaged; TR_ENOTFOUND: it is
// of other bytes; then `io` is as it was. Its result is no longer than both together.
int tr_delta_apply(tr_slice delta, tr_buf *io) __attribute__((warn_unused_result));

#endif
