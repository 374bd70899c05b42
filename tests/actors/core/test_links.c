// Actors that are linked (actors/core/relations.h): one ends with the other, or is told.

#include "relations_world.h"

Suite *actors_links_suite(void);

static int64_t do_unlink(tr_actor *self, act *it)
{
    tr_unlink_from(self, it->other);
    return 0;
}

START_TEST(a_link_takes_the_other_end_down_with_the_same_reason)
{
    relation in;
    relation_up(&in, _i / 2, false);
    hearer third; // hears how the watcher ends
    hearer_init(&third);
    spawn_on(in.at.here, 0, &third.script);
    tr_address watcher = in.watcher.script.address;
    ok((int)(_i % 2 == 0 ? relation_watcher_does(&in, relation_link, 0)
                         : relation_target_does(&in, relation_link, 0)));
    relation_is_known(&in, 1);
    ck_assert_int_gt(act_on(in.at.here, 0, &third.script, relation_monitor, watcher, 0), 0);
    relation_target_does(&in, relation_fail, 42);
    tally_wait(&third.downs, 1);
    ck_assert(third.reason == 42 || (_i / 2 == PLACE_INPROC && third.reason == TR_EGONE));
    ck_assert_uint_eq(tally_get(&in.watcher.script.stopped), 1);
    relation_is_clean(&in);
    place_down(&in.at);
}
END_TEST

START_TEST(an_end_in_order_is_only_told_to_who_traps_exits)
{
    relation in;
    relation_up(&in, _i / 2, _i % 2 == 1);
    ok((int)relation_watcher_does(&in, relation_link, 0));
    ck_assert_int_gt(relation_watcher_does(&in, relation_monitor, 0), 0);
    relation_is_known(&in, 2);
    relation_target_does(&in, relation_fail, 0);
    tally_wait(&in.watcher.downs, 1);
    tally_wait(&in.watcher.exits, (uint64_t)(_i % 2));
    ck_assert_uint_eq(tally_get(&in.watcher.script.stopped), 0);
    relation_is_clean(&in);
    place_down(&in.at);
    ck_assert_uint_eq(tally_get(&in.watcher.exits), (uint64_t)(_i % 2));
}
END_TEST

START_TEST(a_link_to_what_is_not_there_ends_or_tells_the_caller)
{
    relation in;
    relation_up(&in, _i / 2, _i % 2 == 1);
    relation_target_does(&in, relation_fail, 0);
    tally_wait(&in.target.script.stopped, 1);
    ok((int)relation_watcher_does(&in, relation_link, 0));
    if (_i % 2 == 1) {
        tally_wait(&in.watcher.exits, 1);
        ck_assert_int_eq(in.watcher.reason, TR_EGONE);
    } else {
        tally_wait(&in.watcher.script.stopped, 1);
    }
    relation_is_clean(&in);
    place_down(&in.at);
}
END_TEST

START_TEST(two_who_link_to_each_other_at_once_hear_of_one_end)
{
    relation in;
    relation_up(&in, _i, true);
    ok((int)relation_watcher_does(&in, relation_link, 0));
    ok((int)relation_target_does(&in, relation_link, 0));
    ck_assert_int_gt(relation_watcher_does(&in, relation_monitor, 0), 0);
    relation_is_known(&in, 3);
    relation_target_does(&in, relation_fail, 3);
    tally_wait(&in.watcher.exits, 1);
    tally_wait(&in.watcher.downs, 1);
    relation_is_clean(&in);
    place_down(&in.at);
    ck_assert_uint_eq(tally_get(&in.watcher.exits), 1);
}
END_TEST

START_TEST(both_ends_of_a_link_may_end_in_one_turn)
{
    relation in;
    relation_up(&in, _i, false);
    ok((int)relation_watcher_does(&in, relation_link, 0));
    ok(tr_system_post(in.at.here, 0, relation_fail_end, &in.watcher.script));
    ok(tr_system_post(in.at.there, in.at.core, relation_fail_end, &in.target.script));
    tally_wait(&in.watcher.script.stopped, 1);
    tally_wait(&in.target.script.stopped, 1);
    relation_is_clean(&in);
    place_down(&in.at);
}
END_TEST

START_TEST(an_unlinked_end_hears_nothing)
{
    relation in;
    relation_up(&in, _i / 2, true);
    ok((int)relation_watcher_does(&in, relation_link, 0));
    relation_is_known(&in, 1);
    ok((int)(_i % 2 == 0 ? relation_watcher_does(&in, do_unlink, 0)
                         : relation_target_does(&in, do_unlink, 0)));
    relation_is_known(&in, 0);
    ck_assert_int_gt(relation_watcher_does(&in, relation_monitor, 0), 0);
    relation_target_does(&in, relation_fail, 3);
    tally_wait(&in.watcher.downs, 1);
    relation_is_clean(&in);
    place_down(&in.at);
    ck_assert_uint_eq(tally_get(&in.watcher.exits), 0);
}
END_TEST

static int64_t do_link_to_oneself(tr_actor *self, act *it)
{
    (void)it;
    return tr_link_to(self, tr_actor_address(self));
}

static int64_t do_monitor_oneself(tr_actor *self, act *it)
{
    (void)it;
    return tr_monitor(self, tr_actor_address(self));
}

START_TEST(relations_with_oneself_are_harmless)
{
    relation in;
    relation_up(&in, _i, false);
    ok((int)relation_watcher_does(&in, do_link_to_oneself, 0));
    ck_assert_int_gt(relation_watcher_does(&in, do_monitor_oneself, 0), 0);
    relation_watcher_does(&in, relation_fail, 1);
    tally_wait(&in.watcher.script.stopped, 1);
    relation_is_clean(&in);
    place_down(&in.at);
}
END_TEST

Suite *actors_links_suite(void)
{
    Suite *suite = suite_create("actors/core/links");
    TCase *tests = tcase_create("links");
    tcase_set_timeout(tests, 90);
    tcase_add_loop_test(tests, a_link_takes_the_other_end_down_with_the_same_reason, 0, 2 * PLACES);
    tcase_add_loop_test(tests, an_end_in_order_is_only_told_to_who_traps_exits, 0, 2 * PLACES);
    tcase_add_loop_test(tests, a_link_to_what_is_not_there_ends_or_tells_the_caller, 0, 2 * PLACES);
    tcase_add_loop_test(tests, two_who_link_to_each_other_at_once_hear_of_one_end, 0, PLACES);
    tcase_add_loop_test(tests, both_ends_of_a_link_may_end_in_one_turn, 0, PLACES);
    tcase_add_loop_test(tests, an_unlinked_end_hears_nothing, 0, 2 * PLACES);
    tcase_add_loop_test(tests, relations_with_oneself_are_harmless, 0, 3);
    suite_add_tcase(suite, tests);
    return suite;
}
