#ifndef TR_STORE_IMAGES_H
#define TR_STORE_IMAGES_H

// What the store has of sessions that were written a moment ago: beside it what is written next is a
// delta (delta.h). A session that rests for TR_STORE_IMAGE_KEPT_MS, or that others have no room for
// (TR_STORE_IMAGES_CAP_BYTES), has none, and is written whole the next time.
//
// A session in the store is a base and the changes behind it, numbered from 1. A base has a
// generation that no other one has, and its changes name it. A small change and the next one become one, with
// the number of the first, up to TR_STORE_MERGED_CAP_BYTES.
//
// Thread: the loop's. Owns: the images, but those that an operation has.

#include "store/store.h"

typedef struct tr_image tr_image;

typedef struct tr_images {
    tr_image *by_id;
    tr_image *oldest; // by last use
    size_t bytes;
} tr_images;

// Fills in what a SAVE writes: the change since the last one, or in its place, as `record`, with its number and the
// base's generation; or nothing, a new generation and the number 0: it is written whole, as a base.
// The image is the operation's until it is kept or dropped.
void tr_images_plan(tr_images *self, tr_store_op *op);

// The SAVE is done: its bytes are what the store has.
void tr_images_keep(tr_images *self, tr_store_op *op);

// It is not, or nobody knows; or the session is deleted.
void tr_images_drop(tr_images *self, tr_store_op *op);

// Frees those that rest for long.
void tr_images_age(tr_images *self);
void tr_images_done(tr_images *self);

#endif
