#ifndef TESTS_SUPPORT_TELLER_H
#define TESTS_SUPPORT_TELLER_H

// A store as a test uses it: one operation after the other, each waited for.
//
// Thread: a test's. Owns: a loop, a store.

#include "store/store.h"

enum { TELLER_PATIENCE_MS = 3000 };

typedef struct teller {
    struct ev_loop *loop;
    tr_store *store;
} teller;

void teller_open(teller *self, const char *url); // after preparing it
void teller_open_patient(teller *self, const char *url, uint64_t patience_ms);
void teller_open_keyed(teller *self, const char *url, uint64_t patience_ms,
                       const tr_record_keys *keys); // borrowed; NULL: none
void teller_close(teller *self);

// Of the store at that URL, which may be open: tr_store_prepare.
uint64_t teller_identity(const char *url);

// Runs the loop until the operation is done; it is the caller's again.
void teller_run(teller *self, tr_store_op *op);

// Each returns the status.
int teller_save(teller *self, const char *id, uint32_t shard, uint64_t epoch, const char *text,
                uint64_t ttl_ms);
int teller_delete(teller *self, const char *id, uint32_t shard, uint64_t epoch);
const char *teller_load(teller *self, const char *id); // NULL: none; good until the next call
bool teller_holds(teller *self, const char *id, const char *text);             // does its snapshot?
int teller_take(teller *self, uint32_t shard, uint64_t *epoch, uint64_t node); // epoch: in and out
int teller_release(teller *self, uint32_t shard, uint64_t epoch);
int teller_renew(teller *self, uint64_t node, uint64_t ttl_ms);
int teller_sweep(teller *self, uint32_t shard, uint64_t epoch);

// The owner by the store's list; epoch 0: it is not on it.
tr_store_shard teller_shard(teller *self, uint32_t shard);

// The rest of the node's lease; 0: it is not alive.
uint64_t teller_left_ms(teller *self, uint64_t node);

// A session id of that shard that no other call makes.
const char *teller_id(char out[TR_SESSION_ID_SIZE + 1], uint32_t shard);

#endif
