#include "base/code_here.h"

#include <stdio.h>
#include <string.h>
#include <utlist.h>

#include "base/lock.h"

_Thread_local tr_code_here tr_code_runs;

static tr_lock lock = TR_LOCK_INIT("code", TR_LOCK_CODE);
static tr_code_here *threads;

const char *tr_code_name(const tr_code_here *self)
{
    const char *handler = atomic_load_explicit(&self->handler, memory_order_relaxed);
    return handler != NULL ? handler : atomic_load_explicit(&self->turn_of, memory_order_relaxed);
}

const char *tr_code_place(const tr_code_here *self, char *storage, size_t size)
{
    const char *file = atomic_load_explicit(&self->file, memory_order_relaxed);
    if (file == NULL)
        return "";
    const char *slash = strrchr(file, '/');
    snprintf(storage, size, " at=%s:%u", slash != NULL ? slash + 1 : file,
             atomic_load_explicit(&self->line, memory_order_relaxed));
    return storage;
}

void tr_code_thread_start(const char *thread)
{
    tr_code_here *self = &tr_code_runs;
    self->thread = thread;
    tr_lock_take(&lock);
    DL_PREPEND(threads, self);
    tr_lock_give(&lock);
}

void tr_code_thread_end(void)
{
    tr_code_here *self = &tr_code_runs;
    tr_lock_take(&lock);
    DL_DELETE(threads, self);
    tr_lock_give(&lock);
}

void tr_code_each(void (*see)(const tr_code_here *code, void *arg), void *arg)
{
    tr_lock_take(&lock);
    const tr_code_here *at;
    DL_FOREACH (threads, at)
        see(at, arg);
    tr_lock_give(&lock);
}
