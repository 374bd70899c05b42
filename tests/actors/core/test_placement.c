#include "tests/support/system.h"

Suite *actors_placement_suite(void);

enum { CORES = 3, MANY = 600 };

// An actor that is made on another core thread: it tells its maker its address.
typedef struct greeting {
    tr_address to;
    uint64_t number;
    int result; // of its start
} greeting;

static int greet(tr_actor *self, const void *args)
{
    const greeting *it = args;
    if (it == NULL)
        return TR_EINVALID;
    if (it->result < 0)
        return it->result;
    return tr_send(tr_actor_core(self), tr_actor_address(self), it->to, probe,
                   .number = it->number);
}

static void ignore(tr_actor *self, tr_message *message)
{
    (void)self;
    (void)message;
}

static const tr_behaviour greeter = {.name = "greeter", .on_start = greet, .on_message = ignore};

typedef struct maker {
    script script;
    unsigned core;
    int64_t reference;
    tr_address who;
    int64_t status;
    unsigned made_on[CORES];
    uint64_t greetings;
    tally answers;
} maker;

static void hear(tr_actor *self, script *of, tr_message *message)
{
    maker *it = of->arg;
    if (TR_TYPE(message) == TR_MSG_probe) {
        it->greetings += TR_BODY(message, probe)->number;
    } else if (TR_TYPE(message) == TR_MSG_spawned) {
        ck_assert_uint_eq(message->flags, TR_FLAG_ANSWER);
        it->status = TR_BODY(message, spawned)->status;
        it->who = TR_BODY(message, spawned)->who;
        if (it->status == 0)
            it->made_on[tr_address_core(it->who)]++;
        tally_add(&it->answers, 1);
    } else {
        ck_abort_msg("nothing else is sent");
    }
    (void)self;
}

static maker it;

static tr_system *up(enum tr_transport transport)
{
    it = (maker){.script = {SCRIPT, .on_message = hear}, .answers = TALLY};
    it.script.arg = &it;
    tr_system *system = system_up(CORES, transport);
    spawn_on(system, 0, &it.script);
    return system;
}

static void make(tr_core *core, void *arg)
{
    greeting args = *(greeting *)arg;
    args.to = it.script.address;
    tr_actor *self = tr_actor_find(core, it.script.address);
    it.reference = tr_spawn_on(self, it.core, &greeter, &args, sizeof args);
    args.number = 1000; // it has a copy
}

START_TEST(an_actor_is_made_on_the_core_thread_one_names)
{
    tr_system *system = up((enum tr_transport)_i);
    for (it.core = 0; it.core < CORES; it.core++) {
        on_core(system, 0, make, &(greeting){.number = 1});
        ck_assert_int_gt(it.reference, 0);
        tally_wait(&it.answers, it.core + 1);
        ck_assert_uint_eq(stats_of(system, it.core).actors, it.core == 0 ? 2 : 1);
    }
    tally_wait(&it.script.received, 2 * CORES);
    tr_system_stop(&system);
    ck_assert_uint_eq(it.greetings, CORES);
    for (unsigned i = 0; i < CORES; i++)
        ck_assert_uint_eq(it.made_on[i], 1);
}
END_TEST

START_TEST(what_its_start_returned_is_the_answer)
{
    tr_system *system = up(TR_TRANSPORT_LOCAL);
    it.core = 2;
    on_core(system, 0, make, &(greeting){.result = TR_ENOTFOUND});
    tally_wait(&it.answers, 1);
    ck_assert_uint_eq(stats_of(system, 2).actors, 0);
    tr_system_stop(&system);
    ck_assert_int_eq(it.status, TR_ENOTFOUND);
    ck_assert(!tr_address_is_set(it.who));
}
END_TEST

static void make_wrongly(tr_core *core, void *arg)
{
    (void)arg;
    static const char large[TR_SPAWN_ARGS_CAP_BYTES + 1];
    tr_actor *self = tr_actor_find(core, it.script.address);
    ck_assert_int_eq(tr_spawn_on(self, CORES, &greeter, NULL, 0), TR_EINVALID);
    ck_assert_int_eq(tr_spawn_on(self, 0, NULL, NULL, 0), TR_EINVALID);
    ck_assert_int_eq(tr_spawn_on(self, 0, &greeter, large, sizeof large), TR_EINVALID);
    // A ticket that nobody gave out.
    ck_assert_int_gt(tr_ask(self, tr_address_of(tr_core_node(core), 1, TR_SLOT_CORE), 60000,
                            spawn_order, .ticket = 12345),
                     0);
}

START_TEST(wrong_orders_are_refused)
{
    tr_system *system = up(TR_TRANSPORT_LOCAL);
    on_core(system, 0, make_wrongly, NULL);
    tally_wait(&it.answers, 1);
    tr_system_stop(&system);
    ck_assert_int_eq(it.status, TR_ENOTFOUND);
}
END_TEST

static void make_many(tr_core *core, void *arg)
{
    (void)arg;
    tr_actor *self = tr_actor_find(core, it.script.address);
    greeting args = {.to = it.script.address, .number = 1};
    for (unsigned i = 0; i < MANY; i++)
        ck_assert_int_gt(tr_spawn_on(self, TR_ANY_CORE, &greeter, &args, sizeof args), 0);
}

START_TEST(many_by_load_are_spread)
{
    tr_system *system = up(TR_TRANSPORT_LOCAL);
    on_core(system, 0, make_many, NULL);
    tally_wait(&it.answers, MANY);
    tr_system_stop(&system);
    for (unsigned i = 0; i < CORES; i++)
        ck_assert_uint_ge(it.made_on[i], MANY / CORES / 4);
}
END_TEST

static void crowd(tr_core *core, void *arg)
{
    static script any = {SCRIPT};
    for (unsigned i = 0; i < 5000; i++)
        spawn(core, &any);
    (void)arg;
}

START_TEST(a_crowded_core_thread_gets_few)
{
    tr_system *system = up(TR_TRANSPORT_LOCAL);
    on_core(system, 1, crowd, NULL);
    (void)stats_of(system, 1); // a turn later its load is known
    (void)stats_of(system, 1);
    on_core(system, 0, make_many, NULL);
    tally_wait(&it.answers, MANY);
    tr_system_stop(&system);
    // Only when chance draws it twice: a ninth of the time.
    ck_assert_uint_lt(it.made_on[1], MANY / 4);
}
END_TEST

static void fill(tr_core *core, void *arg)
{
    (void)arg;
    tr_actor *self = tr_actor_find(core, it.script.address);
    greeting args = {.to = it.script.address};
    int64_t result = 1;
    unsigned made = 0;
    for (; result > 0 && made < 2 * TR_SPAWNS_WAITING_CAP; made++)
        result = tr_spawn_on(self, 1, &greeter, &args, sizeof args);
    ck_assert_int_eq(result, TR_EFULL);
}

START_TEST(orders_are_bounded)
{
    tr_system *system = up(TR_TRANSPORT_LOCAL);
    on_core(system, 0, fill, NULL);
    tr_system_stop(&system);
}
END_TEST

static void make_and_wait(void *arg)
{
    tally *done = arg;
    greeting args = {.to = it.script.address, .number = 7};
    tr_address who = TR_NOWHERE;
    ok(tr_coroutine_spawn_on(2, &greeter, &args, sizeof args, &who));
    ck_assert_uint_eq(tr_address_core(who), 2);
    fails(tr_coroutine_spawn_on(1, &greeter, NULL, 0, &who), TR_EINVALID); // its start's
    fails(tr_coroutine_spawn_on(CORES, &greeter, NULL, 0, &who), TR_EINVALID);
    ck_assert_uint_eq(tr_address_core(who), 2); // untouched
    tally_add(done, 1);
}

static void start_maker(tr_core *core, void *arg)
{
    ok(tr_coroutine_start(core, "maker", make_and_wait, arg, NULL));
}

START_TEST(a_coroutine_waits_for_it)
{
    tr_system *system = up((enum tr_transport)_i);
    tally done = TALLY;
    on_core(system, 0, start_maker, &done);
    tally_wait(&done, 1);
    tally_wait(&it.script.received, 1);
    tr_system_stop(&system);
    ck_assert_uint_eq(it.greetings, 7);
}
END_TEST

Suite *actors_placement_suite(void)
{
    Suite *suite = suite_create("actors/core/placement");
    TCase *tests = tcase_create("placement");
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, an_actor_is_made_on_the_core_thread_one_names, 0, 4);
    tcase_add_test(tests, what_its_start_returned_is_the_answer);
    tcase_add_test(tests, wrong_orders_are_refused);
    tcase_add_test(tests, many_by_load_are_spread);
    tcase_add_test(tests, a_crowded_core_thread_gets_few);
    tcase_add_test(tests, orders_are_bounded);
    tcase_add_loop_test(tests, a_coroutine_waits_for_it, 0, 4);
    suite_add_tcase(suite, tests);
    return suite;
}
