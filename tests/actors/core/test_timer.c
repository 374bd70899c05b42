#include "actors/core/timer.h"

#include "tests/support/system.h"

Suite *actors_timer_suite(void);

enum { MANY = 10000 };

typedef struct alarm_clock {
    tr_timer timer;
    uint64_t due_ms;
} alarm_clock;

typedef struct clockwork {
    alarm_clock alarms[MANY];
    unsigned fired;
    unsigned order[MANY];
    tally done;
} clockwork;

static clockwork work;

static void on_alarm(tr_timer *timer)
{
    alarm_clock *self = timer->arg;
    ck_assert_uint_ge(tr_clock_ms() + 1, self->due_ms);
    work.order[work.fired++] = (unsigned)(self - work.alarms);
    tally_add(&work.done, 1);
}

static void set(tr_core *core, unsigned i, uint64_t delay_ms)
{
    alarm_clock *self = &work.alarms[i];
    self->due_ms = tr_clock_ms() + delay_ms;
    tr_timer_init(&self->timer, core, on_alarm, self);
    ck_assert(!tr_timer_is_running(&self->timer));
    tr_timer_start(&self->timer, delay_ms, 0);
    ck_assert(tr_timer_is_running(&self->timer));
}

static tr_system *up(void)
{
    work = (clockwork){.done = TALLY};
    return system_up(1, TR_TRANSPORT_LOCAL);
}

static void set_three(tr_core *core, void *arg)
{
    (void)arg;
    set(core, 0, 30);
    set(core, 1, 10);
    set(core, 2, 20);
    set(core, 3, 0);
}

START_TEST(timers_fire_in_the_order_they_are_due)
{
    tr_system *system = up();
    on_core(system, 0, set_three, NULL);
    tally_wait(&work.done, 4);
    tr_system_stop(&system);
    ck_assert_uint_eq(work.order[0], 3);
    ck_assert_uint_eq(work.order[1], 1);
    ck_assert_uint_eq(work.order[2], 2);
    ck_assert_uint_eq(work.order[3], 0);
}
END_TEST

static void set_and_restart(tr_core *core, void *arg)
{
    (void)arg;
    set(core, 0, 5);
    set(core, 1, 20);
    set(core, 2, 1);
    work.alarms[0].due_ms = tr_clock_ms() + 40;
    tr_timer_start(&work.alarms[0].timer, 40, 0);
    tr_timer_stop(&work.alarms[2].timer);
    tr_timer_stop(&work.alarms[2].timer);
    ck_assert(!tr_timer_is_running(&work.alarms[2].timer));
}

START_TEST(a_timer_restarts_and_a_stopped_one_never_fires)
{
    tr_system *system = up();
    on_core(system, 0, set_and_restart, NULL);
    tally_wait(&work.done, 2);
    tr_system_stop(&system);
    ck_assert_uint_eq(work.fired, 2);
    ck_assert_uint_eq(work.order[0], 1);
    ck_assert_uint_eq(work.order[1], 0);
}
END_TEST

static void set_many(tr_core *core, void *arg)
{
    (void)arg;
    for (unsigned i = 0; i < MANY; i++)
        set(core, i, (i * 7919u) % 50);
}

START_TEST(ten_thousand_fire_once_each)
{
    tr_system *system = up();
    on_core(system, 0, set_many, NULL);
    tally_wait(&work.done, MANY);
    tr_system_stop(&system);
    ck_assert_uint_eq(work.fired, MANY);
    static bool seen[MANY];
    for (unsigned i = 0; i < MANY; i++) {
        ck_assert(!seen[work.order[i]]);
        seen[work.order[i]] = true;
    }
}
END_TEST

enum { HUNDRED_THOUSAND = 100000 };

typedef struct herd {
    tr_timer timers[HUNDRED_THOUSAND];
    uint64_t due_ms[HUNDRED_THOUSAND];
    uint64_t last_ms;
    unsigned fired;
} herd;

static herd all;

static void on_herd(tr_timer *timer)
{
    unsigned number = (unsigned)(timer - all.timers);
    uint64_t due_ms = all.due_ms[number];
    ck_assert_uint_eq(tr_core_now_ms(timer->core), due_ms);
    ck_assert_uint_ge(due_ms, all.last_ms);
    ck_assert_uint_ne(number % 3, 0);
    all.last_ms = due_ms;
    all.fired++;
}

static void set_herd(tr_core *core, void *arg)
{
    (void)arg;
    for (unsigned i = 0; i < HUNDRED_THOUSAND; i++) {
        uint64_t delay_ms = (i * 7919u) % 50;
        tr_timer_init(&all.timers[i], core, on_herd, NULL);
        tr_timer_start(&all.timers[i], delay_ms, 0);
        all.due_ms[i] = tr_core_now_ms(core) + delay_ms;
    }
    for (unsigned i = 0; i < HUNDRED_THOUSAND; i += 3)
        tr_timer_stop(&all.timers[i]);
    for (unsigned i = 1; i < HUNDRED_THOUSAND; i += 3) {
        tr_timer_start(&all.timers[i], i % 50, 0); // moved
        all.due_ms[i] = tr_core_now_ms(core) + i % 50;
    }
}

START_TEST(of_a_hundred_thousand_each_fires_in_order_unless_it_was_stopped)
{
    all = (herd){0};
    tr_system *system = system_up_with(&(tr_system_options){.core_count = 1, .held_clock = true});
    on_core(system, 0, set_herd, NULL);
    ok(tr_system_advance(system, 49));
    ck_assert_uint_eq(all.fired, HUNDRED_THOUSAND - (HUNDRED_THOUSAND + 2) / 3);
    tr_system_stop(&system);
}
END_TEST

static void stop_at_fifth(tr_timer *timer)
{
    if (++work.fired == 5) {
        tr_timer_stop(timer);
        tally_add(&work.done, 1);
    }
}

static void set_repeating(tr_core *core, void *arg)
{
    (void)arg;
    tr_timer *timer = &work.alarms[0].timer;
    tr_timer_init(timer, core, stop_at_fifth, NULL);
    tr_timer_start(timer, 0, 1);
}

START_TEST(a_repeating_timer_stops_in_its_callback)
{
    tr_system *system = up();
    on_core(system, 0, set_repeating, NULL);
    tally_wait(&work.done, 1);
    tr_system_stop(&system);
    ck_assert_uint_eq(work.fired, 5);
}
END_TEST

static void stop_the_others(tr_timer *timer)
{
    (void)timer;
    work.fired++;
    for (unsigned i = 0; i < 10; i++)
        tr_timer_stop(&work.alarms[i].timer);
    tally_add(&work.done, 1);
}

static void set_rivals(tr_core *core, void *arg)
{
    (void)arg;
    for (unsigned i = 0; i < 10; i++) {
        tr_timer_init(&work.alarms[i].timer, core, stop_the_others, NULL);
        tr_timer_start(&work.alarms[i].timer, 1, 1);
    }
    // All are due in one turn.
    for (uint64_t until = tr_clock_ms() + 5; tr_clock_ms() < until;)
        ;
}

START_TEST(a_timer_stops_others_that_are_due)
{
    tr_system *system = up();
    on_core(system, 0, set_rivals, NULL);
    tally_wait(&work.done, 1);
    tr_system_stop(&system);
    ck_assert_uint_eq(work.fired, 1);
}
END_TEST

static void read_times(tr_timer *timer)
{
    // The turn's time is this turn's, even after a long quiet.
    uint64_t now = tr_clock_ms();
    ck_assert_uint_le(tr_core_now_ms(timer->core), now);
    ck_assert_uint_ge(tr_core_now_ms(timer->core) + 10, work.alarms[0].due_ms);
    tally_add(&work.done, 1);
}

static void set_reader(tr_core *core, void *arg)
{
    (void)arg;
    work.alarms[0].due_ms = tr_clock_ms() + 60;
    tr_timer_init(&work.alarms[0].timer, core, read_times, NULL);
    tr_timer_start(&work.alarms[0].timer, 60, 0);
}

START_TEST(a_callback_reads_the_time_of_its_own_turn)
{
    tr_system *system = up();
    on_core(system, 0, set_reader, NULL);
    tally_wait(&work.done, 1);
    tr_system_stop(&system);
}
END_TEST

static void start_after_a_long_turn(tr_core *core, void *arg)
{
    (void)arg;
    for (uint64_t until = tr_clock_ms() + 30; tr_clock_ms() < until;)
        ;
    set(core, 0, 20); // on_alarm holds it against the clock
}

START_TEST(a_long_turn_does_not_shorten_the_wait)
{
    tr_system *system = up();
    on_core(system, 0, start_after_a_long_turn, NULL);
    tally_wait(&work.done, 1);
    tr_system_stop(&system);
}
END_TEST

static void borrow_timer(tr_core *core, void *arg)
{
    tr_timer_init(arg, core, on_alarm, NULL);
}

START_TEST(starting_from_another_thread_aborts)
{
    tr_timer timer;
    on_core(up(), 0, borrow_timer, &timer);
    tr_timer_start(&timer, 1, 0);
}
END_TEST

Suite *actors_timer_suite(void)
{
    Suite *suite = suite_create("actors/core/timer");
    TCase *tests = tcase_create("timer");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, timers_fire_in_the_order_they_are_due);
    tcase_add_test(tests, a_timer_restarts_and_a_stopped_one_never_fires);
    tcase_add_test(tests, ten_thousand_fire_once_each);
    tcase_add_test(tests, of_a_hundred_thousand_each_fires_in_order_unless_it_was_stopped);
    tcase_add_test(tests, a_repeating_timer_stops_in_its_callback);
    tcase_add_test(tests, a_timer_stops_others_that_are_due);
    tcase_add_test(tests, a_callback_reads_the_time_of_its_own_turn);
    tcase_add_test(tests, a_long_turn_does_not_shorten_the_wait);
    suite_add_tcase(suite, tests);
    TCase *death = tcase_create("death");
    tcase_set_tags(death, "death");
    tcase_add_test_raise_signal(death, starting_from_another_thread_aborts, SIGABRT);
    suite_add_tcase(suite, death);
    return suite;
}
