#include "troupe/actors/coroutine.h"

#include "tests/support/job.h"

Suite *actors_group_suite(void);

enum { MEMBERS = 4 };

typedef struct team {
    tr_coroutine *waiting[MEMBERS];
    unsigned index[MEMBERS];
    unsigned ended;
    unsigned cancelled;
    uint64_t stage;
    bool abandons; // the owner returns without freeing
} team;

static team team_of_test;

static void play(void *arg)
{
    team *in = &team_of_test;
    unsigned index = *(unsigned *)arg;
    in->waiting[index] = tr_coroutine_current();
    if (tr_coroutine_suspend() == TR_ECANCELLED)
        in->cancelled++;
    in->waiting[index] = NULL;
    in->ended++;
}

static tr_group *team_up(void)
{
    team *in = &team_of_test;
    tr_group *group = tr_group_new();
    for (unsigned i = 0; i < MEMBERS; i++) {
        in->index[i] = i;
        ok(tr_group_start(group, "member", play, &in->index[i]));
    }
    return group;
}

static void release(tr_core *core, void *arg)
{
    (void)core;
    tr_coroutine_resume(team_of_test.waiting[*(unsigned *)arg], 0);
}

static void release_on(tr_system *system, unsigned index)
{
    on_core(system, 0, release, &index);
}

static bool has_stage(tr_core *core, void *arg)
{
    (void)core;
    return team_of_test.stage == *(const uint64_t *)arg;
}

static void reaches(tr_system *system, uint64_t stage)
{
    eventually_on(system, 0, has_stage, &stage);
}

static void wait_all(job *self)
{
    tr_group *group = team_up();
    fails(tr_group_wait_all(group, 1), TR_ETIMEOUT);
    team_of_test.stage = 1;
    self->result = tr_group_wait_all(group, 60000);
    ok(tr_group_wait_all(group, 0)); // and nothing is left
    void *arg = NULL;
    fails(tr_group_wait_any(group, 0, &arg), TR_ENOTFOUND);
    tr_group_free(&group);
    ck_assert_ptr_null(group);
}

START_TEST(all_are_waited_for)
{
    tr_system *system = system_up(1, TR_TRANSPORT_LOCAL);
    job waiting = {.function = wait_all, .result = -100, .done = TALLY};
    job_start_on(system, 0, &waiting);
    reaches(system, 1);
    for (unsigned i = 0; i < MEMBERS; i++) {
        ck_assert_int_eq(waiting.result, -100);
        release_on(system, i);
    }
    tally_wait(&waiting.done, 1);
    ok(waiting.result);
    ck_assert_uint_eq(team_of_test.ended, MEMBERS);
    ck_assert_uint_eq(team_of_test.cancelled, 0);
    ck_assert_uint_eq(stats_of(system, 0).coroutines, 0);
    tr_system_stop(&system);
}
END_TEST

static void wait_each(job *self)
{
    tr_group *group = team_up();
    void *arg = NULL;
    fails(tr_group_wait_any(group, 1, &arg), TR_ETIMEOUT);
    for (;;) {
        team_of_test.stage++;
        self->result = tr_group_wait_any(group, 60000, &arg);
        if (self->result < 0)
            break;
        self->number = self->number * 10 + *(unsigned *)arg;
    }
    tr_group_free(&group);
}

START_TEST(each_is_told_of_once_in_the_order_of_their_ends)
{
    tr_system *system = system_up(1, TR_TRANSPORT_LOCAL);
    job waiting = {.function = wait_each, .done = TALLY};
    job_start_on(system, 0, &waiting);
    static const unsigned order[MEMBERS] = {2, 1, 3, 0};
    for (unsigned i = 0; i < MEMBERS; i++) {
        reaches(system, i + 1);
        release_on(system, order[i]);
    }
    tally_wait(&waiting.done, 1);
    ck_assert_int_eq(waiting.result, TR_ENOTFOUND);
    ck_assert_uint_eq(waiting.number, 2130);
    tr_system_stop(&system);
}
END_TEST

static void win_and_leave(job *self)
{
    tr_group *group = team_up();
    void *arg = NULL;
    ok(tr_group_wait_any(group, 60000, &arg));
    self->number = *(unsigned *)arg;
    if (team_of_test.abandons)
        return;
    tr_group_free(&group);
    ck_assert_uint_eq(team_of_test.ended, MEMBERS); // freeing waited for them
}

START_TEST(the_rest_is_cancelled_and_waited_for)
{
    tr_system *system = system_up(1, TR_TRANSPORT_LOCAL);
    team_of_test.abandons = _i == 1;
    job waiting = {.function = win_and_leave, .done = TALLY};
    job_start_on(system, 0, &waiting);
    release_on(system, 3);
    tally_wait(&waiting.done, 1);
    coroutines_end_on(system, 0); // the owner that left takes them along by its cleanup
    ck_assert_uint_eq(waiting.number, 3);
    ck_assert_uint_eq(team_of_test.ended, MEMBERS);
    ck_assert_uint_eq(team_of_test.cancelled, MEMBERS - 1);
    tr_system_stop(&system);
}
END_TEST

static void be_cancelled(job *self)
{
    tr_group *group = team_up();
    self->result = tr_group_wait_all(group, 600000);
    void *arg = NULL;
    fails(tr_group_wait_any(group, 600000, &arg), TR_ECANCELLED);
    tr_group_free(&group);
}

START_TEST(a_cancelled_owner_takes_its_members_with_it)
{
    tr_system *system = system_up(1, TR_TRANSPORT_LOCAL);
    job waiting = {.function = be_cancelled, .done = TALLY};
    job_start_on(system, 0, &waiting);
    if (_i == 0)
        job_cancel_on(system, 0, &waiting);
    else
        tr_system_stop(&system); // which cancels whoever waits
    tally_wait(&waiting.done, 1);
    ck_assert_int_eq(waiting.result, TR_ECANCELLED);
    ck_assert_uint_eq(team_of_test.cancelled, MEMBERS);
    tr_system_stop(&system);
}
END_TEST

static void do_nothing(void *arg)
{
    (void)arg;
}

#if !TEST_UNDER_TSAN // where a coroutine takes half a millisecond to make
static void start_too_many(job *self)
{
    tr_group *group = tr_group_new();
    for (unsigned i = 0; i < TR_GROUP_MEMBERS_CAP; i++)
        ok(tr_group_start(group, "short", do_nothing, NULL));
    fails(tr_group_start(group, "short", do_nothing, NULL), TR_EFULL);
    void *arg = NULL;
    ok(tr_group_wait_any(group, 0, &arg));
    ok(tr_group_start(group, "short", do_nothing, NULL)); // there is room again
    self->number = 1;
    tr_group_free(&group);
}

START_TEST(members_are_bounded)
{
    tr_system *system = system_up(1, TR_TRANSPORT_LOCAL);
    job starting = {.function = start_too_many, .done = TALLY};
    job_run_on(system, 0, &starting);
    ck_assert_uint_eq(starting.number, 1);
    tr_system_stop(&system);
}
END_TEST
#endif

static void start_over_the_limit(job *self)
{
    tr_group *group = team_up(); // with the owner, as many as there may be
    self->result = tr_group_start(group, "one more", do_nothing, NULL);
    tr_group_cancel(group);
    ok(tr_group_wait_all(group, 60000));
    tr_group_free(&group);
}

START_TEST(no_room_for_a_coroutine_is_said)
{
    tr_system *system =
        system_up_with(&(tr_system_options){.core_count = 1, .coroutines_per_core = MEMBERS + 1});
    job starting = {.function = start_over_the_limit, .done = TALLY};
    job_run_on(system, 0, &starting);
    ck_assert_int_eq(starting.result, TR_EFULL);
    ck_assert_uint_eq(team_of_test.cancelled, MEMBERS);
    tr_system_stop(&system);
}
END_TEST

Suite *actors_group_suite(void)
{
    Suite *suite = suite_create("actors/core/coroutine_group");
    TCase *tests = tcase_create("group");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, all_are_waited_for);
    tcase_add_test(tests, each_is_told_of_once_in_the_order_of_their_ends);
    tcase_add_loop_test(tests, the_rest_is_cancelled_and_waited_for, 0, 2);
    tcase_add_loop_test(tests, a_cancelled_owner_takes_its_members_with_it, 0, 2);
#if !TEST_UNDER_TSAN
    tcase_add_test(tests, members_are_bounded);
#endif
    tcase_add_test(tests, no_room_for_a_coroutine_is_said);
    suite_add_tcase(suite, tests);
    return suite;
}
