#include "tests/support/place.h"

Suite *actors_passivation_suite(void);

// Counts what it is told; of its state only the sum is worth keeping.
typedef struct keeper {
    uint64_t sum;
    char *owned; // shows that the state was given up: a leak checker finds it
} keeper;

static struct {
    tr_system *system;
    tr_behaviour behaviour;
    tr_address keeper;
    script watcher;
    uint64_t sum; // as of its last message
    unsigned starts;
    unsigned stops;
    unsigned passivations;
    unsigned wakes;
    int passivate_result;
    int wake_result;
    size_t save_size;
    int64_t down_reason;
    tally downs;
} in;

static int start(tr_actor *self, const void *args)
{
    (void)args;
    in.starts++;
    ((keeper *)tr_actor_state(self))->owned = tr_copy_text("owned", 5);
    return 0;
}

static void stop(tr_actor *self)
{
    in.stops++;
    tr_free(((keeper *)tr_actor_state(self))->owned);
}

static int passivate(tr_actor *self, tr_saving *saving)
{
    in.passivations++;
    keeper *state = tr_actor_state(self);
    if (in.passivate_result < 0)
        return in.passivate_result;
    static const char zeros[TR_SAVED_CAP_BYTES];
    int result = in.save_size != 0 ? tr_save(saving, zeros, in.save_size) : 0;
    if (result == 0)
        result = tr_save(saving, &state->sum, sizeof state->sum);
    if (result == 0)
        tr_free(state->owned);
    return result;
}

static int wake(tr_actor *self, tr_slice saved)
{
    in.wakes++;
    if (in.wake_result < 0)
        return in.wake_result;
    keeper *state = tr_actor_state(self);
    ck_assert_ptr_null(state->owned);
    ck_assert_uint_eq(saved.size, sizeof state->sum);
    memcpy(&state->sum, saved.data, saved.size);
    state->owned = tr_copy_text("owned", 5);
    return 0;
}

static void take(tr_actor *self, tr_message *message)
{
    keeper *state = tr_actor_state(self);
    if (TR_TYPE(message) == TR_MSG_probe)
        state->sum += TR_BODY(message, probe)->number;
    else if (TR_TYPE(message) == TR_MSG_alarm)
        state->sum += TR_BODY(message, alarm)->tag;
    else if (TR_TYPE(message) == TR_MSG_exit)
        state->sum += (uint64_t)TR_BODY(message, exit)->reason;
    in.sum = state->sum;
}

enum { PATIENCE_MS = 1000, ASLEEP_MS = 2 * PATIENCE_MS };

static const tr_behaviour keeper_behaviour = {.name = "keeper",
                                              .state_size = sizeof(keeper),
                                              .on_start = start,
                                              .on_message = take,
                                              .on_stop = stop,
                                              .passivate_after_ms = PATIENCE_MS,
                                              .on_passivate = passivate,
                                              .on_wake = wake};

static void watch(tr_actor *self, script *of, tr_message *message)
{
    (void)self;
    (void)of;
    if (TR_TYPE(message) != TR_MSG_down)
        return;
    in.down_reason = TR_BODY(message, down)->reason;
    tally_add(&in.downs, 1);
}

static void spawn_both(tr_core *core, void *arg)
{
    (void)arg;
    ok(tr_spawn(core, &in.behaviour, NULL, 0, &in.keeper));
    spawn_as(core, &trapping_script_behaviour, &in.watcher, 0);
    ck_assert_int_gt(tr_monitor(tr_actor_find(core, in.watcher.address), in.keeper), 0);
}

static void up(const tr_behaviour *behaviour)
{
    memset(&in, 0, sizeof in);
    in.watcher = (script){SCRIPT, .on_message = watch};
    in.downs = (tally)TALLY;
    in.system = system_up_with(&(tr_system_options){.core_count = 1, .held_clock = true});
    in.behaviour = *behaviour;
    on_core(in.system, 0, spawn_both, NULL);
}

static void tell_it(tr_core *core, void *arg)
{
    ok(tr_send(core, TR_NOWHERE, in.keeper, probe, .number = *(uint64_t *)arg));
}

static void tell(uint64_t number)
{
    on_core(in.system, 0, tell_it, &number);
    ok(tr_system_advance(in.system, 0));
}

static void pass(uint64_t ms)
{
    ok(tr_system_advance(in.system, ms));
}

static void sleeps(void)
{
    pass(ASLEEP_MS);
    ck_assert_uint_eq(stats_of(in.system, 0).asleep, 1);
}

static void ends_with(unsigned stops)
{
    tr_system_stop(&in.system);
    ck_assert_uint_eq(in.stops, stops);
}

START_TEST(a_message_wakes_it_with_what_it_saved)
{
    up(&keeper_behaviour);
    tell(5);
    for (unsigned i = 1; i <= 3; i++) {
        sleeps();
        ck_assert_uint_eq(in.passivations, i);
        tell(10);
        ck_assert_uint_eq(in.wakes, i);
        ck_assert_uint_eq(in.sum, 5 + 10 * i);
        ck_assert_uint_eq(stats_of(in.system, 0).asleep, 0);
    }
    ck_assert_uint_eq(in.starts, 1);
    ends_with(1);
}
END_TEST

START_TEST(who_is_busy_does_not_sleep)
{
    up(&keeper_behaviour);
    for (unsigned i = 0; i < 20; i++) {
        pass(PATIENCE_MS / 2);
        tell(1);
    }
    ck_assert_uint_eq(in.passivations, 0);
    ends_with(1);
}
END_TEST

static int64_t do_alarm(tr_actor *self, act *it)
{
    (void)it;
    return tr_after(self, 600000, 77);
}

static void act_of_keeper(tr_core *core, void *arg)
{
    act *it = arg;
    it->result = it->function(tr_actor_find(core, in.keeper), it);
}

static int64_t keeper_does(int64_t (*function)(tr_actor *self, act *it), tr_address other)
{
    act it = {.function = function, .other = other};
    on_core(in.system, 0, act_of_keeper, &it);
    return it.result;
}

START_TEST(an_alarm_wakes_it)
{
    up(&keeper_behaviour);
    ok((int)keeper_does(do_alarm, TR_NOWHERE));
    sleeps();
    pass(600000 - ASLEEP_MS);
    ck_assert_uint_eq(in.sum, 77);
    ck_assert_uint_eq(in.wakes, 1);
    sleeps();
    ends_with(0);
}
END_TEST

static int64_t do_link(tr_actor *self, act *it)
{
    return tr_link_to(self, it->other);
}

static int64_t do_stop(tr_actor *self, act *it)
{
    (void)it;
    ck_assert_ptr_null(tr_actor_state(self));
    tr_actor_stop(self);
    return 0;
}

static void fail_other(tr_core *core, void *arg)
{
    tr_actor_fail(tr_actor_find(core, ((script *)arg)->address), 9);
}

// Twice asleep, so that its end of the link has moved, and moved back.
static void link_and_sleep(script *other)
{
    spawn_on(in.system, 0, other);
    ok((int)keeper_does(do_link, other->address));
    sleeps();
    tell(1);
    sleeps();
    on_core(in.system, 0, fail_other, other);
    pass(0);
}

START_TEST(a_linked_end_ends_it_asleep)
{
    up(&keeper_behaviour);
    script other = {SCRIPT};
    link_and_sleep(&other);
    ck_assert_uint_eq(tally_get(&in.downs), 1);
    ck_assert_int_eq(in.down_reason, 9);
    ck_assert_uint_eq(in.wakes, 1);
    ck_assert_uint_eq(stats_of(in.system, 0).asleep, 0);
    nothing_is_left(in.system, 0);
    ends_with(0);
}
END_TEST

START_TEST(a_linked_end_wakes_who_traps_exits)
{
    tr_behaviour trapping = keeper_behaviour;
    trapping.traps_exits = true;
    up(&trapping);
    script other = {SCRIPT};
    link_and_sleep(&other);
    ck_assert_uint_eq(in.wakes, 2);
    ck_assert_uint_eq(in.sum, 10);
    ends_with(1);
}
END_TEST

START_TEST(stopped_asleep_it_has_no_destructor_to_call)
{
    up(&keeper_behaviour);
    sleeps();
    ok((int)keeper_does(do_stop, TR_NOWHERE));
    pass(0);
    ck_assert_uint_eq(tally_get(&in.downs), 1);
    ck_assert_int_eq(in.down_reason, 0);
    ck_assert_uint_eq(in.wakes, 0);
    nothing_is_left(in.system, 0);
    ends_with(0);
}
END_TEST

START_TEST(failing_to_wake_is_its_end)
{
    up(&keeper_behaviour);
    sleeps();
    in.wake_result = TR_EMALFORMED;
    tell(1);
    ck_assert_uint_eq(tally_get(&in.downs), 1);
    ck_assert_int_eq(in.down_reason, TR_EMALFORMED);
    ck_assert_uint_eq(stats_of(in.system, 0).asleep, 0);
    ck_assert_uint_eq(stats_of(in.system, 0).actors, 1);
    ends_with(0);
}
END_TEST

START_TEST(without_functions_of_its_own_it_starts_anew)
{
    tr_behaviour plain = keeper_behaviour;
    plain.on_passivate = NULL;
    plain.on_wake = NULL;
    up(&plain);
    tell(5);
    sleeps();
    ck_assert_uint_eq(in.stops, 1);
    tell(7);
    ck_assert_uint_eq(in.starts, 2);
    ck_assert_uint_eq(in.sum, 7);
    ends_with(2);
}
END_TEST

START_TEST(who_does_not_want_to_sleep_is_asked_again)
{
    up(&keeper_behaviour);
    in.passivate_result = TR_EUNAVAILABLE;
    pass(5 * PATIENCE_MS);
    ck_assert_uint_eq(in.passivations, 5);
    ck_assert_uint_eq(stats_of(in.system, 0).asleep, 0);
    in.passivate_result = 0;
    sleeps();
    ends_with(0);
}
END_TEST

START_TEST(what_is_saved_is_bounded)
{
    up(&keeper_behaviour);
    in.save_size = TR_SAVED_CAP_BYTES; // and the sum does not fit
    pass(PATIENCE_MS);
    ck_assert_uint_eq(in.passivations, 1);
    ck_assert_uint_eq(stats_of(in.system, 0).asleep, 0);
    ends_with(1);
}
END_TEST

static int64_t do_ask(tr_actor *self, act *it)
{
    return tr_ask(self, it->other, 20 * PATIENCE_MS, probe, .number = 1);
}

START_TEST(who_waits_for_an_answer_does_not_sleep)
{
    up(&keeper_behaviour);
    script silent = {SCRIPT};
    spawn_on(in.system, 0, &silent);
    ck_assert_int_gt(keeper_does(do_ask, silent.address), 0);
    pass(19 * PATIENCE_MS);
    ck_assert_uint_eq(in.passivations, 0);
    pass(PATIENCE_MS); // ask_failed
    sleeps();
    ends_with(0);
}
END_TEST

enum { MANY = 1000 };

static tr_address many[MANY];

static void spawn_many(tr_core *core, void *arg)
{
    (void)arg;
    for (unsigned i = 0; i < MANY; i++)
        ok(tr_spawn(core, &keeper_behaviour, NULL, 0, &many[i]));
}

static void tell_every_other(tr_core *core, void *arg)
{
    (void)arg;
    for (unsigned i = 0; i < MANY; i += 2)
        ok(tr_send(core, TR_NOWHERE, many[i], probe, .number = 1));
}

START_TEST(a_thousand_sleep_and_half_of_them_wake)
{
    up(&keeper_behaviour);
    on_core(in.system, 0, spawn_many, NULL);
    pass(ASLEEP_MS);
    ck_assert_uint_eq(stats_of(in.system, 0).asleep, MANY + 1);
    on_core(in.system, 0, tell_every_other, NULL);
    pass(0);
    ck_assert_uint_eq(in.wakes, MANY / 2);
    ck_assert_uint_eq(stats_of(in.system, 0).asleep, MANY / 2 + 1);
    ends_with(MANY / 2);
}
END_TEST

Suite *actors_passivation_suite(void)
{
    Suite *suite = suite_create("actors/system/passivation");
    TCase *tests = tcase_create("passivation");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, a_message_wakes_it_with_what_it_saved);
    tcase_add_test(tests, who_is_busy_does_not_sleep);
    tcase_add_test(tests, an_alarm_wakes_it);
    tcase_add_test(tests, a_linked_end_ends_it_asleep);
    tcase_add_test(tests, a_linked_end_wakes_who_traps_exits);
    tcase_add_test(tests, stopped_asleep_it_has_no_destructor_to_call);
    tcase_add_test(tests, failing_to_wake_is_its_end);
    tcase_add_test(tests, without_functions_of_its_own_it_starts_anew);
    tcase_add_test(tests, who_does_not_want_to_sleep_is_asked_again);
    tcase_add_test(tests, what_is_saved_is_bounded);
    tcase_add_test(tests, who_waits_for_an_answer_does_not_sleep);
    tcase_add_test(tests, a_thousand_sleep_and_half_of_them_wake);
    suite_add_tcase(suite, tests);
    return suite;
}
