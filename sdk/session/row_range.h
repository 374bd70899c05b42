#ifndef TR_SDK_SESSION_ROW_RANGE_H
#define TR_SDK_SESSION_ROW_RANGE_H

// Rows of a list, from one on.
//
// Thread: any; pure.

#include <stdbool.h>
#include <stdint.h>

typedef struct tr_row_range {
    uint32_t first;
    uint32_t count;
} tr_row_range;

static inline uint32_t tr_row_range_end(tr_row_range self)
{
    return self.count > UINT32_MAX - self.first ? UINT32_MAX : self.first + self.count;
}

// From `first` up to, and without, `end`; empty when that is not behind it.
static inline tr_row_range tr_row_range_between(uint32_t first, uint32_t end)
{
    return (tr_row_range){first, end > first ? end - first : 0};
}

static inline tr_row_range tr_row_range_common(tr_row_range a, tr_row_range b)
{
    uint32_t a_end = tr_row_range_end(a);
    uint32_t b_end = tr_row_range_end(b);
    return tr_row_range_between(a.first > b.first ? a.first : b.first,
                                a_end < b_end ? a_end : b_end);
}

// The least that holds both.
static inline tr_row_range tr_row_range_hull(tr_row_range a, tr_row_range b)
{
    if (a.count == 0 || b.count == 0)
        return a.count == 0 ? b : a;
    uint32_t a_end = tr_row_range_end(a);
    uint32_t b_end = tr_row_range_end(b);
    return tr_row_range_between(a.first < b.first ? a.first : b.first,
                                a_end > b_end ? a_end : b_end);
}

// The part of `self` that is not in `other`; when that lies in its middle, all of it.
static inline tr_row_range tr_row_range_without(tr_row_range self, tr_row_range other)
{
    tr_row_range common = tr_row_range_common(self, other);
    if (common.count == 0)
        return self;
    if (common.first == self.first)
        return tr_row_range_between(tr_row_range_end(common), tr_row_range_end(self));
    return tr_row_range_end(common) == tr_row_range_end(self)
               ? tr_row_range_between(self.first, common.first)
               : self;
}

static inline bool tr_row_range_equal(tr_row_range a, tr_row_range b)
{
    return a.count == b.count && (a.first == b.first || a.count == 0);
}

#endif
