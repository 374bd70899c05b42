#include "actors/core/unsent.h"

#include "tests/support/place.h"

Suite *actors_unsent_suite(void);

// A mailbox of four on the same thread: full as soon as four are sent in one go.
typedef struct stuck {
    script reader;
    script other;
    tr_unsent unsent;
    uint64_t expected;
} stuck;

static void in_order(tr_actor *actor, script *of, tr_message *message)
{
    (void)actor;
    stuck *self = of->arg;
    ck_assert_uint_eq(TR_BODY(message, probe)->number, self->expected++);
}

static tr_message *numbered(const script *to, uint64_t number)
{
    tr_message *message = tr_message_new(TR_MSG_probe, &(tr_msg_probe){.number = number});
    message->to = to->address;
    return message;
}

static void send_all(tr_core *core, void *arg)
{
    stuck *self = arg;
    spawn_as(core, &small_script_behaviour, &self->reader, 0);
    spawn(core, &self->other);
    for (uint64_t i = 0; i < 12; i++)
        ck_assert(tr_unsent_send(&self->unsent, core, numbered(&self->reader, i)) == (i < 4));
    // One that waits holds back only those for its receiver.
    ck_assert(tr_unsent_send(&self->unsent, core, numbered(&self->other, 0)));
    ck_assert_uint_eq(self->unsent.count, 8);
    tr_unsent_retry(&self->unsent, core, TR_UNSENT_TRIES);
    ck_assert_uint_eq(self->unsent.count, 8);
}

static bool has_sent_all(tr_core *core, void *arg)
{
    stuck *self = arg;
    tr_unsent_retry(&self->unsent, core, TR_UNSENT_TRIES);
    return self->unsent.count == 0;
}

START_TEST(what_finds_the_way_full_is_sent_later_in_order)
{
    tr_system *system = system_up(1, TR_TRANSPORT_LOCAL);
    stuck way = {.reader = {SCRIPT, .on_message = in_order}, .other = {SCRIPT}};
    way.reader.arg = &way;
    on_core(system, 0, send_all, &way);
    eventually_on(system, 0, has_sent_all, &way);
    tally_wait(&way.reader.received, 12);
    tally_wait(&way.other.received, 1);
    tr_system_stop(&system);
    tr_unsent_done(&way.unsent);
    ck_assert_uint_eq(way.expected, 12);
}
END_TEST

static void send_to_the_dead(tr_core *core, void *arg)
{
    stuck *self = arg;
    self->reader.address = (tr_address){tr_core_node(core), tr_actor_id(0, 9, 900)};
    ck_assert(tr_unsent_send(&self->unsent, core, numbered(&self->reader, 0)));
}

START_TEST(a_receiver_that_is_gone_needs_nothing)
{
    tr_system *system = system_up(1, TR_TRANSPORT_LOCAL);
    stuck way = {.reader = {SCRIPT}};
    on_core(system, 0, send_to_the_dead, &way);
    ck_assert_uint_eq(way.unsent.count, 0);
    tr_system_stop(&system);
}
END_TEST

static void fill_up(tr_core *core, void *arg)
{
    stuck *self = arg;
    spawn_as(core, &small_script_behaviour, &self->reader, 0);
    for (uint64_t i = 0; i < TR_UNSENT_CAP + 4 + 5; i++)
        (void)tr_unsent_send(&self->unsent, core, numbered(&self->reader, i));
    ck_assert_uint_eq(self->unsent.count, TR_UNSENT_CAP);
    tr_unsent_done(&self->unsent);
    ck_assert_uint_eq(self->unsent.count, 0);
}

// Heavy ones are held against the bytes.
static void fill_up_with_bytes(tr_core *core, void *arg)
{
    stuck *self = arg;
    spawn_as(core, &small_script_behaviour, &self->reader, 0);
    static char text[1u << 20];
    for (uint64_t i = 0; i < 4 + 80; i++) {
        tr_message *message = tr_message_new(
            TR_MSG_probe, &(tr_msg_probe){.number = i, .payload = {text, sizeof text}});
        message->to = self->reader.address;
        (void)tr_unsent_send(&self->unsent, core, message);
    }
    ck_assert_uint_eq(self->unsent.count, 63);
    ck_assert_uint_eq(self->unsent.dropped, 80 - 63);
    ck_assert_uint_le(self->unsent.bytes, TR_UNSENT_CAP_BYTES);
    tr_unsent_done(&self->unsent);
    ck_assert(self->unsent.count == 0 && self->unsent.bytes == 0);
}

START_TEST(no_more_bytes_are_kept_than_the_cap)
{
    tr_system *system = system_up(1, TR_TRANSPORT_LOCAL);
    stuck way = {.reader = {SCRIPT}};
    on_core(system, 0, fill_up_with_bytes, &way);
    tr_system_stop(&system);
}
END_TEST

static tr_message *to_node(uint64_t node, unsigned core)
{
    tr_message *message = tr_message_new(TR_MSG_probe, &(tr_msg_probe){.number = 1});
    message->to = tr_address_of(node, core, TR_SLOT_CORE);
    return message;
}

START_TEST(what_is_for_a_node_that_is_gone_is_forgotten)
{
    tr_unsent unsent = {.is_bounded_elsewhere = true};
    for (unsigned i = 0; i < 3; i++) {
        tr_unsent_keep(&unsent, to_node(7, 0));
        tr_unsent_keep(&unsent, to_node(7, 1));
        tr_unsent_keep(&unsent, to_node(8, 0));
    }
    tr_unsent_drop(&unsent, 7, 1);
    ck_assert_uint_eq(unsent.count, 6);
    tr_unsent_drop(&unsent, 7, -1);
    ck_assert_uint_eq(unsent.count, 3);
    tr_unsent_drop(&unsent, 8, -1);
    ck_assert(unsent.count == 0 && unsent.bytes == 0);
    tr_unsent_keep(&unsent, to_node(8, 0)); // empty, it can be used again
    ck_assert_uint_eq(unsent.count, 1);
    tr_unsent_done(&unsent);
}
END_TEST

START_TEST(what_is_bounded_elsewhere_is_never_dropped)
{
    tr_unsent unsent = {.is_bounded_elsewhere = true};
    for (unsigned i = 0; i < TR_UNSENT_CAP + 100; i++)
        tr_unsent_keep(&unsent, to_node(7 + i % 16, 0));
    ck_assert_uint_eq(unsent.count, TR_UNSENT_CAP + 100);
    ck_assert_uint_eq(unsent.dropped, 0);
    tr_unsent_done(&unsent);
}
END_TEST

START_TEST(no_more_are_kept_than_the_cap)
{
    tr_system *system = system_up(1, TR_TRANSPORT_LOCAL);
    stuck way = {.reader = {SCRIPT}};
    on_core(system, 0, fill_up, &way);
    tr_system_stop(&system);
}
END_TEST

Suite *actors_unsent_suite(void)
{
    Suite *suite = suite_create("actors/core/unsent");
    TCase *tcase = tcase_create("what found its way full");
    tcase_add_test(tcase, what_finds_the_way_full_is_sent_later_in_order);
    tcase_add_test(tcase, a_receiver_that_is_gone_needs_nothing);
    tcase_add_test(tcase, no_more_are_kept_than_the_cap);
    tcase_add_test(tcase, no_more_bytes_are_kept_than_the_cap);
    tcase_add_test(tcase, what_is_for_a_node_that_is_gone_is_forgotten);
    tcase_add_test(tcase, what_is_bounded_elsewhere_is_never_dropped);
    suite_add_tcase(suite, tcase);
    return suite;
}
