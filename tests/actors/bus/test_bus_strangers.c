// Bytes and messages on the bus that no member sends: they are counted, and harm nobody.

#include "bus_world.h"

#include <zmq.h>

#include "base/random.h"
#include "wire/parcel.h"

Suite *actors_bus_strangers_suite(void);

typedef struct stranger {
    void *context;
    void *socket;
} stranger;

static stranger stranger_at(const char *endpoint)
{
    stranger self;
    self.context = zmq_ctx_new();
    self.socket = zmq_socket(self.context, ZMQ_PUSH);
    int linger = 5000;
    zmq_setsockopt(self.socket, ZMQ_LINGER, &linger, sizeof linger);
    ok(zmq_connect(self.socket, endpoint));
    return self;
}

static void stranger_leaves(stranger *self)
{
    zmq_close(self->socket);
    zmq_ctx_term(self->context);
}

static void throw_batch(stranger *self, const tr_batch_head *head, tr_address to)
{
    tr_buf batch = {0};
    tr_batch_head_append(&batch, head);
    tr_message *message = tr_message_new(TR_MSG_probe, &(tr_msg_probe){.number = 666});
    message->to = to;
    tr_batch_append(&batch, message);
    tr_message_free(message);
    ck_assert_int_eq(zmq_send(self->socket, batch.data, batch.size, 0), (int)batch.size);
    tr_buf_done(&batch);
}

static bool received_batches(tr_core *core, void *arg)
{
    return tr_core_stats_get(core).batches_received >= *(uint64_t *)arg;
}

static bool saw_bad(tr_core *core, void *arg)
{
    return tr_core_stats_get(core).malformed >= *(uint64_t *)arg;
}

START_TEST(what_is_meant_for_a_predecessor_is_dropped)
{
    tr_system *system = bus_node_up(_i);
    script reader = {SCRIPT};
    spawn_on(system, 0, &reader);
    stranger other = stranger_at(tr_system_endpoint(system, 0));
    tr_batch_head head = {.protocol = TR_BUS_PROTOCOL,
                          .from_node = 99,
                          .to_node = tr_system_node(system) ^ 1,
                          .sequence = 1};
    throw_batch(&other, &head, reader.address);
    uint64_t one = 1;
    eventually_on(system, 0, bus_has_dead_letters, &one);
    head.to_node = tr_system_node(system);
    throw_batch(&other, &head, reader.address);
    tally_wait(&reader.received, 1);
    stranger_leaves(&other);
    ck_assert_uint_eq(tally_get(&reader.received), 1);
    tr_system_stop(&system);
}
END_TEST

START_TEST(a_broken_message_costs_itself_and_not_its_neighbours)
{
    tr_system *system = bus_node_up(_i);
    script reader = {SCRIPT};
    spawn_on(system, 0, &reader);
    stranger other = stranger_at(tr_system_endpoint(system, 0));
    tr_batch_head head = {.protocol = TR_BUS_PROTOCOL, .from_node = 99, .sequence = 1};
    head.to_node = tr_system_node(system);
    tr_buf batch = {0};
    tr_batch_head_append(&batch, &head);
    for (uint64_t i = 0; i < 3; i++) {
        size_t start = batch.size;
        tr_message *message = tr_message_new(TR_MSG_probe, &(tr_msg_probe){.number = i});
        message->to = reader.address;
        message->from = tr_address_of(99, 0, 0);
        tr_batch_append(&batch, message);
        tr_message_free(message);
        if (i == 1)
            batch.data[start + 5] = 0xc1; // instead of the envelope's array
    }
    zmq_send(other.socket, batch.data, batch.size, 0);
    tr_buf_done(&batch);
    tally_wait(&reader.received, 2);
    ck_assert_uint_eq(stats_of(system, 0).malformed, 1);
    stranger_leaves(&other);
    tr_system_stop(&system);
}
END_TEST

// Heads that claim what cannot be; sequence 1000 makes the receiver want to acknowledge.
static const tr_batch_head liars[] = {
    {.protocol = TR_BUS_PROTOCOL + 1, .from_node = 99, .sequence = 1000},
    {.protocol = TR_BUS_PROTOCOL, .from_node = 99, .from_core = TR_CORES_CAP, .sequence = 1000},
    {.protocol = TR_BUS_PROTOCOL, .from_node = 99, .from_core = UINT32_MAX, .sequence = 1000},
    {.protocol = TR_BUS_PROTOCOL, .from_node = 0, .sequence = 1000},
    {.protocol = TR_BUS_PROTOCOL, .from_node = 1, .from_core = 60, .sequence = 1000}, // 1: itself
};

// Messages that only core threads of one process send each other are garbage when they come from
// elsewhere: there are pointers in them.
static void throw_parcels(stranger *self, tr_system *system)
{
    tr_batch_head head = {.protocol = TR_BUS_PROTOCOL,
                          .from_node = tr_system_node(system),
                          .to_node = tr_system_node(system),
                          .sequence = 1};
    tr_buf batch = {0};
    tr_parcels_begin(&batch);
    tr_message_view storage;
    tr_msg_probe body = {.number = 666};
    tr_message_pack(tr_message_view_of(&storage, TR_MSG_probe, &body), &batch);
    tr_parcels_seal(&batch, &head);
    ck_assert_int_eq(zmq_send(self->socket, batch.data, batch.size, 0), (int)batch.size);
    tr_buf_done(&batch);
}

START_TEST(garbage_is_counted_and_harmless)
{
    tr_system *system = system_up(2, _i == 0 ? TR_TRANSPORT_TCP : TR_TRANSPORT_IPC);
    stranger other = stranger_at(tr_system_endpoint(system, 0));
    uint64_t seed = 1;
    uint64_t bad = 0;
    for (unsigned i = 0; i < 500; i++) {
        uint8_t bytes[200];
        unsigned size = i % sizeof bytes;
        for (unsigned at = 0; at < size; at++)
            bytes[at] = (uint8_t)tr_random_next(&seed);
        if (size != 0)
            bytes[0] &= 0x7f; // never an array
        zmq_send(other.socket, bytes, size, 0);
        bad++;
    }
    for (unsigned i = 0; i < sizeof liars / sizeof *liars; i++) {
        tr_batch_head head = liars[i];
        head.to_node = tr_system_node(system);
        if (head.from_node == 1)
            head.from_node = tr_system_node(system);
        throw_batch(&other, &head, TR_NOWHERE);
        bad++;
    }
    throw_parcels(&other, system);
    bad++;
    eventually_on(system, 0, saw_bad, &bad);
    stream across;
    bus_stream_init(&across, 100);
    spawn_on(system, 1, &across.reader);
    on_core(system, 0, bus_start_stream, &across);
    bus_stream_arrives(&across);
    ck_assert_uint_eq(stats_of(system, 0).malformed, bad);
    stranger_leaves(&other);
    tr_system_stop(&system);
}
END_TEST

START_TEST(a_crowd_of_strangers_does_not_use_up_the_links)
{
    pair two = bus_pair_up(_i);
    script here = {SCRIPT};
    script there = {SCRIPT, .on_message = bus_send_back};
    spawn_on(two.nodes[0], 0, &here);
    spawn_on(two.nodes[1], 0, &there);
    stranger crowd = stranger_at(tr_system_endpoint(two.nodes[1], 0));
    uint64_t packets = TR_PEERS_CAP + 100;
    for (uint64_t i = 0; i < packets; i++)
        throw_batch(
            &crowd,
            &(tr_batch_head){.protocol = TR_BUS_PROTOCOL, .from_node = 1000 + i, .sequence = 1},
            TR_NOWHERE);
    eventually_on(two.nodes[1], 0, received_batches, &packets);
    stranger_leaves(&crowd);
    routes_tell(two.nodes[0], two.nodes, 2);
    ok(bus_send_from(two.nodes[0], 0, here.address, there.address));
    tally_wait(&here.received, 1);
    bus_pair_down(&two);
}
END_TEST

// Messages that only core threads of one process send each other, messages that claim another
// sender, and an answer to a question that this node never asked.
static void lie(tr_buf *batch, tr_message *message, tr_address from, tr_address to)
{
    message->from = from;
    message->to = to;
    tr_batch_append(batch, message);
    tr_message_free(message);
}

typedef struct doubted {
    tr_address silent;
    uint64_t correlation;
    script asker;
} doubted;

static void ask_the_silent(tr_core *core, void *arg)
{
    doubted *all = arg;
    spawn(core, &all->asker);
    tr_actor *self = tr_actor_find(core, all->asker.address);
    int64_t number =
        tr_ask_body(self, all->silent, TR_MSG_probe, &(tr_msg_probe){.number = 1}, 60000);
    ck_assert_int_gt(number, 0);
    all->correlation = (uint64_t)number;
}

static bool saw_forged(tr_core *core, void *arg)
{
    return tr_core_stats_get(core).forged >= *(uint64_t *)arg;
}

START_TEST(nobody_speaks_for_another_process)
{
    pair two = bus_pair_up(_i);
    tr_system *system = two.nodes[0];
    script silent = {SCRIPT};
    script reader = {SCRIPT};
    spawn_on(two.nodes[1], 0, &silent);
    spawn_on(system, 0, &reader);
    routes_tell(system, two.nodes, 2);
    doubted all = {.silent = silent.address, .asker = {SCRIPT}};
    on_core(system, 0, ask_the_silent, &all);
    stranger other = stranger_at(tr_system_endpoint(system, 0));
    tr_batch_head head = {.protocol = TR_BUS_PROTOCOL,
                          .from_node = 99,
                          .to_node = tr_system_node(system),
                          .sequence = 1};
    tr_buf batch = {0};
    tr_batch_head_append(&batch, &head);
    tr_address core = tr_address_of(0, 0, TR_SLOT_CORE);
    tr_address honest = tr_address_of(99, 0, 5);
    static const char list[] = "\x90";
    lie(&batch,
        tr_message_new(TR_MSG_routes_changed, &(tr_msg_routes_changed){.members = {list, 1}}),
        honest, core);
    lie(&batch,
        tr_message_new(TR_MSG_node_down, &(tr_msg_node_down){.node = tr_system_node(two.nodes[1])}),
        honest, core);
    lie(&batch, tr_message_new(TR_MSG_probe, &(tr_msg_probe){.number = 1}), silent.address,
        reader.address);
    lie(&batch, tr_message_new(TR_MSG_probe, &(tr_msg_probe){.number = 1}),
        tr_address_of(tr_system_node(system), 0, 5), reader.address);
    tr_message *answer = tr_message_new(TR_MSG_probe, &(tr_msg_probe){.number = 666});
    answer->flags = TR_FLAG_ANSWER;
    answer->correlation = all.correlation;
    lie(&batch, answer, honest, all.asker.address);
    lie(&batch, tr_message_new(TR_MSG_probe, &(tr_msg_probe){.number = 2}), honest, reader.address);
    zmq_send(other.socket, batch.data, batch.size, 0);
    tr_buf_done(&batch);
    uint64_t five = 5;
    eventually_on(system, 0, saw_forged, &five);
    tally_wait(&reader.received, 1);
    ck_assert_uint_eq(tally_get(&all.asker.received), 0);
    stranger_leaves(&other);
    bus_pair_down(&two);
}
END_TEST

typedef struct caller {
    const char *endpoint;
    tr_timer again;
    tr_core *core;
    tr_address self;
    script here;
    bool is_dialed;
    uint64_t alias;
} caller;

static void call_again(tr_timer *timer)
{
    caller *self = timer->arg;
    // Refused or dropped while nobody listens.
    (void)tr_send(self->core, self->here.address, tr_address_of(self->alias, 0, TR_SLOT_BROKER),
                  probe, .number = 7);
}

static void dial_and_call(tr_core *core, void *arg)
{
    caller *self = arg;
    self->core = core;
    spawn(core, &self->here);
    self->alias = tr_core_dial(core, self->endpoint);
    ck_assert_uint_eq(tr_core_dial(core, self->endpoint), self->alias);
    tr_timer_init(&self->again, core, call_again, self);
    tr_timer_start(&self->again, 0, 5);
}

static void spawn_broker(tr_core *core, void *arg)
{
    spawn_as(core, &script_behaviour, arg, TR_SLOT_BROKER);
}

static tr_system *broker_up(int i, const char *endpoint)
{
    return system_up_with(&(tr_system_options){
        .core_count = 1, .bus_endpoint = bus_outside[i], .broker_endpoint = endpoint});
}

START_TEST(a_dialed_way_heals_when_the_peer_starts_later_and_again)
{
    char endpoint[TR_ENDPOINT_CAP_BYTES];
    snprintf(endpoint, sizeof endpoint, _i == 0 ? "tcp://127.0.0.1:*" : "ipc://@test-%016llx",
             (unsigned long long)tr_random_u64());
    tr_system *broker = broker_up(_i, endpoint);
    snprintf(endpoint, sizeof endpoint, "%s", tr_system_broker_endpoint(broker));
    tr_system_stop(&broker);
    tr_system *system = bus_node_up(_i);
    caller calling = {.endpoint = endpoint, .here = {SCRIPT}};
    on_core(system, 0, dial_and_call, &calling);
    uint64_t heard = 0;
    for (int round = 0; round < 2; round++) {
        script listener = {SCRIPT, .on_message = bus_send_back};
        broker = broker_up(_i, endpoint);
        on_core(broker, 0, spawn_broker, &listener);
        tally_wait(&listener.received, 20);
        tally_wait(&calling.here.received, heard + 1); // and it is answered at its own address
        tr_system_stop(&broker);
        heard = tally_get(&calling.here.received);
    }
    tr_system_stop(&system);
}
END_TEST

Suite *actors_bus_strangers_suite(void)
{
    Suite *suite = suite_create("actors/bus/bus_strangers");
    TCase *nodes = tcase_create("nodes");
    tcase_set_timeout(nodes, 90);
    tcase_add_loop_test(nodes, what_is_meant_for_a_predecessor_is_dropped, 0, OUTSIDES);
    tcase_add_loop_test(nodes, a_broken_message_costs_itself_and_not_its_neighbours, 0, OUTSIDES);
    tcase_add_loop_test(nodes, garbage_is_counted_and_harmless, 0, OUTSIDES);
    tcase_add_loop_test(nodes, a_crowd_of_strangers_does_not_use_up_the_links, 0, OUTSIDES);
    tcase_add_loop_test(nodes, nobody_speaks_for_another_process, 0, OUTSIDES);
    tcase_add_loop_test(nodes, a_dialed_way_heals_when_the_peer_starts_later_and_again, 0,
                        OUTSIDES);
    suite_add_tcase(suite, nodes);
    return suite;
}
