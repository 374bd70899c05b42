#include "actors/core/core.h"

#include <string.h>

#include "actors/bus/routes.h"
#include "base/log.h"
#include "tests/support/system.h"

Suite *actors_core_suite(void);

enum { TRANSPORTS = 4 };

static void look_around(tr_core *core, void *arg)
{
    tr_system *system = *(tr_system **)arg;
    ck_assert_ptr_eq(tr_core_current(), core);
    ck_assert_ptr_eq(tr_core_system(core), system);
    ck_assert_uint_eq(tr_core_node(core), tr_system_node(system));
    ck_assert_uint_lt(tr_core_index(core), 2);
    ck_assert_uint_ne(tr_core_random(core), tr_core_random(core));
    ck_assert_ptr_null(tr_core_endpoint(core));
    for (int i = 0; i < TR_ROLE_SLOTS; i++) {
        ck_assert_ptr_null(tr_core_role(core, (enum tr_role_slot)i));
        tr_core_role_set(core, (enum tr_role_slot)i, &((char *)arg)[i]);
    }
    for (int i = 0; i < TR_ROLE_SLOTS; i++)
        ck_assert_ptr_eq(tr_core_role(core, (enum tr_role_slot)i), &((char *)arg)[i]);
}

START_TEST(a_core_knows_where_it_is)
{
    tr_system *system = system_up(2, TR_TRANSPORT_LOCAL);
    on_core(system, 0, look_around, &system);
    on_core(system, 1, look_around, &system);
    tr_system_stop(&system);
}
END_TEST

static void tell_core(tr_core *core, void *arg)
{
    *(tr_core **)arg = core;
}

static unsigned refusals;

static void hear_refusal(const char *line, size_t size)
{
    (void)size;
    refusals += strstr(line, "event=actor_misuse") != NULL;
}

START_TEST(what_authors_read_is_refused_on_another_thread)
{
    tr_core *core = NULL;
    tr_system *system = system_up(1, TR_TRANSPORT_LOCAL);
    script one = {SCRIPT};
    spawn_on(system, 0, &one);
    on_core(system, 0, tell_core, &core);
    ck_assert_uint_ne(stats_of(system, 0).actors, 0);
    tr_log_listen(hear_refusal);
    ck_assert_uint_eq(tr_core_stats_get(core).actors, 0);
    ck_assert_ptr_null(tr_core_system(core));
    ck_assert_ptr_null(tr_core_loop(core));
    ck_assert_uint_eq(tr_core_now_ms(core), 0);
    ck_assert_uint_eq(tr_core_random(core), 0);
    tr_log_listen(NULL);
    ck_assert_uint_eq(refusals, 5);
    tr_system_stop(&system);
}
END_TEST

// -- what listeners hear --

typedef struct listener {
    script script;
    tally routes;
    tally down;
    uint64_t down_node;
} listener;

static void hear(tr_actor *self, script *of, tr_message *message)
{
    (void)self;
    listener *it = of->arg;
    if (message->shape->type == TR_MSG_routes_changed)
        tally_add(&it->routes, 1);
    if (message->shape->type == TR_MSG_node_down) {
        it->down_node = TR_BODY(message, node_down)->node;
        tally_add(&it->down, 1);
    }
}

static void spawn_listeners(tr_core *core, void *arg)
{
    listener *both = arg;
    static const uint32_t slots[] = {TR_SLOT_SESSIONS, TR_SLOT_GATEWAY};
    for (int i = 0; i < 2; i++) {
        both[i] = (listener){.script = {SCRIPT, .on_message = hear, .arg = &both[i]},
                             .routes = TALLY,
                             .down = TALLY};
        spawn_as(core, &script_behaviour, &both[i].script, slots[i]);
    }
}

static void count_members(tr_core *core, void *arg)
{
    *(uint32_t *)arg = tr_core_routes(core)->member_count;
}

static uint32_t member_count(tr_system *system)
{
    uint32_t count;
    on_core(system, 0, count_members, &count);
    return count;
}

static bool has_one_malformed(tr_core *core, void *arg)
{
    (void)arg;
    return tr_core_stats_get(core).malformed == 1;
}

static void send_broken_routes(tr_core *core, void *arg)
{
    (void)arg;
    ok(tr_send(core, TR_NOWHERE, tr_address_of(tr_core_node(core), 0, TR_SLOT_CORE), routes_changed,
               .members = TR_SLICE("\x91\x98garbage")));
}

START_TEST(new_routes_are_told_and_lost_nodes_are_down)
{
    tr_system *system = system_up_with(&(tr_system_options){
        .core_count = 1, .transport = (enum tr_transport)_i, .bus_endpoint = "tcp://127.0.0.1"});
    tr_system *other =
        system_up_with(&(tr_system_options){.core_count = 1, .bus_endpoint = "tcp://127.0.0.1"});
    uint64_t other_node = tr_system_node(other);
    static listener both[2];
    on_core(system, 0, spawn_listeners, both);
    tr_system *members[] = {system, other};
    routes_tell(system, members, 2);
    for (int i = 0; i < 2; i++)
        tally_wait(&both[i].routes, 1);
    ck_assert_uint_eq(member_count(system), 2);
    on_core(system, 0, send_broken_routes, NULL);
    eventually_on(system, 0, has_one_malformed, NULL);
    ck_assert_uint_eq(member_count(system), 2); // unchanged
    routes_tell(system, members, 1);
    for (int i = 0; i < 2; i++) {
        tally_wait(&both[i].routes, 2);
        tally_wait(&both[i].down, 1);
    }
    tr_system_stop(&system);
    tr_system_stop(&other);
    for (int i = 0; i < 2; i++) {
        ck_assert_uint_eq(both[i].down_node, other_node);
        ck_assert_uint_eq(tally_get(&both[i].down), 1);
    }
}
END_TEST

static void send_to_core(tr_core *core, void *arg)
{
    (void)arg;
    fails(tr_send(core, TR_NOWHERE, tr_address_of(tr_core_node(core), 0, TR_SLOT_CORE), probe,
                  .number = 1),
          TR_EGONE);
}

START_TEST(a_core_takes_only_its_own_messages)
{
    tr_system *system = system_up(1, TR_TRANSPORT_LOCAL);
    on_core(system, 0, send_to_core, NULL);
    ck_assert_uint_eq(stats_of(system, 0).dead_letters, 1);
    tr_system_stop(&system);
}
END_TEST

// -- fairness --

// Sends itself a message for ever: the run queue is never empty.
static void go_on(tr_actor *self, script *of, tr_message *message)
{
    (void)of;
    (void)message;
    ok(tr_send(tr_actor_core(self), TR_NOWHERE, tr_actor_address(self), probe, .number = 1));
}

typedef struct busy {
    script script;
    tr_timer timer;
    tally fired;
} busy;

static void on_fire(tr_timer *timer)
{
    tally_add(timer->arg, 1);
}

static void keep_busy(tr_core *core, void *arg)
{
    busy *self = arg;
    spawn(core, &self->script);
    ok(tr_send(core, TR_NOWHERE, self->script.address, probe, .number = 1));
    tr_timer_init(&self->timer, core, on_fire, &self->fired);
    tr_timer_start(&self->timer, 1, 1);
}

START_TEST(timers_and_sockets_are_served_while_actors_are_busy)
{
    tr_system *system = system_up(2, (enum tr_transport)_i);
    busy spinner = {.script = {SCRIPT, .on_message = go_on}, .fired = TALLY};
    on_core(system, 0, keep_busy, &spinner);
    tally_wait(&spinner.fired, 2);
    tally_wait(&spinner.script.received, 200);
    tr_system_stop(&system);
}
END_TEST

static void wake_for_ever(tr_actor *self, script *of)
{
    (void)of;
    tr_actor_wake(self);
}

START_TEST(a_wake_in_every_turn_does_not_lock_the_core)
{
    tr_system *system = system_up(1, TR_TRANSPORT_LOCAL);
    busy spinner = {.script = {SCRIPT, .on_turn_end = wake_for_ever}, .fired = TALLY};
    on_core(system, 0, keep_busy, &spinner);
    tally_wait(&spinner.fired, 2);
    tr_system_stop(&system);
}
END_TEST

static void set_alarm(tr_core *core, void *arg)
{
    busy *self = arg;
    tr_timer_init(&self->timer, core, on_fire, &self->fired);
    tr_timer_start(&self->timer, 50, 0);
}

START_TEST(an_idle_core_sleeps)
{
    busy alarm = {.fired = TALLY};
    tr_system *system = system_up(1, (enum tr_transport)_i);
    script one = {SCRIPT};
    spawn_on(system, 0, &one);
    uint64_t before = stats_of(system, 0).turns;
    on_core(system, 0, set_alarm, &alarm);
    tally_wait(&alarm.fired, 1);
    ck_assert_uint_lt(stats_of(system, 0).turns - before, 20); // a core that spins has thousands
    tr_system_stop(&system);
}
END_TEST

Suite *actors_core_suite(void)
{
    Suite *suite = suite_create("actors/core/core");
    TCase *tests = tcase_create("core");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, a_core_knows_where_it_is);
    tcase_add_test(tests, what_authors_read_is_refused_on_another_thread);
    tcase_add_loop_test(tests, new_routes_are_told_and_lost_nodes_are_down, 0, TRANSPORTS);
    tcase_add_test(tests, a_core_takes_only_its_own_messages);
    tcase_add_loop_test(tests, timers_and_sockets_are_served_while_actors_are_busy, 0, TRANSPORTS);
    tcase_add_test(tests, a_wake_in_every_turn_does_not_lock_the_core);
    tcase_add_loop_test(tests, an_idle_core_sleeps, 0, TRANSPORTS);
    suite_add_tcase(suite, tests);
    return suite;
}
