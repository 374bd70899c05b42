// The life of actors: slots, starts that fail, mailboxes, turns.

#include "actor_world.h"

Suite *actors_actor_life_suite(void);

// Tells whether an actor answers to the address.
typedef struct question {
    tr_address address;
    bool is_there;
} question;

static void find(tr_core *core, void *arg)
{
    question *self = arg;
    self->is_there = tr_actor_find(core, self->address) != NULL;
}

static bool is_there(tr_system *system, tr_address address)
{
    question asked = {.address = address};
    on_core(system, 0, find, &asked);
    return asked.is_there;
}

// So that one who starts and ends actors without pause does not soon come back to an old address.
START_TEST(a_slot_rests_and_comes_back_with_a_new_generation)
{
    enum { REST = 1024 };
    tr_system *system = actor_up();
    script first = {SCRIPT};
    script next = {SCRIPT};
    spawn_on(system, 0, &first);
    ck_assert(is_there(system, first.address));
    on_core(system, 0, actor_stop_it, &first);
    tally_wait(&first.stopped, 1);
    unsigned others = 0;
    for (;; others++) {
        ck_assert_uint_lt(others, 2 * REST);
        spawn_on(system, 0, &next);
        if (tr_address_slot(next.address) == tr_address_slot(first.address))
            break;
        on_core(system, 0, actor_stop_it, &next);
        tally_wait(&next.stopped, others + 1);
    }
    ck_assert_uint_ge(others, REST);
    ck_assert(!tr_address_equal(first.address, next.address));
    ck_assert(!is_there(system, first.address));
    ck_assert(is_there(system, next.address));
    ck_assert_uint_eq(stats_of(system, 0).actors, 1);
    tr_system_stop(&system);
    ck_assert_uint_eq(tally_get(&first.stopped), 1);
}
END_TEST

static void send_to_the_dead(tr_core *core, void *arg)
{
    tr_address old = ((script *)arg)->address;
    fails(tr_send(core, TR_NOWHERE, old, probe, .number = 1), TR_EGONE);
    tr_address stranger = {old.node ^ 1, old.actor};
    fails(tr_send(core, TR_NOWHERE, stranger, probe, .number = 1), TR_EGONE);
    ck_assert_uint_eq(tr_core_stats_get(core).dead_letters, 2);
}

START_TEST(dead_letters_are_refused_and_counted)
{
    tr_system *system = actor_up();
    script gone = {SCRIPT};
    script heir = {SCRIPT};
    spawn_on(system, 0, &gone);
    on_core(system, 0, actor_stop_it, &gone);
    tally_wait(&gone.stopped, 1);
    spawn_on(system, 0, &heir);
    on_core(system, 0, send_to_the_dead, &gone);
    tr_system_stop(&system);
    ck_assert_uint_eq(tally_get(&heir.received), 0);
}
END_TEST

static void spawn_and_fail(tr_core *core, void *arg)
{
    script *of = arg;
    tr_address address = {7, 7};
    fails(tr_spawn(core, &script_behaviour, &of, 0, &address), TR_ENOTFOUND);
    ck_assert_uint_eq(address.node, 7); // untouched
    ck_assert_ptr_null(tr_actor_find(core, of->address));
    ck_assert_uint_eq(tr_core_stats_get(core).actors, 0);
    fails(tr_spawn(core, &script_behaviour, &of, TR_SLOT_SESSIONS, NULL), TR_ENOTFOUND);
    of->start_result = 0;
    ok(tr_spawn(core, &script_behaviour, &of, TR_SLOT_SESSIONS, &address));
}

START_TEST(an_actor_whose_start_failed_never_was)
{
    tr_system *system = actor_up();
    script failing = {SCRIPT, .start_result = TR_ENOTFOUND};
    on_core(system, 0, spawn_and_fail, &failing);
    tr_system_stop(&system);
    ck_assert_uint_eq(tally_get(&failing.stopped), 1); // the one that started
}
END_TEST

// Busies itself in its constructor, then fails.
static int start_busy(tr_actor *self, const void *args)
{
    (void)args;
    tr_actor_wake(self);
    ok(tr_send(tr_actor_core(self), TR_NOWHERE, tr_actor_address(self), probe, .number = 1));
    return TR_EINVALID;
}

static void never_called(tr_actor *self, tr_message *message)
{
    (void)self;
    (void)message;
    ck_abort_msg("it never was");
}

static const tr_behaviour busy_behaviour = {
    .name = "busy", .state_size = 8, .on_start = start_busy, .on_message = never_called};

static void spawn_busy(tr_core *core, void *arg)
{
    tr_address before = spawn(core, arg);
    ok(tr_send(core, TR_NOWHERE, before, probe, .number = 1));
    fails(tr_spawn(core, &busy_behaviour, NULL, 0, NULL), TR_EINVALID);
    ok(tr_send(core, TR_NOWHERE, before, probe, .number = 2));
}

START_TEST(a_failed_start_may_have_sent_itself_messages)
{
    tr_system *system = actor_up();
    script other = {SCRIPT};
    on_core(system, 0, spawn_busy, &other);
    tally_wait(&other.received, 2);
    ck_assert_uint_eq(stats_of(system, 0).actors, 1);
    tr_system_stop(&system);
}
END_TEST

static void spawn_twice(tr_core *core, void *arg)
{
    script *of = arg;
    tr_address address = spawn_as(core, &script_behaviour, of, TR_SLOT_GATEWAY);
    ck_assert(tr_address_equal(
        address, tr_address_of(tr_core_node(core), tr_core_index(core), TR_SLOT_GATEWAY)));
    fails(tr_spawn(core, &script_behaviour, &of, TR_SLOT_GATEWAY, NULL), TR_EEXISTS);
}

START_TEST(a_well_known_slot_is_taken_once)
{
    tr_system *system = actor_up();
    script known = {SCRIPT};
    on_core(system, 0, spawn_twice, &known);
    on_core(system, 0, actor_stop_it, &known);
    tally_wait(&known.stopped, 1);
    on_core(system, 0, spawn_twice, &known); // free again
    tr_system_stop(&system);
}
END_TEST

static void fill_mailbox(tr_core *core, void *arg)
{
    script *of = arg;
    spawn_as(core, &small_script_behaviour, of, 0);
    for (uint64_t i = 0; i < 4; i++)
        ok(tr_send(core, TR_NOWHERE, of->address, probe, .number = i));
    fails(tr_send(core, TR_NOWHERE, of->address, probe, .number = 4), TR_EFULL);
    ck_assert_uint_eq(tr_core_stats_get(core).refused_full, 1);
    // System messages have room of their own, which has an end too.
    for (uint32_t i = 0; i < 16; i++)
        ok(tr_send(core, TR_NOWHERE, of->address, browser_credit, .packets = i));
    fails(tr_send(core, TR_NOWHERE, of->address, browser_credit, .packets = 16), TR_EFULL);
    ck_assert_uint_eq(tr_core_stats_get(core).refused_full, 2);
}

static void system_first(tr_actor *self, script *of, tr_message *message)
{
    (void)self;
    uint64_t nth = tally_get(&of->received);
    if (nth < 16) {
        ck_assert_uint_eq(message->shape->type, TR_MSG_browser_credit);
        ck_assert_uint_eq(TR_BODY(message, browser_credit)->packets, nth);
    } else {
        ck_assert_uint_eq(message->shape->type, TR_MSG_probe);
        ck_assert_uint_eq(TR_BODY(message, probe)->number, nth - 16);
    }
}

START_TEST(a_full_mailbox_refuses_and_system_messages_overtake)
{
    tr_system *system = actor_up();
    script full = {SCRIPT, .on_message = system_first};
    on_core(system, 0, fill_mailbox, &full);
    tally_wait(&full.received, 20);
    tr_system_stop(&system);
}
END_TEST

// The actors in the order in which they ran, one letter a message.
typedef struct track {
    char letters[4096];
    unsigned count;
} track;

typedef struct runner {
    script script;
    track *track;
    char letter;
} runner;

static void note(tr_actor *self, script *of, tr_message *message)
{
    (void)self;
    (void)message;
    runner *who = of->arg;
    ck_assert_uint_lt(who->track->count, sizeof who->track->letters);
    who->track->letters[who->track->count++] = who->letter;
}

static void start_runners(tr_core *core, void *arg)
{
    runner *both = arg;
    for (int i = 0; i < 2; i++)
        spawn(core, &both[i].script);
    for (uint64_t i = 0; i < 1000; i++)
        ok(tr_send(core, TR_NOWHERE, both[0].script.address, probe, .number = i));
    for (uint64_t i = 0; i < 100; i++)
        ok(tr_send(core, TR_NOWHERE, both[1].script.address, probe, .number = i));
}

START_TEST(a_busy_actor_does_not_starve_others)
{
    tr_system *system = actor_up();
    track seen = {.count = 0};
    runner both[2];
    for (int i = 0; i < 2; i++) {
        both[i] = (runner){
            .script = {SCRIPT, .on_message = note}, .track = &seen, .letter = (char)('a' + i)};
        both[i].script.arg = &both[i];
    }
    on_core(system, 0, start_runners, both);
    tally_wait(&both[0].script.received, 1000);
    tally_wait(&both[1].script.received, 100);
    tr_system_stop(&system);
    // Turns of 64 at most, fewer when the core thread's turn has lasted long enough.
    ck_assert_uint_eq(seen.count, 1100);
    unsigned run = 0;
    unsigned left = 100; // of b, which ends first
    for (unsigned i = 0; left != 0; i++) {
        run = i != 0 && seen.letters[i] == seen.letters[i - 1] ? run + 1 : 1;
        ck_assert_uint_le(run, 64);
        left -= seen.letters[i] == 'b';
    }
    // A turn's end after each turn: ceil(1000 / 64), ceil(100 / 64).
    ck_assert_uint_ge(tally_get(&both[0].script.turns), 16);
    ck_assert_uint_ge(tally_get(&both[1].script.turns), 2);
}
END_TEST

static void wake_it(tr_core *core, void *arg)
{
    spawn(core, arg);
    tr_actor *actor = tr_actor_find(core, ((script *)arg)->address);
    tr_actor_wake(actor);
    tr_actor_wake(actor);
}

START_TEST(a_wake_is_a_turn_without_messages)
{
    tr_system *system = actor_up();
    script woken = {SCRIPT};
    on_core(system, 0, wake_it, &woken);
    tally_wait(&woken.turns, 1);
    ck_assert_uint_eq(stats_of(system, 0).actors, 1);
    tr_system_stop(&system);
    ck_assert_uint_eq(tally_get(&woken.turns), 1);
    ck_assert_uint_eq(tally_get(&woken.received), 0);
}
END_TEST

static void wake_again(tr_actor *self, script *of)
{
    if (tally_get(&of->turns) < 2)
        tr_actor_wake(self);
}

START_TEST(a_wake_at_the_end_of_a_turn_is_another_turn)
{
    tr_system *system = actor_up();
    script woken = {SCRIPT, .on_turn_end = wake_again};
    on_core(system, 0, wake_it, &woken);
    tally_wait(&woken.turns, 3);
    tr_system_stop(&system);
    ck_assert_uint_eq(tally_get(&woken.turns), 3);
}
END_TEST

enum { CROWD = 100000 };

typedef struct crowd {
    tr_address addresses[CROWD];
    uint64_t handled;
    uint64_t stopped;
} crowd;

static crowd many;

static void handle_one(tr_actor *self, tr_message *message)
{
    *(uint64_t *)tr_actor_state(self) += TR_BODY(message, probe)->number;
    many.handled++;
}

static void stop_one(tr_actor *self)
{
    ck_assert_uint_eq(*(uint64_t *)tr_actor_state(self), 3);
    many.stopped++;
}

static const tr_behaviour member_behaviour = {
    .name = "member", .state_size = 8, .on_message = handle_one, .on_stop = stop_one};

static void spawn_crowd(tr_core *core, void *arg)
{
    (void)arg;
    for (unsigned i = 0; i < CROWD; i++)
        ok(tr_spawn(core, &member_behaviour, NULL, 0, &many.addresses[i]));
    ck_assert_uint_eq(tr_core_stats_get(core).actors, CROWD);
}

static void tell_crowd(tr_core *core, void *arg)
{
    for (unsigned i = 0; i < CROWD; i++)
        ok(tr_send(core, TR_NOWHERE, many.addresses[i], probe, .number = *(uint64_t *)arg));
}

static bool all_handled(tr_core *core, void *arg)
{
    (void)core;
    return many.handled == *(uint64_t *)arg;
}

static void stop_half(tr_core *core, void *arg)
{
    (void)arg;
    for (unsigned i = 0; i < CROWD; i += 2)
        tr_actor_stop(tr_actor_find(core, many.addresses[i]));
}

START_TEST(a_hundred_thousand_live_at_once)
{
    memset(&many, 0, sizeof many);
    tr_system *system = actor_up();
    on_core(system, 0, spawn_crowd, NULL);
    for (uint64_t i = 1; i <= 2; i++) {
        on_core(system, 0, tell_crowd, &i);
        uint64_t expected = i * CROWD;
        eventually_on(system, 0, all_handled, &expected);
    }
    on_core(system, 0, stop_half, NULL);
    tr_system_stop(&system);
    ck_assert_uint_eq(many.stopped, CROWD);
}
END_TEST

static void borrow_core(tr_core *core, void *arg)
{
    *(tr_core **)arg = core;
}

START_TEST(from_another_thread_nothing_is_spawned_or_sent)
{
    tr_core *core = NULL;
    tr_system *system = actor_up();
    on_core(system, 0, borrow_core, &core);
    fails(tr_spawn(core, &script_behaviour, NULL, 0, NULL), TR_EWRONGTHREAD);
    fails(tr_send(core, TR_NOWHERE, TR_NOWHERE, probe, .number = 1), TR_EWRONGTHREAD);
    tr_system_stop(&system);
}
END_TEST

Suite *actors_actor_life_suite(void)
{
    Suite *suite = suite_create("actors/core/actor_life");
    TCase *tests = tcase_create("actor");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, a_slot_rests_and_comes_back_with_a_new_generation);
    tcase_add_test(tests, dead_letters_are_refused_and_counted);
    tcase_add_test(tests, an_actor_whose_start_failed_never_was);
    tcase_add_test(tests, a_failed_start_may_have_sent_itself_messages);
    tcase_add_test(tests, a_well_known_slot_is_taken_once);
    tcase_add_test(tests, a_full_mailbox_refuses_and_system_messages_overtake);
    tcase_add_test(tests, a_busy_actor_does_not_starve_others);
    tcase_add_test(tests, a_wake_is_a_turn_without_messages);
    tcase_add_test(tests, a_wake_at_the_end_of_a_turn_is_another_turn);
    tcase_add_test(tests, from_another_thread_nothing_is_spawned_or_sent);
    tcase_add_test(tests, a_hundred_thousand_live_at_once);
    suite_add_tcase(suite, tests);
    return suite;
}
