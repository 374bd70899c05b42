// The ends of actors, packets in messages, crowds, and calls from wrong threads.

#include "actor_world.h"

Suite *actors_actor_ends_suite(void);

static void stop_self(tr_actor *self, script *of, tr_message *message)
{
    (void)of;
    (void)message;
    tr_actor_stop(self);
    tr_actor_stop(self);
    fails(tr_send(tr_actor_core(self), TR_NOWHERE, tr_actor_address(self), probe, .number = 9),
          TR_EGONE);
}

static void stop_self_at_end(tr_actor *self, script *of)
{
    (void)of;
    tr_actor_stop(self);
}

static void wake_when_stopped(tr_actor *self, script *of)
{
    (void)of;
    tr_actor_wake(self);
    tr_actor_stop(self);
}

static void spawn_and_send_three(tr_core *core, void *arg)
{
    script *of = arg;
    spawn(core, of);
    for (uint64_t i = 0; i < 3; i++)
        ok(tr_send(core, TR_NOWHERE, of->address, probe, .number = i));
}

// The slot and the run queue are whole afterwards: others come and go.
static void others_live(tr_system *system)
{
    script others[8];
    for (int i = 0; i < 8; i++) {
        others[i] = (script){SCRIPT};
        on_core(system, 0, spawn_and_send_three, &others[i]);
    }
    for (int i = 0; i < 8; i++) {
        tally_wait(&others[i].received, 3);
        on_core(system, 0, actor_stop_it, &others[i]);
    }
    for (int i = 0; i < 8; i++)
        tally_wait(&others[i].stopped, 1);
    ck_assert_uint_eq(stats_of(system, 0).actors, 0);
}

START_TEST(an_actor_stops_itself_in_its_message)
{
    tr_system *system = actor_up();
    script once = {SCRIPT, .on_message = stop_self};
    on_core(system, 0, spawn_and_send_three, &once);
    tally_wait(&once.stopped, 1);
    ck_assert_uint_eq(tally_get(&once.received), 1); // the other two were dropped
    ck_assert_uint_eq(stats_of(system, 0).dead_letters, 3);
    others_live(system);
    tr_system_stop(&system);
    ck_assert_uint_eq(tally_get(&once.stopped), 1);
}
END_TEST

START_TEST(an_actor_stops_itself_at_the_end_of_its_turn)
{
    tr_system *system = actor_up();
    script once = {SCRIPT, .on_turn_end = stop_self_at_end};
    on_core(system, 0, spawn_and_send_three, &once);
    tally_wait(&once.stopped, 1);
    ck_assert_uint_eq(tally_get(&once.received), 3);
    others_live(system);
    tr_system_stop(&system);
    ck_assert_uint_eq(tally_get(&once.stopped), 1);
}
END_TEST

START_TEST(a_destructor_may_wake_and_stop_its_actor)
{
    tr_system *system = actor_up();
    script odd = {SCRIPT, .on_message = stop_self, .on_stop = wake_when_stopped};
    on_core(system, 0, spawn_and_send_three, &odd);
    tally_wait(&odd.stopped, 1);
    others_live(system);
    tr_system_stop(&system);
    ck_assert_uint_eq(tally_get(&odd.stopped), 1);
}
END_TEST

// A destructor that says goodbye to a neighbour, and would like to leave an heir.
static void say_goodbye(tr_actor *self, script *of)
{
    script *neighbour = of->arg;
    (void)tr_send(tr_actor_core(self), tr_actor_address(self), neighbour->address, probe,
                  .number = 1);
    script *heir = neighbour;
    fails(tr_spawn(tr_actor_core(self), &script_behaviour, &heir, 0, NULL), TR_ECANCELLED);
}

static void spawn_with_mail(tr_core *core, void *arg)
{
    script *all = arg;
    for (int i = 0; i < 8; i++)
        spawn(core, &all[i]);
    for (int i = 0; i < 8; i++)
        ok(tr_send(core, TR_NOWHERE, all[i].address, probe, .number = 1));
    for (int i = 0; i < 8; i++)
        tr_actor_wake(tr_actor_find(core, all[i].address));
}

START_TEST(goodbyes_between_actors_at_the_end_are_harmless)
{
    tr_system *system = actor_up();
    script all[8];
    for (int i = 0; i < 8; i++)
        all[i] = (script){SCRIPT, .on_stop = say_goodbye, .arg = &all[(i + 3) % 8]};
    on_core(system, 0, spawn_with_mail, all);
    tr_system_stop(&system);
    for (int i = 0; i < 8; i++)
        ck_assert_uint_ge(tally_get(&all[i].stopped), 1);
}
END_TEST

static void take_packet(tr_actor *self, script *of, tr_message *message)
{
    (void)self;
    if (tally_get(&of->received) != 0)
        return; // this one is freed with its message
    tr_packet *taken = tr_message_take_packet(&TR_BODY(message, browser_packet)->packet);
    ck_assert_ptr_eq(taken, of->arg); // the same one, not a copy
    ck_assert_uint_eq(taken->references, 1);
    tr_packet_unref(taken);
}

static void send_packets(tr_core *core, void *arg)
{
    script *of = arg;
    spawn_as(core, &small_script_behaviour, of, 0);
    of->arg = tr_packet_of("one", 3);
    ok(tr_send(core, TR_NOWHERE, of->address, browser_packet, .packet = of->arg));
    for (int i = 0; i < 3; i++)
        ok(tr_send(core, TR_NOWHERE, of->address, browser_packet,
                   .packet = tr_packet_of("more", 4)));
    tr_packet *kept = tr_packet_of("kept", 4);
    fails(tr_send(core, TR_NOWHERE, of->address, browser_packet, .packet = kept), TR_EFULL);
    tr_address nobody = {tr_core_node(core), 12345};
    fails(tr_send(core, TR_NOWHERE, nobody, browser_packet, .packet = kept), TR_EGONE);
    tr_address stranger = {3, 3};
    fails(tr_send(core, TR_NOWHERE, stranger, browser_packet, .packet = kept), TR_EGONE);
    ck_assert_uint_eq(kept->references, 1);
    ck_assert_mem_eq(tr_packet_data(kept), "kept", 4);
    tr_packet_unref(kept);
}

START_TEST(a_packet_moves_in_or_stays_with_the_sender)
{
    tr_system *system = actor_up();
    script reader = {SCRIPT, .on_message = take_packet};
    on_core(system, 0, send_packets, &reader);
    tally_wait(&reader.received, 4);
    tr_system_stop(&system);
}
END_TEST

static void leave_packet(tr_core *core, void *arg)
{
    spawn(core, arg);
    tr_address to = ((script *)arg)->address;
    ok(tr_send(core, TR_NOWHERE, to, browser_packet, .packet = tr_packet_of("left", 4)));
    tr_actor_stop(tr_actor_find(core, to));
}

START_TEST(a_packet_in_a_dropped_mailbox_is_freed)
{
    tr_system *system = actor_up();
    script stopped = {SCRIPT};
    on_core(system, 0, leave_packet, &stopped);
    tally_wait(&stopped.stopped, 1);
    ck_assert_uint_eq(stats_of(system, 0).dead_letters, 1);
    ck_assert_uint_eq(tally_get(&stopped.received), 0);
    tr_system_stop(&system);
}
END_TEST

static void hear_of_the_end(tr_actor *self, script *of, tr_message *message)
{
    script *other = of->arg;
    (void)self;
    ck_assert_uint_eq(TR_TYPE(message), TR_MSG_receiver_gone);
    ck_assert_uint_eq(TR_BODY(message, receiver_gone)->type, TR_MSG_browser_event);
    ck_assert(tr_address_equal(message->from, other->address));
}

static void leave_events(tr_core *core, void *arg)
{
    script *teller = arg;
    script *other = teller->arg;
    spawn(core, teller);
    spawn(core, other);
    for (int i = 0; i < 2; i++)
        ok(tr_send(core, teller->address, other->address, browser_event, .name = TR_SLICE("click"),
                   .data = TR_SLICE("\xc0")));
    ok(tr_send(core, teller->address, other->address, probe, .number = 1)); // asks for nothing
    tr_actor_stop(tr_actor_find(core, other->address));
}

// Who relies on an actor, and does not monitor it, must not wait for what was left unread.
START_TEST(the_sender_of_what_was_left_unread_is_told)
{
    tr_system *system = actor_up();
    script other = {SCRIPT};
    script teller = {SCRIPT, .on_message = hear_of_the_end, .arg = &other};
    on_core(system, 0, leave_events, &teller);
    tally_wait(&teller.received, 2);
    tr_system_stop(&system);
    ck_assert_uint_eq(tally_get(&teller.received), 2);
}
END_TEST

static void answer_a_statement(tr_actor *self, script *of, tr_message *message)
{
    (void)of;
    fails(tr_answer(tr_actor_core(self), message, .status = 0), TR_EINVALID);
}

START_TEST(only_questions_are_answered)
{
    tr_system *system = actor_up();
    script listener = {SCRIPT, .on_message = answer_a_statement};
    on_core(system, 0, spawn_and_send_three, &listener);
    tally_wait(&listener.received, 3);
    tr_system_stop(&system);
}
END_TEST

static void spawn_many(tr_core *core, void *arg)
{
    for (int round = 0; round < 2; round++) {
        static tr_address all[5000];
        script *of = arg;
        for (int i = 0; i < 5000; i++)
            all[i] = spawn(core, of);
        for (int i = 0; i < 5000; i++)
            tr_actor_stop(tr_actor_find(core, all[i]));
    }
    ck_assert_uint_eq(tr_core_stats_get(core).actors, 10000);
}

START_TEST(thousands_come_and_go)
{
    tr_system *system = actor_up();
    script many = {SCRIPT};
    on_core(system, 0, spawn_many, &many);
    tally_wait(&many.stopped, 10000);
    ck_assert_uint_eq(stats_of(system, 0).actors, 0);
    tr_system_stop(&system);
}
END_TEST

Suite *actors_actor_ends_suite(void)
{
    Suite *suite = suite_create("actors/core/actor_ends");
    TCase *tests = tcase_create("actor");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, an_actor_stops_itself_in_its_message);
    tcase_add_test(tests, an_actor_stops_itself_at_the_end_of_its_turn);
    tcase_add_test(tests, a_destructor_may_wake_and_stop_its_actor);
    tcase_add_test(tests, goodbyes_between_actors_at_the_end_are_harmless);
    tcase_add_test(tests, a_packet_moves_in_or_stays_with_the_sender);
    tcase_add_test(tests, a_packet_in_a_dropped_mailbox_is_freed);
    tcase_add_test(tests, the_sender_of_what_was_left_unread_is_told);
    tcase_add_test(tests, only_questions_are_answered);
    tcase_add_test(tests, thousands_come_and_go);
    suite_add_tcase(suite, tests);
    return suite;
}
