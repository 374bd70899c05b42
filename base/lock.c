#include "base/lock.h"

#include <time.h>

#include "base/must.h"

#ifdef TR_DEBUG
#include <stdio.h>

// The locks that this thread holds; their ranks rise, so there are never more than there are ranks.
static _Thread_local const tr_lock *held[TR_LOCK_LOG + 1];
static _Thread_local unsigned held_count;

static void note_taken(const tr_lock *self)
{
    const tr_lock *last = held_count != 0 ? held[held_count - 1] : NULL;
    if (last != NULL && last->rank >= self->rank) {
        char what[128];
        snprintf(what, sizeof what, "lock order: %s is taken behind %s", self->name, last->name);
        tr_never(what);
    }
    held[held_count++] = self;
}

static void note_given(const tr_lock *self)
{
    unsigned at = held_count;
    while (at != 0 && held[at - 1] != self)
        at--;
    tr_must(at != 0);
    held_count--;
    for (; at <= held_count; at++)
        held[at - 1] = held[at];
}
#else
static void note_taken(const tr_lock *self)
{
    (void)self;
}

static void note_given(const tr_lock *self)
{
    (void)self;
}
#endif

void tr_lock_init(tr_lock *self, const char *name, enum tr_lock_rank rank)
{
    *self = (tr_lock){.rank = rank, .name = name};
    tr_must(pthread_mutex_init(&self->mutex, NULL) == 0);
}

void tr_lock_done(tr_lock *self)
{
    tr_must(pthread_mutex_destroy(&self->mutex) == 0);
}

void tr_lock_take(tr_lock *self)
{
    note_taken(self);
    tr_must(pthread_mutex_lock(&self->mutex) == 0);
}

void tr_lock_give(tr_lock *self)
{
    note_given(self);
    tr_must(pthread_mutex_unlock(&self->mutex) == 0);
}

bool tr_lock_wait(tr_lock *self, pthread_cond_t *changed, uint64_t deadline_ms)
{
    if (deadline_ms == 0)
        return pthread_cond_wait(changed, &self->mutex) == 0;
    struct timespec deadline = {.tv_sec = (time_t)(deadline_ms / 1000),
                                .tv_nsec = (long)(deadline_ms % 1000) * 1000000};
    return pthread_cond_clockwait(changed, &self->mutex, CLOCK_MONOTONIC, &deadline) == 0;
}
