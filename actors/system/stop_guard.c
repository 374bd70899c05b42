#include "actors/system/stop_guard.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/code_here.h"
#include "base/lock.h"
#include "base/log.h"
#include "base/mem.h"

struct tr_stop_guard {
    pthread_t thread;
    tr_lock lock;
    pthread_cond_t changed;
    uint64_t until_ms;
    bool is_over;
    int exit_code;
};

static void tell(const tr_code_here *code, void *arg)
{
    const char *handler = tr_code_name(code);
    if (handler == NULL)
        return;
    char place[128];
    tr_log(TR_LOG_WARN, "event=stop_forced handler=%s%s thread=%s", handler,
           tr_code_place(code, place, sizeof place), code->thread);
    ++*(unsigned *)arg;
}

static void force(int exit_code)
{
    unsigned told = 0;
    tr_code_each(tell, &told);
    if (told == 0)
        tr_log(TR_LOG_WARN, "event=stop_forced handler=none");
    _exit(exit_code);
}

static void *watch(void *arg)
{
    tr_stop_guard *self = arg;
    tr_log_thread_name("stop");
    tr_lock_take(&self->lock);
    while (!self->is_over) {
        // A grace that was renewed meanwhile is waited for, too.
        if (!tr_lock_wait(&self->lock, &self->changed, self->until_ms) && !self->is_over &&
            tr_clock_ms() >= self->until_ms)
            force(self->exit_code);
    }
    tr_lock_give(&self->lock);
    return NULL;
}

tr_stop_guard *tr_stop_guard_new(uint64_t grace_ms, int exit_code)
{
    tr_stop_guard *self = tr_new(tr_stop_guard);
    tr_lock_init(&self->lock, "stop", TR_LOCK_STOP);
    pthread_cond_init(&self->changed, NULL);
    self->until_ms = tr_clock_ms() + grace_ms;
    self->exit_code = exit_code;
    // Signals are the main thread's.
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int result = pthread_create(&self->thread, NULL, watch, self);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (result == 0)
        return self;
    tr_log(TR_LOG_WARN, "event=stop_unwatched error=%d", result);
    pthread_cond_destroy(&self->changed);
    tr_lock_done(&self->lock);
    tr_free(self);
    return NULL;
}

void tr_stop_guard_renew(tr_stop_guard *self, uint64_t grace_ms)
{
    if (self == NULL)
        return;
    tr_lock_take(&self->lock);
    self->until_ms = tr_clock_ms() + grace_ms;
    tr_lock_give(&self->lock);
}

void tr_stop_guard_free(tr_stop_guard **self)
{
    tr_stop_guard *guard = *self;
    if (guard == NULL)
        return;
    tr_lock_take(&guard->lock);
    guard->is_over = true;
    pthread_cond_broadcast(&guard->changed);
    tr_lock_give(&guard->lock);
    pthread_join(guard->thread, NULL);
    pthread_cond_destroy(&guard->changed);
    tr_lock_done(&guard->lock);
    tr_free(guard);
    *self = NULL;
}
