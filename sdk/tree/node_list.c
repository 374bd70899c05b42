#include "sdk/tree/node_list.h"

#include <string.h>

#include "base/mem.h"
#include "base/must.h"

void tr_node_list_reserve(tr_node_list *self, uint32_t cap)
{
    if (cap <= self->cap)
        return;
    if (cap == 1) {
        self->at = &self->one;
    } else if (self->at == &self->one) {
        self->at = tr_alloc(cap * sizeof(tr_node *));
        self->at[0] = self->one;
    } else {
        self->at = tr_realloc(self->at, cap * sizeof(tr_node *));
    }
    self->cap = cap;
}

void tr_node_list_insert(tr_node_list *self, uint32_t position, tr_node *node)
{
    tr_must(position <= self->count);
    if (self->count == self->cap)
        tr_node_list_reserve(self, self->cap < 2 ? self->cap + 1 : self->cap + self->cap / 2);
    memmove(&self->at[position + 1], &self->at[position],
            (self->count - position) * sizeof(tr_node *));
    self->at[position] = node;
    self->count++;
}

void tr_node_list_free(tr_node_list *self)
{
    if (self->at != &self->one)
        tr_free(self->at);
    tr_free(self->before);
    tr_free(self);
}
