// Messages between core threads: order, batches, full mailboxes, sizes.

#include "bus_world.h"

#include <stdlib.h>

#include "actors/bus/link.h"
#include "actors/core/core_record.h"

Suite *actors_bus_streams_suite(void);

START_TEST(messages_to_oneself_arrive_in_order)
{
    tr_system *system = system_up(1, (enum tr_transport)_i);
    stream to_self;
    bus_stream_init(&to_self, 5000);
    spawn_on(system, 0, &to_self.reader);
    on_core(system, 0, bus_start_stream, &to_self);
    bus_stream_arrives(&to_self);
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
    bus_stream_init(&across, 1000);
    spawn_on(system, 1, &across.reader);
    on_core(system, 0, bus_start_stream, &across);
    bus_stream_arrives(&across);
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

START_TEST(packets_cross_and_dead_letters_are_counted)
{
    tr_system *system = system_up(2, (enum tr_transport)_i);
    script reader = {SCRIPT, .on_message = take_first};
    spawn_on(system, 1, &reader);
    on_core(system, 0, send_both_packets, &reader);
    tally_wait(&reader.received, 2);
    uint64_t one = 1;
    eventually_on(system, 1, bus_has_dead_letters, &one);
    tr_system_stop(&system);
}
END_TEST

static void hear_of_the_end(tr_actor *self, script *of, tr_message *message)
{
    (void)self;
    (void)of;
    ck_assert_uint_eq(TR_TYPE(message), TR_MSG_receiver_gone);
    ck_assert_uint_eq(TR_BODY(message, receiver_gone)->type, TR_MSG_browser_event);
}

static void write_to_nobody(tr_core *core, void *arg)
{
    script *of = arg;
    tr_address gone = tr_address_of(tr_core_node(core), 1, TR_SLOT_FIRST + 7);
    ok(tr_send(core, of->address, gone, browser_event, .name = TR_SLICE("click"),
               .data = TR_SLICE("\xc0")));
}

START_TEST(who_writes_to_an_actor_that_is_gone_is_told)
{
    tr_system *system = system_up(2, (enum tr_transport)_i);
    script teller = {SCRIPT, .on_message = hear_of_the_end};
    spawn_on(system, 0, &teller);
    on_core(system, 0, write_to_nobody, &teller);
    tally_wait(&teller.received, 1);
    tr_system_stop(&system);
}
END_TEST

START_TEST(a_stuck_receiver_refuses_and_then_loses_nothing)
{
    tr_system *system = system_up(2, (enum tr_transport)_i);
    static stream flood;
    bus_stream_init(&flood, LONG_FLOOD);
    spawn_on(system, 1, &flood.reader); // with a mailbox of the usual size
    gate stuck = {TALLY, TALLY};
    bus_get_stuck(system, &stuck);
    ok(tr_system_post(system, 0, bus_start_stream, &flood));
    tally_wait(&flood.first_refused, 1);
    ck_assert_uint_eq(tally_get(&flood.reader.received), 0);
    ck_assert_uint_ge(stats_of(system, 0).refused_full, 1);
    tally_add(&stuck.open, 1);
    bus_stream_arrives(&flood);
    ck_assert_uint_eq(stats_of(system, 1).refused_full, 0);
    ck_assert_uint_eq(stats_of(system, 1).dead_letters, 0);
    tr_system_stop(&system);
    ck_assert_uint_eq(flood.expected, LONG_FLOOD);
}
END_TEST

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
    bus_stream_init(&across, AGAINST_NEIGHBOURS);
    across.reader.address = all.target.address;
    on_core(system, 0, bus_start_stream, &across);
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
    bus_start_stream(core, self);
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
    bus_stream_init(&across, 10);
    across.reader.address = full.address;
    on_core(system, 0, bus_start_stream, &across);
    tally_wait(&across.all_sent, 1);
    uint64_t ten = 10;
    eventually_on(system, 1, bus_has_dead_letters, &ten);
    on_core(system, 1, dead_letter_is_full, &full.address);
    tr_system_stop(&system);
}
END_TEST

START_TEST(two_floods_against_each_other_come_through)
{
    tr_system *system = system_up(2, (enum tr_transport)_i);
    static stream both[2]; // both[i] is sent by core i
    for (int i = 0; i < 2; i++) {
        bus_stream_init(&both[i], FLOOD);
        both[i].against = &both[1 - i];
        spawn_on(system, 1 - (unsigned)i, &both[i].reader);
    }
    for (unsigned i = 0; i < 2; i++)
        ok(tr_system_post(system, i, flood_until_both_are_full, &both[i]));
    for (int i = 0; i < 2; i++)
        bus_stream_arrives(&both[i]);
    tr_system_stop(&system);
    ck_assert_uint_eq(both[0].expected, FLOOD);
    ck_assert_uint_eq(both[1].expected, FLOOD);
}
END_TEST

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

static void send_giants(tr_core *core, void *arg)
{
    giant *all = arg;
    static const uint32_t sizes[] = {TR_MESSAGE_CAP_BYTES + 1, TR_ENVELOPE_CAP_BYTES,
                                     TR_BATCH_RECEIVE_CAP_BYTES + 1, GIANT_BYTES};
    // A sanitizer looks at each of their bytes: the least of them is enough for it.
    unsigned count = TEST_UNDER_SANITIZER ? 1 : sizeof sizes / sizeof *sizes;
    for (unsigned i = 0; i < count; i++) {
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
    fails(tr_coroutine_ask(TR_NOWHERE, all->reader.address, TR_MSG_probe, &body, 60000, &answer),
          TR_ETOOBIG);
    body.payload.size = 3;
    ok(tr_coroutine_ask(TR_NOWHERE, all->reader.address, TR_MSG_probe, &body, 60000, &answer));
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

Suite *actors_bus_streams_suite(void)
{
    Suite *suite = suite_create("actors/bus/bus_streams");
    TCase *all = tcase_create("every transport");
    tcase_set_timeout(all, 90);
    tcase_add_loop_test(all, messages_to_oneself_arrive_in_order, 0, TRANSPORTS);
    tcase_add_loop_test(all, messages_to_another_core_leave_in_batches, 0, TRANSPORTS);
    tcase_add_loop_test(all, packets_cross_and_dead_letters_are_counted, 0, TRANSPORTS);
    tcase_add_loop_test(all, who_writes_to_an_actor_that_is_gone_is_told, 0, TRANSPORTS);
    tcase_add_loop_test(all, a_stuck_receiver_refuses_and_then_loses_nothing, 0, TRANSPORTS);
    tcase_add_test(all, what_another_core_sent_finds_room_in_a_mailbox_that_is_always_full);
    tcase_add_test(all, what_another_core_sent_to_one_full_of_itself_is_a_dead_letter);
    tcase_add_loop_test(all, two_floods_against_each_other_come_through, 0, TRANSPORTS);
    tcase_add_loop_test(all, a_message_that_is_too_big_is_refused_at_once_on_every_way, 0,
                        TRANSPORTS);
    tcase_add_test(all, a_mailbox_is_bounded_in_bytes_and_has_room_again);
    tcase_add_loop_test(all, a_batch_leaves_at_once_however_many_went_before, 0, 2);
    suite_add_tcase(suite, all);
    return suite;
}
