#ifndef TR_BASE_TOKEN_BUCKET_H
#define TR_BASE_TOKEN_BUCKET_H

// A token bucket: so many at once, so many a second in the long run.
//
// Thread: the owner's; pure.

#include <stdint.h>

typedef struct tr_token_bucket {
    uint32_t count;
    uint64_t filled_ms; // up to here
} tr_token_bucket;

// What the time since the last call has brought, at most `burst` in all.
void tr_token_bucket_fill(tr_token_bucket *self, uint32_t per_s, uint32_t burst, uint64_t now_ms);

// Takes one, if there is one; returns how many are left.
uint32_t tr_token_bucket_take(tr_token_bucket *self);

#endif
