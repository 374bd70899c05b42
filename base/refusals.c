#include "base/refusals.h"

#include <stdatomic.h>

// Relaxed: only counted.
static _Atomic uint64_t counts[TR_REFUSAL_COUNT];

#define REFUSAL(id, name, help) [TR_REFUSAL_##id] = {name, help},
static const struct {
    const char *name;
    const char *help;
} rows[TR_REFUSAL_COUNT] = {
#include "base/refusals.def"
};
#undef REFUSAL

void tr_refusal_add(enum tr_refusal reason)
{
    atomic_fetch_add_explicit(&counts[reason], 1, memory_order_relaxed);
}

uint64_t tr_refusal_get(enum tr_refusal reason)
{
    return atomic_load_explicit(&counts[reason], memory_order_relaxed);
}

const char *tr_refusal_name(enum tr_refusal reason)
{
    return rows[reason].name;
}

const char *tr_refusal_help(enum tr_refusal reason)
{
    return rows[reason].help;
}
