#ifndef TR_STORE_CHANGE_LOG_H
#define TR_STORE_CHANGE_LOG_H

// The changes of a session as an engine reads them, in their order, and what they make of its base.
//
// Thread: the loop's, and an engine's. Owns: nothing.

#include "store/store.h"

// Behind those that a LOAD has read already.
void tr_change_log_add(tr_buf *log, uint32_t number, const void *record, size_t size);

// Decrypts base and changes, and makes of them what was written last. All or nothing: TR_EREFUSED,
// TR_EMALFORMED (one is missing, damaged, or of another one). Changes of a base that another one has
// replaced are none of this one, and are left out.
int tr_change_log_apply(const tr_record_keys *keys, tr_store_op *op)
    __attribute__((warn_unused_result));

#endif
