#include "base/live.h"

#include <stdatomic.h>

#include "base/log.h"
#include "base/must.h"

static const char *const names[] = {
#define KIND(name) #name,
    TR_LIVE_KINDS(KIND)
#undef KIND
};

// Relaxed: read for a verdict only behind the joins of whoever counted.
static atomic_int_least64_t live[TR_LIVE_COUNT];
static atomic_int_least64_t at_first_start[TR_LIVE_COUNT];
static atomic_int systems;
static atomic_bool strict;

void tr_live_add(enum tr_live kind, int by)
{
    atomic_fetch_add_explicit(&live[kind], by, memory_order_relaxed);
}

int64_t tr_live_get(enum tr_live kind)
{
    return atomic_load_explicit(&live[kind], memory_order_relaxed);
}

void tr_live_system_starts(void)
{
    if (atomic_fetch_add(&systems, 1) != 0)
        return;
    for (unsigned i = 0; i < TR_LIVE_COUNT; i++)
        atomic_store(&at_first_start[i], tr_live_get((enum tr_live)i));
}

void tr_live_system_stopped(void)
{
    if (atomic_fetch_sub(&systems, 1) != 1)
        return;
    bool is_clean = true;
    for (unsigned i = 0; i < TR_LIVE_COUNT; i++) {
        int64_t left = tr_live_get((enum tr_live)i) - atomic_load(&at_first_start[i]);
        if (left <= 0)
            continue;
        is_clean = false;
        tr_log(TR_LOG_ERROR, "event=left_behind kind=%s count=%lld", names[i], (long long)left);
    }
    tr_must(is_clean || !atomic_load(&strict));
}

void tr_live_set_strict(bool is_strict)
{
    atomic_store(&strict, is_strict);
}
