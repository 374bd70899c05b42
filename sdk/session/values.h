#ifndef TR_SDK_SESSION_VALUES_H
#define TR_SDK_SESSION_VALUES_H

// A session's values by key (troupe/pages/state.h): few, small, and bounded in number and bytes. A
// session without any has none of this (NULL).
//
// Thread: the session's. Owns: keys and values.

#include "base/buf.h"
#include "sdk/catalog/value.h"

typedef struct tr_values tr_values;

// Text, bytes or number. 0, TR_EINVALID, TR_ETOOBIG, TR_EFULL, TR_EWRONGTYPE; on failure what was
// there before stays.
int tr_values_set(tr_values **self, tr_slice key, tr_value value)
    __attribute__((warn_unused_result));

// Nil: there is none. Lent until the next change.
tr_value tr_values_get(const tr_values *self, tr_slice key);

int tr_values_remove(tr_values *self, tr_slice key); // 0 or TR_ENOTFOUND

void tr_values_free(tr_values *self);

// As a msgpack map, in a session's file; and the way back, into an empty one. TR_EPROTOCOL,
// TR_EFULL, ….
void tr_values_write(const tr_values *self, tr_buf *out);
int tr_values_read(tr_reader *in, tr_values **out) __attribute__((warn_unused_result));

#endif
