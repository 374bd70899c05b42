// Supervisors and their children: order, ends, who comes and goes.

#include <string.h>

#include "supervisor_world.h"

Suite *actors_supervisor_suite(void);

START_TEST(children_start_in_order_and_stop_in_reverse)
{
    supervision in;
    supervision_init(&in, (enum tr_transport)_i);
    for (int i = 0; i < 3; i++)
        in.children[i].stop_deadline_ms = 60000;
    supervision_start(&in);
    supervision_comes(&in, "+a+b+c");
    supervision_ends(&in, "?c-c?b-b?a-a");
}
END_TEST

START_TEST(a_child_that_does_not_stop_in_time_is_ended)
{
    supervision in;
    supervision_init(&in, TR_TRANSPORT_LOCAL);
    in.children[1].stop_deadline_ms = 20;
    in.workers[1].ignores_shutdown = true;
    supervision_start(&in);
    supervision_comes(&in, "+a+b+c");
    supervision_ends(&in, "-c?b-b-a");
}
END_TEST

static void end_supervisor(tr_core *core, void *arg)
{
    tr_actor_fail(tr_actor_find(core, ((supervision *)arg)->supervisor), 3);
}

START_TEST(a_supervisor_that_is_ended_takes_its_children_along)
{
    supervision in;
    supervision_init(&in, TR_TRANSPORT_LOCAL);
    supervision_start(&in);
    supervision_comes(&in, "+a+b+c");
    if (_i == 0) {
        on_core(in.system, 0, end_supervisor, &in);
        tally_wait(&in.ended, 1);
        supervision_comes(&in, "-c-b-a");
        ck_assert_int_eq(in.reason, 3);
        tr_system_stop(&in.system);
        return;
    }
    tr_system_stop(&in.system);
    ck_assert_str_eq(in.log, "-c-b-a");
}
END_TEST

static void add_d(tr_core *core, void *arg)
{
    supervision *in = arg;
    in->result = tr_supervisor_add(core, in->supervisor, &in->children[3]);
}

START_TEST(children_come_and_go)
{
    supervision in;
    supervision_init(&in, TR_TRANSPORT_LOCAL);
    supervision_start(&in);
    supervision_comes(&in, "+a+b+c");
    for (int i = 0; i < 3; i++) {
        on_core(in.system, 0, add_d, &in);
        ok(in.result);
        on_core(in.system, 0, add_d, &in);
        fails(in.result, TR_EEXISTS);
        supervision_child_fails(&in, "d", 4);
        supervision_comes(&in, "+d-d+d");
        on_core(in.system, 0, supervision_remove_child, &in);
        ok(in.result);
        supervision_comes(&in, "-d");
        on_core(in.system, 0, supervision_remove_child, &in);
        fails(in.result, TR_ENOTFOUND);
    }
    supervision_ends(&in, "-c-b-a");
}
END_TEST

static void read_tree(tr_core *core, void *arg)
{
    supervision *in = arg;
    in->result = (int)tr_supervisor_print(core, in->supervisor, in->log, SUPERVISION_LOG_SIZE);
}

// b is a supervisor of d.
static void nest(supervision *in, tr_supervisor_spec *inner)
{
    *inner = (tr_supervisor_spec){
        .intensity = 1, .window_ms = 600000, .children = &in->children[3], .child_count = 1};
    in->children[1].behaviour = &tr_supervisor_behaviour;
    in->children[1].args = inner;
    in->children[1].args_size = sizeof *inner;
    in->children[1].stop_deadline_ms = 60000;
}

START_TEST(an_inner_supervisor_that_fails_is_started_again_by_the_outer)
{
    supervision in;
    tr_supervisor_spec inner;
    supervision_init(&in, TR_TRANSPORT_LOCAL);
    nest(&in, &inner);
    in.spec.strategy = TR_REST_FOR_ONE;
    in.workers[3].failing_starts = 2;
    supervision_start(&in);
    supervision_comes(&in, "+a!d!d+c-c+d+c"); // the inner one was up, and ended for it
    on_core(in.system, 0, read_tree, &in);
    ck_assert_int_eq(in.result, (int)strlen(in.log));
    ck_assert_ptr_nonnull(strstr(in.log, "\n  d "));
    ck_assert_ptr_nonnull(strstr(in.log, " up restarts=1\n"));
    on_core(in.system, 0, supervision_clear_log, &in);
    supervision_ends(&in, "-c-d-a");
}
END_TEST

static void start_wrong(tr_core *core, void *arg)
{
    supervision *in = arg;
    in->children[1].name = "a";
    fails(tr_supervisor_start(core, &in->spec, NULL), TR_EEXISTS);
    in->children[1].name = NULL;
    fails(tr_supervisor_start(core, &in->spec, NULL), TR_EINVALID);
    tr_address nobody = tr_address_of(tr_core_node(core), 0, 99);
    fails(tr_supervisor_add(core, nobody, &in->children[0]), TR_EGONE);
    fails(tr_supervisor_remove(core, nobody, "a"), TR_EGONE);
    ck_assert_uint_eq(tr_supervisor_print(core, nobody, in->log, SUPERVISION_LOG_SIZE), 0);
    ck_assert_uint_eq(tr_core_stats_get(core).actors, 0);
}

START_TEST(a_wrong_specification_is_refused)
{
    supervision in;
    supervision_init(&in, TR_TRANSPORT_LOCAL);
    on_core(in.system, 0, start_wrong, &in);
    tr_system_stop(&in.system);
}
END_TEST

Suite *actors_supervisor_suite(void)
{
    Suite *suite = suite_create("actors/core/supervisor");
    TCase *tests = tcase_create("supervisor");
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, children_start_in_order_and_stop_in_reverse, 0, 2);
    tcase_add_test(tests, a_child_that_does_not_stop_in_time_is_ended);
    tcase_add_loop_test(tests, a_supervisor_that_is_ended_takes_its_children_along, 0, 2);
    tcase_add_test(tests, children_come_and_go);
    tcase_add_test(tests, an_inner_supervisor_that_fails_is_started_again_by_the_outer);
    tcase_add_test(tests, a_wrong_specification_is_refused);
    suite_add_tcase(suite, tests);
    return suite;
}
