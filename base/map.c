#include "base/map.h"

#include "base/mem.h"
#include "base/must.h"

static uint32_t home(uint64_t key, uint32_t cap)
{
    key ^= key >> 32;
    key *= 0x9e3779b97f4a7c15u;
    return (uint32_t)(key >> 32) & (cap - 1);
}

// The key's slot, or the free slot where it would go.
static tr_map_slot *locate(const tr_map *self, uint64_t key)
{
    uint32_t at = home(key, self->cap);
    while (self->slots[at].key != 0 && self->slots[at].key != key)
        at = (at + 1) & (self->cap - 1);
    return &self->slots[at];
}

static void resize(tr_map *self, uint32_t cap)
{
    tr_map old = *self;
    self->slots = tr_calloc(cap, sizeof *self->slots);
    self->cap = cap;
    for (uint32_t i = 0; i < old.cap; i++)
        if (old.slots[i].key != 0)
            *locate(self, old.slots[i].key) = old.slots[i];
    tr_free(old.slots);
}

void tr_map_done(tr_map *self)
{
    tr_free(self->slots);
    *self = (tr_map){0};
}

void *tr_map_find(const tr_map *self, uint64_t key)
{
    return self->count != 0 ? locate(self, key)->value : NULL;
}

void *tr_map_put(tr_map *self, uint64_t key, void *value)
{
    tr_must(key != 0 && value != NULL);
    if (self->count + 1 > self->cap / 4 * 3)
        resize(self, self->cap == 0 ? 4 : self->cap * 2);
    tr_map_slot *slot = locate(self, key);
    void *old = slot->value;
    if (slot->key == 0)
        self->count++;
    slot->key = key;
    slot->value = value;
    return old;
}

void *tr_map_take(tr_map *self, uint64_t key)
{
    if (self->count == 0)
        return NULL;
    tr_map_slot *slot = locate(self, key);
    if (slot->key == 0)
        return NULL;
    void *value = slot->value;
    // Close the gap: every follower whose home lies at or before the hole moves into it, so that no
    // tombstones are needed.
    uint32_t mask = self->cap - 1;
    uint32_t hole = (uint32_t)(slot - self->slots);
    for (uint32_t at = (hole + 1) & mask; self->slots[at].key != 0; at = (at + 1) & mask) {
        uint32_t from_home = (at - home(self->slots[at].key, self->cap)) & mask;
        if (from_home >= ((at - hole) & mask)) {
            self->slots[hole] = self->slots[at];
            hole = at;
        }
    }
    self->slots[hole] = (tr_map_slot){0};
    self->count--;
    if (self->cap > 8 && self->count < self->cap / 8)
        resize(self, self->cap / 4);
    return value;
}

int tr_map_next(const tr_map *self, uint32_t *at, uint64_t *out_key, void **out_value)
{
    for (; *at < self->cap; (*at)++) {
        const tr_map_slot *slot = &self->slots[*at];
        if (slot->key == 0)
            continue;
        if (out_key != NULL)
            *out_key = slot->key;
        *out_value = slot->value;
        (*at)++;
        return 1;
    }
    return 0;
}
