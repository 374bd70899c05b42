#ifndef TR_SDK_TREE_ENCODE_H
#define TR_SDK_TREE_ENCODE_H

// Controls as Flet's client reads them: maps with `_c`, `_i` and what differs from the defaults
// (protocol section 5), and map and list headers for counts that are known only afterwards.
//
// Thread: any; pure.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "sdk/tree/node.h"

// Where the one-byte header of a map or list lies that is being written.
typedef struct tr_open {
    size_t at;
    uint32_t count;
} tr_open;

tr_open tr_open_container(tr_buf *out);
void tr_close_map(tr_buf *out, const tr_open *open);
void tr_close_array(tr_buf *out, const tr_open *open);

// A key and the number of entries it makes.
void tr_open_key(tr_buf *out, tr_open *open, tr_slice key);

enum tr_encode_flag {
    TR_ENCODE_EXPLICIT = 1 << 0, // fixed parts: also what is not set
    TR_ENCODE_SEEN = 1 << 1,     // takes TR_NODE_FRESH away
    TR_ENCODE_HELD = 1 << 2      // without dialogs: the client has them
};

// Appends the control and all below it; counts nodes into `*visited`.
void tr_encode_control(tr_buf *out, tr_node *node, unsigned flags, uint32_t *visited);

// Appends the `_internals` map; false when there is nothing to say.
bool tr_encode_internals(tr_buf *out, const tr_node *node);

// What a property of this control is reset to: what it has of its own making (sdk/tree/derive.h),
// else its default if that can be said, else nil.
void tr_encode_reset(tr_buf *out, const tr_node *node, const tr_prop_info *info);

#endif
