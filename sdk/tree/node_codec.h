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

// A handler by its name, with its payload if it has one. Read, its payload lies in what `in` reads,
// and
// `*out` refers to `*out_payload`. 0; TR_EMALFORMED; TR_ENOTFOUND (logged): there is no such
// handler.
void tr_handler_write(tr_buf *out, tr_value value, tr_slice (*name)(const tr_handler *));
int tr_handler_read(tr_reader *in, const tr_handler *(*find)(tr_slice name), tr_slice *out_payload,
                    tr_value *out);

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
