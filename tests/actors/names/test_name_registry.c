#include "troupe/actors/names.h"

#include "tests/support/namer.h"

Suite *actors_names_suite(void);

// Names of a process, over every transport: core 0 keeps them, cores 1 and 2 know them from it.
enum { TRANSPORTS = 4, CORES = 3, PAIRS = TRANSPORTS * CORES };

static tr_system *the_system;
static namer one;
static namer two;
static namer three;

// One actor on each core; the first to register lives on core _i % CORES.
static void up(int which)
{
    the_system = system_up(CORES, (enum tr_transport)(which / CORES));
    namer *all[] = {&one, &two, &three};
    for (unsigned i = 0; i < CORES; i++) {
        namer_init(all[i]);
        namer_spawn(all[i], the_system, ((unsigned)which + i) % CORES);
    }
}

static void down(void)
{
    tr_system_stop(&the_system);
}

START_TEST(a_name_is_its_first_claimants_and_found_from_everywhere)
{
    up(_i);
    ck_assert_int_eq(namer_finds(&two, "a", TR_NAME_PROCESS, NULL), TR_ENOTFOUND);
    ck_assert_int_eq(namer_gets(&one, "a", TR_NAME_PROCESS), 0);
    ck_assert_int_eq(namer_gets(&two, "a", TR_NAME_PROCESS), TR_EEXISTS);
    namer *all[] = {&one, &two, &three};
    for (unsigned i = 0; i < CORES; i++) {
        tr_address who;
        ck_assert_int_eq(namer_finds(all[i], "a", TR_NAME_PROCESS, &who), 0);
        ck_assert(tr_address_equal(who, one.script.address));
    }
    // Scopes are apart; alone, a process keeps the cluster's names, too.
    ck_assert_int_eq(namer_finds(&two, "a", TR_NAME_CLUSTER, NULL), TR_ENOTFOUND);
    ck_assert_int_eq(namer_gets(&two, "a", TR_NAME_CLUSTER), 0);
    down();
}
END_TEST

START_TEST(a_name_that_is_given_up_is_free)
{
    up(_i);
    ck_assert_int_eq(namer_gets(&one, "a", TR_NAME_PROCESS), 0);
    namer_eventually_finds(&two, "a", TR_NAME_PROCESS, one.script.address);
    ok(namer_unregister(&one, "a", TR_NAME_PROCESS));
    fails(namer_unregister(&one, "a", TR_NAME_PROCESS), TR_ENOTFOUND);
    namer_eventually_finds(&two, "a", TR_NAME_PROCESS, TR_NOWHERE);
    ck_assert_int_eq(namer_gets(&three, "a", TR_NAME_PROCESS), 0);
    namer_eventually_finds(&two, "a", TR_NAME_PROCESS, three.script.address);
    namer_eventually_finds(&one, "a", TR_NAME_PROCESS, three.script.address);
    down();
}
END_TEST

START_TEST(a_name_is_free_when_its_actor_ends)
{
    up(_i);
    ck_assert_int_eq(namer_gets(&one, "a", TR_NAME_PROCESS), 0);
    ck_assert_int_eq(namer_gets(&one, "b", TR_NAME_PROCESS), 0);
    namer_eventually_finds(&two, "a", TR_NAME_PROCESS, one.script.address);
    namer_fails(&one, 7);
    namer_eventually_finds(&two, "a", TR_NAME_PROCESS, TR_NOWHERE);
    namer_eventually_finds(&two, "b", TR_NAME_PROCESS, TR_NOWHERE);
    ck_assert_int_eq(namer_gets(&two, "a", TR_NAME_PROCESS), 0);
    namer_eventually_finds(&three, "a", TR_NAME_PROCESS, two.script.address);
    nothing_is_left(the_system, one.core);
    down();
}
END_TEST

START_TEST(what_is_sent_by_name_arrives_in_order_from_the_first_on)
{
    up(_i);
    ck_assert_int_eq(namer_gets(&one, "a", TR_NAME_PROCESS), 0);
    namer_sends(&two, "a", TR_NAME_PROCESS, 1, 4);
    namer_finds(&two, "a", TR_NAME_PROCESS, NULL);
    namer_sends(&two, "a", TR_NAME_PROCESS, 5, 9);
    tally_wait(&one.probes, 9);
    ck_assert_uint_eq(one.sum, 123456789);
    down();
}
END_TEST

static void send_to_nobody(tr_core *core, void *arg)
{
    *(int *)arg = tr_send_named(core, TR_NOWHERE, TR_NAME_PROCESS, "nobody", probe, .number = 1);
}

static bool has_dead_letter(tr_core *core, void *arg)
{
    tr_dead_letter letters[TR_DEAD_LETTERS_KEPT];
    (void)arg;
    unsigned count = tr_core_dead_letters(core, letters);
    return count == 1 && letters[0].reason == TR_ENOTFOUND && letters[0].type == TR_MSG_probe;
}

START_TEST(what_is_sent_to_nobody_is_refused_or_becomes_a_dead_letter)
{
    up(_i);
    int result;
    on_core(the_system, 0, send_to_nobody, &result);
    fails(result, TR_ENOTFOUND);
    on_core(the_system, 1, send_to_nobody, &result);
    ok(result);
    eventually_on(the_system, 1, has_dead_letter, NULL);
    down();
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

static void fill(tr_core *core, void *arg)
{
    (void)arg;
    for (unsigned i = 0; i < TR_NAME_WAITERS_CAP; i++)
        ok(tr_send_named(core, TR_NOWHERE, TR_NAME_PROCESS, "a", probe, .number = i));
    fails(tr_send_named(core, TR_NOWHERE, TR_NAME_PROCESS, "a", probe, .number = 1), TR_EFULL);
}

START_TEST(too_many_that_wait_for_a_name_are_refused)
{
    up(0);
    gate way = {TALLY, TALLY};
    ok(tr_system_post(the_system, 0, wait_at_gate, &way));
    tally_wait(&way.closed, 1);
    on_core(the_system, 1, fill, NULL);
    tally_add(&way.open, 1);
    down();
}
END_TEST

START_TEST(names_that_cannot_be_are_refused)
{
    up(0);
    char text[TR_NAME_CAP_BYTES + 2];
    memset(text, 'x', sizeof text);
    text[TR_NAME_CAP_BYTES + 1] = '\0';
    fails(namer_register(&one, text, TR_NAME_PROCESS), TR_EINVALID);
    fails(namer_register(&one, "", TR_NAME_PROCESS), TR_EINVALID);
    fails(namer_register(&one, NULL, TR_NAME_PROCESS), TR_EINVALID);
    fails(namer_register(&one, "\xff", TR_NAME_PROCESS), TR_EINVALID);
    fails(namer_register(&one, "a", (enum tr_name_scope)2), TR_EINVALID);
    text[TR_NAME_CAP_BYTES] = '\0';
    ck_assert_int_eq(namer_gets(&one, text, TR_NAME_PROCESS), 0);
    fails(namer_register(&one, text, TR_NAME_PROCESS), TR_EEXISTS);
    down();
}
END_TEST

START_TEST(an_actor_has_at_most_so_many_names)
{
    up(0);
    char text[] = "name-00";
    for (unsigned i = 0; i < TR_NAMES_PER_ACTOR_CAP; i++) {
        text[5] = (char)('0' + i / 10);
        text[6] = (char)('0' + i % 10);
        ok(namer_register(&one, text, TR_NAME_PROCESS));
    }
    fails(namer_register(&one, "one more", TR_NAME_PROCESS), TR_EFULL);
    tally_wait(&one.registered, TR_NAMES_PER_ACTOR_CAP);
    ok(namer_unregister(&one, "name-00", TR_NAME_PROCESS));
    ck_assert_int_eq(namer_gets(&one, "one more", TR_NAME_PROCESS), 0);
    // One that was refused does not count.
    ok(namer_unregister(&one, "one more", TR_NAME_PROCESS));
    ck_assert_int_eq(namer_gets(&two, "taken", TR_NAME_PROCESS), 0);
    ck_assert_int_eq(namer_gets(&one, "taken", TR_NAME_PROCESS), TR_EEXISTS);
    ck_assert_int_eq(namer_gets(&one, "another", TR_NAME_PROCESS), 0);
    down();
}
END_TEST

// -- coroutines and pool threads --

typedef struct search {
    const char *name;
    int result;
    tr_address who;
    tally done;
} search;

static void seek(void *arg)
{
    search *self = arg;
    self->result = tr_name_find(self->name, TR_NAME_PROCESS, TEST_DEADLINE_MS, &self->who);
    tally_add(&self->done, 1);
}

static void start_seeking(tr_core *core, void *arg)
{
    ok(tr_coroutine_start(core, "seek", seek, arg, NULL));
}

static void seek_outside(tr_core *core, void *arg)
{
    (void)core;
    seek(arg);
}

static search *pool_search;

static int64_t seek_on_pool(tr_pool_thread *thread, const tr_message *call)
{
    (void)thread;
    (void)call;
    seek(pool_search);
    return 0;
}

static void submit_search(tr_core *core, void *arg)
{
    (void)arg;
    tr_pool_set_function(core, seek_on_pool);
    tr_msg_handler_call call = {.handler = TR_SLICE("seek")};
    ok(tr_pool_submit(core, tr_address_of(tr_core_node(core), tr_core_index(core), TR_SLOT_CORE),
                      &call));
}

START_TEST(coroutines_and_pool_threads_find_names)
{
    up(_i);
    ck_assert_int_eq(namer_gets(&one, "a", TR_NAME_PROCESS), 0);
    search there = {.name = "a", .done = TALLY};
    on_core(the_system, two.core, start_seeking, &there);
    tally_wait(&there.done, 1);
    ok(there.result);
    ck_assert(tr_address_equal(there.who, one.script.address));
    search nowhere = {.name = "b", .done = TALLY};
    on_core(the_system, two.core, start_seeking, &nowhere);
    tally_wait(&nowhere.done, 1);
    fails(nowhere.result, TR_ENOTFOUND);
    search pooled = {.name = "a", .done = TALLY};
    pool_search = &pooled;
    on_core(the_system, three.core, submit_search, NULL);
    tally_wait(&pooled.done, 1);
    ok(pooled.result);
    ck_assert(tr_address_equal(pooled.who, one.script.address));
    search outside = {.name = "a", .done = TALLY};
    on_core(the_system, 0, seek_outside, &outside);
    fails(outside.result, TR_EWRONGTHREAD);
    down();
}
END_TEST

typedef struct rush {
    script script;
    tally granted;
    tally refused;
} rush;

static void run(tr_actor *self, script *of, tr_message *message)
{
    (void)self;
    rush *it = of->arg;
    ck_assert_uint_eq(TR_TYPE(message), TR_MSG_name_registered);
    if (TR_BODY(message, name_registered)->status == 0)
        tally_add(&it->granted, 1);
    else
        tally_add(&it->refused, 1);
}

static void start_rush(tr_core *core, void *arg)
{
    rush *self = arg;
    for (unsigned i = 0; i < 100; i++) {
        tr_address address = spawn(core, &self->script);
        ok(tr_name_register(tr_actor_find(core, address), "prize", TR_NAME_PROCESS));
    }
}

START_TEST(of_many_at_once_exactly_one_gets_it)
{
    up(_i);
    rush all = {.script = {SCRIPT, .on_message = run}, .granted = TALLY, .refused = TALLY};
    all.script.arg = &all;
    for (unsigned core = 0; core < CORES; core++)
        on_core(the_system, core, start_rush, &all);
    tally_wait(&all.refused, 100 * CORES - 1);
    tally_wait(&all.granted, 1);
    ck_assert_uint_eq(tally_get(&all.granted) + tally_get(&all.refused), 100 * CORES);
    down();
}
END_TEST

Suite *actors_names_suite(void)
{
    Suite *suite = suite_create("actors/names/name_registry");
    TCase *everywhere = tcase_create("names of a process");
    tcase_set_timeout(everywhere, 60);
    tcase_add_loop_test(everywhere, a_name_is_its_first_claimants_and_found_from_everywhere, 0,
                        PAIRS);
    tcase_add_loop_test(everywhere, a_name_that_is_given_up_is_free, 0, PAIRS);
    tcase_add_loop_test(everywhere, a_name_is_free_when_its_actor_ends, 0, PAIRS);
    tcase_add_loop_test(everywhere, what_is_sent_by_name_arrives_in_order_from_the_first_on, 0,
                        PAIRS);
    tcase_add_loop_test(everywhere, coroutines_and_pool_threads_find_names, 0, PAIRS);
    tcase_add_loop_test(everywhere, of_many_at_once_exactly_one_gets_it, 0, PAIRS);
    suite_add_tcase(suite, everywhere);
    TCase *bounds = tcase_create("bounds");
    tcase_set_timeout(bounds, 60);
    tcase_add_test(bounds, what_is_sent_to_nobody_is_refused_or_becomes_a_dead_letter);
    tcase_add_test(bounds, too_many_that_wait_for_a_name_are_refused);
    tcase_add_test(bounds, names_that_cannot_be_are_refused);
    tcase_add_test(bounds, an_actor_has_at_most_so_many_names);
    suite_add_tcase(suite, bounds);
    return suite;
}
