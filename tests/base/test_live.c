#include "base/live.h"

#include <check.h>
#include <signal.h>
#include <string.h>

#include "tests/support/system.h"

Suite *base_live_suite(void);

// A build that does not count has nothing to find.
#ifdef TR_DEBUG
static void make_message(tr_core *core, void *arg)
{
    (void)core;
    *(tr_message **)arg = tr_message_new(TR_MSG_probe, &(tr_msg_probe){.number = 1});
}

START_TEST(what_lives_is_counted_by_kind)
{
    int64_t actors = tr_live_get(TR_LIVE_actor);
    int64_t messages = tr_live_get(TR_LIVE_message);
    tr_system *system = system_up(1, TR_TRANSPORT_LOCAL);
    script one = {SCRIPT};
    spawn_on(system, 0, &one);
    tr_message *kept = NULL;
    on_core(system, 0, make_message, &kept);
    ck_assert_int_eq(tr_live_get(TR_LIVE_actor), actors + 1);
    ck_assert_int_eq(tr_live_get(TR_LIVE_message), messages + 1);
    tr_message_free(kept);
    tr_system_stop(&system);
    ck_assert_int_eq(tr_live_get(TR_LIVE_actor), actors);
    ck_assert_int_eq(tr_live_get(TR_LIVE_message), messages);
}
END_TEST

START_TEST(only_the_last_system_to_stop_is_held_to_it)
{
    tr_message *kept = NULL;
    tr_system *one = system_up(1, TR_TRANSPORT_LOCAL);
    tr_system *other = system_up(1, TR_TRANSPORT_LOCAL);
    on_core(one, 0, make_message, &kept);
    tr_system_stop(&one);
    tr_message_free(kept);
    tr_system_stop(&other);
}
END_TEST

START_TEST(what_was_there_before_may_stay)
{
    tr_message *before = tr_message_new(TR_MSG_probe, &(tr_msg_probe){.number = 1});
    tr_system *system = system_up(1, TR_TRANSPORT_LOCAL);
    tr_system_stop(&system);
    tr_message_free(before);
}
END_TEST

START_TEST(leaving_a_message_behind_aborts)
{
    static tr_message *kept; // reachable, so that no leak checker minds
    tr_system *system = system_up(1, TR_TRANSPORT_LOCAL);
    on_core(system, 0, make_message, &kept);
    tr_system_stop(&system);
}
END_TEST

START_TEST(outside_of_tests_it_is_only_logged)
{
    static tr_message *kept;
    tr_live_set_strict(false);
    tr_system *system = system_up(1, TR_TRANSPORT_LOCAL);
    on_core(system, 0, make_message, &kept);
    tr_system_stop(&system);
    tr_message_free(kept);
}
END_TEST

START_TEST(a_tag_written_over_aborts)
{
    tr_message *message = tr_message_new(TR_MSG_probe, &(tr_msg_probe){.number = 1});
    ((unsigned char *)message)[message->size]++; // one byte past its end
    tr_message_free(message);
}
END_TEST

static void use_an_actor_that_is_none(tr_core *core, void *arg)
{
    (void)core;
    (void)arg;
    static _Alignas(16) unsigned char freed[256];
    memset(freed, 0xdd, sizeof freed);
    tr_actor_wake((tr_actor *)(void *)freed);
}

START_TEST(a_pointer_to_what_is_no_actor_aborts)
{
    tr_system *system = system_up(1, TR_TRANSPORT_LOCAL);
    on_core(system, 0, use_an_actor_that_is_none, NULL);
}
END_TEST

static void tell_core(tr_core *core, void *arg)
{
    *(tr_core **)arg = core;
}

// What no author can call: public functions refuse such a thread in every build.
START_TEST(reading_a_core_from_another_thread_aborts)
{
    static tr_core *core;
    tr_system *system = system_up(1, TR_TRANSPORT_LOCAL);
    on_core(system, 0, tell_core, &core);
    (void)tr_core_role(core, TR_ROLE_SLOT_SDK);
}
END_TEST
#endif

Suite *base_live_suite(void)
{
    Suite *suite = suite_create("base/live");
#ifdef TR_DEBUG
    TCase *tests = tcase_create("live");
    tcase_add_test(tests, what_lives_is_counted_by_kind);
    tcase_add_test(tests, only_the_last_system_to_stop_is_held_to_it);
    tcase_add_test(tests, what_was_there_before_may_stay);
    tcase_add_test(tests, outside_of_tests_it_is_only_logged);
    suite_add_tcase(suite, tests);
    TCase *death = tcase_create("death");
    tcase_set_tags(death, "death");
    tcase_add_test_raise_signal(death, leaving_a_message_behind_aborts, SIGABRT);
    tcase_add_test_raise_signal(death, a_tag_written_over_aborts, SIGABRT);
    tcase_add_test_raise_signal(death, a_pointer_to_what_is_no_actor_aborts, SIGABRT);
    tcase_add_test_raise_signal(death, reading_a_core_from_another_thread_aborts, SIGABRT);
    suite_add_tcase(suite, death);
#endif
    return suite;
}
