#ifndef TR_GATEWAY_CHUNKED_H
#define TR_GATEWAY_CHUNKED_H

// Takes the chunks of a request's body apart (RFC 9112 section 7.1), in whatever pieces they come.
// Extensions and trailers are passed over, within a bound.
//
// Thread: any; pure.

#include <stdbool.h>
#include <stdint.h>

#include "troupe/slice.h"

typedef struct tr_chunked {
    uint64_t left;  // of the chunk
    uint32_t spare; // bytes of extensions and trailers so far
    uint8_t state;  // zero: where a body begins
    uint8_t digits; // of the size
    bool has_text;  // the trailer's line is not empty
} tr_chunked;

// Goes on in `in`, which is cut at the front: 1: `out` is a piece of the body, lent by `in`; 0: `in`
// is used up; 2: that was the last chunk, and what is left in `in` is not of this body;
// TR_EMALFORMED.
enum { TR_CHUNKED_MORE = 0, TR_CHUNKED_PIECE = 1, TR_CHUNKED_END = 2 };
int tr_chunked_next(tr_chunked *self, tr_slice *in, tr_slice *out)
    __attribute__((warn_unused_result));

#endif
