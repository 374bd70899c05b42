#ifndef TR_WIRE_TRACE_H
#define TR_WIRE_TRACE_H

// W3C Trace Context (https://www.w3.org/TR/trace-context/): a `traceparent` names a trace and the
// span in it that caused what follows: 00-TRACE-SPAN-FLAGS, 32, 16 and 2 hexadecimal digits.
//
// Thread: any; pure.

#include <stdbool.h>
#include <stdint.h>

#include "troupe/slice.h"

enum {
    TR_TRACE_CHARACTERS = 55,
    TR_TRACE_BYTES = TR_TRACE_CHARACTERS + 1,
    TR_TRACE_ID_AT = 3,
    TR_TRACE_SPAN_AT = 36
};

// Reads a header's value. False: it is none, and is to be ignored. Of a newer version the part that
// this one has is read.
bool tr_trace_read(tr_slice text, char out[TR_TRACE_BYTES]);

// The same trace with another span, which is not 0: what `parent` has caused.
void tr_trace_child(const char *parent, uint64_t span, char out[TR_TRACE_BYTES]);

#endif
