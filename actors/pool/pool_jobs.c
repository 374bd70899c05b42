// How actors and coroutines start jobs.

#include "troupe/actors/pool.h"

#include <string.h>

#include "actors/core/actor_record.h"
#include "actors/core/core_record.h"
#include "actors/core/coroutine.h"
#include "actors/core/enter.h"
#include "actors/pool/pool.h"
#include "actors/pool/pool_queue.h"
#include "base/must.h"
#include "troupe/err.h"

int64_t tr_pool_start(tr_actor *self, tr_pool_work work, const void *input, size_t size,
                      uint64_t deadline_ms)
{
    TR_ENTER_ACTOR(self);
    TR_REQUIRE(work != NULL && (input != NULL || size == 0));
    if (size > TR_POOL_BYTES_CAP)
        return TR_ETOOBIG;
    tr_address own = tr_actor_address(self);
    return tr_pool_submit_work(tr_actor_core(self), work, (tr_slice){input, (uint32_t)size},
                               deadline_ms, own, own, NULL);
}

// A coroutine that waits; on its stack.
typedef struct waiting {
    tr_pool_waiter waiter;
    tr_coroutine *coroutine;
    uint64_t wait_key;
    bool is_over;
    int64_t status;
    void *result; // the caller's room, NULL: not wanted
    size_t room;
    size_t size;
} waiting;

static void on_end(tr_pool_waiter *waiter, int64_t status, tr_slice result)
{
    waiting *self = (waiting *)waiter;
    self->is_over = true;
    self->status = status;
    self->size = result.size;
    if (self->result != NULL && result.size > self->room)
        self->status = status < 0 ? status : TR_ETOOBIG;
    else if (self->result != NULL && result.size != 0)
        memcpy(self->result, result.data, result.size);
    tr_coroutine_wake(self->coroutine, self->wait_key, 0);
}

int64_t tr_pool_run(tr_pool_work work, const void *input, size_t size, uint64_t deadline_ms,
                    void *result, size_t *result_size)
{
    tr_coroutine *coroutine = tr_coroutine_current();
    tr_core *core = tr_core_current();
    if (coroutine == NULL || core == NULL)
        return tr_enter_refused(__func__, TR_EWRONGTHREAD);
    TR_REQUIRE(work != NULL && (input != NULL || size == 0));
    if (tr_coroutine_check() < 0)
        return TR_ECANCELLED;
    if (size > TR_POOL_BYTES_CAP)
        return TR_ETOOBIG;
    waiting self = {.waiter.on_end = on_end,
                    .coroutine = coroutine,
                    .result = result_size != NULL ? result : NULL,
                    .room = result_size != NULL ? *result_size : 0};
    // Each coroutine is a sender of its own.
    tr_address sender = {core->node, (uint64_t)(uintptr_t)coroutine};
    int64_t number = tr_pool_submit_work(core, work, (tr_slice){input, (uint32_t)size}, deadline_ms,
                                         TR_NOWHERE, sender, &self.waiter);
    if (number < 0)
        return number;
    int woken = 0;
    while (!self.is_over && woken == 0) {
        self.wait_key = tr_coroutine_own_wait(coroutine, "pool");
        woken = tr_coroutine_suspend();
    }
    if (!self.is_over) {
        tr_pool_cancel_work(core, (uint64_t)number);
        return woken;
    }
    if (result_size != NULL)
        *result_size = self.size;
    return self.status;
}
