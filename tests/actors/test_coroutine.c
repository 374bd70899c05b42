#include "actors/coroutine.h"

#include "tests/support/system.h"

Suite *actors_coroutine_suite(void);

enum { TRANSPORTS = 4 };

static tr_address core_address(void)
{
    tr_core *core = tr_core_current();
    return tr_address_of(tr_core_node(core), tr_core_index(core), TR_SLOT_CORE);
}

typedef struct job {
    void (*function)(struct job *job);
    tr_address to;
    uint64_t deadline_ms;
    int result;
    uint64_t number; // of the answer, or whatever the job makes
    tr_coroutine *coroutine;
    tally done;
} job;

static void run_job(void *arg)
{
    job *self = arg;
    self->function(self);
    tally_add(&self->done, 1);
}

static void start_job(tr_core *core, void *arg)
{
    job *self = arg;
    ok(tr_coroutine_start(core, run_job, self, &self->coroutine));
}

static void ask(job *self)
{
    tr_message *answer = NULL;
    self->result = tr_coroutine_ask(core_address(), self->to, TR_MSG_probe,
                                    &(tr_msg_probe){.number = 20}, self->deadline_ms, &answer);
    if (self->result == 0)
        self->number = (uint64_t)TR_BODY(answer, answer)->status;
    else
        ck_assert_ptr_null(answer);
    tr_message_free(answer);
}

static void answer_doubled(tr_actor *self, script *of, tr_message *message)
{
    (void)of;
    ok(tr_answer(tr_actor_core(self), message,
                 .status = (int64_t)TR_BODY(message, probe)->number * 2));
}

START_TEST(a_question_is_answered)
{
    tr_system *system = system_up(2, (enum tr_transport)_i);
    script answerers[2];
    for (unsigned i = 0; i < 2; i++) {
        answerers[i] = (script){SCRIPT, .on_message = answer_doubled};
        spawn_on(system, i, &answerers[i]);
        job asking = {
            .function = ask, .to = answerers[i].address, .deadline_ms = 60000, .done = TALLY};
        on_core(system, 0, start_job, &asking);
        tally_wait(&asking.done, 1);
        ok(asking.result);
        ck_assert_uint_eq(asking.number, 40);
    }
    ck_assert_uint_eq(stats_of(system, 0).coroutines, 0);
    tr_system_stop(&system);
}
END_TEST

START_TEST(a_question_to_nobody_is_gone)
{
    tr_system *system = system_up(2, (enum tr_transport)_i);
    for (unsigned i = 0; i < 2; i++) {
        job asking = {.function = ask,
                      .to = tr_address_of(tr_system_node(system), i, TR_SLOT_FIRST + 5),
                      .deadline_ms = 60000,
                      .done = TALLY};
        on_core(system, 0, start_job, &asking);
        tally_wait(&asking.done, 1);
        ck_assert_int_eq(asking.result, TR_EGONE);
    }
    tr_system_stop(&system);
}
END_TEST

// Keeps the question and answers it when it is told to.
typedef struct keeper {
    script script;
    tr_address asker;
    uint64_t correlation;
} keeper;

static void keep_or_answer(tr_actor *self, script *of, tr_message *message)
{
    keeper *it = of->arg;
    if ((message->flags & TR_FLAG_ASK) != 0) {
        it->asker = message->from;
        it->correlation = message->correlation;
        return;
    }
    message->flags = TR_FLAG_ASK; // as if this were the question
    message->from = it->asker;
    message->correlation = it->correlation;
    ok(tr_answer(tr_actor_core(self), message, .status = 5));
}

static void poke(tr_core *core, void *arg)
{
    ok(tr_send(core, TR_NOWHERE, *(tr_address *)arg, probe, .number = 0));
}

static bool has_dead_letter(tr_core *core, void *arg)
{
    (void)arg;
    return tr_core_stats_get(core).dead_letters == 1;
}

START_TEST(a_late_answer_is_counted)
{
    tr_system *system = system_up(2, (enum tr_transport)_i);
    keeper late = {.script = {SCRIPT, .on_message = keep_or_answer, .arg = &late}};
    spawn_on(system, 1, &late.script);
    job asking = {.function = ask, .to = late.script.address, .deadline_ms = 30, .done = TALLY};
    uint64_t before = tr_clock_ms();
    on_core(system, 0, start_job, &asking);
    tally_wait(&asking.done, 1);
    ck_assert_int_eq(asking.result, TR_ETIMEOUT);
    ck_assert_uint_ge(tr_clock_ms() - before, 29);
    tally_wait(&late.script.received, 1);
    on_core(system, 1, poke, &late.script.address);
    eventually_on(system, 0, has_dead_letter, NULL);
    tr_system_stop(&system);
}
END_TEST

static void nap(job *self)
{
    uint64_t before = tr_clock_ms();
    self->result = tr_coroutine_sleep(self->deadline_ms);
    self->number = tr_clock_ms() - before;
}

START_TEST(a_sleep_lasts_its_time)
{
    tr_system *system = system_up(1, TR_TRANSPORT_LOCAL);
    job sleeping = {.function = nap, .deadline_ms = 20, .done = TALLY};
    on_core(system, 0, start_job, &sleeping);
    tally_wait(&sleeping.done, 1);
    ok(sleeping.result);
    ck_assert_uint_ge(sleeping.number, 19);
    tr_system_stop(&system);
}
END_TEST

static void nap_ask_and_nap(job *self)
{
    fails(tr_coroutine_sleep(600000), TR_ECANCELLED);
    fails(tr_coroutine_sleep(600000), TR_ECANCELLED);
    fails(tr_coroutine_suspend(), TR_ECANCELLED);
    tr_message *answer = NULL;
    fails(tr_coroutine_ask(core_address(), self->to, TR_MSG_probe, &(tr_msg_probe){.number = 1},
                           600000, &answer),
          TR_ECANCELLED);
    self->number = 1;
}

static void cancel_job(tr_core *core, void *arg)
{
    (void)core;
    tr_coroutine_cancel(((job *)arg)->coroutine);
    tr_coroutine_cancel(((job *)arg)->coroutine);
}

START_TEST(a_cancelled_one_unwinds_through_all_its_waits)
{
    tr_system *system = system_up(1, TR_TRANSPORT_LOCAL);
    keeper silent = {.script = {SCRIPT, .on_message = keep_or_answer, .arg = &silent}};
    spawn_on(system, 0, &silent.script);
    job waiting = {.function = nap_ask_and_nap, .to = silent.script.address, .done = TALLY};
    on_core(system, 0, start_job, &waiting);
    ck_assert_ptr_nonnull(waiting.coroutine);
    ck_assert_uint_eq(stats_of(system, 0).coroutines, 1);
    on_core(system, 0, cancel_job, &waiting);
    tally_wait(&waiting.done, 1);
    ck_assert_uint_eq(waiting.number, 1);
    ck_assert_uint_eq(stats_of(system, 0).coroutines, 0);
    tr_system_stop(&system);
}
END_TEST

START_TEST(stopping_cancels_whoever_still_waits)
{
    tr_system *system = system_up(2, (enum tr_transport)_i);
    keeper silent = {.script = {SCRIPT, .on_message = keep_or_answer, .arg = &silent}};
    spawn_on(system, 1, &silent.script);
    job asking = {
        .function = ask, .to = silent.script.address, .deadline_ms = 600000, .done = TALLY};
    job sleeping = {.function = nap, .deadline_ms = 600000, .done = TALLY};
    on_core(system, 0, start_job, &asking);
    on_core(system, 0, start_job, &sleeping);
    tally_wait(&silent.script.received, 1);
    tr_system_stop(&system);
    ck_assert_int_eq(asking.result, TR_ECANCELLED);
    ck_assert_int_eq(sleeping.result, TR_ECANCELLED);
}
END_TEST

static void suspend(job *self)
{
    self->result = tr_coroutine_suspend();
}

static void resume_job(tr_core *core, void *arg)
{
    (void)core;
    tr_coroutine_resume(((job *)arg)->coroutine, 17);
}

START_TEST(a_resumed_one_gets_the_result)
{
    tr_system *system = system_up(1, TR_TRANSPORT_LOCAL);
    job waiting = {.function = suspend, .done = TALLY};
    on_core(system, 0, start_job, &waiting);
    ck_assert_ptr_nonnull(waiting.coroutine);
    on_core(system, 0, resume_job, &waiting);
    tally_wait(&waiting.done, 1);
    ck_assert_int_eq(waiting.result, 17);
    tr_system_stop(&system);
}
END_TEST

// Starts another one inside itself, down to depth 0; all wait, and end in whatever order.
static void nest(job *self)
{
    tr_coroutine *me = tr_coroutine_current();
    job inner = {.function = nest, .number = self->number - 1, .done = TALLY};
    if (self->number != 0)
        ok(tr_coroutine_start(tr_core_current(), run_job, &inner, &inner.coroutine));
    ck_assert_ptr_eq(tr_coroutine_current(), me);
    ok(tr_coroutine_sleep(self->number % 2 == 0 ? 4 : 1));
    while (self->number != 0 && tally_get(&inner.done) == 0)
        ok(tr_coroutine_sleep(1));
}

START_TEST(starts_nest)
{
    tr_system *system = system_up(1, TR_TRANSPORT_LOCAL);
    job outer = {.function = nest, .number = 10, .done = TALLY};
    on_core(system, 0, start_job, &outer);
    tally_wait(&outer.done, 1);
    ck_assert_uint_eq(stats_of(system, 0).coroutines, 0);
    tr_system_stop(&system);
}
END_TEST

static void end_at_once(job *self)
{
    self->number = 3;
}

static void start_short(tr_core *core, void *arg)
{
    job *self = arg;
    self->coroutine = (tr_coroutine *)arg;
    ck_assert_ptr_null(tr_coroutine_current());
    start_job(core, arg);
    ck_assert_ptr_null(self->coroutine);
    ck_assert_uint_eq(self->number, 3);
    ck_assert_ptr_null(tr_coroutine_current());
}

START_TEST(one_that_does_not_wait_ends_inside_its_start)
{
    tr_system *system = system_up(1, TR_TRANSPORT_LOCAL);
    job quick = {.function = end_at_once, .done = TALLY};
    on_core(system, 0, start_short, &quick);
    tr_system_stop(&system);
}
END_TEST

// Volatile, and every byte written: the compiler must really take the room.
static __attribute__((noinline)) uint64_t use_stack(size_t left)
{
    volatile unsigned char room[1024];
    for (size_t i = 0; i < sizeof room; i++)
        room[i] = (unsigned char)(left + i);
    uint64_t below = left > sizeof room + 128 ? use_stack(left - sizeof room - 128) : 0;
    return below + room[left % sizeof room] % 2 + 1;
}

static void go_deep(job *self)
{
    self->number = use_stack(40u * 1024u);
    ok(tr_coroutine_sleep(1));
    self->number += use_stack(40u * 1024u);
}

START_TEST(a_deep_stack_is_fine)
{
    tr_system *system = system_up(1, TR_TRANSPORT_LOCAL);
    job deep = {.function = go_deep, .done = TALLY};
    on_core(system, 0, start_job, &deep);
    tally_wait(&deep.done, 1);
    ck_assert_uint_ge(deep.number, 60);
    tr_system_stop(&system);
}
END_TEST

#if !TEST_UNDER_TSAN && !defined(__SANITIZE_ADDRESS__) // they report the fault themselves
static __attribute__((noinline)) uint64_t fall(uint64_t depth)
{
    volatile unsigned char room[512];
    room[depth % sizeof room] = 1;
    return depth == UINT64_MAX ? 0 : fall(depth + 1) + room[depth % sizeof room];
}

static void overflow(job *self)
{
    self->number = fall(0);
}

START_TEST(an_overflow_hits_the_guard)
{
    job falling = {.function = overflow, .done = TALLY};
    on_core(system_up(1, TR_TRANSPORT_LOCAL), 0, start_job, &falling);
}
END_TEST
#endif

// --- many ----------------------------------------------------------------------------------------

// ThreadSanitizer has room for about 8000 threads and fibers.
enum { PER_CORE = TEST_UNDER_TSAN ? 1500 : 5000, CORES = 2 };

typedef struct crowd {
    tr_coroutine *waiting[TR_COROUTINES_PER_CORE_CAP + 1];
    unsigned count;
    tally woken;
} crowd;

static void wait_in_crowd(void *arg)
{
    crowd *self = arg;
    int result = tr_coroutine_suspend();
    ck_assert_int_eq(result, 9);
    tally_add(&self->woken, 1);
}

static void gather(tr_core *core, void *arg)
{
    crowd *self = arg;
    for (unsigned i = 0; i < self->count; i++)
        ok(tr_coroutine_start(core, wait_in_crowd, self, &self->waiting[i]));
    ck_assert_uint_eq(tr_core_stats_get(core).coroutines, self->count);
}

static void disperse(tr_core *core, void *arg)
{
    (void)core;
    crowd *self = arg;
    for (unsigned i = 0; i < self->count; i++)
        tr_coroutine_resume(self->waiting[i], 9);
}

START_TEST(ten_thousand_wait_at_once_and_finish)
{
    tr_system *system = system_up(CORES, TR_TRANSPORT_LOCAL);
    static crowd crowds[CORES];
    for (unsigned i = 0; i < CORES; i++) {
        crowds[i] = (crowd){.count = PER_CORE, .woken = TALLY};
        on_core(system, i, gather, &crowds[i]);
    }
    for (unsigned i = 0; i < CORES; i++)
        on_core(system, i, disperse, &crowds[i]);
    for (unsigned i = 0; i < CORES; i++) {
        tally_wait(&crowds[i].woken, PER_CORE);
        ck_assert_uint_eq(stats_of(system, i).coroutines, 0);
    }
    tr_system_stop(&system);
}
END_TEST

#if !TEST_UNDER_TSAN
static void gather_too_many(tr_core *core, void *arg)
{
    crowd *self = arg;
    gather(core, self);
    tr_coroutine *one_more = NULL;
    fails(tr_coroutine_start(core, wait_in_crowd, self, &one_more), TR_EFULL);
    ck_assert_ptr_null(one_more);
}

START_TEST(one_more_than_the_limit_is_refused)
{
    tr_system *system = system_up(1, TR_TRANSPORT_LOCAL);
    static crowd full;
    full = (crowd){.count = TR_COROUTINES_PER_CORE_CAP, .woken = TALLY};
    on_core(system, 0, gather_too_many, &full);
    on_core(system, 0, disperse, &full);
    tally_wait(&full.woken, full.count);
    full.count = 1; // and there is room again
    on_core(system, 0, gather, &full);
    on_core(system, 0, disperse, &full);
    tr_system_stop(&system);
}
END_TEST
#endif

static void resume_twice(tr_core *core, void *arg)
{
    start_job(core, arg);
    resume_job(core, arg);
    resume_job(core, arg);
}

START_TEST(resuming_twice_aborts)
{
    job waiting = {.function = suspend, .done = TALLY};
    on_core(system_up(1, TR_TRANSPORT_LOCAL), 0, resume_twice, &waiting);
}
END_TEST

START_TEST(waiting_outside_of_a_coroutine_aborts)
{
    (void)tr_coroutine_suspend();
}
END_TEST

Suite *actors_coroutine_suite(void)
{
    Suite *suite = suite_create("actors_coroutine");
    TCase *tests = tcase_create("coroutine");
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, a_question_is_answered, 0, TRANSPORTS);
    tcase_add_loop_test(tests, a_question_to_nobody_is_gone, 0, TRANSPORTS);
    tcase_add_loop_test(tests, a_late_answer_is_counted, 0, TRANSPORTS);
    tcase_add_loop_test(tests, stopping_cancels_whoever_still_waits, 0, TRANSPORTS);
    tcase_add_test(tests, a_sleep_lasts_its_time);
    tcase_add_test(tests, a_cancelled_one_unwinds_through_all_its_waits);
    tcase_add_test(tests, a_resumed_one_gets_the_result);
    tcase_add_test(tests, starts_nest);
    tcase_add_test(tests, one_that_does_not_wait_ends_inside_its_start);
    tcase_add_test(tests, a_deep_stack_is_fine);
    tcase_add_test(tests, ten_thousand_wait_at_once_and_finish);
#if !TEST_UNDER_TSAN
    tcase_add_test(tests, one_more_than_the_limit_is_refused);
#endif
    suite_add_tcase(suite, tests);
    TCase *death = tcase_create("death");
    tcase_set_tags(death, "death");
    tcase_add_test_raise_signal(death, resuming_twice_aborts, SIGABRT);
    tcase_add_test_raise_signal(death, waiting_outside_of_a_coroutine_aborts, SIGABRT);
#if !TEST_UNDER_TSAN && !defined(__SANITIZE_ADDRESS__)
    tcase_add_test_raise_signal(death, an_overflow_hits_the_guard, SIGSEGV);
#endif
    suite_add_tcase(suite, death);
    return suite;
}
