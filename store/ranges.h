#ifndef TR_STORE_RANGES_H
#define TR_STORE_RANGES_H

// Several stores as one: each has the shards of a range, their owners and their sessions. What concerns
// one shard goes to its store; what concerns all of them goes to each.
//
//     ranges: 0-511=postgres://one/troupe 512-1023=postgres://two/troupe
//
// Thread: the loop's; what only looks at texts, any. Owns: its stores.

#include <stdbool.h>
#include <stdint.h>

#include "store/store.h"
#include "wire/limits.h"

typedef struct tr_store_range {
    uint32_t first;
    uint32_t last; // its own as well
    char url[TR_STORE_URL_CAP_BYTES];
} tr_store_range;

bool tr_ranges_is(const char *url);

// How many, in the order of their shards, each shard in one of them; TR_EINVALID with a line in `why`.
int tr_ranges_parse(const char *url, tr_store_range out[TR_STORE_RANGES_CAP], char *why,
                    size_t why_size) __attribute__((warn_unused_result));

int tr_ranges_prepare(const char *url, uint64_t *identity, char *why, size_t why_size)
    __attribute__((warn_unused_result));

// For people and logs, without passwords.
void tr_ranges_public_url(const char *url, char *out, size_t out_size);

typedef struct tr_store_parts tr_store_parts;

int tr_ranges_open(struct ev_loop *loop, const char *url, uint64_t patience_ms,
                   const tr_record_keys *keys, tr_store_parts **out)
    __attribute__((warn_unused_result));
int tr_ranges_submit(tr_store_parts *self, tr_store_op *op) __attribute__((warn_unused_result));
tr_store_pending tr_ranges_pending(const tr_store_parts *self);
bool tr_ranges_is_away(const tr_store_parts *self); // is any of them?
void tr_ranges_close(tr_store_parts *self);

#endif
