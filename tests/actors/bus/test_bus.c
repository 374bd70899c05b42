#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

#include "actors/bus/bus.h"
#include "actors/bus/link.h"
#include "actors/bus/liveness.h"
#include "actors/core/actor_record.h"
#include "actors/core/core_record.h"
#include "actors/core/coroutine.h"
#include "actors/core/timer.h"
#include "base/packet.h"
#include "base/random.h"
#include "tests/support/system.h"
#include "wire/envelope.h"
#include "wire/parcel.h"

Suite *actors_bus_suite(void);

// One set of tests for every transport: _i is an enum tr_transport.
// A flood is more than the window and what waits behind it can hold.
enum {
    TRANSPORTS = 4,
    FLOOD = 50000,
    RUSH = TEST_UNDER_SANITIZER ? FLOOD : 400000,
    LONG_FLOOD = TEST_UNDER_SANITIZER ? FLOOD : 100000,
    PAYLOAD = 512
};

// -- a stream of numbered messages --

typedef struct stream {
    script reader;
    uint64_t expected;
    tr_core *core; // the sender's
    uint64_t sent;
    uint64_t count;
    uint64_t refused;
    tr_timer again;
    tally all_sent;
    tally first_refused;
    struct stream *against; // the one that flows the other way
    uint8_t payload[PAYLOAD];
} stream;

static void read_stream(tr_actor *self, script *of, tr_message *message)
{
    (void)self;
    stream *from = of->arg;
    ck_assert_uint_eq(TR_BODY(message, probe)->number, from->expected);
    ck_assert_uint_eq(TR_BODY(message, probe)->payload.size, PAYLOAD);
    ck_assert_int_eq(TR_BODY(message, probe)->payload.data[from->expected % PAYLOAD], 0x5a);
    from->expected++;
}

static void stream_init(stream *self, uint64_t count)
{
    *self = (stream){.reader = {SCRIPT, .on_message = read_stream},
                     .count = count,
                     .all_sent = TALLY,
                     .first_refused = TALLY};
    self->reader.arg = self;
    memset(self->payload, 0x5a, PAYLOAD);
}

static void pump(stream *self)
{
    for (; self->sent < self->count; self->sent++) {
        int result =
            tr_send(self->core, TR_NOWHERE, self->reader.address, probe, .number = self->sent,
                    .payload = {(const char *)self->payload, PAYLOAD});
        if (result == TR_EFULL) {
            if (self->refused++ == 0)
                tally_add(&self->first_refused, 1);
            tr_timer_start(&self->again, 1, 0);
            return;
        }
        ok(result);
    }
    tally_add(&self->all_sent, 1);
}

static void pump_again(tr_timer *timer)
{
    pump(timer->arg);
}

static void start_stream(tr_core *core, void *arg)
{
    stream *self = arg;
    self->core = core;
    tr_timer_init(&self->again, core, pump_again, self);
    pump(self);
}

static void stream_arrives(stream *self)
{
    tally_wait(&self->all_sent, 1);
    tally_wait(&self->reader.received, self->count);
}

START_TEST(messages_to_oneself_arrive_in_order)
{
    tr_system *system = system_up(1, (enum tr_transport)_i);
    stream to_self;
    stream_init(&to_self, 5000);
    spawn_on(system, 0, &to_self.reader);
    on_core(system, 0, start_stream, &to_self);
    stream_arrives(&to_self);
    tr_core_stats stats = stats_of(system, 0);
    if (_i == TR_TRANSPORT_LOCAL) {
        ck_assert_uint_eq(stats.messages_local, 5000);
        ck_assert_uint_eq(stats.batches_sent, 0);
    } else {
        ck_assert_uint_eq(stats.messages_sent, 5000);
        ck_assert_uint_eq(stats.messages_received, 5000);
    }
    tr_system_stop(&system);
    ck_assert_uint_eq(to_self.expected, 5000);
}
END_TEST

START_TEST(messages_to_another_core_leave_in_batches)
{
    tr_system *system = system_up(2, (enum tr_transport)_i);
    stream across;
    stream_init(&across, 1000);
    spawn_on(system, 1, &across.reader);
    on_core(system, 0, start_stream, &across);
    stream_arrives(&across);
    tr_core_stats sender = stats_of(system, 0);
    tr_core_stats reader = stats_of(system, 1);
    ck_assert_uint_eq(sender.messages_sent, 1000);
    ck_assert_uint_eq(reader.messages_received, 1000);
    ck_assert_uint_le(sender.batches_sent, 20); // 64 KiB each
    ck_assert_uint_eq(reader.malformed + sender.malformed, 0);
    tr_system_stop(&system);
}
END_TEST

static void send_both_packets(tr_core *core, void *arg)
{
    script *of = arg;
    ok(tr_send(core, TR_NOWHERE, of->address, browser_packet, .packet = tr_packet_of("taken", 5)));
    ok(tr_send(core, TR_NOWHERE, of->address, browser_packet, .packet = tr_packet_of("freed", 5)));
    tr_address gone = {of->address.node, of->address.actor + ((uint64_t)1 << 32)};
    tr_packet *kept = tr_packet_of("kept", 4);
    if (tr_send(core, TR_NOWHERE, gone, browser_packet, .packet = kept) < 0)
        tr_packet_unref(kept); // only the same thread can know
    tr_address no_core = {of->address.node, (uint64_t)63 << 56};
    kept = tr_packet_of("kept", 4);
    fails(tr_send(core, TR_NOWHERE, no_core, browser_packet, .packet = kept), TR_EGONE);
    ck_assert_uint_eq(kept->references, 1);
    tr_packet_unref(kept);
}

static void take_first(tr_actor *self, script *of, tr_message *message)
{
    (void)self;
    if (tally_get(&of->received) != 0)
        return;
    tr_packet *packet = tr_message_take_packet(&TR_BODY(message, browser_packet)->packet);
    ck_assert_uint_eq(packet->size, 5);
    ck_assert_mem_eq(tr_packet_data(packet), "taken", 5);
    tr_packet_unref(packet);
}

static bool has_dead_letters(tr_core *core, void *arg)
{
    return tr_core_stats_get(core).dead_letters >= *(uint64_t *)arg;
}

START_TEST(packets_cross_and_dead_letters_are_counted)
{
    tr_system *system = system_up(2, (enum tr_transport)_i);
    script reader = {SCRIPT, .on_message = take_first};
    spawn_on(system, 1, &reader);
    on_core(system, 0, send_both_packets, &reader);
    tally_wait(&reader.received, 2);
    uint64_t one = 1;
    eventually_on(system, 1, has_dead_letters, &one);
    tr_system_stop(&system);
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

static void get_stuck(tr_system *system, gate *at)
{
    ok(tr_system_post(system, tr_system_core_count(system) - 1, wait_at_gate, at));
    tally_wait(&at->closed, 1);
}

START_TEST(a_stuck_receiver_refuses_and_then_loses_nothing)
{
    tr_system *system = system_up(2, (enum tr_transport)_i);
    static stream flood;
    stream_init(&flood, LONG_FLOOD);
    spawn_on(system, 1, &flood.reader); // with a mailbox of the usual size
    gate stuck = {TALLY, TALLY};
    get_stuck(system, &stuck);
    ok(tr_system_post(system, 0, start_stream, &flood));
    tally_wait(&flood.first_refused, 1);
    ck_assert_uint_eq(tally_get(&flood.reader.received), 0);
    ck_assert_uint_ge(stats_of(system, 0).refused_full, 1);
    tally_add(&stuck.open, 1);
    stream_arrives(&flood);
    ck_assert_uint_eq(stats_of(system, 1).refused_full, 0);
    ck_assert_uint_eq(stats_of(system, 1).dead_letters, 0);
    tr_system_stop(&system);
    ck_assert_uint_eq(flood.expected, LONG_FLOOD);
}
END_TEST

// A mailbox of 4 that its neighbours, on its own core thread, fill again whenever there is room.
enum { NEIGHBOURS = 6, AGAINST_NEIGHBOURS = 3000 };

typedef struct quarter {
    script target;
    script neighbours[NEIGHBOURS];
    uint64_t expected; // of the stream
    tally arrived;
    atomic_bool is_over;
} quarter;

static void note_stream(tr_actor *self, script *of, tr_message *message)
{
    (void)self;
    quarter *all = of->arg;
    if (TR_BODY(message, probe)->payload.size == 0)
        return; // a neighbour's
    ck_assert_uint_eq(TR_BODY(message, probe)->number, all->expected);
    all->expected++;
    tally_add(&all->arrived, 1);
}

static void crowd_in(tr_actor *self, script *of)
{
    quarter *all = of->arg;
    while (tr_send(tr_actor_core(self), tr_actor_address(self), all->target.address, probe,
                   .number = 0) == 0)
        continue;
    if (!atomic_load(&all->is_over))
        tr_actor_wake(self);
}

static void spawn_crowd(tr_core *core, void *arg)
{
    quarter *all = arg;
    // The target is run in their middle: before its turn and behind it they fill it.
    for (unsigned i = 0; i < NEIGHBOURS; i++) {
        if (i == NEIGHBOURS / 2)
            spawn_as(core, &small_script_behaviour, &all->target, 0);
        spawn(core, &all->neighbours[i]);
    }
    for (unsigned i = 0; i < NEIGHBOURS; i++)
        tr_actor_wake(tr_actor_find(core, all->neighbours[i].address));
}

START_TEST(what_another_core_sent_finds_room_in_a_mailbox_that_is_always_full)
{
    tr_system *system = system_up(2, TR_TRANSPORT_LOCAL);
    quarter all = {.target = {SCRIPT, .on_message = note_stream, .arg = &all}, .arrived = TALLY};
    for (unsigned i = 0; i < NEIGHBOURS; i++)
        all.neighbours[i] = (script){SCRIPT, .on_turn_end = crowd_in, .arg = &all};
    on_core(system, 1, spawn_crowd, &all);
    stream across;
    stream_init(&across, AGAINST_NEIGHBOURS);
    across.reader.address = all.target.address;
    on_core(system, 0, start_stream, &across);
    tally_wait(&across.all_sent, 1);
    tally_wait(&all.arrived, AGAINST_NEIGHBOURS);
    atomic_store(&all.is_over, true);
    tr_system_stop(&system);
    ck_assert_uint_eq(all.expected, AGAINST_NEIGHBOURS);
}
END_TEST

// Each fills the way to the other before either reads.
static void flood_until_both_are_full(tr_core *core, void *arg)
{
    stream *self = arg;
    start_stream(core, self);
    ck_assert_uint_ge(self->refused, 1);
    tally_wait(&self->against->first_refused, 1);
}

static void fill_own_mailbox(tr_actor *self, script *of)
{
    (void)of;
    while (tr_send(tr_actor_core(self), tr_actor_address(self), tr_actor_address(self), probe,
                   .number = 0) == 0)
        continue;
}

static void spawn_one_full_of_itself(tr_core *core, void *arg)
{
    script *of = arg;
    tr_actor_wake(tr_actor_find(core, spawn_as(core, &small_script_behaviour, of, 0)));
}

static void dead_letter_is_full(tr_core *core, void *arg)
{
    tr_dead_letter kept[TR_DEAD_LETTERS_KEPT];
    ck_assert_uint_ge(tr_core_dead_letters(core, kept), 1);
    ck_assert_int_eq(kept[0].reason, TR_EFULL);
    ck_assert(tr_address_equal(kept[0].to, *(tr_address *)arg));
}

START_TEST(what_another_core_sent_to_one_full_of_itself_is_a_dead_letter)
{
    tr_system *system = system_up(2, TR_TRANSPORT_LOCAL);
    script full = {SCRIPT, .on_turn_end = fill_own_mailbox};
    on_core(system, 1, spawn_one_full_of_itself, &full);
    tally_wait(&full.turns, 1);
    stream across;
    stream_init(&across, 10);
    across.reader.address = full.address;
    on_core(system, 0, start_stream, &across);
    tally_wait(&across.all_sent, 1);
    uint64_t ten = 10;
    eventually_on(system, 1, has_dead_letters, &ten);
    on_core(system, 1, dead_letter_is_full, &full.address);
    tr_system_stop(&system);
}
END_TEST

START_TEST(two_floods_against_each_other_come_through)
{
    tr_system *system = system_up(2, (enum tr_transport)_i);
    static stream both[2]; // both[i] is sent by core i
    for (int i = 0; i < 2; i++) {
        stream_init(&both[i], FLOOD);
        both[i].against = &both[1 - i];
        spawn_on(system, 1 - (unsigned)i, &both[i].reader);
    }
    for (unsigned i = 0; i < 2; i++)
        ok(tr_system_post(system, i, flood_until_both_are_full, &both[i]));
    for (int i = 0; i < 2; i++)
        stream_arrives(&both[i]);
    tr_system_stop(&system);
    ck_assert_uint_eq(both[0].expected, FLOOD);
    ck_assert_uint_eq(both[1].expected, FLOOD);
}
END_TEST

// -- sizes --

typedef struct giant {
    script reader;
    char *bytes;
    uint64_t arrived_bytes;
} giant;

static void weigh(tr_actor *self, script *of, tr_message *message)
{
    giant *all = of->arg;
    all->arrived_bytes += TR_BODY(message, probe)->payload.size;
    if ((message->flags & TR_FLAG_ASK) == 0)
        return;
    tr_msg_probe body = {.payload = {all->bytes, TR_MESSAGE_CAP_BYTES + 1}};
    fails(tr_answer_body(tr_actor_core(self), message, TR_MSG_probe, &body), TR_ETOOBIG);
    ok(tr_answer_body(tr_actor_core(self), message, TR_MSG_probe, &(tr_msg_probe){.number = 5}));
}

enum { GIANT_BYTES = 40 << 20 };

static void send_giants(tr_core *core, void *arg)
{
    giant *all = arg;
    static const uint32_t sizes[] = {TR_MESSAGE_CAP_BYTES + 1, TR_ENVELOPE_CAP_BYTES,
                                     TR_BATCH_RECEIVE_CAP_BYTES + 1, GIANT_BYTES};
    for (unsigned i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        tr_msg_probe body = {.payload = {all->bytes, sizes[i]}};
        fails(tr_send_body(core, TR_NOWHERE, all->reader.address, TR_MSG_probe, &body), TR_ETOOBIG);
        tr_message *whole = tr_message_new(TR_MSG_probe, &body);
        whole->to = all->reader.address;
        fails(tr_core_post_message(core, &whole), TR_ETOOBIG);
        tr_message_free(whole);
        tr_packet *packet = tr_packet_of(all->bytes, sizes[i]);
        fails(tr_send(core, TR_NOWHERE, all->reader.address, browser_packet, .packet = packet),
              TR_ETOOBIG);
        ck_assert_uint_eq(packet->references, 1);
        tr_packet_unref(packet);
    }
    tr_msg_probe most = {.payload = {all->bytes, TR_MESSAGE_CAP_BYTES}};
    ok(tr_send_body(core, TR_NOWHERE, all->reader.address, TR_MSG_probe, &most));
}

static void ask_giant(void *arg)
{
    giant *all = arg;
    tr_msg_probe body = {.payload = {all->bytes, TR_MESSAGE_CAP_BYTES + 1}};
    tr_message *answer = NULL;
    fails(tr_coroutine_ask(TR_NOWHERE, all->reader.address, TR_MSG_probe, &body, 5000, &answer),
          TR_ETOOBIG);
    body.payload.size = 3;
    ok(tr_coroutine_ask(TR_NOWHERE, all->reader.address, TR_MSG_probe, &body, 5000, &answer));
    ck_assert_uint_eq(TR_BODY(answer, probe)->number, 5);
    tr_message_free(answer);
}

static void start_giant(tr_core *core, void *arg)
{
    ok(tr_coroutine_start(core, "giant", ask_giant, arg, NULL));
}

START_TEST(a_message_that_is_too_big_is_refused_at_once_on_every_way)
{
    tr_system *system = system_up(2, (enum tr_transport)_i);
    char *bytes = calloc(1, GIANT_BYTES);
    giant both[2] = {0};
    for (unsigned core = 0; core < 2; core++) { // to itself, and to another thread
        giant *all = &both[core]; // the first reader is still there when the second begins
        *all = (giant){.reader = {SCRIPT, .on_message = weigh, .arg = all}, .bytes = bytes};
        spawn_on(system, core, &all->reader);
        on_core(system, 0, send_giants, all);
        tally_wait(&all->reader.received, 1); // only the one that is as large as can be
        ck_assert_uint_eq(all->arrived_bytes, TR_MESSAGE_CAP_BYTES);
        on_core(system, 0, start_giant, all);
        tally_wait(&all->reader.received, 2);
    }
    ck_assert_uint_eq(stats_of(system, 1).malformed, 0);
    tr_system_stop(&system);
    free(bytes);
}
END_TEST

enum { HEAVY_BYTES = 20 << 20 }; // three of them fit a mailbox

static void fill_by_bytes(tr_core *core, void *arg)
{
    giant *all = arg;
    tr_msg_probe heavy = {.payload = {all->bytes, HEAVY_BYTES}};
    spawn(core, &all->reader);
    for (int i = 0; i < 3; i++)
        ok(tr_send_body(core, TR_NOWHERE, all->reader.address, TR_MSG_probe, &heavy));
    fails(tr_send_body(core, TR_NOWHERE, all->reader.address, TR_MSG_probe, &heavy), TR_EFULL);
    ok(tr_send(core, TR_NOWHERE, all->reader.address, probe, .number = 1));
}

START_TEST(a_mailbox_is_bounded_in_bytes_and_has_room_again)
{
    tr_system *system = system_up(1, TR_TRANSPORT_LOCAL);
    giant all = {.reader = {SCRIPT, .on_message = weigh}, .bytes = calloc(1, HEAVY_BYTES)};
    all.reader.arg = &all;
    on_core(system, 0, fill_by_bytes, &all);
    tally_wait(&all.reader.received, 4);
    ck_assert_uint_eq(all.arrived_bytes, 3 * HEAVY_BYTES);
    giant again = {.reader = {SCRIPT, .on_message = weigh}, .bytes = all.bytes};
    again.reader.arg = &again;
    on_core(system, 0, fill_by_bytes, &again);
    tally_wait(&again.reader.received, 4);
    tr_system_stop(&system);
    free(all.bytes);
}
END_TEST

// Sends batch after batch whenever the window has room.
typedef struct rush {
    ev_prepare turn;
    tr_core *core;
    tr_address to;
    uint64_t left;
    uint64_t held_back; // flushes that left something behind although the window had room
} rush;

// Quicker than a script, whose tally takes a lock for each message.
static uint64_t rush_left;
static tally rush_through = TALLY;

static void count_rush(tr_actor *self, tr_message *message)
{
    (void)self;
    (void)message;
    if (--rush_left == 0)
        tally_add(&rush_through, 1);
}

static const tr_behaviour rush_counter = {.name = "rush", .on_message = count_rush};

static void spawn_rush_counter(tr_core *core, void *arg)
{
    ok(tr_spawn(core, &rush_counter, NULL, 0, arg));
}

static void send_rush(struct ev_loop *loop, ev_prepare *watcher, int events)
{
    (void)events;
    rush *self = watcher->data;
    for (;;) {
        const tr_bus_link *link =
            tr_bus_link_find(self->core, self->to.node, tr_address_core(self->to));
        if (link != NULL && link->state.sent - link->state.acknowledged >= TR_LINK_WINDOW_BATCHES)
            return;
        ok(tr_send(self->core, TR_NOWHERE, self->to, probe, .number = self->left));
        tr_bus_links_flush(self->core);
        link = tr_bus_link_find(self->core, self->to.node, tr_address_core(self->to));
        self->held_back += link->pending.size != 0;
        if (--self->left == 0) {
            ev_prepare_stop(loop, &self->turn);
            return;
        }
    }
}

static void start_rush(tr_core *core, void *arg)
{
    rush *self = arg;
    self->core = core;
    ev_prepare_init(&self->turn, send_rush);
    self->turn.data = self;
    ev_prepare_start(tr_core_loop(core), &self->turn);
}

// To another thread, and to itself, where nothing slows the stream down.
START_TEST(a_batch_leaves_at_once_however_many_went_before)
{
    tr_system *system = system_up(2, _i == 0 ? TR_TRANSPORT_LOCAL : TR_TRANSPORT_INPROC);
    static rush all;
    all = (rush){.left = RUSH};
    rush_left = RUSH;
    on_core(system, _i == 0 ? 1 : 0, spawn_rush_counter, &all.to);
    on_core(system, 0, start_rush, &all);
    tally_wait(&rush_through, 1);
    tr_system_stop(&system);
    ck_assert_uint_eq(all.held_back, 0);
}
END_TEST

// -- two nodes --

static const char *const outside[] = {"tcp://127.0.0.1", "ipc://@"};
enum { OUTSIDES = 2 };

static tr_system *node_up(int i)
{
    return system_up_with(&(tr_system_options){.core_count = 2, .bus_endpoint = outside[i]});
}

typedef struct pair {
    tr_system *nodes[2];
} pair;

static pair pair_up(int i)
{
    return (pair){{node_up(i), node_up(i)}};
}

static void pair_down(pair *self)
{
    tr_system_stop(&self->nodes[0]);
    tr_system_stop(&self->nodes[1]);
}

static void send_back(tr_actor *self, script *of, tr_message *message)
{
    (void)of;
    ok(tr_send(tr_actor_core(self), tr_actor_address(self), message->from, probe,
               .number = TR_BODY(message, probe)->number + 1));
}

typedef struct sending {
    tr_address from;
    tr_address to;
    uint64_t number;
    int result;
} sending;

static void send_probe(tr_core *core, void *arg)
{
    sending *self = arg;
    self->result = tr_send(core, self->from, self->to, probe, .number = self->number);
}

static int send_from(tr_system *system, unsigned core, tr_address from, tr_address to)
{
    sending wanted = {from, to, 41, 1};
    on_core(system, core, send_probe, &wanted);
    return wanted.result;
}

START_TEST(a_node_that_knows_the_way_gets_an_answer_from_one_that_does_not)
{
    pair two = pair_up(_i);
    script here = {SCRIPT};
    script there = {SCRIPT, .on_message = send_back};
    spawn_on(two.nodes[0], 0, &here);
    spawn_on(two.nodes[1], 1, &there);
    routes_tell(two.nodes[0], two.nodes, 2);
    ok(send_from(two.nodes[0], 0, here.address, there.address));
    tally_wait(&there.received, 1);
    tally_wait(&here.received, 1); // the endpoint came with link_hello
    pair_down(&two);
}
END_TEST

START_TEST(a_node_nobody_knows_is_gone)
{
    pair two = pair_up(_i);
    script there = {SCRIPT};
    spawn_on(two.nodes[1], 0, &there);
    fails(send_from(two.nodes[0], 0, TR_NOWHERE, there.address), TR_EGONE);
    ck_assert_uint_eq(stats_of(two.nodes[0], 0).dead_letters, 1);
    pair_down(&two);
}
END_TEST

START_TEST(a_flood_between_nodes_loses_nothing)
{
    pair two = pair_up(_i);
    static stream flood;
    stream_init(&flood, FLOOD);
    spawn_on(two.nodes[1], 1, &flood.reader);
    routes_tell(two.nodes[0], two.nodes, 2);
    gate stuck = {TALLY, TALLY};
    get_stuck(two.nodes[1], &stuck);
    ok(tr_system_post(two.nodes[0], 0, start_stream, &flood));
    tally_wait(&flood.first_refused, 1);
    tally_add(&stuck.open, 1);
    stream_arrives(&flood);
    pair_down(&two);
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
    pair two = pair_up(_i);
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
    ck_assert_uint_lt(took_ms, 3000);
    for (int i = 0; i < 2; i++) {
        tally_wait(&questions[i].answered, 1);
        ck_assert_int_eq(questions[i].result, TR_EGONE);
    }
    if (getenv("TEST_FIGURES") != NULL)
        printf("figure node_down_ms=%u transport=%s\n", (unsigned)took_ms, outside[_i]);
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
    pair two = pair_up(_i);
    tally down = TALLY;
    script sessions = {SCRIPT, .on_message = note_down, .arg = &down};
    script reader = {SCRIPT};
    on_core(two.nodes[0], 0, spawn_sessions, &sessions);
    spawn_on(two.nodes[1], 0, &reader);
    routes_tell(two.nodes[0], two.nodes, 2);
    ok(send_from(two.nodes[0], 0, TR_NOWHERE, reader.address));
    tally_wait(&reader.received, 1);
    uint64_t sender = tr_system_node(two.nodes[0]);
    on_core(two.nodes[1], 0, give_up_sender, &sender);
    tally_wait(&down, 1); // it is told
    routes_tell(two.nodes[0], two.nodes, 2);
    ok(send_from(two.nodes[0], 0, TR_NOWHERE, reader.address));
    tally_wait(&reader.received, 2);
    uint64_t later_ms = tr_clock_ms() + 2 * TR_PEER_SILENCE_MS;
    eventually_on(two.nodes[0], 0, has_gone_by, &later_ms);
    ck_assert_uint_eq(tally_get(&down), 1);
    pair_down(&two);
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
    tr_system *system = node_up(_i);
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
    pair two = pair_up(_i);
    tally down = TALLY;
    script sessions = {SCRIPT, .on_message = note_down, .arg = &down};
    script before = {SCRIPT};
    script after = {SCRIPT};
    on_core(two.nodes[0], 0, spawn_sessions, &sessions);
    spawn_on(two.nodes[1], 0, &before);
    routes_tell(two.nodes[0], two.nodes, 2);
    ok(send_from(two.nodes[0], 0, TR_NOWHERE, before.address));
    tally_wait(&before.received, 1);
    tr_system_stop(&two.nodes[1]);
    two.nodes[1] = node_up(_i);
    spawn_on(two.nodes[1], 0, &after);
    routes_tell(two.nodes[0], two.nodes, 2);
    ok(send_from(two.nodes[0], 0, TR_NOWHERE, after.address));
    tally_wait(&after.received, 1);
    tally_wait(&down, 1);
    fails(send_from(two.nodes[0], 0, TR_NOWHERE, before.address), TR_EGONE);
    pair_down(&two);
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
    pair two = pair_up(_i);
    script peer = {SCRIPT};
    script leaver = {SCRIPT, .on_stop = say_bye, .arg = &peer};
    spawn_on(two.nodes[0], 0, &peer);
    spawn_on(two.nodes[1], 1, &leaver);
    routes_tell(two.nodes[1], two.nodes, 2);
    ok(send_from(two.nodes[1], 1, TR_NOWHERE, peer.address)); // the way is up
    tally_wait(&peer.received, 1);
    tr_system_stop(&two.nodes[1]);
    tally_wait(&peer.received, 2);
    tr_system_stop(&two.nodes[0]);
}
END_TEST

// -- strangers --

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
    tr_system *system = node_up(_i);
    script reader = {SCRIPT};
    spawn_on(system, 0, &reader);
    stranger other = stranger_at(tr_system_endpoint(system, 0));
    tr_batch_head head = {.protocol = TR_BUS_PROTOCOL,
                          .from_node = 99,
                          .to_node = tr_system_node(system) ^ 1,
                          .sequence = 1};
    throw_batch(&other, &head, reader.address);
    uint64_t one = 1;
    eventually_on(system, 0, has_dead_letters, &one);
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
    tr_system *system = node_up(_i);
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
    stream_init(&across, 100);
    spawn_on(system, 1, &across.reader);
    on_core(system, 0, start_stream, &across);
    stream_arrives(&across);
    ck_assert_uint_eq(stats_of(system, 0).malformed, bad);
    stranger_leaves(&other);
    tr_system_stop(&system);
}
END_TEST

START_TEST(a_crowd_of_strangers_does_not_use_up_the_links)
{
    pair two = pair_up(_i);
    script here = {SCRIPT};
    script there = {SCRIPT, .on_message = send_back};
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
    ok(send_from(two.nodes[0], 0, here.address, there.address));
    tally_wait(&here.received, 1);
    pair_down(&two);
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
    pair two = pair_up(_i);
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
    pair_down(&two);
}
END_TEST

// -- an alias --

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
        .core_count = 1, .bus_endpoint = outside[i], .broker_endpoint = endpoint});
}

START_TEST(a_dialed_way_heals_when_the_peer_starts_later_and_again)
{
    char endpoint[TR_ENDPOINT_CAP_BYTES];
    snprintf(endpoint, sizeof endpoint, _i == 0 ? "tcp://127.0.0.1:*" : "ipc://@test-%016llx",
             (unsigned long long)tr_random_u64());
    tr_system *broker = broker_up(_i, endpoint);
    snprintf(endpoint, sizeof endpoint, "%s", tr_system_broker_endpoint(broker));
    tr_system_stop(&broker);
    tr_system *system = node_up(_i);
    caller calling = {.endpoint = endpoint, .here = {SCRIPT}};
    on_core(system, 0, dial_and_call, &calling);
    uint64_t heard = 0;
    for (int round = 0; round < 2; round++) {
        script listener = {SCRIPT, .on_message = send_back};
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

Suite *actors_bus_suite(void)
{
    Suite *suite = suite_create("actors/bus/bus");
    TCase *all = tcase_create("every transport");
    tcase_set_timeout(all, 90);
    tcase_add_loop_test(all, messages_to_oneself_arrive_in_order, 0, TRANSPORTS);
    tcase_add_loop_test(all, messages_to_another_core_leave_in_batches, 0, TRANSPORTS);
    tcase_add_loop_test(all, packets_cross_and_dead_letters_are_counted, 0, TRANSPORTS);
    tcase_add_loop_test(all, a_stuck_receiver_refuses_and_then_loses_nothing, 0, TRANSPORTS);
    tcase_add_test(all, what_another_core_sent_finds_room_in_a_mailbox_that_is_always_full);
    tcase_add_test(all, what_another_core_sent_to_one_full_of_itself_is_a_dead_letter);
    tcase_add_loop_test(all, two_floods_against_each_other_come_through, 0, TRANSPORTS);
    tcase_add_loop_test(all, a_message_that_is_too_big_is_refused_at_once_on_every_way, 0,
                        TRANSPORTS);
    tcase_add_test(all, a_mailbox_is_bounded_in_bytes_and_has_room_again);
    tcase_add_loop_test(all, a_batch_leaves_at_once_however_many_went_before, 0, 2);
    suite_add_tcase(suite, all);
    TCase *nodes = tcase_create("nodes");
    tcase_set_timeout(nodes, 90);
    tcase_add_loop_test(nodes, a_node_that_knows_the_way_gets_an_answer_from_one_that_does_not, 0,
                        OUTSIDES);
    tcase_add_loop_test(nodes, a_node_nobody_knows_is_gone, 0, OUTSIDES);
    tcase_add_loop_test(nodes, a_flood_between_nodes_loses_nothing, 0, OUTSIDES);
    tcase_add_loop_test(nodes, a_peer_that_stops_is_down_once_and_fails_its_questions, 0, OUTSIDES);
    tcase_add_loop_test(nodes, a_quiet_sender_that_was_given_up_is_answered_again, 0, OUTSIDES);
    tcase_add_test(nodes, links_of_passers_by_make_room_for_newcomers_and_are_forgotten);
    tcase_add_loop_test(nodes, a_restarted_node_is_another_one, 0, OUTSIDES);
    tcase_add_loop_test(nodes, a_goodbye_at_the_end_arrives, 0, OUTSIDES);
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
