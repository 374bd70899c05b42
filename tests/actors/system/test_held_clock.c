#include "troupe/actors/system.h"

#include "tests/support/system.h"

Suite *actors_held_clock_suite(void);

enum { LEGS = 20 };

// A ball that two actors on two core threads send to each other, each after it held it for a while.
typedef struct player {
    script script;
    struct player *other;
    uint64_t hold_ms;
} player;

static player players[2];
static uint64_t times[LEGS]; // when each leg began, since the start
static unsigned legs;        // written on one core thread after the other
static uint64_t start_ms;

static void play(tr_actor *self, script *of, tr_message *message)
{
    player *it = of->arg;
    if (TR_TYPE(message) == TR_MSG_probe) {
        ok(tr_after(self, it->hold_ms, 1));
        return;
    }
    ck_assert_uint_eq(TR_TYPE(message), TR_MSG_alarm);
    times[legs++] = tr_core_now_ms(tr_actor_core(self)) - start_ms;
    ok(tr_send(tr_actor_core(self), tr_actor_address(self), it->other->script.address, probe,
               .number = 1));
}

static void serve(tr_core *core, void *arg)
{
    (void)arg;
    start_ms = tr_core_now_ms(core);
    ok(tr_send(core, TR_NOWHERE, players[0].script.address, probe, .number = 1));
}

static tr_system *up(unsigned cores, enum tr_transport transport)
{
    return system_up_with(
        &(tr_system_options){.core_count = cores, .transport = transport, .held_clock = true});
}

START_TEST(what_follows_from_a_timer_is_done_before_the_clock_goes_on)
{
    tr_system *system = up(2, (enum tr_transport)_i);
    legs = 0;
    for (unsigned i = 0; i < 2; i++) {
        players[i] = (player){{SCRIPT, .on_message = play}, &players[1 - i], i == 0 ? 3 : 40};
        players[i].script.arg = &players[i];
        spawn_on(system, i, &players[i].script);
    }
    on_core(system, 0, serve, NULL);
    ok(tr_system_advance(system, 429));
    ck_assert_uint_eq(legs, 19);
    for (unsigned leg = 0; leg < legs; leg++)
        ck_assert_uint_eq(times[leg], (leg / 2) * 43 + (leg % 2 == 0 ? 3 : 43));
    ok(tr_system_advance(system, 1));
    ck_assert_uint_eq(legs, 20);
    tr_system_stop(&system);
}
END_TEST

typedef struct napper {
    tr_system *system;
    uint64_t slept_ms;
    int asked;
    uint64_t asked_ms;
    tr_address silent;
} napper;

static void nap(void *arg)
{
    napper *self = arg;
    tr_core *core = tr_core_current();
    uint64_t before_ms = tr_core_now_ms(core);
    ok(tr_coroutine_sleep(60000));
    self->slept_ms = tr_core_now_ms(core) - before_ms;
    tr_message *answer = NULL;
    self->asked = tr_coroutine_ask(TR_NOWHERE, self->silent, TR_MSG_probe,
                                   &(tr_msg_probe){.number = 1}, 5000, &answer);
    self->asked_ms = tr_core_now_ms(core) - before_ms;
}

static void start_nap(tr_core *core, void *arg)
{
    ok(tr_coroutine_start(core, "nap", nap, arg, NULL));
}

START_TEST(sleeps_and_deadlines_of_coroutines_go_by_it)
{
    tr_system *system = up(1, TR_TRANSPORT_LOCAL);
    script silent = {SCRIPT};
    spawn_on(system, 0, &silent);
    napper one = {.system = system, .silent = silent.address};
    on_core(system, 0, start_nap, &one);
    ok(tr_system_advance(system, 59999));
    ck_assert_uint_eq(one.slept_ms, 0);
    ok(tr_system_advance(system, 1));
    ck_assert_uint_eq(one.slept_ms, 60000);
    ok(tr_system_advance(system, 100000));
    ck_assert_int_eq(one.asked, TR_ETIMEOUT);
    ck_assert_uint_eq(one.asked_ms, 65000);
    tr_system_stop(&system);
}
END_TEST

static void for_ever(tr_actor *self, script *of)
{
    (void)of;
    tr_actor_wake(self);
}

START_TEST(only_a_held_clock_is_moved)
{
    tr_system *system = system_up(1, TR_TRANSPORT_LOCAL);
    fails(tr_system_advance(system, 1), TR_EINVALID);
    tr_system_stop(&system);
}
END_TEST

static void wake(tr_core *core, void *arg)
{
    tr_actor_wake(tr_actor_find(core, ((script *)arg)->address));
}

START_TEST(what_never_rests_is_told)
{
    tr_system *system = up(1, TR_TRANSPORT_LOCAL);
    script restless = {SCRIPT, .on_turn_end = for_ever};
    spawn_on(system, 0, &restless);
    on_core(system, 0, wake, &restless);
    fails(tr_system_advance(system, 1), TR_ETIMEOUT);
    tr_system_stop(&system);
}
END_TEST

Suite *actors_held_clock_suite(void)
{
    Suite *suite = suite_create("actors/system/held_clock");
    TCase *tests = tcase_create("held_clock");
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, what_follows_from_a_timer_is_done_before_the_clock_goes_on, 0, 4);
    tcase_add_test(tests, sleeps_and_deadlines_of_coroutines_go_by_it);
    tcase_add_test(tests, only_a_held_clock_is_moved);
    tcase_add_test(tests, what_never_rests_is_told);
    suite_add_tcase(suite, tests);
    return suite;
}
