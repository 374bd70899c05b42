#include "actors/core/coroutine.h"

#include "tests/support/job.h"

Suite *actors_coroutine_suite(void);

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
    job_start_on(system, 0, &waiting);
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
        ok(tr_coroutine_start(tr_core_current(), "inner", job_run, &inner, &inner.coroutine));
    ck_assert_ptr_eq(tr_coroutine_current(), me);
    ok(tr_coroutine_sleep(self->number % 2 == 0 ? 4 : 1));
    while (self->number != 0 && tally_get(&inner.done) == 0)
        ok(tr_coroutine_sleep(1));
}

START_TEST(starts_nest)
{
    tr_system *system = system_up(1, TR_TRANSPORT_LOCAL);
    job outer = {.function = nest, .number = 10, .done = TALLY};
    job_run_on(system, 0, &outer);
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
    ok(tr_coroutine_start(core, "short", job_run, self, &self->coroutine));
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
    self->number = use_stack(200u * 1024u);
    ok(tr_coroutine_sleep(1));
    self->number += use_stack(200u * 1024u);
}

START_TEST(a_deep_stack_is_fine)
{
    tr_system *system = system_up(1, TR_TRANSPORT_LOCAL);
    job deep = {.function = go_deep, .done = TALLY};
    job_run_on(system, 0, &deep);
    ck_assert_uint_ge(deep.number, 300);
    tr_system_stop(&system);
}
END_TEST

// -- cancelling --

typedef struct trace {
    char marks[16];
    unsigned count;
    int waited; // the result of a cleanup's wait
} trace;

static trace seen;

static void mark(void *arg)
{
    seen.marks[seen.count++] = *(const char *)arg;
}

static void mark_and_wait(void *arg)
{
    seen.waited = tr_coroutine_yield();
    mark(arg);
}

static void push_and_wait(job *self)
{
    ok(tr_coroutine_cleanup_push(mark, "c"));
    ok(tr_coroutine_cleanup_push(mark_and_wait, "b"));
    ok(tr_coroutine_cleanup_push(mark, "x"));
    tr_coroutine_cleanup_pop(false);
    ok(tr_coroutine_cleanup_push(mark, "0"));
    tr_coroutine_cleanup_pop(true);
    ok(tr_coroutine_cleanup_push(mark, "a"));
    self->result = self->arg != NULL ? tr_coroutine_suspend() : 0;
}

START_TEST(cleanups_run_last_pushed_first)
{
    tr_system *system = system_up(1, TR_TRANSPORT_LOCAL);
    seen = (trace){.waited = -100};
    job ending = {.function = push_and_wait, .done = TALLY};
    job_run_on(system, 0, &ending);
    coroutines_end_on(system, 0); // one of its cleanups yields
    ck_assert_str_eq(seen.marks, "0abc");
    ok(seen.waited);
    seen = (trace){.waited = -100};
    job cancelled = {.function = push_and_wait, .arg = system, .done = TALLY};
    job_start_on(system, 0, &cancelled);
    ck_assert_str_eq(seen.marks, "0");
    job_cancel_on(system, 0, &cancelled);
    tally_wait(&cancelled.done, 1);
    ck_assert_uint_eq(stats_of(system, 0).coroutines, 0);
    ck_assert_int_eq(cancelled.result, TR_ECANCELLED);
    ck_assert_str_eq(seen.marks, "0abc");
    ck_assert_int_eq(seen.waited, TR_ECANCELLED); // in vain
    tr_system_stop(&system);
}
END_TEST

static void push_too_many(job *self)
{
    for (unsigned i = 0; i < TR_CLEANUPS_PER_COROUTINE_CAP; i++)
        ok(tr_coroutine_cleanup_push(mark, ""));
    self->result = tr_coroutine_cleanup_push(mark, "");
    for (unsigned i = 0; i < TR_CLEANUPS_PER_COROUTINE_CAP; i++)
        tr_coroutine_cleanup_pop(false);
}

START_TEST(cleanups_are_bounded)
{
    tr_system *system = system_up(1, TR_TRANSPORT_LOCAL);
    job pushing = {.function = push_too_many, .done = TALLY};
    job_run_on(system, 0, &pushing);
    ck_assert_int_eq(pushing.result, TR_EFULL);
    tr_system_stop(&system);
}
END_TEST

// Sleeps on, whatever it is told; so does its last cleanup.
static void ignore_it(void *arg)
{
    uint64_t *waits = arg;
    for (;;) {
        (void)tr_coroutine_sleep(600000);
        ++*waits;
    }
}

static void go_on_for_ever(job *self)
{
    ok(tr_coroutine_cleanup_push(mark, "b"));
    ok(tr_coroutine_cleanup_push(ignore_it, &self->deadline_ms));
    ok(tr_coroutine_cleanup_push(mark, "a"));
    ignore_it(&self->number);
}

START_TEST(one_that_ignores_its_cancelling_is_ended_by_force)
{
    tr_system *system = system_up(1, TR_TRANSPORT_LOCAL);
    seen = (trace){0};
    job stubborn = {.function = go_on_for_ever, .done = TALLY};
    job_start_on(system, 0, &stubborn);
    job_cancel_on(system, 0, &stubborn);
    ck_assert_uint_eq(stats_of(system, 0).coroutines, 0);
    ck_assert_uint_eq(tally_get(&stubborn.done), 0); // it never returned
    ck_assert_uint_eq(stubborn.number, TR_CANCELLED_WAITS_CAP);
    ck_assert_uint_eq(stubborn.deadline_ms, TR_CANCELLED_WAITS_CAP - 1);
    ck_assert_str_eq(seen.marks, "ab");
    tr_system_stop(&system);
}
END_TEST

// -- taking turns --

static void take_turns(job *self)
{
    for (unsigned i = 0; i < 3; i++) {
        mark(self->arg);
        ok(tr_coroutine_yield());
    }
}

static void start_three(tr_core *core, void *arg)
{
    job *jobs = arg;
    static char names[] = "xyz";
    for (unsigned i = 0; i < 3; i++) {
        jobs[i] = (job){.function = take_turns, .arg = &names[i], .done = TALLY};
        ok(tr_coroutine_start(core, "turns", job_run, &jobs[i], &jobs[i].coroutine));
    }
}

START_TEST(those_who_yield_take_turns)
{
    tr_system *system = system_up(1, TR_TRANSPORT_LOCAL);
    seen = (trace){0};
    job jobs[3];
    on_core(system, 0, start_three, jobs);
    for (unsigned i = 0; i < 3; i++)
        tally_wait(&jobs[i].done, 1);
    ck_assert_str_eq(seen.marks, "xyzxyzxyz");
    tr_system_stop(&system);
}
END_TEST

static void yield_until_told(job *self)
{
    while ((self->result = tr_coroutine_yield()) == 0)
        self->number++;
}

// Two that have each other resumed without end.
static void resume_the_other(job *self)
{
    job *other = self->arg;
    for (;;) {
        if (other->coroutine != NULL && self->number != 0)
            tr_coroutine_resume(other->coroutine, 0);
        self->number++;
        if ((self->result = tr_coroutine_suspend()) < 0)
            return;
    }
}

// At once: one that was cancelled stands to be resumed, and the other must not do it a second time.
static void cancel_both(tr_core *core, void *arg)
{
    (void)core;
    job *self = arg;
    job *other = self->arg;
    tr_coroutine_cancel(self->coroutine);
    tr_coroutine_cancel(other->coroutine);
}

START_TEST(those_who_never_sleep_starve_nobody)
{
    tr_system *system = system_up(1, TR_TRANSPORT_LOCAL);
    job busy = {.function = yield_until_told, .done = TALLY};
    job ping = {.function = resume_the_other, .done = TALLY};
    job pong = {.function = resume_the_other, .arg = &ping, .number = 1, .done = TALLY};
    ping.arg = &pong;
    job_start_on(system, 0, &busy);
    job_start_on(system, 0, &ping);
    job_start_on(system, 0, &pong);
    // The loop still looks at what is posted to it, again and again.
    uint64_t last = 0;
    for (unsigned i = 0; i < 10; i++) {
        uint64_t turns = stats_of(system, 0).turns;
        ck_assert_uint_gt(turns, last);
        last = turns;
    }
    job_cancel_on(system, 0, &busy);
    tally_wait(&busy.done, 1);
    ck_assert_int_eq(busy.result, TR_ECANCELLED);
    ck_assert_uint_gt(busy.number, 0);
    on_core(system, 0, cancel_both, &ping);
    tally_wait(&ping.done, 1);
    tally_wait(&pong.done, 1);
    tr_system_stop(&system);
}
END_TEST

// -- many --

// ThreadSanitizer has room for about 8000 threads and fibers, and needs a millisecond and more for each.
enum { PER_CORE = TEST_UNDER_TSAN ? 600 : 15000, CORES = 2 };

typedef struct crowd {
    tr_coroutine
        *waiting[PER_CORE > TR_COROUTINES_PER_CORE_CAP ? PER_CORE : TR_COROUTINES_PER_CORE_CAP];
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
        ok(tr_coroutine_start(core, "crowd", wait_in_crowd, self, &self->waiting[i]));
    ck_assert_uint_eq(tr_core_stats_get(core).coroutines, self->count);
}

static void disperse(tr_core *core, void *arg)
{
    (void)core;
    crowd *self = arg;
    for (unsigned i = 0; i < self->count; i++)
        tr_coroutine_resume(self->waiting[i], 9);
}

// Its guards made by either means: the second is what an older kernel has.
START_TEST(thirty_thousand_wait_at_once_and_finish)
{
    tr_stacks_use_mprotect(_i == 1);
    tr_system *system =
        system_up_with(&(tr_system_options){.core_count = CORES, .coroutines_per_core = PER_CORE});
    static crowd crowds[CORES];
    for (unsigned i = 0; i < CORES; i++) {
        crowds[i] = (crowd){.count = PER_CORE, .woken = TALLY};
        on_core(system, i, gather, &crowds[i]);
    }
    ck_assert_uint_eq(tr_stacks_mapped(), CORES * PER_CORE);
    for (unsigned i = 0; i < CORES; i++)
        on_core(system, i, disperse, &crowds[i]);
    for (unsigned i = 0; i < CORES; i++) {
        tally_wait(&crowds[i].woken, PER_CORE);
        ck_assert_uint_eq(stats_of(system, i).coroutines, 0);
    }
    ck_assert_uint_le(tr_stacks_mapped(), CORES * TR_STACKS_KEPT_CAP);
    tr_system_stop(&system);
}
END_TEST

#if !TEST_UNDER_TSAN
static void gather_too_many(tr_core *core, void *arg)
{
    crowd *self = arg;
    gather(core, self);
    tr_coroutine *one_more = NULL;
    fails(tr_coroutine_start(core, "crowd", wait_in_crowd, self, &one_more), TR_EFULL);
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
    ck_assert_uint_eq(stats_of(system, 0).coroutines, 0);
    full.count = 1; // and there is room again
    on_core(system, 0, gather, &full);
    on_core(system, 0, disperse, &full);
    tr_system_stop(&system);
}
END_TEST
#endif

static void resume_twice(tr_core *core, void *arg)
{
    job *self = arg;
    ok(tr_coroutine_start(core, "twice", job_run, self, &self->coroutine));
    tr_coroutine_resume(self->coroutine, 17);
    tr_coroutine_resume(self->coroutine, 18);
    tr_coroutine_cancel(self->coroutine);
    tr_coroutine_resume(self->coroutine, 19);
}

START_TEST(resuming_and_cancelling_in_one_turn_wakes_once)
{
    job waiting = {.function = suspend, .done = TALLY};
    tr_system *system = system_up(1, TR_TRANSPORT_LOCAL);
    on_core(system, 0, resume_twice, &waiting);
    tally_wait(&waiting.done, 1);
    ck_assert_int_eq(waiting.result, TR_ECANCELLED);
    tr_system_stop(&system);
}
END_TEST

START_TEST(waiting_outside_of_a_coroutine_is_the_wrong_thread)
{
    fails(tr_coroutine_suspend(), TR_EWRONGTHREAD);
    fails(tr_coroutine_check(), TR_EWRONGTHREAD);
    fails(tr_coroutine_yield(), TR_EWRONGTHREAD);
    fails(tr_coroutine_sleep(1), TR_EWRONGTHREAD);
    fails(tr_coroutine_wait_fd(0, TR_FD_READABLE, 1), TR_EWRONGTHREAD);
    fails(tr_coroutine_cleanup_push(mark, "a"), TR_EWRONGTHREAD);
    tr_coroutine_cleanup_pop(true);
    tr_coroutine_fd_closing(0);
}
END_TEST

Suite *actors_coroutine_suite(void)
{
    Suite *suite = suite_create("actors/core/coroutine");
    TCase *tests = tcase_create("coroutine");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, a_resumed_one_gets_the_result);
    tcase_add_test(tests, starts_nest);
    tcase_add_test(tests, one_that_does_not_wait_ends_inside_its_start);
    tcase_add_test(tests, a_deep_stack_is_fine);
    tcase_add_test(tests, cleanups_run_last_pushed_first);
    tcase_add_test(tests, cleanups_are_bounded);
    tcase_add_test(tests, one_that_ignores_its_cancelling_is_ended_by_force);
    tcase_add_test(tests, those_who_yield_take_turns);
    tcase_add_test(tests, those_who_never_sleep_starve_nobody);
    tcase_add_loop_test(tests, thirty_thousand_wait_at_once_and_finish, 0, 2);
#if !TEST_UNDER_TSAN
    tcase_add_test(tests, one_more_than_the_limit_is_refused);
#endif
    tcase_add_test(tests, resuming_and_cancelling_in_one_turn_wakes_once);
    tcase_add_test(tests, waiting_outside_of_a_coroutine_is_the_wrong_thread);
    suite_add_tcase(suite, tests);
    return suite;
}
