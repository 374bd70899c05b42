#include "tests/support/place.h"

Suite *actors_alarm_suite(void);

typedef struct sleeper {
    script script;
    uint64_t last_tag;
    uint64_t last_ms;
    uint64_t sum;
    uint64_t again; // more alarms it sets from within one
    tally alarms;
} sleeper;

static void on_alarm(tr_actor *self, script *of, tr_message *message)
{
    sleeper *it = of->arg;
    ck_assert_uint_eq(TR_TYPE(message), TR_MSG_alarm);
    it->last_tag = TR_BODY(message, alarm)->tag;
    it->last_ms = tr_clock_ms();
    it->sum += it->last_tag;
    if (it->again != 0) {
        it->again--;
        ok(tr_after(self, 0, it->last_tag));
    }
    tally_add(&it->alarms, 1);
}

static void sleeper_init(sleeper *self)
{
    *self = (sleeper){.script = {SCRIPT, .on_message = on_alarm}, .alarms = TALLY};
    self->script.arg = self;
}

static tr_system *up(sleeper *self)
{
    sleeper_init(self);
    tr_system *system = system_up(1, TR_TRANSPORT_LOCAL);
    spawn_on(system, 0, &self->script);
    return system;
}

static int64_t do_one(tr_actor *self, act *it)
{
    return tr_after(self, (uint64_t)it->number, 77);
}

START_TEST(an_alarm_comes_once_and_not_early)
{
    sleeper it;
    tr_system *system = up(&it);
    uint64_t before_ms = tr_clock_ms();
    ok((int)act_on(system, 0, &it.script, do_one, TR_NOWHERE, 20));
    tally_wait(&it.alarms, 1);
    ck_assert_uint_ge(it.last_ms + 1, before_ms + 20);
    ck_assert_uint_eq(it.last_tag, 77);
    nothing_is_left(system, 0);
    tr_system_stop(&system);
    ck_assert_uint_eq(tally_get(&it.alarms), 1);
}
END_TEST

START_TEST(an_alarm_comes_when_its_time_has_come)
{
    sleeper it;
    sleeper_init(&it);
    tr_system *system = system_up_with(&(tr_system_options){.core_count = 1, .held_clock = true});
    spawn_on(system, 0, &it.script);
    ok((int)act_on(system, 0, &it.script, do_one, TR_NOWHERE, 600000));
    ok(tr_system_advance(system, 599999));
    ck_assert_uint_eq(tally_get(&it.alarms), 0);
    ok(tr_system_advance(system, 1));
    ck_assert_uint_eq(tally_get(&it.alarms), 1);
    nothing_is_left(system, 0);
    tr_system_stop(&system);
}
END_TEST

static int64_t do_several(tr_actor *self, act *it)
{
    (void)it;
    ok(tr_after(self, 600000, 1)); // moved
    ok(tr_after(self, 0, 1));
    ok(tr_after(self, 0, 2)); // cancelled
    tr_cancel_alarm(self, 2);
    tr_cancel_alarm(self, 3); // never was
    ok(tr_after(self, 0, 0)); // a tag like any other
    return tr_after(self, 5, 40);
}

START_TEST(alarms_are_moved_and_cancelled_by_their_tags)
{
    sleeper it;
    tr_system *system = up(&it);
    ok((int)act_on(system, 0, &it.script, do_several, TR_NOWHERE, 0));
    tally_wait(&it.alarms, 3);
    nothing_is_left(system, 0);
    tr_system_stop(&system);
    ck_assert_uint_eq(tally_get(&it.alarms), 3);
    ck_assert_uint_eq(it.sum, 41);
}
END_TEST

START_TEST(an_alarm_may_set_itself_again)
{
    sleeper it;
    tr_system *system = up(&it);
    it.again = 100;
    ok((int)act_on(system, 0, &it.script, do_one, TR_NOWHERE, 0));
    tally_wait(&it.alarms, 101);
    tr_system_stop(&system);
    ck_assert_uint_eq(tally_get(&it.alarms), 101);
}
END_TEST

// As if alarms had fired in this turn, and were not handled yet.
static int64_t do_withdraw(tr_actor *self, act *it)
{
    (void)it;
    tr_actor_signal(self, TR_MSG_alarm, &(tr_msg_alarm){5});
    tr_actor_signal(self, TR_MSG_alarm, &(tr_msg_alarm){6});
    tr_actor_signal(self, TR_MSG_alarm, &(tr_msg_alarm){7});
    ok(tr_after(self, 0, 1)); // the first makes room for extras
    tr_cancel_alarm(self, 6);
    return tr_after(self, 1, 5);
}

START_TEST(what_is_in_the_mailbox_is_withdrawn_too)
{
    sleeper it;
    tr_system *system = up(&it);
    ok((int)act_on(system, 0, &it.script, do_withdraw, TR_NOWHERE, 0));
    tally_wait(&it.alarms, 3);
    nothing_is_left(system, 0);
    tr_system_stop(&system);
    ck_assert_uint_eq(tally_get(&it.alarms), 3);
    ck_assert_uint_eq(it.sum, 5 + 7 + 1);
}
END_TEST

static int64_t do_fill(tr_actor *self, act *it)
{
    for (uint64_t tag = 0; tag < TR_ALARMS_PER_ACTOR_CAP; tag++)
        ok(tr_after(self, (uint64_t)it->number, tag));
    ok(tr_after(self, (uint64_t)it->number, 3)); // one of them
    return tr_after(self, 0, TR_ALARMS_PER_ACTOR_CAP);
}

START_TEST(alarms_are_bounded_and_end_with_their_actor)
{
    sleeper it;
    tr_system *system = up(&it);
    fails((int)act_on(system, 0, &it.script, do_fill, TR_NOWHERE, 0), TR_EFULL);
    tally_wait(&it.alarms, TR_ALARMS_PER_ACTOR_CAP);
    fails((int)act_on(system, 0, &it.script, do_fill, TR_NOWHERE, 600000), TR_EFULL);
    tr_system_stop(&system);
    ck_assert_uint_eq(tally_get(&it.alarms), TR_ALARMS_PER_ACTOR_CAP);
}
END_TEST

static int64_t do_fill_and_stop(tr_actor *self, act *it)
{
    (void)do_fill(self, it);
    tr_actor_stop(self);
    return 0;
}

START_TEST(an_actor_that_stops_gets_no_alarm)
{
    sleeper it;
    tr_system *system = up(&it);
    act_on(system, 0, &it.script, do_fill_and_stop, TR_NOWHERE, 0);
    tally_wait(&it.script.stopped, 1);
    nothing_is_left(system, 0);
    tr_system_stop(&system);
    ck_assert_uint_eq(tally_get(&it.alarms), 0);
}
END_TEST

static void spawn_small(tr_core *core, void *arg)
{
    spawn_as(core, &small_script_behaviour, arg, 0);
}

START_TEST(a_full_mailbox_gets_its_alarms_later)
{
    sleeper it; // room for 16 system messages
    sleeper_init(&it);
    tr_system *system = system_up(1, TR_TRANSPORT_LOCAL);
    on_core(system, 0, spawn_small, &it.script);
    fails((int)act_on(system, 0, &it.script, do_fill, TR_NOWHERE, 0), TR_EFULL);
    tally_wait(&it.alarms, TR_ALARMS_PER_ACTOR_CAP);
    tr_system_stop(&system);
}
END_TEST

Suite *actors_alarm_suite(void)
{
    Suite *suite = suite_create("actors/core/alarm");
    TCase *tests = tcase_create("alarm");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, an_alarm_comes_once_and_not_early);
    tcase_add_test(tests, an_alarm_comes_when_its_time_has_come);
    tcase_add_test(tests, alarms_are_moved_and_cancelled_by_their_tags);
    tcase_add_test(tests, an_alarm_may_set_itself_again);
    tcase_add_test(tests, what_is_in_the_mailbox_is_withdrawn_too);
    tcase_add_test(tests, alarms_are_bounded_and_end_with_their_actor);
    tcase_add_test(tests, an_actor_that_stops_gets_no_alarm);
    tcase_add_test(tests, a_full_mailbox_gets_its_alarms_later);
    suite_add_tcase(suite, tests);
    return suite;
}
