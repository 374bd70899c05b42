#include "actors/bus/rendezvous.h"

#include <stdbool.h>

#include "base/hash.h"

enum { FRACTION_BITS = 24 };

static uint64_t draw(uint64_t key, uint64_t node)
{
    return tr_mix(tr_mix(key + 0x9e3779b97f4a7c15u) ^ node);
}

// -log2(draw / 2^64) with FRACTION_BITS behind the point: exponentially distributed. Between two
// powers of two the logarithm is its chord, corrected by a parabola: off by 0.008 at most.
static uint64_t cost_of(uint64_t draw)
{
    uint64_t bits = draw | 1;
    unsigned zeros = (unsigned)__builtin_clzll(bits);
    uint64_t one = 1u << FRACTION_BITS;
    uint64_t fraction = bits << zeros << 1 >> (64 - FRACTION_BITS);
    uint64_t bend = (fraction * (one - fraction) >> FRACTION_BITS) * 355 >> 10;
    return (zeros + 1) * one - fraction - bend;
}

static bool is_better(uint64_t cost, const tr_candidate *one, uint64_t than,
                      const tr_candidate *two)
{
    // cost / weight without dividing; a cost has 31 bits.
    uint64_t left = cost * two->weight;
    uint64_t right = than * one->weight;
    return left != right ? left < right : one->node < two->node;
}

uint32_t tr_rendezvous_pick(uint64_t key, const tr_candidate *candidates, uint32_t count)
{
    uint32_t best = count;
    uint64_t best_cost = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (candidates[i].weight == 0)
            continue;
        uint64_t cost = cost_of(draw(key, candidates[i].node));
        if (best == count || is_better(cost, &candidates[i], best_cost, &candidates[best])) {
            best = i;
            best_cost = cost;
        }
    }
    return best;
}

uint32_t tr_rendezvous_part(uint64_t key, uint64_t node, uint32_t parts)
{
    uint32_t best = 0;
    uint64_t best_draw = 0;
    for (uint32_t part = 0; part < parts; part++) {
        uint64_t drawn = draw(key, tr_mix(node) + part);
        if (part == 0 || drawn > best_draw) {
            best = part;
            best_draw = drawn;
        }
    }
    return best;
}
