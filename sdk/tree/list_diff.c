#include "sdk/tree/patch.h"

#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "base/must.h"

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

static uint64_t key_of(const tr_node *node)
{
    return (uint64_t)(uintptr_t)node;
}

// The difference in the middle, between the common ends.
typedef struct middle {
    tr_node *const *after;
    uint32_t after_count;
    uint32_t offset; // of the middle in the whole list
    tr_node **now;   // the list as it is after the steps so far
    uint32_t now_count;
    uint32_t *old; // for each of `after`: 1 + its place before, or 0 when it is new
    bool *stays;   // for each of `after`
} middle;

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

// From the end, so that the places before stay what they were.
static void remove_gone(middle *self, tr_node *const *before, uint32_t count, const tr_map *places,
                        tr_list_ops *out)
{
    for (uint32_t i = count; i-- > 0;)
        if (before[i] == NULL || tr_map_find(places, key_of(before[i])) == NULL)
            *push(out) = (tr_list_op){.kind = TR_LIST_REMOVE, .at = self->offset + i};
    for (uint32_t i = 0; i < count; i++)
        if (before[i] != NULL && tr_map_find(places, key_of(before[i])) != NULL)
            self->now[self->now_count++] = before[i];
}

static uint32_t find(const middle *self, const tr_node *node)
{
    uint32_t at = 0;
    while (self->now[at] != node)
        at++;
    tr_must(at < self->now_count);
    return at;
}

static void put(middle *self, uint32_t at, tr_node *node)
{
    memmove(&self->now[at + 1], &self->now[at], (self->now_count - at) * sizeof *self->now);
    self->now[at] = node;
    self->now_count++;
}

static void take(middle *self, uint32_t at)
{
    self->now_count--;
    memmove(&self->now[at], &self->now[at + 1], (self->now_count - at) * sizeof *self->now);
}

// Puts one child behind the one that comes before it; returns the place behind it.
static uint32_t place(middle *self, uint32_t i, uint32_t cursor, tr_list_ops *out)
{
    tr_node *node = self->after[i];
    if (self->stays[i]) {
        while (self->now[cursor] != node)
            cursor++;
        return cursor + 1;
    }
    if (self->old[i] == 0) {
        put(self, cursor, node);
        *push(out) = (tr_list_op){.kind = TR_LIST_ADD, .at = self->offset + cursor, .node = node};
        return cursor + 1;
    }
    uint32_t from = find(self, node);
    take(self, from);
    if (from < cursor)
        cursor--;
    put(self, cursor, node);
    if (from != cursor)
        *push(out) = (tr_list_op){
            .kind = TR_LIST_MOVE, .at = self->offset + cursor, .from = self->offset + from};
    return cursor + 1;
}

static void diff_middle(middle *self, tr_node *const *before, uint32_t before_count,
                        tr_list_ops *out)
{
    tr_map places = {0}; // a child -> its entry in `old`
    self->old = tr_calloc(self->after_count, sizeof *self->old);
    self->stays = tr_calloc(self->after_count, sizeof *self->stays);
    self->now = tr_calloc((size_t)before_count + self->after_count, sizeof *self->now);
    for (uint32_t i = 0; i < self->after_count; i++)
        tr_map_put(&places, key_of(self->after[i]), &self->old[i]);
    for (uint32_t i = 0; i < before_count; i++) {
        uint32_t *old = before[i] != NULL ? tr_map_find(&places, key_of(before[i])) : NULL;
        if (old != NULL)
            *old = i + 1;
    }
    remove_gone(self, before, before_count, &places, out);
    find_staying(self);
    uint32_t cursor = 0;
    for (uint32_t i = 0; i < self->after_count; i++)
        cursor = place(self, i, cursor, out);
    tr_map_done(&places);
    tr_free(self->old);
    tr_free(self->stays);
    tr_free(self->now);
}

void tr_list_diff(tr_node *const *before, uint32_t before_count, tr_node *const *after,
                  uint32_t after_count, tr_list_ops *out)
{
    uint32_t start = 0;
    while (start < before_count && start < after_count && before[start] == after[start])
        start++;
    while (before_count > start && after_count > start &&
           before[before_count - 1] == after[after_count - 1]) {
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
