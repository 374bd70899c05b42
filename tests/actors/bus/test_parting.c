// Sockets to those who leave stay open for a while, and no longer.

#include "bus_world.h"

#include <zmq.h>

#include "actors/bus/bus.h"
#include "actors/bus/parting.h"
#include "actors/bus/socket.h"
#include "actors/core/core_record.h"

Suite *actors_bus_parting_suite(void);

enum { NOW_MS = 100000 };

static void *context;
static void *inbox;
static char *endpoint;
static tr_partings partings;

static void set_up(void)
{
    context = zmq_ctx_new();
    inbox = zmq_socket(context, ZMQ_PULL);
    ok(zmq_bind(inbox, "tcp://127.0.0.1:*"));
    endpoint = tr_bus_socket_endpoint(inbox);
    partings = (tr_partings){0};
}

// It does not return while a socket of it is open.
static void tear_down(void)
{
    tr_partings_close(&partings);
    zmq_close(inbox);
    zmq_ctx_term(context);
    tr_free(endpoint);
}

static void part(uint64_t now_ms)
{
    void *socket = zmq_socket(context, ZMQ_PUSH);
    tr_bus_socket_set(socket, ZMQ_LINGER, 0);
    tr_bus_socket_set(socket, ZMQ_IMMEDIATE, 1);
    ok(zmq_connect(socket, endpoint));
    while ((tr_bus_socket_events(socket) & ZMQ_POLLOUT) == 0)
        (void)zmq_poll(&(zmq_pollitem_t){.socket = socket, .events = ZMQ_POLLOUT}, 1, 1000);
    tr_partings_add(&partings, socket, now_ms);
}

START_TEST(each_is_closed_when_its_time_is_over)
{
    set_up();
    for (unsigned i = 0; i < 3; i++)
        part(NOW_MS + i);
    tr_partings_tick(&partings, NOW_MS + TR_PARTING_MS - 1);
    ck_assert_uint_eq(partings.count, 3);
    tr_partings_tick(&partings, NOW_MS + TR_PARTING_MS + 1);
    ck_assert_uint_eq(partings.count, 1);
    ck_assert_uint_eq(partings.waiting[0].since_ms, NOW_MS + 2);
    tear_down();
}
END_TEST

START_TEST(when_the_other_end_has_hung_up_they_are_closed_at_once)
{
    set_up();
    for (unsigned i = 0; i < 3; i++)
        part(NOW_MS);
    tr_partings_tick(&partings, NOW_MS);
    ck_assert_uint_eq(partings.count, 3);
    zmq_close(inbox);
    while (partings.count != 0) {
        (void)zmq_poll(&(zmq_pollitem_t){.socket = partings.waiting[0].socket}, 1, 10);
        tr_partings_tick(&partings, NOW_MS);
    }
    inbox = zmq_socket(context, ZMQ_PULL);
    tear_down();
}
END_TEST

START_TEST(beyond_so_many_the_oldest_is_closed)
{
    set_up();
    for (unsigned i = 0; i < TR_PARTINGS_CAP + 2; i++)
        part(NOW_MS + i);
    ck_assert_uint_eq(partings.count, TR_PARTINGS_CAP);
    ck_assert_uint_eq(partings.waiting[0].since_ms, NOW_MS + 2);
    ck_assert_uint_eq(partings.waiting[TR_PARTINGS_CAP - 1].since_ms, NOW_MS + TR_PARTINGS_CAP + 1);
    tear_down();
}
END_TEST

// -- links --

typedef struct parted {
    uint64_t node;
    uint32_t count;
    uint64_t since_ms;
} parted;

// As all do who hear of its goodbye.
static void hear_that_it_left(tr_core *core, void *arg)
{
    parted *self = arg;
    core->node_down(core, self->node);
    self->count = core->bus->partings.count;
    self->since_ms = core->real_ms;
}

static bool is_over(tr_core *core, void *arg)
{
    const parted *self = arg;
    if (core->bus->partings.count != 0)
        return false;
    ck_assert_uint_ge(core->real_ms, self->since_ms + TR_PARTING_MS);
    return true;
}

typedef struct talk {
    script here;
    script there;
} talk;

static void talk_to_each_other(talk *self, pair *two)
{
    *self = (talk){{SCRIPT}, {SCRIPT, .on_message = bus_send_back}};
    spawn_on(two->nodes[0], 0, &self->here);
    spawn_on(two->nodes[1], 0, &self->there);
    routes_tell(two->nodes[0], two->nodes, 2);
    ok(bus_send_from(two->nodes[0], 0, self->here.address, self->there.address));
    tally_wait(&self->here.received, 1);
}

static parted talk_and_part(talk *before, pair *two)
{
    talk_to_each_other(before, two);
    parted self = {.node = tr_system_node(two->nodes[1])};
    on_core(two->nodes[0], 0, hear_that_it_left, &self);
    ck_assert_uint_eq(self.count, 1);
    return self;
}

START_TEST(a_link_s_socket_stays_open_when_its_peer_leaves_and_is_closed_later)
{
    pair two = bus_pair_up(_i);
    talk before;
    parted it = talk_and_part(&before, &two);
    eventually_on(two.nodes[0], 0, is_over, &it);
    bus_pair_down(&two);
}
END_TEST

START_TEST(a_process_that_stops_itself_closes_them)
{
    pair two = bus_pair_up(_i);
    talk before;
    (void)talk_and_part(&before, &two);
    bus_pair_down(&two); // its end waits for every socket
}
END_TEST

START_TEST(who_is_there_again_is_sent_to_by_another_socket)
{
    pair two = bus_pair_up(_i);
    talk before;
    (void)talk_and_part(&before, &two);
    talk again;
    talk_to_each_other(&again, &two);
    bus_pair_down(&two);
}
END_TEST

Suite *actors_bus_parting_suite(void)
{
    Suite *suite = suite_create("actors/bus/parting");
    TCase *tests = tcase_create("sockets");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, each_is_closed_when_its_time_is_over);
    tcase_add_test(tests, when_the_other_end_has_hung_up_they_are_closed_at_once);
    tcase_add_test(tests, beyond_so_many_the_oldest_is_closed);
    suite_add_tcase(suite, tests);
    tests = tcase_create("links");
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, a_link_s_socket_stays_open_when_its_peer_leaves_and_is_closed_later,
                        0, OUTSIDES);
    tcase_add_loop_test(tests, a_process_that_stops_itself_closes_them, 0, OUTSIDES);
    tcase_add_loop_test(tests, who_is_there_again_is_sent_to_by_another_socket, 0, OUTSIDES);
    suite_add_tcase(suite, tests);
    return suite;
}
