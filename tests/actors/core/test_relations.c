// Actors that watch others, and what goes wrong with watches and links.

#include "actors/core/core_record.h"
#include "actors/core/relations.h"
#include "relations_world.h"

Suite *actors_relations_suite(void);

static int64_t do_demonitor(tr_actor *self, act *it)
{
    tr_demonitor(self, it->number);
    return 0;
}

static int64_t do_monitor_and_demonitor(tr_actor *self, act *it)
{
    int64_t reference = tr_monitor(self, it->other);
    tr_demonitor(self, reference);
    return reference;
}

static const int64_t reasons[] = {0, TR_EINVALID, 1234567890123};

START_TEST(the_end_of_a_monitored_actor_is_told_once_with_its_reason)
{
    relation in;
    relation_up(&in, _i / 3, false);
    int64_t reference = relation_watcher_does(&in, relation_monitor, 0);
    ck_assert_int_gt(reference, 0);
    relation_is_known(&in, 1);
    relation_target_does(&in, relation_fail, reasons[_i % 3]);
    tally_wait(&in.watcher.downs, 1);
    ck_assert_int_eq(in.watcher.reason, reasons[_i % 3]);
    ck_assert_uint_eq(in.watcher.reference, (uint64_t)reference);
    ck_assert(tr_address_equal(in.watcher.who, in.target.script.address));
    relation_is_clean(&in);
    place_down(&in.at);
    ck_assert_uint_eq(tally_get(&in.watcher.downs), 1);
}
END_TEST

static int64_t do_fail_twice(tr_actor *self, act *it)
{
    tr_actor_fail(self, it->number);
    tr_actor_fail(self, it->number + 1);
    return 0;
}

START_TEST(the_first_reason_counts)
{
    relation in;
    relation_up(&in, PLACE_SAME, false);
    (void)relation_watcher_does(&in, relation_monitor, 0);
    relation_target_does(&in, do_fail_twice, 5);
    tally_wait(&in.watcher.downs, 1);
    ck_assert_int_eq(in.watcher.reason, 5);
    place_down(&in.at);
}
END_TEST

START_TEST(monitoring_what_is_not_there_is_told_at_once)
{
    relation in;
    relation_up(&in, _i, false);
    relation_target_does(&in, relation_fail, 0);
    tally_wait(&in.target.script.stopped, 1);
    ck_assert_int_gt(relation_watcher_does(&in, relation_monitor, 0), 0);
    tally_wait(&in.watcher.downs, 1);
    ck_assert_int_eq(in.watcher.reason, TR_EGONE);
    ck_assert(tr_address_equal(in.watcher.who, in.target.script.address));
    tr_address nowhere = {tr_system_node(in.at.here) ^ 5, in.target.script.address.actor};
    ck_assert_int_gt(act_on(in.at.here, 0, &in.watcher.script, relation_monitor, nowhere, 0), 0);
    tally_wait(&in.watcher.downs, 2);
    ck_assert_int_eq(in.watcher.reason, TR_EGONE);
    relation_is_clean(&in);
    place_down(&in.at);
}
END_TEST

START_TEST(nothing_comes_after_demonitor)
{
    relation in;
    relation_up(&in, _i, false);
    int64_t reference = relation_watcher_does(&in, relation_monitor, 0);
    relation_is_known(&in, 1);
    relation_watcher_does(&in, do_demonitor, reference);
    relation_is_clean(&in); // both ends, though both live
    relation_target_does(&in, relation_fail, 1);
    tally_wait(&in.target.script.stopped, 1);
    // On its way, or in the mailbox already; the second one behind it shows that it is over.
    relation_watcher_does(&in, do_monitor_and_demonitor, 0);
    reference = relation_watcher_does(&in, relation_monitor, 0);
    tally_wait(&in.watcher.downs, 1);
    ck_assert_uint_eq(in.watcher.reference, (uint64_t)reference);
    relation_is_clean(&in);
    place_down(&in.at);
    ck_assert_uint_eq(tally_get(&in.watcher.downs), 1);
}
END_TEST

START_TEST(a_watcher_that_ends_is_forgotten_at_the_other_end)
{
    relation in;
    relation_up(&in, _i, false);
    for (int i = 0; i < 10; i++)
        ck_assert_int_gt(relation_watcher_does(&in, relation_monitor, 0), 0);
    relation_is_known(&in, 10);
    act_on(in.at.here, 0, &in.watcher.script, relation_fail, TR_NOWHERE, 7);
    tally_wait(&in.watcher.script.stopped, 1);
    relation_is_clean(&in);
    place_down(&in.at);
}
END_TEST

typedef struct gate {
    tally closed;
    tally open;
} gate;

static void wait_at_gate(tr_core *core, void *arg)
{
    (void)core;
    gate *self = arg;
    tally_add(&self->closed, 1);
    tally_wait(&self->open, 1);
}

START_TEST(a_target_that_ends_while_the_watch_is_on_its_way_is_told_once)
{
    relation in;
    relation_up(&in, _i == 0 ? PLACE_CORE : PLACE_NODE, false);
    gate stuck = {TALLY, TALLY};
    ok(tr_system_post(in.at.there, in.at.core, wait_at_gate, &stuck));
    tally_wait(&stuck.closed, 1);
    ck_assert_int_gt(relation_watcher_does(&in, relation_monitor, 0), 0);
    ok(tr_system_post(in.at.there, in.at.core, relation_fail_end, &in.target.script));
    tally_add(&stuck.open, 1);
    tally_wait(&in.watcher.downs, 1);
    ck_assert(in.watcher.reason == 9 || in.watcher.reason == TR_EGONE);
    relation_is_clean(&in);
    place_down(&in.at);
    ck_assert_uint_eq(tally_get(&in.watcher.downs), 1);
}
END_TEST

static int64_t do_fail_and_be_monitored(tr_actor *self, act *it)
{
    tr_actor_fail(tr_actor_find(tr_actor_core(self), it->other), 9);
    return tr_monitor(self, it->other);
}

START_TEST(a_target_that_has_its_last_turn_is_gone)
{
    relation in;
    relation_up(&in, PLACE_SAME, false);
    ck_assert_int_gt(relation_watcher_does(&in, do_fail_and_be_monitored, 0), 0);
    tally_wait(&in.watcher.downs, 1);
    ck_assert_int_eq(in.watcher.reason, TR_EGONE);
    relation_is_clean(&in);
    place_down(&in.at);
}
END_TEST

// -- what goes wrong --

START_TEST(every_watch_of_a_node_that_goes_down_fires)
{
    enum { MANY = 50 };
    relation in;
    relation_up(&in, PLACE_NODE, true);
    for (int i = 0; i < MANY; i++)
        ck_assert_int_gt(relation_watcher_does(&in, relation_monitor, 0), 0);
    ok((int)relation_watcher_does(&in, relation_link, 0));
    relation_is_known(&in, MANY + 1);
    if (_i == 0)
        tr_system_stop(&in.at.there);
    else
        routes_tell(in.at.here, &in.at.here, 1); // the cluster says so
    tally_wait(&in.watcher.downs, MANY);
    tally_wait(&in.watcher.exits, 1);
    ck_assert(in.watcher.reason == TR_EGONE || in.watcher.reason == TR_ECANCELLED);
    nothing_is_left(in.at.here, 0);
    tr_system_stop(&in.at.here);
    if (_i == 1)
        tr_system_stop(&in.at.there);
    ck_assert_uint_eq(tally_get(&in.watcher.downs), MANY);
}
END_TEST

static void flood_it(tr_core *core, void *arg)
{
    static const char block[4096];
    tr_address to = *(tr_address *)arg;
    while (tr_send(core, TR_NOWHERE, to, probe, .payload = {block, sizeof block}) == 0)
        continue;
}

static bool has_notice(tr_core *core, void *arg)
{
    (void)arg;
    return core->unsent.count != 0;
}

static void spawn_large(tr_core *core, void *arg)
{
    spawn_as(core, &large_script_behaviour, arg, 0);
}

START_TEST(an_end_that_finds_its_way_full_is_told_later)
{
    relation in;
    relation_up(&in, _i == 0 ? PLACE_CORE : PLACE_NODE, false);
    hearer sink;
    hearer_init(&sink);
    on_core(in.at.here, 0, spawn_large, &sink.script);
    ck_assert_int_gt(relation_watcher_does(&in, relation_monitor, 0), 0);
    // Known there once what was asked behind it has arrived.
    tr_address missing = in.target.script.address;
    missing.actor += 5;
    ck_assert_int_gt(act_on(in.at.here, 0, &in.watcher.script, relation_monitor, missing, 0), 0);
    tally_wait(&in.watcher.downs, 1);
    gate stuck = {TALLY, TALLY};
    ok(tr_system_post(in.at.here, 0, wait_at_gate, &stuck));
    tally_wait(&stuck.closed, 1);
    on_core(in.at.there, in.at.core, flood_it, &sink.script.address);
    relation_target_does(&in, relation_fail, 77);
    eventually_on(in.at.there, in.at.core, has_notice, NULL);
    tally_add(&stuck.open, 1);
    tally_wait(&in.watcher.downs, 2);
    ck_assert_int_eq(in.watcher.reason, 77);
    relation_is_clean(&in);
    place_down(&in.at);
}
END_TEST

static int64_t do_fill(tr_actor *self, act *it)
{
    for (unsigned i = 0; i < TR_RELATIONS_PER_ACTOR_CAP; i++)
        ck_assert_int_gt(tr_monitor(self, it->other), 0);
    return tr_monitor(self, it->other);
}

START_TEST(relations_are_bounded_at_both_ends)
{
    relation in;
    relation_up(&in, PLACE_SAME, false);
    ck_assert_int_eq(relation_watcher_does(&in, do_fill, 0), TR_EFULL);
    hearer third;
    hearer_init(&third);
    spawn_on(in.at.here, 0, &third.script);
    tr_address target = in.target.script.address;
    ck_assert_int_gt(act_on(in.at.here, 0, &third.script, relation_monitor, target, 0), 0);
    tally_wait(&third.downs, 1);
    ck_assert_int_eq(third.reason, TR_EFULL);
    relation_target_does(&in, relation_fail, 1);
    tally_wait(&in.watcher.downs, TR_RELATIONS_PER_ACTOR_CAP); // more than its mailbox holds
    relation_is_clean(&in);
    place_down(&in.at);
}
END_TEST

static int start_linked(tr_actor *self, const void *args)
{
    ok(tr_link_to(self, *(const tr_address *)args));
    ck_assert_int_gt(tr_monitor(self, *(const tr_address *)args), 0);
    ok(tr_after(self, 1, 1));
    ck_assert_int_gt(tr_ask(self, *(const tr_address *)args, 60000, probe, .number = 1), 0);
    return TR_EPROTOCOL;
}

static void never(tr_actor *self, tr_message *message)
{
    (void)self;
    (void)message;
    ck_abort_msg("it never was");
}

static void spawn_failing(tr_core *core, void *arg)
{
    static const tr_behaviour failing = {
        .name = "failing", .on_start = start_linked, .on_message = never};
    fails(tr_spawn(core, &failing, arg, 0, NULL), TR_EPROTOCOL);
}

START_TEST(a_failed_start_is_told_to_who_was_linked_meanwhile)
{
    relation in;
    relation_up(&in, PLACE_SAME, true);
    on_core(in.at.here, 0, spawn_failing, &in.watcher.script.address);
    tally_wait(&in.watcher.exits, 1);
    ck_assert_int_eq(in.watcher.reason, TR_EPROTOCOL);
    relation_is_clean(&in);
    place_down(&in.at);
}
END_TEST

START_TEST(an_idle_actor_is_small)
{
    ck_assert_uint_le(sizeof(tr_actor), 128);
}
END_TEST

Suite *actors_relations_suite(void)
{
    Suite *suite = suite_create("actors/core/relations");
    TCase *tests = tcase_create("relations");
    tcase_set_timeout(tests, 90);
    tcase_add_loop_test(tests, the_end_of_a_monitored_actor_is_told_once_with_its_reason, 0,
                        3 * PLACES);
    tcase_add_test(tests, the_first_reason_counts);
    tcase_add_loop_test(tests, monitoring_what_is_not_there_is_told_at_once, 0, PLACES);
    tcase_add_loop_test(tests, nothing_comes_after_demonitor, 0, PLACES);
    tcase_add_loop_test(tests, a_watcher_that_ends_is_forgotten_at_the_other_end, 0, PLACES);
    tcase_add_loop_test(tests, a_target_that_ends_while_the_watch_is_on_its_way_is_told_once, 0, 2);
    tcase_add_test(tests, a_target_that_has_its_last_turn_is_gone);
    tcase_add_loop_test(tests, every_watch_of_a_node_that_goes_down_fires, 0, 2);
    tcase_add_loop_test(tests, an_end_that_finds_its_way_full_is_told_later, 0, 2);
    tcase_add_test(tests, relations_are_bounded_at_both_ends);
    tcase_add_test(tests, a_failed_start_is_told_to_who_was_linked_meanwhile);
    tcase_add_test(tests, an_idle_actor_is_small);
    suite_add_tcase(suite, tests);
    return suite;
}
