#include "troupe/actors/supervisor.h"

#include <string.h>

#include "tests/support/place.h"

Suite *actors_supervisor_suite(void);

enum { LOG_SIZE = 4096, WORKERS = 4 };

// The events of a test's children, in order: +a started, !a failed to start, -a stopped, ?a was
// asked to.
typedef struct scene scene;

typedef struct worker {
    scene *in;
    char name[2];
    unsigned failing_starts;
    bool ignores_shutdown;
} worker;

struct scene {
    tr_system *system;
    char log[LOG_SIZE];
    worker workers[WORKERS];
    tr_child_spec children[WORKERS];
    tr_supervisor_spec spec;
    tr_address supervisor;
    script watcher;
    int64_t reason; // of the supervisor's end
    tally ended;
    const char *name;
    uint64_t number;
    int result;
};

static void note(worker *self, char what)
{
    size_t length = strlen(self->in->log);
    ck_assert_uint_lt(length + 3, LOG_SIZE);
    self->in->log[length] = what;
    self->in->log[length + 1] = self->name[0];
}

static worker *worker_of(tr_actor *self)
{
    return *(worker **)tr_actor_state(self);
}

static int worker_start(tr_actor *self, const void *args)
{
    worker *it = *(worker *const *)args;
    *(worker **)tr_actor_state(self) = it;
    if (it->failing_starts != 0) {
        it->failing_starts--;
        note(it, '!');
        return TR_EINVALID;
    }
    note(it, '+');
    return 0;
}

static void worker_message(tr_actor *self, tr_message *message)
{
    if (TR_TYPE(message) == TR_MSG_probe) {
        tr_actor_fail(self, (int64_t)TR_BODY(message, probe)->number);
    } else if (TR_TYPE(message) == TR_MSG_shutdown) {
        note(worker_of(self), '?');
        if (!worker_of(self)->ignores_shutdown)
            tr_actor_stop(self);
    }
}

static void worker_stop(tr_actor *self)
{
    note(worker_of(self), '-');
}

static const tr_behaviour worker_behaviour = {.name = "worker",
                                              .state_size = sizeof(worker *),
                                              .on_start = worker_start,
                                              .on_message = worker_message,
                                              .on_stop = worker_stop};

static void watch_end(tr_actor *self, script *of, tr_message *message)
{
    (void)self;
    scene *in = of->arg;
    if (TR_TYPE(message) != TR_MSG_down)
        return;
    in->reason = TR_BODY(message, down)->reason;
    tally_add(&in->ended, 1);
}

static void set_up(tr_core *core, void *arg)
{
    scene *in = arg;
    ok(tr_supervisor_start(core, &in->spec, &in->supervisor));
    spawn(core, &in->watcher);
    ck_assert_int_gt(tr_monitor(tr_actor_find(core, in->watcher.address), in->supervisor), 0);
}

// Children a, b and c; the spec may be changed before scene_start.
static void scene_init_with(scene *self, const tr_system_options *options)
{
    memset(self, 0, sizeof *self);
    self->system = system_up_with(options);
    self->ended = (tally)TALLY;
    self->watcher = (script){SCRIPT, .on_message = watch_end, .arg = self};
    for (int i = 0; i < WORKERS; i++) {
        static worker *at[WORKERS];
        at[i] = &self->workers[i];
        self->workers[i] = (worker){.in = self, .name = {(char)('a' + i), 0}};
        self->children[i] = (tr_child_spec){.name = self->workers[i].name,
                                            .behaviour = &worker_behaviour,
                                            .args = &at[i],
                                            .args_size = sizeof at[i]};
    }
    self->spec = (tr_supervisor_spec){
        .intensity = 100, .window_ms = 600000, .children = self->children, .child_count = 3};
}

static void scene_init(scene *self, enum tr_transport transport)
{
    scene_init_with(self, &(tr_system_options){.core_count = 1, .transport = transport});
}

// Time passes when the test says so.
static void scene_init_held(scene *self)
{
    scene_init_with(self, &(tr_system_options){.core_count = 1, .held_clock = true});
}

static void scene_start(scene *self)
{
    on_core(self->system, 0, set_up, self);
}

typedef struct look {
    scene *in;
    char log[LOG_SIZE];
} look;

static void read_log(tr_core *core, void *arg)
{
    (void)core;
    look *self = arg;
    memcpy(self->log, self->in->log, LOG_SIZE);
}

static void clear_log(tr_core *core, void *arg)
{
    (void)core;
    memset(((scene *)arg)->log, 0, LOG_SIZE);
}

// Waits until the log is so long, compares it, and empties it.
static void comes(scene *self, const char *expected)
{
    static look now;
    now.in = self;
    uint64_t deadline = tr_clock_ms() + TEST_DEADLINE_MS;
    while (on_core(self->system, 0, read_log, &now),
           strlen(now.log) < strlen(expected) && tr_clock_ms() < deadline)
        look_again_soon();
    ck_assert_str_eq(now.log, expected);
    on_core(self->system, 0, clear_log, self);
}

static bool is_up(tr_core *core, void *arg)
{
    scene *in = arg;
    return tr_actor_find(core, tr_supervisor_child(core, in->supervisor, in->name)) != NULL;
}

static void fail_child(tr_core *core, void *arg)
{
    scene *in = arg;
    tr_address at = tr_supervisor_child(core, in->supervisor, in->name);
    ok(tr_send(core, TR_NOWHERE, at, probe, .number = in->number));
}

static void child_fails(scene *self, const char *name, int64_t reason)
{
    self->name = name;
    self->number = (uint64_t)reason;
    eventually_on(self->system, 0, is_up, self);
    on_core(self->system, 0, fail_child, self);
}

static void stop_supervisor(tr_core *core, void *arg)
{
    tr_supervisor_stop(core, ((scene *)arg)->supervisor);
}

// Ends it in order; nothing of it is left.
static void scene_ends(scene *self, const char *expected)
{
    on_core(self->system, 0, stop_supervisor, self);
    tally_wait(&self->ended, 1);
    ck_assert_int_eq(self->reason, 0);
    comes(self, expected);
    nothing_is_left(self->system, 0);
    ck_assert_uint_eq(stats_of(self->system, 0).actors, 1);
    tr_system_stop(&self->system);
}

START_TEST(children_start_in_order_and_stop_in_reverse)
{
    scene in;
    scene_init(&in, (enum tr_transport)_i);
    for (int i = 0; i < 3; i++)
        in.children[i].stop_deadline_ms = 60000;
    scene_start(&in);
    comes(&in, "+a+b+c");
    scene_ends(&in, "?c-c?b-b?a-a");
}
END_TEST

static const struct {
    enum tr_strategy strategy;
    const char *failing;
    const char *then;
} strategies[] = {
    {TR_ONE_FOR_ONE, "a", "-a+a"},          {TR_ONE_FOR_ONE, "b", "-b+b"},
    {TR_ONE_FOR_ONE, "c", "-c+c"},          {TR_ONE_FOR_ALL, "a", "-a-c-b+a+b+c"},
    {TR_ONE_FOR_ALL, "b", "-b-c-a+a+b+c"},  {TR_ONE_FOR_ALL, "c", "-c-b-a+a+b+c"},
    {TR_REST_FOR_ONE, "a", "-a-c-b+a+b+c"}, {TR_REST_FOR_ONE, "b", "-b-c+b+c"},
    {TR_REST_FOR_ONE, "c", "-c+c"},
};
enum { STRATEGIES = sizeof strategies / sizeof *strategies };

START_TEST(a_strategy_says_who_is_started_again)
{
    scene in;
    scene_init(&in, _i < STRATEGIES ? TR_TRANSPORT_LOCAL : TR_TRANSPORT_INPROC);
    in.spec.strategy = strategies[_i % STRATEGIES].strategy;
    scene_start(&in);
    comes(&in, "+a+b+c");
    for (int round = 0; round < 3; round++) {
        child_fails(&in, strategies[_i % STRATEGIES].failing, 5);
        comes(&in, strategies[_i % STRATEGIES].then);
    }
    scene_ends(&in, "-c-b-a");
}
END_TEST

static const struct {
    enum tr_restart restart;
    int64_t reason;
    bool again;
} restarts[] = {
    {TR_PERMANENT, 0, true}, {TR_PERMANENT, 1, true},  {TR_TRANSIENT, 0, false},
    {TR_TRANSIENT, 1, true}, {TR_TEMPORARY, 0, false}, {TR_TEMPORARY, 1, false},
};

static void look_for_child(tr_core *core, void *arg)
{
    scene *in = arg;
    in->result = tr_supervisor_remove(core, in->supervisor, in->name);
}

START_TEST(a_kind_of_child_says_whether_it_is_started_again)
{
    scene in;
    scene_init(&in, TR_TRANSPORT_LOCAL);
    in.children[1].restart = restarts[_i].restart;
    scene_start(&in);
    comes(&in, "+a+b+c");
    child_fails(&in, "b", restarts[_i].reason);
    comes(&in, restarts[_i].again ? "-b+b" : "-b");
    child_fails(&in, "c", 1); // any restart of b has been done by then
    comes(&in, "-c+c");
    in.name = "b";
    on_core(in.system, 0, look_for_child, &in);
    ck_assert_int_eq(in.result, restarts[_i].restart == TR_TEMPORARY ? TR_ENOTFOUND : 0);
    tr_system_stop(&in.system);
}
END_TEST

START_TEST(a_child_that_fails_to_start_is_tried_again_before_those_behind_it)
{
    scene in;
    scene_init(&in, TR_TRANSPORT_LOCAL);
    in.spec.strategy = _i == 0 ? TR_REST_FOR_ONE : TR_ONE_FOR_ALL;
    in.spec.backoff_min_ms = 1;
    in.workers[1].failing_starts = 3;
    scene_start(&in);
    // All for one: a is up already, and is started anew with each failure of b.
    comes(&in, _i == 0 ? "+a!b!b!b+b+c" : "+a!b-a+a!b-a+a!b-a+a+b+c");
    scene_ends(&in, "-c-b-a");
}
END_TEST

START_TEST(too_many_restarts_end_the_supervisor_and_its_children_in_reverse)
{
    scene in;
    scene_init(&in, TR_TRANSPORT_LOCAL);
    in.spec.intensity = 2;
    scene_start(&in);
    comes(&in, "+a+b+c");
    for (int i = 0; i < 2; i++) {
        child_fails(&in, "b", 7);
        comes(&in, "-b+b");
    }
    child_fails(&in, "b", _i == 0 ? 8 : 0);
    tally_wait(&in.ended, 1);
    ck_assert_int_eq(in.reason, _i == 0 ? 8 : TR_EUNAVAILABLE);
    comes(&in, "-b-c-a");
    ck_assert_uint_eq(stats_of(in.system, 0).actors, 1);
    nothing_is_left(in.system, 0);
    tr_system_stop(&in.system);
}
END_TEST

START_TEST(starts_that_never_succeed_are_too_many)
{
    scene in;
    scene_init(&in, TR_TRANSPORT_LOCAL);
    in.spec.intensity = (uint32_t)_i;
    in.spec.backoff_min_ms = _i == 5 ? 1 : 0;
    in.workers[2].failing_starts = 1000;
    scene_start(&in);
    tally_wait(&in.ended, 1);
    ck_assert_int_eq(in.reason, TR_EINVALID);
    ck_assert_uint_eq(in.workers[2].failing_starts, 1000u - 1u - (unsigned)_i);
    ck_assert_uint_eq(stats_of(in.system, 0).actors, 1);
    tr_system_stop(&in.system);
}
END_TEST

START_TEST(restarts_outside_the_window_are_forgotten)
{
    scene in;
    scene_init_held(&in);
    in.spec.intensity = 1;
    in.spec.window_ms = 5000;
    scene_start(&in);
    comes(&in, "+a+b+c");
    for (int i = 0; i < 5; i++) {
        child_fails(&in, "a", 1);
        comes(&in, "-a+a");
        ok(tr_system_advance(in.system, 5001));
    }
    scene_ends(&in, "-c-b-a");
}
END_TEST

START_TEST(each_failure_in_a_row_waits_longer_up_to_the_cap)
{
    scene in;
    scene_init_held(&in);
    in.spec.backoff_min_ms = 1000;
    in.spec.backoff_max_ms = 4000;
    scene_start(&in);
    comes(&in, "+a+b+c");
    static const uint64_t at_most_ms[] = {1000, 2000, 4000, 4000, 4000};
    for (int i = 0; i < 5; i++) {
        child_fails(&in, "b", 1);
        comes(&in, "-b");
        ok(tr_system_advance(in.system, at_most_ms[i] / 2 - 1)); // shortened by chance up to a half
        comes(&in, "");
        ok(tr_system_advance(in.system, at_most_ms[i] / 2 + 1));
        comes(&in, "+b");
    }
    scene_ends(&in, "-c-b-a");
}
END_TEST

START_TEST(a_child_that_does_not_stop_in_time_is_ended)
{
    scene in;
    scene_init(&in, TR_TRANSPORT_LOCAL);
    in.children[1].stop_deadline_ms = 20;
    in.workers[1].ignores_shutdown = true;
    scene_start(&in);
    comes(&in, "+a+b+c");
    scene_ends(&in, "-c?b-b-a");
}
END_TEST

static void end_supervisor(tr_core *core, void *arg)
{
    tr_actor_fail(tr_actor_find(core, ((scene *)arg)->supervisor), 3);
}

START_TEST(a_supervisor_that_is_ended_takes_its_children_along)
{
    scene in;
    scene_init(&in, TR_TRANSPORT_LOCAL);
    scene_start(&in);
    comes(&in, "+a+b+c");
    if (_i == 0) {
        on_core(in.system, 0, end_supervisor, &in);
        tally_wait(&in.ended, 1);
        comes(&in, "-c-b-a");
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
    scene *in = arg;
    in->result = tr_supervisor_add(core, in->supervisor, &in->children[3]);
}

START_TEST(children_come_and_go)
{
    scene in;
    scene_init(&in, TR_TRANSPORT_LOCAL);
    scene_start(&in);
    comes(&in, "+a+b+c");
    for (int i = 0; i < 3; i++) {
        on_core(in.system, 0, add_d, &in);
        ok(in.result);
        on_core(in.system, 0, add_d, &in);
        fails(in.result, TR_EEXISTS);
        child_fails(&in, "d", 4);
        comes(&in, "+d-d+d");
        on_core(in.system, 0, look_for_child, &in);
        ok(in.result);
        comes(&in, "-d");
        on_core(in.system, 0, look_for_child, &in);
        fails(in.result, TR_ENOTFOUND);
    }
    scene_ends(&in, "-c-b-a");
}
END_TEST

static void read_tree(tr_core *core, void *arg)
{
    scene *in = arg;
    in->result = (int)tr_supervisor_print(core, in->supervisor, in->log, LOG_SIZE);
}

// b is a supervisor of d.
static void nest(scene *in, tr_supervisor_spec *inner)
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
    scene in;
    tr_supervisor_spec inner;
    scene_init(&in, TR_TRANSPORT_LOCAL);
    nest(&in, &inner);
    in.spec.strategy = TR_REST_FOR_ONE;
    in.workers[3].failing_starts = 2;
    scene_start(&in);
    comes(&in, "+a!d!d+c-c+d+c"); // the inner one was up, and ended for it
    on_core(in.system, 0, read_tree, &in);
    ck_assert_int_eq(in.result, (int)strlen(in.log));
    ck_assert_ptr_nonnull(strstr(in.log, "\n  d "));
    ck_assert_ptr_nonnull(strstr(in.log, " up restarts=1\n"));
    on_core(in.system, 0, clear_log, &in);
    scene_ends(&in, "-c-d-a");
}
END_TEST

static void start_wrong(tr_core *core, void *arg)
{
    scene *in = arg;
    in->children[1].name = "a";
    fails(tr_supervisor_start(core, &in->spec, NULL), TR_EEXISTS);
    in->children[1].name = NULL;
    fails(tr_supervisor_start(core, &in->spec, NULL), TR_EINVALID);
    tr_address nobody = tr_address_of(tr_core_node(core), 0, 99);
    fails(tr_supervisor_add(core, nobody, &in->children[0]), TR_EGONE);
    fails(tr_supervisor_remove(core, nobody, "a"), TR_EGONE);
    ck_assert_uint_eq(tr_supervisor_print(core, nobody, in->log, LOG_SIZE), 0);
    ck_assert_uint_eq(tr_core_stats_get(core).actors, 0);
}

START_TEST(a_wrong_specification_is_refused)
{
    scene in;
    scene_init(&in, TR_TRANSPORT_LOCAL);
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
    tcase_add_loop_test(tests, a_strategy_says_who_is_started_again, 0, 2 * STRATEGIES);
    tcase_add_loop_test(tests, a_kind_of_child_says_whether_it_is_started_again, 0,
                        sizeof restarts / sizeof *restarts);
    tcase_add_loop_test(tests, a_child_that_fails_to_start_is_tried_again_before_those_behind_it, 0,
                        2);
    tcase_add_loop_test(tests, too_many_restarts_end_the_supervisor_and_its_children_in_reverse, 0,
                        2);
    tcase_add_loop_test(tests, starts_that_never_succeed_are_too_many, 0, 6);
    tcase_add_test(tests, restarts_outside_the_window_are_forgotten);
    tcase_add_test(tests, each_failure_in_a_row_waits_longer_up_to_the_cap);
    tcase_add_test(tests, a_child_that_does_not_stop_in_time_is_ended);
    tcase_add_loop_test(tests, a_supervisor_that_is_ended_takes_its_children_along, 0, 2);
    tcase_add_test(tests, children_come_and_go);
    tcase_add_test(tests, an_inner_supervisor_that_fails_is_started_again_by_the_outer);
    tcase_add_test(tests, a_wrong_specification_is_refused);
    suite_add_tcase(suite, tests);
    return suite;
}
