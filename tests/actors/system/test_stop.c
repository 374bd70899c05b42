#include "tests/support/system.h"
#include "troupe/actors/supervisor.h"

Suite *actors_stop_suite(void);

enum { CORES = 3, MANY = 5000 };

// Each message goes through all core threads, one after the other, and is counted by each.
typedef struct stage {
    script script;
    struct stage *next; // NULL: the last one
    uint64_t handled;
    uint64_t at_stop; // the messages it had handled when it was stopped
    uint64_t refused; // by the next one: full
} stage;

static stage stages[2 * CORES];

static void pass_on(tr_actor *self, script *of, tr_message *message)
{
    stage *it = of->arg;
    it->handled++;
    if (it->next != NULL &&
        tr_send(tr_actor_core(self), tr_actor_address(self), it->next->script.address, probe,
                .number = TR_BODY(message, probe)->number) < 0)
        it->refused++;
}

static void note_stop(tr_actor *self, script *of)
{
    (void)self;
    stage *it = of->arg;
    it->at_stop = it->handled;
}

static void spawn_large(tr_core *core, void *arg)
{
    spawn_as(core, &large_script_behaviour, arg, 0);
}

static void send_many(tr_core *core, void *arg)
{
    uint64_t *accepted = arg;
    for (uint64_t i = 0; i < MANY; i++)
        *accepted += tr_send(core, TR_NOWHERE, stages[0].script.address, probe, .number = i) == 0;
}

START_TEST(what_was_accepted_is_handled_before_the_stop)
{
    // In a time that no machine's load is longer than.
    tr_system *system = system_up_with(&(tr_system_options){
        .core_count = CORES, .transport = (enum tr_transport)_i, .drain_ms = TEST_DEADLINE_MS});
    memset(stages, 0, sizeof stages);
    for (unsigned i = 2 * CORES; i-- > 0;) {
        stages[i].script =
            (script){SCRIPT, .on_message = pass_on, .on_stop = note_stop, .arg = &stages[i]};
        stages[i].next = i + 1 < 2 * CORES ? &stages[i + 1] : NULL;
        on_core(system, i % CORES, spawn_large, &stages[i].script);
    }
    uint64_t accepted = 0;
    on_core(system, 1, send_many, &accepted);
    tr_system_stop(&system);
    ck_assert_uint_gt(accepted, 0);
    for (unsigned i = 0; i < 2 * CORES; i++) {
        ck_assert_uint_eq(stages[i].at_stop, accepted);
        accepted -= stages[i].refused;
    }
    ck_assert_uint_eq(accepted, MANY);
}
END_TEST

static void echo_for_ever(tr_actor *self, script *of, tr_message *message)
{
    (void)of;
    (void)message;
    (void)tr_send(tr_actor_core(self), TR_NOWHERE, tr_actor_address(self), probe, .number = 1);
}

static void start_echo(tr_core *core, void *arg)
{
    ok(tr_send(core, TR_NOWHERE, ((script *)arg)->address, probe, .number = 1));
}

static void see_dead_letters(tr_actor *self, script *of)
{
    (void)of;
    tr_dead_letter kept[TR_DEAD_LETTERS_KEPT];
    ck_assert_uint_eq(tr_core_dead_letters(tr_actor_core(self), kept), 1);
    ck_assert_int_eq(kept[0].reason, TR_ECANCELLED);
    ck_assert_uint_eq(kept[0].type, TR_MSG_probe);
}

START_TEST(the_deadline_ends_what_never_rests)
{
    tr_system *system = system_up_with(&(tr_system_options){.core_count = 2, .drain_ms = 50});
    script last = {SCRIPT, .on_stop = see_dead_letters}; // stopped behind the other
    script busy = {SCRIPT, .on_message = echo_for_ever};
    spawn_on(system, 0, &last);
    spawn_on(system, 0, &busy);
    on_core(system, 0, start_echo, &busy);
    tally_wait(&busy.received, 10);
    uint64_t before_ms = tr_clock_ms();
    tr_system_stop(&system);
    ck_assert_uint_ge(tr_clock_ms() - before_ms, 50);
    ck_assert_uint_eq(tally_get(&busy.stopped), 1);
    ck_assert_uint_eq(tally_get(&last.stopped), 1);
}
END_TEST

// -- supervisors --

static char order[16];
static tr_address listener;

static void note(char what)
{
    order[strlen(order)] = what;
}

static int child_start(tr_actor *self, const void *args)
{
    *(char *)tr_actor_state(self) = *(const char *)args;
    return 0;
}

// Says a last word before it goes.
static void child_message(tr_actor *self, tr_message *message)
{
    if (TR_TYPE(message) != TR_MSG_shutdown)
        return;
    note(*(char *)tr_actor_state(self));
    ok(tr_send(tr_actor_core(self), TR_NOWHERE, listener, probe, .number = 1));
    tr_actor_stop(self);
}

static const tr_behaviour child_behaviour = {
    .name = "child", .state_size = 1, .on_start = child_start, .on_message = child_message};

#define CHILD(letter)                                                                              \
    {                                                                                              \
        .name = letter, .behaviour = &child_behaviour, .args = letter, .args_size = 1,             \
        .stop_deadline_ms = 60000                                                                  \
    }

static void start_tree(tr_core *core, void *arg)
{
    (void)arg;
    static const tr_child_spec inner[] = {CHILD("x"), CHILD("y")};
    static const tr_supervisor_spec inner_spec = {.children = inner, .child_count = 2};
    static const tr_child_spec outer[] = {CHILD("a"),
                                          {.name = "inner",
                                           .behaviour = &tr_supervisor_behaviour,
                                           .args = &inner_spec,
                                           .args_size = sizeof inner_spec,
                                           .stop_deadline_ms = 60000},
                                          CHILD("b")};
    tr_address address;
    ok(tr_supervisor_start(
        core, &(tr_supervisor_spec){.intensity = 5, .children = outer, .child_count = 3},
        &address));
    // Slots are in another order now than the children.
    tr_actor_fail(tr_actor_find(core, tr_supervisor_child(core, address, "a")), 1);
}

static bool is_whole(tr_core *core, void *arg)
{
    (void)arg;
    return tr_core_stats_get(core).actors == 7;
}

START_TEST(supervisors_stop_their_children_in_reverse)
{
    memset(order, 0, sizeof order);
    tr_system *system =
        system_up_with(&(tr_system_options){.core_count = 2, .drain_ms = TEST_DEADLINE_MS});
    script hears = {SCRIPT};
    spawn_on(system, 1, &hears);
    listener = hears.address;
    script other = {SCRIPT};
    spawn_on(system, 0, &other);
    on_core(system, 0, start_tree, NULL);
    eventually_on(system, 0, is_whole, NULL);
    tr_system_stop(&system);
    ck_assert_str_eq(order, "byxa");
    ck_assert_uint_eq(tally_get(&hears.received), 4); // their last messages
}
END_TEST

Suite *actors_stop_suite(void)
{
    Suite *suite = suite_create("actors/system/stop");
    TCase *tests = tcase_create("stop");
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, what_was_accepted_is_handled_before_the_stop, 0, 4);
    tcase_add_test(tests, the_deadline_ends_what_never_rests);
    tcase_add_test(tests, supervisors_stop_their_children_in_reverse);
    suite_add_tcase(suite, tests);
    return suite;
}
