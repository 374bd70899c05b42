#ifndef TR_GATEWAY_TARGET_H
#define TR_GATEWAY_TARGET_H

// What a request asks for, as its first line says it, where libwebsockets reads it in another way: in a path
// it takes "+" for a space, "&" and ";" for the end, and in a query ";" for "&".
//
// Thread: any; pure.

#include <stdbool.h>
#include <stddef.h>

#include "troupe/slice.h"

// Of a whole head that is well-formed (gateway/head_judge.h). Empty: libwebsockets reads it as everybody does.
tr_slice tr_target_of(tr_slice head);

// Its path, decoded, without "//", "/./" and "/../", in `out`; of a longer one the first `cap` bytes.
tr_slice tr_target_path(tr_slice target, char *out, size_t cap);

// The next part (NAME=VALUE) of its query, decoded, in `out`, which has room for all of the target. False: there
// is none any more. `io` begins as what tr_target_query returns.
tr_slice tr_target_query(tr_slice target);
bool tr_target_next_part(tr_slice *io, char *out, tr_slice *part);

#endif
