#ifndef TR_BASE_MAP_H
#define TR_BASE_MAP_H

// A compact map from non-zero 64-bit keys to pointers: open addressing, 16 bytes a slot, at most
// three quarters full, no allocation while empty. For text keys use base/table.h. Zeroed memory is an
// empty map.
//
// Thread: the owner's. Owns: its table, not the values.

#include <stddef.h>
#include <stdint.h>

typedef struct tr_map_slot {
    uint64_t key; // 0 = free
    void *value;
} tr_map_slot;

typedef struct tr_map {
    tr_map_slot *slots;
    uint32_t count;
    uint32_t cap; // a power of two, or 0
} tr_map;

void tr_map_done(tr_map *self);

// NULL when the key is not there.
void *tr_map_find(const tr_map *self, uint64_t key);

// Adds or replaces; the key is not 0 and the value not NULL. Returns the value replaced, or NULL.
void *tr_map_put(tr_map *self, uint64_t key, void *value);

// Returns the value removed, or NULL.
void *tr_map_take(tr_map *self, uint64_t key);

// Walks: start with *at = 0; false at the end. The map must not change meanwhile.
int tr_map_next(const tr_map *self, uint32_t *at, uint64_t *out_key, void **out_value);

#endif
