#ifndef TR_SDK_TREE_NODE_CODEC_H
#define TR_SDK_TREE_NODE_CODEC_H

// Controls between threads, processes and snapshots: msgpack maps with the constructor's name as
// `_c`, properties under their names, handlers by name. With ids for snapshots only.
//
// Thread: any; pure.

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "sdk/tree/node.h"

void tr_node_write(const tr_node *self, tr_slice (*name)(const tr_handler *), bool with_ids,
                   tr_buf *out);

typedef struct tr_node_reading {
    tr_reader reader;
    const tr_handler *(*find)(tr_slice name);
    uint32_t nodes_left;
    bool with_ids;
    int code; // of the first failure
} tr_node_reading;

// The next control; NULL and `code` set when it is not one. It belongs to the caller or the current
// scope, as tr_node_new says.
tr_node *tr_node_read(tr_node_reading *self, uint32_t depth);

#endif
