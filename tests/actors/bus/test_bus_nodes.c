// Two nodes on a bus: ways there and back, ends of peers, links that come and go.

#include "bus_world.h"

#include <stdlib.h>
#include <zmq.h>

#include "actors/bus/bus.h"
#include "actors/bus/liveness.h"
#include "actors/core/core_record.h"

Suite *actors_bus_nodes_suite(void);

START_TEST(a_node_that_knows_the_way_gets_an_answer_from_one_that_does_not)
{
    pair two = bus_pair_up(_i);
    script here = {SCRIPT};
    script there = {SCRIPT, .on_message = bus_send_back};
    spawn_on(two.nodes[0], 0, &here);
    spawn_on(two.nodes[1], 1, &there);
    routes_tell(two.nodes[0], two.nodes, 2);
    ok(bus_send_from(two.nodes[0], 0, here.address, there.address));
    tally_wait(&there.received, 1);
    tally_wait(&here.received, 1); // the endpoint came with link_hello
    bus_pair_down(&two);
}
END_TEST

START_TEST(a_node_nobody_knows_is_gone)
{
    pair two = bus_pair_up(_i);
    script there = {SCRIPT};
    spawn_on(two.nodes[1], 0, &there);
    fails(bus_send_from(two.nodes[0], 0, TR_NOWHERE, there.address), TR_EGONE);
    ck_assert_uint_eq(stats_of(two.nodes[0], 0).dead_letters, 1);
    bus_pair_down(&two);
}
END_TEST

START_TEST(a_flood_between_nodes_loses_nothing)
{
    pair two = bus_pair_up(_i);
    static stream flood;
    bus_stream_init(&flood, FLOOD);
    spawn_on(two.nodes[1], 1, &flood.reader);
    routes_tell(two.nodes[0], two.nodes, 2);
    gate stuck = {TALLY, TALLY};
    bus_get_stuck(two.nodes[1], &stuck);
    ok(tr_system_post(two.nodes[0], 0, bus_start_stream, &flood));
    tally_wait(&flood.first_refused, 1);
    tally_add(&stuck.open, 1);
    bus_stream_arrives(&flood);
    bus_pair_down(&two);
    ck_assert_uint_eq(flood.expected, FLOOD);
}
END_TEST

static void note_down(tr_actor *self, script *of, tr_message *message)
{
    (void)self;
    if (message->shape->type != TR_MSG_node_down)
        return;
    tally *down = of->arg;
    ck_assert_uint_ne(TR_BODY(message, node_down)->node, 0);
    tally_add(down, 1);
}

static void spawn_sessions(tr_core *core, void *arg)
{
    spawn_as(core, &script_behaviour, arg, TR_SLOT_SESSIONS);
}

typedef struct asking {
    tr_address to;
    tally answered;
    int result;
} asking;

static void ask_it(void *arg)
{
    asking *self = arg;
    tr_message *answer = NULL;
    self->result = tr_coroutine_ask(TR_NOWHERE, self->to, TR_MSG_probe,
                                    &(tr_msg_probe){.number = 1}, 60000, &answer);
    tr_message_free(answer);
    tally_add(&self->answered, 1);
}

static void start_asking(tr_core *core, void *arg)
{
    tr_coroutine *running = NULL;
    ok(tr_coroutine_start(core, "ask_it", ask_it, arg, &running));
}

START_TEST(a_peer_that_stops_is_down_once_and_fails_its_questions)
{
    pair two = bus_pair_up(_i);
    tally down = TALLY;
    script sessions = {SCRIPT, .on_message = note_down, .arg = &down};
    script silent[2] = {{SCRIPT}, {SCRIPT}};
    on_core(two.nodes[0], 0, spawn_sessions, &sessions);
    for (unsigned i = 0; i < 2; i++)
        spawn_on(two.nodes[1], i, &silent[i]);
    routes_tell(two.nodes[0], two.nodes, 2);
    asking questions[2];
    for (int i = 0; i < 2; i++) {
        questions[i] = (asking){.to = silent[i].address, .answered = TALLY};
        on_core(two.nodes[0], 0, start_asking, &questions[i]);
        tally_wait(&silent[i].received, 1);
    }
    tr_system_stop(&two.nodes[1]);
    uint64_t stopped_ms = tr_clock_ms();
    tally_wait(&down, 1);
    uint64_t took_ms = tr_clock_ms() - stopped_ms;
    for (int i = 0; i < 2; i++) {
        tally_wait(&questions[i].answered, 1);
        ck_assert_int_eq(questions[i].result, TR_EGONE);
    }
    if (getenv("TEST_FIGURES") != NULL)
        printf("figure node_down_ms=%u transport=%s\n", (unsigned)took_ms, bus_outside[_i]);
    on_core(two.nodes[0], 0, start_asking, &questions[0]); // the way is tried again, and fails
    tr_system_stop(&two.nodes[0]);
    ck_assert_uint_eq(tally_get(&down), 1);
}
END_TEST

static void give_up_sender(tr_core *core, void *arg)
{
    core->node_down(core, *(uint64_t *)arg);
}

static bool has_gone_by(tr_core *core, void *arg)
{
    return tr_core_now_ms(core) >= *(uint64_t *)arg;
}

// The receiver took it for dead, as one does that was stopped. Acknowledgements are all that it
// ever says, and they must go on.
START_TEST(a_quiet_sender_that_was_given_up_is_answered_again)
{
    pair two = bus_pair_up(_i);
    tally down = TALLY;
    script sessions = {SCRIPT, .on_message = note_down, .arg = &down};
    script reader = {SCRIPT};
    on_core(two.nodes[0], 0, spawn_sessions, &sessions);
    spawn_on(two.nodes[1], 0, &reader);
    for (unsigned i = 0; i < 2; i++)
        routes_tell(two.nodes[i], two.nodes, 2);
    ok(bus_send_from(two.nodes[0], 0, TR_NOWHERE, reader.address));
    tally_wait(&reader.received, 1);
    uint64_t sender = tr_system_node(two.nodes[0]);
    on_core(two.nodes[1], 0, give_up_sender, &sender);
    tally_wait(&down, 1); // it is told
    routes_tell(two.nodes[0], two.nodes, 2);
    ok(bus_send_from(two.nodes[0], 0, TR_NOWHERE, reader.address));
    tally_wait(&reader.received, 2);
    uint64_t later_ms = tr_clock_ms() + 2 * TR_PEER_SILENCE_MS;
    eventually_on(two.nodes[0], 0, has_gone_by, &later_ms);
    ck_assert_uint_eq(tally_get(&down), 1);
    bus_pair_down(&two);
}
END_TEST

static void see_whether_it_is_silent(tr_core *core, void *arg)
{
    uint64_t *node = arg;
    if (tr_routes_is_silent(&core->bus->routes, *node))
        *node = 0;
}

// 1: by a trunk.
START_TEST(who_was_busy_before_the_first_word_came_is_not_taken_for_dead)
{
    pair two;
    for (unsigned i = 0; i < 2; i++)
        two.nodes[i] = system_up_with(&(tr_system_options){
            .core_count = 2, .bus_endpoint = bus_outside[0], .trunk_over = _i != 0 ? 1 : 0});
    script reader = {SCRIPT};
    spawn_on(two.nodes[1], 1, &reader);
    routes_tell(two.nodes[0], two.nodes, 2);
    gate stuck = {TALLY, TALLY};
    bus_get_stuck(two.nodes[1], &stuck);
    ok(bus_send_from(two.nodes[0], 0, TR_NOWHERE, reader.address));
    uint64_t later_ms = tr_clock_ms() + 2 * TR_PEER_SILENCE_MS;
    eventually_on(two.nodes[0], 0, has_gone_by, &later_ms);
    uint64_t node = tr_system_node(two.nodes[1]);
    on_core(two.nodes[0], 0, see_whether_it_is_silent, &node);
    ck_assert_uint_ne(node, 0);
    ok(bus_send_from(two.nodes[0], 0, TR_NOWHERE, reader.address));
    tally_add(&stuck.open, 1);
    tally_wait(&reader.received, 2);
    bus_pair_down(&two);
}
END_TEST

static bool has_links(tr_core *core, void *arg)
{
    return core->bus->links.count == *(uint32_t *)arg;
}

// More than the cap of them, as health checks do: each says hello, and is gone.
static void admit_passers_by(tr_core *core, void *arg)
{
    (void)arg;
    for (uint64_t i = 0; i < TR_LINKS_CAP + 500; i++) {
        tr_batch_head head = {
            .protocol = TR_BUS_PROTOCOL, .from_node = 1000 + i, .sequence = 1, .incarnation = 1};
        tr_bus_link *link;
        ck_assert(tr_liveness_admit(core, &head, false, &link));
        ck_assert_ptr_nonnull(link);
        core->node_down(core, head.from_node);
    }
}

START_TEST(links_of_passers_by_make_room_for_newcomers_and_are_forgotten)
{
    tr_system *system = bus_node_up(_i);
    on_core(system, 0, admit_passers_by, NULL);
    uint32_t none = 0;
    uint64_t later_ms = tr_clock_ms() + TR_LINK_GIVEN_UP_MS + 500;
    eventually_on(system, 0, has_gone_by, &later_ms);
    eventually_on(system, 0, has_links, &none);
    tr_system_stop(&system);
}
END_TEST

START_TEST(a_restarted_node_is_another_one)
{
    pair two = bus_pair_up(_i);
    tally down = TALLY;
    script sessions = {SCRIPT, .on_message = note_down, .arg = &down};
    script before = {SCRIPT};
    script after = {SCRIPT};
    on_core(two.nodes[0], 0, spawn_sessions, &sessions);
    spawn_on(two.nodes[1], 0, &before);
    routes_tell(two.nodes[0], two.nodes, 2);
    ok(bus_send_from(two.nodes[0], 0, TR_NOWHERE, before.address));
    tally_wait(&before.received, 1);
    tr_system_stop(&two.nodes[1]);
    two.nodes[1] = bus_node_up(_i);
    spawn_on(two.nodes[1], 0, &after);
    routes_tell(two.nodes[0], two.nodes, 2);
    ok(bus_send_from(two.nodes[0], 0, TR_NOWHERE, after.address));
    tally_wait(&after.received, 1);
    tally_wait(&down, 1);
    fails(bus_send_from(two.nodes[0], 0, TR_NOWHERE, before.address), TR_EGONE);
    bus_pair_down(&two);
    ck_assert_uint_eq(tally_get(&after.received), 1);
}
END_TEST

static void say_bye(tr_actor *self, script *of)
{
    script *peer = of->arg;
    ok(tr_send(tr_actor_core(self), tr_actor_address(self), peer->address, probe, .number = 1));
}

START_TEST(a_goodbye_at_the_end_arrives)
{
    pair two = bus_pair_up(_i);
    script peer = {SCRIPT};
    script leaver = {SCRIPT, .on_stop = say_bye, .arg = &peer};
    spawn_on(two.nodes[0], 0, &peer);
    spawn_on(two.nodes[1], 1, &leaver);
    routes_tell(two.nodes[1], two.nodes, 2);
    ok(bus_send_from(two.nodes[1], 1, TR_NOWHERE, peer.address)); // the way is up
    tally_wait(&peer.received, 1);
    tr_system_stop(&two.nodes[1]);
    tally_wait(&peer.received, 2);
    tr_system_stop(&two.nodes[0]);
}
END_TEST

Suite *actors_bus_nodes_suite(void)
{
    Suite *suite = suite_create("actors/bus/bus_nodes");
    TCase *nodes = tcase_create("nodes");
    tcase_set_timeout(nodes, 90);
    tcase_add_loop_test(nodes, a_node_that_knows_the_way_gets_an_answer_from_one_that_does_not, 0,
                        OUTSIDES);
    tcase_add_loop_test(nodes, a_node_nobody_knows_is_gone, 0, OUTSIDES);
    tcase_add_loop_test(nodes, a_flood_between_nodes_loses_nothing, 0, OUTSIDES);
    tcase_add_loop_test(nodes, a_peer_that_stops_is_down_once_and_fails_its_questions, 0, OUTSIDES);
    tcase_add_loop_test(nodes, a_quiet_sender_that_was_given_up_is_answered_again, 0, OUTSIDES);
    tcase_add_loop_test(nodes, who_was_busy_before_the_first_word_came_is_not_taken_for_dead, 0, 2);
    tcase_add_test(nodes, links_of_passers_by_make_room_for_newcomers_and_are_forgotten);
    tcase_add_loop_test(nodes, a_restarted_node_is_another_one, 0, OUTSIDES);
    tcase_add_loop_test(nodes, a_goodbye_at_the_end_arrives, 0, OUTSIDES);
    suite_add_tcase(suite, nodes);
    return suite;
}
