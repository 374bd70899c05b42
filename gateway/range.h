#ifndef TR_GATEWAY_RANGE_H
#define TR_GATEWAY_RANGE_H

// A Range header (RFC 9110 section 14): which bytes of a file are wanted.
//
// Thread: any; pure.

#include <stddef.h>

#include "troupe/slice.h"

enum tr_range {
    TR_RANGE_WHOLE, // none, or one that need not be honoured: several ranges, other units, nonsense
    TR_RANGE_PART,  // `first` and `size` are set
    TR_RANGE_OUTSIDE // nothing of the file is in it: 416
};

enum tr_range tr_range_read(tr_slice header, size_t file_size, size_t *first, size_t *size);

#endif
