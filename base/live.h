#ifndef TR_BASE_LIVE_H
#define TR_BASE_LIVE_H

// How many objects of each kind there are in the process, counted in debug builds (TR_DEBUG) only.
// When the last system of the process has stopped there must be no more than when the first one
// started: what is left is logged by kind, and in tests aborts. Leaks that a leak checker cannot
// see (an object that some table still holds) show here, by name.
//
// Thread: any; relaxed counters, exact once the threads that count have been joined.

#include <stdbool.h>
#include <stdint.h>

#define TR_LIVE_KINDS(KIND)                                                                        \
    KIND(actor)                                                                                    \
    KIND(alarm)                                                                                    \
    KIND(core)                                                                                     \
    KIND(coroutine)                                                                                \
    KIND(extras)                                                                                   \
    KIND(packet)                                                                                   \
    KIND(link)                                                                                     \
    KIND(message)                                                                                  \
    KIND(pool_thread)                                                                              \
    KIND(question)                                                                                 \
    KIND(relation)

enum tr_live {
#define KIND(name) TR_LIVE_##name,
    TR_LIVE_KINDS(KIND)
#undef KIND
        TR_LIVE_COUNT
};

#ifdef TR_DEBUG
#define tr_live_born(kind) tr_live_add(TR_LIVE_##kind, 1)
#define tr_live_gone(kind) tr_live_add(TR_LIVE_##kind, -1)
#else
#define tr_live_born(kind) ((void)0)
#define tr_live_gone(kind) ((void)0)
#endif

void tr_live_add(enum tr_live kind, int by);
// 0 in builds that do not count.
int64_t tr_live_get(enum tr_live kind);

// A system starts and has stopped.
void tr_live_system_starts(void);
void tr_live_system_stopped(void);

// For tests: what is left aborts.
void tr_live_set_strict(bool is_strict);

#endif
