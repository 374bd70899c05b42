// The pool of a core thread: which job runs where, and when it is late.
//
//     submit ──▶ queue (senders take turns) ──▶ a thread: idle, or new while threads < max
//                                                 │ past its deadline: stuck, told to its sender,
//                                                 │ another thread may take its place
//     sender ◀── handler_done · pool_done ◀───────┘

#include "actors/pool/pool.h"

#include <stdio.h>

#include "actors/core/actor_record.h"
#include "actors/core/ask_refusal.h"
#include "actors/core/core_record.h"
#include "actors/core/enter.h"
#include "actors/core/pending_ask.h"
#include "actors/core/system_record.h"
#include "actors/core/timer.h"
#include "actors/pool/pool_queue.h"
#include "actors/pool/pool_record.h"
#include "actors/pool/pool_thread.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/must.h"
#include "metrics/count.h"
#include "troupe/err.h"
#include "wire/limits.h"

int tr_pool_options_check(const tr_pool_options *options)
{
    TR_REQUIRE(options != NULL);
    uint32_t most = options->threads_max != 0 ? options->threads_max : TR_POOL_THREADS;
    return most > TR_POOL_THREADS_CAP || options->threads_min > most ||
                   options->queue_cap > TR_POOL_QUEUE_MAX
               ? TR_EINVALID
               : 0;
}

// -- the end of a job --

void tr_pool_tell(tr_pool *pool, tr_address sender, uint64_t call, int64_t status)
{
    tr_send_options options = {
        .from = tr_core_address(pool->core), .to = sender, .keep_in = &pool->unsent};
    tr_msg_handler_done done = {.call = call, .status = status};
    (void)tr_core_send(pool->core, &options, TR_MSG_handler_done, &done); // the tick tries again
    tr_pool_keep_ticking(pool);
}

// Tells who waits for it, once, and forgets them. The job is over, its thread may not be.
static void conclude(tr_pool *pool, tr_pool_job *job, int64_t status, tr_slice result)
{
    if (job->waiter != NULL) {
        job->waiter->on_end(job->waiter, status, result);
        job->waiter = NULL;
    } else if (tr_address_is_set(job->asker)) {
        tr_actor *asker = tr_actor_find(pool->core, job->asker);
        if (asker != NULL)
            tr_actor_signal(asker, TR_MSG_pool_done,
                            &(tr_msg_pool_done){job->number, status, result});
        job->asker = TR_NOWHERE;
    } else if (job->message->shape->type == TR_MSG_handler_call) {
        tr_pool_tell(pool, job->message->from, TR_BODY(job->message, handler_call)->call, status);
    }
}

static const char *name_of(const tr_pool_job *job, char *storage, size_t size)
{
    if (job->message->shape->type != TR_MSG_handler_call)
        return "work";
    tr_slice name = TR_BODY(job->message, handler_call)->handler;
    snprintf(storage, size, "%.*s", (int)name.size, name.data);
    return storage;
}

static void on_deadline(tr_timer *timer);

// TR_EFULL: the thread cannot be told now, and the job stays the caller's.
static int give_job(tr_pool *pool, tr_pool_thread *thread, tr_pool_job *job)
{
    job->message->correlation = job->number;
    if (tr_pool_thread_give(thread, job->message) < 0)
        return TR_EFULL;
    uint64_t now = tr_clock_ns();
    tr_histogram_record(&pool->wait_us, (now - job->since_ns) / 1000);
    job->since_ns = now;
    thread->job = job;
    pool->stats.idle--;
    pool->stats.calls++;
    if (job->deadline_ms != 0)
        tr_timer_start(&thread->deadline, job->deadline_ms, 0);
    return 0;
}

// -- threads --

static void on_message(tr_pool_thread *thread, tr_message *message);
static void on_lost(tr_pool_thread *thread, const tr_message *head);

// Threads that count against the maximum.
static uint32_t counted(const tr_pool *pool)
{
    uint32_t stuck = pool->stats.stuck < TR_POOL_STUCK_CAP ? pool->stats.stuck : TR_POOL_STUCK_CAP;
    return pool->stats.threads - pool->background - stuck;
}

static tr_pool_thread *idle_thread(const tr_pool *pool)
{
    for (unsigned i = 0; pool->stats.idle != 0 && i < TR_POOL_SLOTS; i++)
        if (pool->threads[i] != NULL && pool->threads[i]->job == NULL)
            return pool->threads[i];
    return NULL;
}

static tr_pool_thread *new_thread(tr_pool *pool)
{
    unsigned index = 0;
    while (index < TR_POOL_SLOTS && pool->threads[index] != NULL)
        index++;
    if (index == TR_POOL_SLOTS)
        return NULL;
    pool->generation = (pool->generation + 1) & 0xffffffu;
    tr_pool_thread *thread = tr_pool_thread_start(
        pool->core, index, pool->generation,
        &(tr_pool_thread_owner){pool, on_message, on_lost, &pool->more_count, pool->function});
    if (thread == NULL)
        return NULL;
    tr_timer_init(&thread->deadline, pool->core, on_deadline, thread);
    thread->idle_since_ms = tr_core_now_ms(pool->core);
    pool->threads[index] = thread;
    pool->stats.threads++;
    pool->stats.idle++;
    return thread;
}

static tr_pool_thread *free_thread(tr_pool *pool)
{
    tr_pool_thread *idle = idle_thread(pool);
    if (idle != NULL || counted(pool) >= pool->options.threads_max)
        return idle;
    return new_thread(pool);
}

static void stop_thread(tr_pool *pool, tr_pool_thread *thread)
{
    pool->threads[thread->index] = NULL;
    pool->stats.threads--;
    pool->stats.idle -= thread->job == NULL;
    tr_timer_stop(&thread->deadline);
    tr_pool_job_free(thread->job);
    tr_pool_thread_stop(thread);
}

// Taken out of the queue, and no thread could be told: its sender hears of it as of a full queue.
static void refuse_popped(tr_pool *pool, tr_pool_job *job)
{
    pool->stats.refused++;
    conclude(pool, job, TR_EFULL, (tr_slice){0});
    tr_pool_queue_ended(&pool->queue, job);
    tr_pool_job_free(job);
}

static void work_off(tr_pool *pool)
{
    while (pool->queue.ready != NULL) {
        tr_pool_thread *thread = free_thread(pool);
        tr_pool_job *job = thread != NULL ? tr_pool_queue_pop(&pool->queue) : NULL;
        if (job == NULL)
            return;
        if (give_job(pool, thread, job) < 0)
            refuse_popped(pool, job);
    }
}

static void on_deadline(tr_timer *timer)
{
    tr_pool_thread *thread = timer->arg;
    tr_pool *pool = thread->owner.pool;
    tr_pool_job *job = thread->job;
    char name[64];
    thread->is_stuck = true;
    pool->stats.stuck++;
    pool->stats.late++;
    tr_count(TR_TALLY_handler_late);
    tr_log(TR_LOG_WARN, "event=handler_late handler=%s deadline_ms=%llu stuck=%u",
           name_of(job, name, sizeof name), (unsigned long long)job->deadline_ms,
           pool->stats.stuck);
    tr_pool_thread_unwant(thread, job->number, true);
    conclude(pool, job, TR_ETIMEOUT, (tr_slice){0});
    tr_pool_queue_ended(&pool->queue, job);
    work_off(pool);
}

static void on_done(tr_pool_thread *thread, const tr_msg_pool_done *done)
{
    tr_pool *pool = thread->owner.pool;
    tr_pool_job *job = thread->job;
    if (job == NULL || job->number != done->reference)
        return; // sent by an app's code to its own thread's address
    tr_timer_stop(&thread->deadline);
    tr_histogram_record(&pool->run_us, (tr_clock_ns() - job->since_ns) / 1000);
    if (thread->is_stuck) {
        char name[64];
        thread->is_stuck = false;
        pool->stats.stuck--;
        tr_log(TR_LOG_INFO, "event=handler_returned_late handler=%s ms=%llu",
               name_of(job, name, sizeof name),
               (unsigned long long)((tr_clock_ns() - job->since_ns) / 1000000));
    } else {
        conclude(pool, job, done->status, done->result);
        tr_pool_queue_ended(&pool->queue, job);
    }
    pool->background -= thread->is_background;
    thread->is_background = false;
    thread->job = NULL;
    thread->idle_since_ms = tr_core_now_ms(pool->core);
    pool->stats.idle++;
    tr_pool_job_free(job);
    work_off(pool);
}

static void refuse_question(tr_pool_thread *thread, const tr_message *question, int reason)
{
    tr_message *answer = tr_refusal_new(question, reason);
    (void)tr_pool_thread_give(thread, answer);
    tr_message_free(answer);
}

// Messages that a pool thread sent go on their way. A question that cannot be sent is answered
// here.
static void on_message(tr_pool_thread *thread, tr_message *message)
{
    tr_pool *pool = thread->owner.pool;
    if (tr_address_equal(message->to, thread->address) &&
        message->shape->type == TR_MSG_pool_done) {
        on_done(thread, TR_BODY(message, pool_done));
        tr_message_free(message);
        return;
    }
    if ((message->flags & TR_FLAG_ASK) != 0) {
        thread->open_question = message->correlation;
        thread->asked_node = message->to.node;
        thread->answer_type = tr_shape_answer(TR_TYPE(message));
    }
    int result = tr_core_post_message(pool->core, &message);
    if (result < 0 && (message->flags & TR_FLAG_ASK) != 0)
        refuse_question(thread, message, result);
    tr_message_free(message);
}

static void on_lost(tr_pool_thread *thread, const tr_message *head)
{
    tr_pool *pool = thread->owner.pool;
    tr_core_dead_letter(pool->core, head, TR_ESYSTEM);
    if (tr_address_equal(head->to, thread->address) && thread->job != NULL)
        on_done(thread, &(tr_msg_pool_done){thread->job->number, TR_ESYSTEM, {0}});
    else if ((head->flags & TR_FLAG_ASK) != 0)
        refuse_question(thread, head, TR_ESYSTEM);
}

bool tr_pool_has_more(const tr_core *core)
{
    return core->pool != NULL && core->pool->more_count != 0;
}

void tr_pool_drain(tr_core *core)
{
    for (unsigned i = 0; i < TR_POOL_SLOTS; i++)
        if (core->pool->threads[i] != NULL && core->pool->threads[i]->has_more)
            tr_pool_thread_drain(core->pool->threads[i]);
}

static int refuse_answer(tr_core *core, tr_pool_thread *thread, const tr_message *wrong)
{
    tr_core_dead_letter(core, wrong, TR_EPROTOCOL);
    tr_message *refusal = tr_message_new(TR_MSG_answer, &(tr_msg_answer){.status = TR_EPROTOCOL});
    refusal->to = thread->address;
    refusal->flags = TR_FLAG_ANSWER;
    refusal->correlation = wrong->correlation;
    int result = tr_pool_thread_give(thread, refusal);
    tr_message_free(refusal);
    return result;
}

int tr_pool_deliver(tr_core *core, const tr_message *message)
{
    uint32_t index = tr_address_slot(message->to) & ~TR_SLOT_POOL;
    if (core->pool == NULL || index >= TR_POOL_SLOTS || (message->flags & TR_FLAG_ANSWER) == 0)
        return TR_EGONE;
    tr_pool_thread *thread = core->pool->threads[index];
    if (thread == NULL || thread->address.actor != message->to.actor)
        return TR_EGONE;
    bool is_honest = tr_answer_is_from(core, message, thread->asked_node);
    core->stats.forged += !is_honest;
    if (message->correlation != thread->open_question || !is_honest) {
        tr_core_dead_letter(core, message, TR_ETIMEOUT);
        return 0;
    }
    return tr_answer_is(message, thread->answer_type) ? tr_pool_thread_give(thread, message)
                                                      : refuse_answer(core, thread, message);
}

// -- the pool --

static void shrink(tr_pool *pool)
{
    uint64_t now = tr_core_now_ms(pool->core);
    for (unsigned i = 0; i < TR_POOL_SLOTS; i++) {
        tr_pool_thread *thread = pool->threads[i];
        if (thread == NULL)
            continue;
        tr_pool_thread_drain(thread); // in case a signal of ZMQ_FD was eaten by a send of ours
        if (thread->job != NULL)
            continue;
        // One that was stuck came back to a pool that had replaced it.
        bool is_surplus = counted(pool) > pool->options.threads_max;
        bool is_old = now - thread->idle_since_ms > pool->options.idle_ms;
        if (is_surplus || (is_old && counted(pool) > pool->options.threads_min))
            stop_thread(pool, thread);
    }
}

static void on_tick(tr_timer *timer)
{
    tr_pool *pool = timer->arg;
    shrink(pool);
    work_off(pool); // in case the system had no thread to give when one was wanted
    tr_unsent_retry(&pool->unsent, pool->core, TR_UNSENT_TRIES);
    if (pool->stats.threads == 0 && pool->queue.count == 0 && pool->unsent.count == 0)
        tr_timer_stop(&pool->tick);
}

tr_pool *tr_pool_of(tr_core *core)
{
    if (core->pool != NULL)
        return core->pool;
    tr_pool *pool = tr_new(tr_pool);
    pool->core = core;
    pool->options = core->system->options.pool;
    if (pool->options.threads_max == 0)
        pool->options.threads_max = TR_POOL_THREADS;
    if (pool->options.queue_cap == 0)
        pool->options.queue_cap = TR_POOL_QUEUE;
    if (pool->options.idle_ms == 0)
        pool->options.idle_ms = TR_POOL_IDLE_MS;
    if (pool->options.deadline_ms == 0)
        pool->options.deadline_ms = TR_POOL_DEADLINE_MS;
    pool->queue.cap = pool->options.queue_cap;
    // A quarter of the threads is left to others, where there are four.
    pool->queue.run_share = pool->options.threads_max - pool->options.threads_max / 4;
    tr_timer_init(&pool->tick, core, on_tick, pool);
    core->pool = pool;
    return pool;
}

void tr_pool_set_function(tr_core *core, tr_pool_function function)
{
    tr_owner_assert(&core->owner);
    tr_pool_of(core)->function = function;
}

static tr_pool_job *job_new(tr_pool *pool, tr_message *message, uint64_t deadline_ms)
{
    tr_pool_job *job = tr_new(tr_pool_job);
    job->message = message;
    job->number = ++pool->next_number;
    job->since_ns = tr_clock_ns();
    job->deadline_ms = deadline_ms != 0 ? deadline_ms : pool->options.deadline_ms;
    if (job->deadline_ms == TR_POOL_NO_DEADLINE)
        job->deadline_ms = 0;
    return job;
}

static int refuse(tr_pool *pool, tr_pool_job *job)
{
    pool->stats.refused++;
    tr_pool_job_free(job);
    return TR_EFULL;
}

void tr_pool_keep_ticking(tr_pool *pool)
{
    if (!tr_timer_is_running(&pool->tick))
        tr_timer_start(&pool->tick, TR_HEARTBEAT_MS, TR_HEARTBEAT_MS);
}

// Into the queue, or at once to a thread. Takes the job; it is gone when this fails.
static int enqueue(tr_pool *pool, tr_address sender, tr_pool_job *job)
{
    tr_pool_keep_ticking(pool);
    bool runs_now = tr_pool_queue_is_next(&pool->queue, sender) && free_thread(pool) != NULL;
    // Without any thread nobody would ever take it.
    if (!runs_now && (counted(pool) == 0 || !tr_pool_queue_has_room(&pool->queue, sender)))
        return refuse(pool, job);
    tr_pool_queue_push(&pool->queue, sender, job);
    work_off(pool);
    return 0;
}

// For as long as the process lives, so on a thread that the others do not miss.
static int start_background(tr_pool *pool, tr_pool_job *job)
{
    tr_pool_keep_ticking(pool);
    job->deadline_ms = 0;
    tr_pool_thread *thread = idle_thread(pool);
    if (thread == NULL && pool->background < TR_POOL_BACKGROUND_CAP)
        thread = new_thread(pool);
    if (thread == NULL || give_job(pool, thread, job) < 0)
        return refuse(pool, job);
    thread->is_background = true;
    pool->background++;
    return 0;
}

int tr_pool_submit(tr_core *core, tr_address from, const tr_msg_handler_call *call)
{
    tr_owner_assert(&core->owner);
    if (core->is_closing)
        return TR_ECANCELLED;
    tr_pool *pool = tr_pool_of(core);
    tr_must(pool->function != NULL);
    if (core->call_inline != NULL)
        return core->call_inline(core, from, call, pool->function);
    tr_message *message = tr_message_new(TR_MSG_handler_call, call);
    message->from = from;
    message->to = from;
    tr_pool_job *job = job_new(pool, message, call->deadline_ms);
    return call->call == 0 ? start_background(pool, job) : enqueue(pool, from, job);
}

int64_t tr_pool_submit_work(tr_core *core, tr_pool_work work, tr_slice input, uint64_t deadline_ms,
                            tr_address asker, tr_address sender, tr_pool_waiter *waiter)
{
    tr_owner_assert(&core->owner);
    if (core->is_closing)
        return TR_ECANCELLED;
    if (input.size > TR_POOL_BYTES_CAP)
        return TR_ETOOBIG;
    tr_pool *pool = tr_pool_of(core);
    tr_message *message = tr_message_new(
        TR_MSG_pool_job, &(tr_msg_pool_job){.work = (uint64_t)(uintptr_t)work, .input = input});
    message->from = message->to = sender;
    tr_pool_job *job = job_new(pool, message, deadline_ms);
    job->asker = asker;
    job->waiter = waiter;
    uint64_t number = job->number;
    int result = enqueue(pool, sender, job);
    return result < 0 ? result : (int64_t)number;
}

static tr_pool_times times_of(const tr_histogram *of)
{
    return (tr_pool_times){of->count, of->sum, of->max, tr_histogram_percentile(of, 50),
                           tr_histogram_percentile(of, 99)};
}

tr_pool_stats tr_pool_stats_get(tr_core *core)
{
    TR_ENTER_OR(core, (tr_pool_stats){0});
    const tr_pool *pool = core->pool;
    if (pool == NULL)
        return (tr_pool_stats){0};
    tr_pool_stats stats = pool->stats;
    stats.queued = pool->queue.count;
    stats.wait = times_of(&pool->wait_us);
    stats.run = times_of(&pool->run_us);
    return stats;
}

void tr_pool_close(tr_core *core)
{
    tr_pool *pool = core->pool;
    if (pool == NULL)
        return;
    tr_timer_stop(&pool->tick);
    // All are told first, so that those that sleep wake together.
    for (unsigned i = 0; i < TR_POOL_SLOTS; i++)
        if (pool->threads[i] != NULL)
            tr_pool_thread_tell_to_stop(pool->threads[i]);
    for (unsigned i = 0; i < TR_POOL_SLOTS; i++)
        if (pool->threads[i] != NULL)
            stop_thread(pool, pool->threads[i]);
    tr_pool_queue_done(&pool->queue);
    tr_unsent_done(&pool->unsent);
    tr_free(pool);
    core->pool = NULL;
}
