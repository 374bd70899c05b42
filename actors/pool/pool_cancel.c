// Jobs of a pool that nobody waits for any more: out of the queue, or told to their thread.

#include "actors/core/core_record.h"
#include "actors/pool/pool_record.h"
#include "troupe/err.h"

static void drop(tr_pool *pool, tr_pool_job *list)
{
    while (list != NULL) {
        tr_pool_job *job = list;
        list = job->next;
        pool->stats.cancelled++;
        tr_pool_job_free(job);
    }
}

static bool is_number(const tr_pool_job *job, const void *arg)
{
    return job->number == *(const uint64_t *)arg;
}

void tr_pool_cancel_work(tr_core *core, uint64_t number)
{
    tr_owner_assert(&core->owner);
    tr_pool *pool = core->pool;
    if (pool == NULL)
        return;
    drop(pool, tr_pool_queue_take(&pool->queue, is_number, &number));
    for (unsigned i = 0; i < TR_POOL_SLOTS; i++) {
        tr_pool_thread *thread = pool->threads[i];
        if (thread == NULL || thread->job == NULL || thread->job->number != number)
            continue;
        thread->job->waiter = NULL;
        pool->stats.cancelled++;
        tr_pool_thread_unwant(thread, number, false);
    }
}

typedef struct wanted_call {
    tr_address from;
    uint64_t call;
} wanted_call;

static bool is_call(const tr_pool_job *job, const void *arg)
{
    const wanted_call *wanted = arg;
    return job->message->shape->type == TR_MSG_handler_call &&
           tr_address_equal(job->message->from, wanted->from) &&
           TR_BODY(job->message, handler_call)->call == wanted->call;
}

void tr_pool_cancel_call(tr_core *core, tr_address from, uint64_t call)
{
    tr_owner_assert(&core->owner);
    tr_pool *pool = core->pool;
    if (pool == NULL)
        return;
    wanted_call wanted = {from, call};
    drop(pool, tr_pool_queue_take(&pool->queue, is_call, &wanted));
    for (unsigned i = 0; i < TR_POOL_SLOTS; i++) {
        tr_pool_thread *thread = pool->threads[i];
        if (thread == NULL || thread->job == NULL || !is_call(thread->job, &wanted))
            continue;
        pool->stats.cancelled++;
        tr_pool_thread_unwant(thread, thread->job->number, false);
    }
}

tr_message *tr_pool_take_back(tr_core *core, tr_address from, uint64_t call)
{
    tr_owner_assert(&core->owner);
    if (core->pool == NULL)
        return NULL;
    wanted_call wanted = {from, call};
    tr_pool_job *job = tr_pool_queue_take(&core->pool->queue, is_call, &wanted);
    if (job == NULL)
        return NULL;
    tr_message *message = job->message;
    job->message = NULL;
    drop(core->pool, job);
    return message;
}

static bool is_waited_for(const tr_pool_job *job, const void *arg)
{
    (void)arg;
    return job->message->shape->type == TR_MSG_handler_call &&
           TR_BODY(job->message, handler_call)->call != 0;
}

static tr_pool_job *oldest_first(tr_pool_job *list)
{
    tr_pool_job *turned = NULL;
    while (list != NULL) {
        tr_pool_job *next = list->next;
        list->next = turned;
        turned = list;
        list = next;
    }
    return turned;
}

void tr_pool_give_back(tr_core *core)
{
    tr_owner_assert(&core->owner);
    tr_pool *pool = core->pool;
    if (pool == NULL)
        return;
    tr_pool_job *list = oldest_first(tr_pool_queue_take(&pool->queue, is_waited_for, NULL));
    for (const tr_pool_job *job = list; job != NULL; job = job->next)
        tr_pool_tell(pool, job->message->from, TR_BODY(job->message, handler_call)->call,
                     TR_ECANCELLED);
    drop(pool, list);
}

void tr_pool_refuse(tr_core *core, tr_address from, uint64_t call, int64_t status)
{
    tr_owner_assert(&core->owner);
    tr_pool_tell(tr_pool_of(core), from, call, status);
}

uint32_t tr_pool_untold(const tr_core *core)
{
    return core->pool != NULL ? core->pool->unsent.count : 0;
}

static bool is_from_node(const tr_pool_job *job, const void *arg)
{
    return job->message->from.node == *(const uint64_t *)arg;
}

void tr_pool_drop_node(tr_core *core, uint64_t node)
{
    tr_owner_assert(&core->owner);
    tr_pool *pool = core->pool;
    if (pool == NULL)
        return;
    drop(pool, tr_pool_queue_take(&pool->queue, is_from_node, &node));
    for (unsigned i = 0; i < TR_POOL_SLOTS; i++) {
        tr_pool_thread *thread = pool->threads[i];
        if (thread != NULL && thread->job != NULL && is_from_node(thread->job, &node))
            tr_pool_thread_unwant(thread, thread->job->number, false);
    }
}
