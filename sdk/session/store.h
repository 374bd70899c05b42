#ifndef TR_SDK_SESSION_STORE_H
#define TR_SDK_SESSION_STORE_H

// A session's values by key (troupe/state.h): few, small, and bounded in number and bytes. A
// session without any has none of this (NULL).
//
// Thread: the session's. Owns: keys and values.

#include "base/buf.h"
#include "sdk/catalog/value.h"

typedef struct tr_store tr_store;

// Text, bytes or number. 0, TR_EINVALID, TR_ETOOBIG, TR_EFULL, TR_EWRONGTYPE; on failure what was
// there before stays.
int tr_store_set(tr_store **self, tr_slice key, tr_value value) __attribute__((warn_unused_result));

// Nil: there is none. Lent until the next change.
tr_value tr_store_get(const tr_store *self, tr_slice key);

int tr_store_remove(tr_store *self, tr_slice key); // 0 or TR_ENOTFOUND

void tr_store_free(tr_store *self);

// As a msgpack map, in a session's file; and the way back, into an empty one. TR_EPROTOCOL,
// TR_EFULL, ….
void tr_store_write(const tr_store *self, tr_buf *out);
int tr_store_read(tr_reader *in, tr_store **out) __attribute__((warn_unused_result));

#endif
