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
    TR_ENCODE_EXPLICIT = 1 << 0, // fixed parts: also what is not set; the others: as copies
    TR_ENCODE_SEEN = 1 << 1,     // takes TR_NODE_FRESH away
    TR_ENCODE_HELD = 1 << 2,     // without dialogs: the client has them
    TR_ENCODE_COPY = 1 << 3      // the client may have been sent these controls before
};

// How controls are written: flags of tr_encode_flag; `visited` counts the nodes that were written.
// A control that is sent once more has `copy` as its property `_r`. Flet's client makes a new
// object of it, compares the two by value and goes on listening to the old one when they are equal:
// the page would be frozen from then on. 0 until the first is written, then a number of this
// encoding.
typedef struct tr_encoding {
    unsigned flags;
    uint32_t visited;
    uint32_t copy;
} tr_encoding;

// Appends the control and all below it.
void tr_encode_control(tr_buf *out, tr_node *node, tr_encoding *encoding);

// Appends the `_internals` map; false when there is nothing to say.
bool tr_encode_internals(tr_buf *out, const tr_node *node);

// The value that a property of this control is reset to: the derived one (sdk/tree/derive.h), else
// its default if it has one, else nil.
void tr_encode_reset(tr_buf *out, const tr_node *node, const tr_prop_info *info);

#endif
