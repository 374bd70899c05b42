#ifndef TR_WIRE_HEADER_TEXT_H
#define TR_WIRE_HEADER_TEXT_H

// Texts that become values of HTTP headers.
//
// Thread: any; pure.

#include <stdbool.h>

#include "troupe/slice.h"

// Is it a media type with its parameters (RFC 9110 section 8.3.1): "text/csv; charset=utf-8"? At
// most TR_MEDIA_TYPE_CAP_BYTES.
bool tr_media_type_is(tr_slice text);

// May it stand as a header's name, a token (RFC 9110 section 5.6.2)?
bool tr_header_name_is(tr_slice text);

// May it stand as a header's value: printable ASCII, spaces, tabs; no line ends, nothing around
// it (RFC 9110 section 5.5)?
bool tr_header_value_is(tr_slice text);

#endif
