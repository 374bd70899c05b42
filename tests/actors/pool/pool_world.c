#include "pool_world.h"

struct bench pool_bench;

static int64_t run_call(tr_pool_thread *thread, const tr_message *call)
{
    ck_assert_ptr_eq(tr_pool_thread_current(), thread);
    ck_assert_ptr_null(tr_core_current());
    ck_assert_uint_eq(call->shape->type, TR_MSG_handler_call);
    return pool_bench.work(thread, call);
}

static void note_done(tr_actor *self, script *of, tr_message *message)
{
    (void)self;
    (void)of;
    ck_assert_uint_eq(message->shape->type, TR_MSG_handler_done);
    pool_bench.done_sum += TR_BODY(message, handler_done)->call;
    pool_bench.last_status = TR_BODY(message, handler_done)->status;
}

void pool_answer_next(tr_actor *self, script *of, tr_message *message)
{
    (void)of;
    (void)tr_answer(tr_actor_core(self), message,
                    .status = (int64_t)TR_BODY(message, probe)->number + 1);
}

static void set_up(tr_core *core, void *arg)
{
    (void)arg;
    ck_assert_ptr_null(tr_pool_thread_current());
    tr_pool_set_function(core, run_call);
    spawn_as(core, &large_script_behaviour, &pool_bench.owner, TR_SLOT_SESSIONS);
    spawn_as(core, &large_script_behaviour, &pool_bench.other, 0);
}

static void spawn_asked(tr_core *core, void *arg)
{
    (void)arg;
    pool_bench.to = spawn(core, &pool_bench.asked);
}

tr_system *pool_up_with(enum tr_transport transport, const tr_pool_options *options,
                        int64_t (*work)(tr_pool_thread *thread, const tr_message *call))
{
    pool_bench = (struct bench){.work = work,
                                .owner = {SCRIPT, .on_message = note_done},
                                .other = {SCRIPT, .on_message = note_done},
                                .asked = {SCRIPT, .on_message = pool_answer_next},
                                .begun = TALLY,
                                .may_end = TALLY};
    tr_system *system = system_up_with(
        &(tr_system_options){.core_count = 2, .transport = transport, .pool = *options});
    on_core(system, 0, set_up, NULL);
    on_core(system, 1, spawn_asked, NULL);
    return system;
}

tr_system *pool_up(enum tr_transport transport,
                   int64_t (*work)(tr_pool_thread *thread, const tr_message *call))
{
    return pool_up_with(transport, &(tr_pool_options){0}, work);
}

int pool_submit_one(tr_core *core, tr_address from, uint64_t number)
{
    return tr_pool_submit(core, from,
                          &(tr_msg_handler_call){.call = number,
                                                 .handler = TR_SLICE("work"),
                                                 .deadline_ms = pool_bench.deadline_ms});
}

static void submit(tr_core *core, void *arg)
{
    (void)arg;
    for (unsigned i = 0; i < pool_bench.submits; i++)
        ok(pool_submit_one(core, pool_bench.owner.address, i + 1));
}

void pool_submit_on(tr_system *system, unsigned calls)
{
    pool_bench.submits = calls;
    on_core(system, 0, submit, NULL);
}

static void read_pool(tr_core *core, void *arg)
{
    *(tr_pool_stats *)arg = tr_pool_stats_get(core);
}

tr_pool_stats pool_pool_of(tr_system *system)
{
    tr_pool_stats stats;
    on_core(system, 0, read_pool, &stats);
    return stats;
}

int64_t pool_at_once(tr_pool_thread *thread, const tr_message *call)
{
    (void)thread;
    ck_assert(tr_slice_is(TR_BODY(call, handler_call)->handler, "work"));
    return -77;
}

bool pool_has_threads(tr_core *core, void *arg)
{
    return tr_pool_stats_get(core).threads == *(const unsigned *)arg;
}

int64_t pool_background_sleeps(tr_pool_thread *thread, const tr_message *call)
{
    if (TR_BODY(call, handler_call)->call != 0)
        return 0;
    ok(tr_pool_sleep(thread, 20));
    tally_add(&pool_bench.begun, 1);
    return tr_pool_sleep(thread, 600000);
}

void pool_submit_background(tr_core *core, void *arg)
{
    (void)arg;
    ok(pool_submit_one(core, pool_bench.owner.address, 0));
}

int64_t pool_ask_for_next(tr_pool_thread *thread, uint64_t number, uint64_t deadline_ms)
{
    tr_message *answer = NULL;
    int result = tr_pool_ask(thread, pool_bench.to, TR_MSG_probe, &(tr_msg_probe){.number = number},
                             deadline_ms, &answer);
    if (result < 0) {
        ck_assert_ptr_null(answer);
        return result;
    }
    int64_t status = TR_BODY(answer, answer)->status;
    tr_message_free(answer);
    return status;
}

void pool_say_nothing(tr_actor *self, script *of, tr_message *message)
{
    (void)self;
    (void)of;
    (void)message;
}
