#include "sdk/tree/node_index.h"

#include "base/mem.h"
#include "base/must.h"

enum { CAP_MIN = 5 };

static uint32_t home(uint32_t id, uint32_t cap)
{
    return (uint32_t)(((uint64_t)(id * 0x9e3779b9u) * cap) >> 32);
}

static uint32_t after(uint32_t at, uint32_t cap)
{
    return at + 1 < cap ? at + 1 : 0;
}

// The slot of the id, or the free one where it would go.
static uint32_t locate(const tr_node_index *self, uint32_t id)
{
    uint32_t at = home(id, self->cap);
    while (self->slots[at] != NULL && self->slots[at]->id != id)
        at = after(at, self->cap);
    return at;
}

// 5, 10, then by half.
static uint32_t next_cap(uint32_t cap)
{
    if (cap == 0)
        return CAP_MIN;
    return cap + (cap == CAP_MIN ? cap : cap / 2);
}

static void resize(tr_node_index *self, uint32_t cap)
{
    tr_node_index old = *self;
    self->slots = tr_calloc(cap, sizeof *self->slots);
    self->cap = cap;
    for (uint32_t i = 0; i < old.cap; i++)
        if (old.slots[i] != NULL)
            self->slots[locate(self, old.slots[i]->id)] = old.slots[i];
    tr_free(old.slots);
}

void tr_node_index_done(tr_node_index *self)
{
    tr_free(self->slots);
    *self = (tr_node_index){0};
}

tr_node *tr_node_index_find(const tr_node_index *self, uint32_t id)
{
    return self->count != 0 ? self->slots[locate(self, id)] : NULL;
}

void tr_node_index_add(tr_node_index *self, tr_node *node)
{
    tr_must(node->id != 0);
    if (self->count >= self->cap / 5 * 4)
        resize(self, next_cap(self->cap));
    uint32_t at = locate(self, node->id);
    tr_must(self->slots[at] == NULL);
    self->slots[at] = node;
    self->count++;
}

void tr_node_index_remove(tr_node_index *self, const tr_node *node)
{
    tr_must(self->count != 0);
    uint32_t hole = locate(self, node->id);
    tr_must(self->slots[hole] == node);
    // Close the gap, so that no tombstones are needed: a follower moves into the hole unless its
    // home lies between the two.
    for (uint32_t at = after(hole, self->cap); self->slots[at] != NULL; at = after(at, self->cap)) {
        uint32_t wanted = home(self->slots[at]->id, self->cap);
        bool is_between =
            hole <= at ? hole < wanted && wanted <= at : hole < wanted || wanted <= at;
        if (is_between)
            continue;
        self->slots[hole] = self->slots[at];
        hole = at;
    }
    self->slots[hole] = NULL;
    self->count--;
    if (self->cap > 8 * CAP_MIN && self->count < self->cap / 8)
        resize(self, self->cap / 4);
}

tr_node *tr_node_index_next(const tr_node_index *self, uint32_t *at)
{
    while (*at < self->cap) {
        tr_node *node = self->slots[(*at)++];
        if (node != NULL)
            return node;
    }
    return NULL;
}
