#include "sdk/tree/patch.h"

#include <string.h>

#include "base/map.h"
#include "base/mem.h"

// The longest run of children that are in the same order before and after stays where it is. The
// others are taken in the new order, and each goes right behind the one before it:
//
//     before  a b c d     a b c stay; d is moved behind nothing: to the front
//     after   d a b c
//
// Common ends are cut off first, so that the usual small change costs little in a long list.

static tr_list_op *push(tr_list_ops *ops)
{
    if (ops->count == ops->cap) {
        ops->cap = ops->cap == 0 ? 4 : ops->cap * 2;
        ops->at = tr_realloc(ops->at, ops->cap * sizeof *ops->at);
    }
    return &ops->at[ops->count++];
}

// The difference in the middle, between the common ends.
typedef struct middle {
    tr_node *const *after;
    uint32_t after_count;
    uint32_t offset; // of the middle in the whole list
    uint32_t *old;   // for each of `after`: its rank among those that were there before, from 1 on;
                     // 0: it is new
    bool *stays;     // for each of `after`
    // How the list is after the steps so far. Those that were there before and have not been taken
    // yet stand in the order of their ranks; all that were put stand right behind one of them that
    // stays. Entry r counts the one of rank r, if it has not been taken, and what was put behind
    // it (entry 0: at the front), as sums of ranges (a Fenwick tree), so that a place in the list
    // is known without looking through it.
    uint32_t *sums;
    uint32_t rank_count;
} middle;

static void add_to(middle *self, uint32_t rank, int change)
{
    for (uint32_t at = rank + 1; at <= self->rank_count + 1; at += at & -at)
        self->sums[at] += (uint32_t)change;
}

// How many are in the list up to that rank, with what was put behind it.
static uint32_t count_up_to(const middle *self, uint32_t rank)
{
    uint32_t sum = 0;
    for (uint32_t at = rank + 1; at > 0; at -= at & -at)
        sum += self->sums[at];
    return sum;
}

// Marks the longest increasing run of `old` (patience sorting).
static void find_staying(middle *self)
{
    uint32_t n = self->after_count;
    uint32_t *ends = tr_calloc(n, sizeof *ends);     // smallest end of a run of that length
    uint32_t *before = tr_calloc(n, sizeof *before); // 1 + the one before it in its run
    uint32_t length = 0;
    for (uint32_t i = 0; i < n; i++) {
        if (self->old[i] == 0)
            continue;
        uint32_t low = 0;
        uint32_t high = length;
        while (low < high) {
            uint32_t half = (low + high) / 2;
            if (self->old[ends[half]] < self->old[i])
                low = half + 1;
            else
                high = half;
        }
        before[i] = low != 0 ? ends[low - 1] + 1 : 0;
        ends[low] = i;
        length = low == length ? length + 1 : length;
    }
    for (uint32_t at = length != 0 ? ends[length - 1] + 1 : 0; at != 0; at = before[at - 1])
        self->stays[at - 1] = true;
    tr_free(ends);
    tr_free(before);
}

// From the end, so that the places before stay what they were. The others get their ranks.
static void remove_gone(middle *self, const uint32_t *before, uint32_t count, const tr_map *places,
                        tr_list_ops *out)
{
    for (uint32_t i = count; i-- > 0;)
        if (tr_map_find(places, before[i]) == NULL)
            *push(out) = (tr_list_op){.kind = TR_LIST_REMOVE, .at = self->offset + i};
    for (uint32_t i = 0; i < count; i++) {
        uint32_t *old = tr_map_find(places, before[i]);
        if (old != NULL)
            *old = ++self->rank_count;
    }
}

// Puts one child behind `last`, the rank of the latest that stays, and what was put behind that.
// Returns the rank that the next one goes behind.
static uint32_t place(middle *self, uint32_t i, uint32_t last, tr_list_ops *out)
{
    uint32_t rank = self->old[i];
    if (self->stays[i])
        return rank;
    uint32_t from = 0;
    if (rank != 0) {
        from = count_up_to(self, rank - 1);
        add_to(self, rank, -1);
    }
    uint32_t at = count_up_to(self, last);
    add_to(self, last, 1);
    if (rank == 0)
        *push(out) =
            (tr_list_op){.kind = TR_LIST_ADD, .at = self->offset + at, .node = self->after[i]};
    else if (from != at)
        *push(out) = (tr_list_op){
            .kind = TR_LIST_MOVE, .at = self->offset + at, .from = self->offset + from};
    return last;
}

static void diff_middle(middle *self, const uint32_t *before, uint32_t before_count,
                        tr_list_ops *out)
{
    tr_map places = {0}; // a child's id -> its entry in `old`
    self->old = tr_calloc(self->after_count, sizeof *self->old);
    self->stays = tr_calloc(self->after_count, sizeof *self->stays);
    for (uint32_t i = 0; i < self->after_count; i++)
        tr_map_put(&places, self->after[i]->id, &self->old[i]);
    remove_gone(self, before, before_count, &places, out);
    find_staying(self);
    self->sums = tr_calloc(self->rank_count + 2, sizeof *self->sums);
    for (uint32_t rank = 1; rank <= self->rank_count; rank++)
        add_to(self, rank, 1);
    uint32_t last = 0;
    for (uint32_t i = 0; i < self->after_count; i++)
        last = place(self, i, last, out);
    tr_map_done(&places);
    tr_free(self->old);
    tr_free(self->stays);
    tr_free(self->sums);
}

void tr_list_diff(const uint32_t *before, uint32_t before_count, tr_node *const *after,
                  uint32_t after_count, tr_list_ops *out)
{
    uint32_t start = 0;
    while (start < before_count && start < after_count && before[start] == after[start]->id)
        start++;
    while (before_count > start && after_count > start &&
           before[before_count - 1] == after[after_count - 1]->id) {
        before_count--;
        after_count--;
    }
    if (before_count == start) { // only new ones
        for (uint32_t i = start; i < after_count; i++)
            *push(out) = (tr_list_op){.kind = TR_LIST_ADD, .at = i, .node = after[i]};
        return;
    }
    middle self = {.after = after + start, .after_count = after_count - start, .offset = start};
    diff_middle(&self, before + start, before_count - start, out);
}
