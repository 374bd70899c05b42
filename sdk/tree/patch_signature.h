#ifndef TR_SDK_TREE_PATCH_SIGNATURE_H
#define TR_SDK_TREE_PATCH_SIGNATURE_H

// Everything that a patch of plain values is made from, as bytes: pages whose changes have equal
// signatures are sent equal packets, whatever else they hold. So one of them is encoded, and the
// others share it (sdk/session/shared_patches.h).
//
// A patch that carries new controls has none: their ids are the page's own.
//
// Thread: any; pure.

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "sdk/tree/node.h"

// Appends the signature of what tr_patch_write would say of these nodes. False, with nothing
// appended: it says more than plain values, or more than TR_PATCH_SIGNATURE_CAP_BYTES.
bool tr_patch_sign(tr_buf *out, tr_node *const *nodes, uint32_t count);

#endif
