#ifndef TR_STORE_SINGLE_H
#define TR_STORE_SINGLE_H

// One file or one server as a store: what store.h says of each function, without ranges (ranges.h).
//
// Thread: as in store.h. Owns: likewise.

#include "store/store.h"

void tr_single_public_url(const char *url, char *out, size_t out_size);
int tr_single_prepare(const char *url, uint64_t *identity, char *why, size_t why_size)
    __attribute__((warn_unused_result));
int tr_single_check_url(const char *url, char *why, size_t why_size)
    __attribute__((warn_unused_result));
int tr_single_open(struct ev_loop *loop, const char *url, uint64_t patience_ms,
                   const tr_record_keys *keys, tr_store **out) __attribute__((warn_unused_result));
int tr_single_submit(tr_store *self, tr_store_op *op) __attribute__((warn_unused_result));
tr_store_pending tr_single_pending(const tr_store *self);
bool tr_single_is_away(const tr_store *self);
const char *tr_single_kind(const tr_store *self);
void tr_single_close(tr_store **self);

#endif
