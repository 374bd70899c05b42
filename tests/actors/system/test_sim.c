#include "actors/system/sim.h"

#include <stdio.h>
#include <stdlib.h>

#include "tests/stress/citizen.h"
#include "tests/stress/ledger.h"
#include "tests/support/system.h"

Suite *actors_sim_suite(void);

enum {
    SEEDS = TEST_UNDER_TSAN        ? 40
            : TEST_UNDER_SANITIZER ? 100
                                   : 500,
    STORY_SEEDS = SEEDS / 5,
    CORES = 3,
    RUN_MS = 60000
};

// -- a planted bug --

// An account on core 0, and one customer on each other core who pays 1 in. The wrong way: ask for
// the balance, then tell it what it is now; another payment in between is lost.
enum { GET = 1, SET = 2, ADD = 3 };

typedef struct bank {
    tr_address account;
    uint64_t balance;
    bool is_wrong;
    unsigned paid;
} bank;

static bank bank_of_now;

static void account_message(tr_actor *self, tr_message *message)
{
    bank *it = &bank_of_now;
    uint64_t number = TR_BODY(message, probe)->number;
    if (number % 4 == GET)
        (void)tr_reply(tr_actor_core(self), message, probe, .number = it->balance);
    else if (number % 4 == SET)
        it->balance = number / 4;
    else
        it->balance++;
}

static int customer_start(tr_actor *self, const void *args)
{
    (void)args;
    return tr_after(self, 1, 1);
}

static void customer_message(tr_actor *self, tr_message *message)
{
    bank *it = &bank_of_now;
    tr_core *core = tr_actor_core(self);
    tr_address own = tr_actor_address(self);
    if (TR_TYPE(message) == TR_MSG_alarm && it->is_wrong) {
        ck_assert_int_gt(tr_ask(self, it->account, 10000, probe, .number = GET), 0);
    } else if (TR_TYPE(message) == TR_MSG_alarm) {
        ok(tr_send(core, own, it->account, probe, .number = ADD));
        it->paid++;
    } else if (TR_TYPE(message) == TR_MSG_probe) {
        uint64_t balance = TR_BODY(message, probe)->number;
        ok(tr_send(core, own, it->account, probe, .number = (balance + 1) * 4 + SET));
        it->paid++;
    }
}

static const tr_behaviour account = {.name = "account", .on_message = account_message};
static const tr_behaviour customer = {
    .name = "customer", .on_start = customer_start, .on_message = customer_message};

static int open_bank(tr_core *core, void *arg)
{
    bank *it = arg;
    if (tr_core_index(core) == 0)
        return tr_spawn(core, &account, NULL, 0, &it->account);
    return tr_spawn(core, &customer, NULL, 0, NULL);
}

typedef struct outcome {
    uint64_t balance;
    uint64_t trace;
    uint64_t turns;
} outcome;

static outcome run_bank(uint64_t seed, bool is_wrong)
{
    bank_of_now = (bank){.is_wrong = is_wrong};
    tr_sim *sim = tr_sim_new(&(tr_sim_options){
        .seed = seed, .core_count = CORES, .setup = open_bank, .arg = &bank_of_now});
    ok(tr_sim_run(sim, RUN_MS));
    ck_assert_uint_eq(bank_of_now.paid, CORES - 1);
    outcome result = {bank_of_now.balance, tr_sim_trace(sim), tr_sim_turns(sim)};
    tr_sim_free(&sim);
    return result;
}

START_TEST(a_planted_race_is_found_and_its_seed_finds_it_every_time)
{
    uint64_t losing = 0;
    uint64_t winning = 0;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        outcome now = run_bank(seed, true);
        ck_assert(now.balance == 1 || now.balance == CORES - 1);
        if (now.balance != CORES - 1 && losing == 0)
            losing = seed;
        if (now.balance == CORES - 1 && winning == 0)
            winning = seed;
    }
    ck_assert_uint_ne(losing, 0);
    ck_assert_uint_ne(winning, 0); // or it would not be a race
    if (getenv("TEST_FIGURES") != NULL)
        printf("figure sim_losing_seed=%u sim_winning_seed=%u\n", (unsigned)losing,
               (unsigned)winning);
    outcome first = run_bank(losing, true);
    for (int again = 0; again < 20; again++) {
        outcome now = run_bank(losing, true);
        ck_assert_uint_eq(now.balance, 1);
        ck_assert_uint_eq(now.trace, first.trace);
        ck_assert_uint_eq(now.turns, first.turns);
    }
    ck_assert_uint_eq(run_bank(winning, true).balance, CORES - 1);
}
END_TEST

START_TEST(what_is_not_raced_for_is_right_under_every_seed)
{
    for (uint64_t seed = 1; seed <= SEEDS; seed++)
        ck_assert_uint_eq(run_bank(seed, false).balance, CORES - 1);
}
END_TEST

START_TEST(other_seeds_are_other_interleavings)
{
    unsigned different = 0;
    for (uint64_t seed = 1; seed <= 20; seed++)
        different += run_bank(seed, true).trace != run_bank(seed + 1, true).trace;
    ck_assert_uint_ge(different, 19);
}
END_TEST

// -- everything at once --

static int settle(tr_core *core, void *arg)
{
    (void)arg;
    uint_fast64_t nobody = 0;
    atomic_compare_exchange_strong(&story.home, &nobody, tr_core_node(core));
    citizens_settle(core, tr_core_index(core));
    return 0;
}

static void is_at_rest(tr_core *core, void *arg)
{
    *(bool *)arg &= citizens_are_at_rest(core, NULL);
}

static void is_gone(tr_core *core, void *arg)
{
    *(bool *)arg &= citizens_are_gone(core, NULL);
}

static bool all_say(tr_sim *sim, void (*look)(tr_core *core, void *arg))
{
    bool yes = true;
    for (unsigned i = 0; i < CORES; i++)
        tr_sim_on(sim, i, look, &yes);
    return yes;
}

static uint64_t run_story(uint64_t seed, uint64_t messages, enum tr_transport transport)
{
    ledger_start(seed, messages);
    tr_sim *sim = tr_sim_new(&(tr_sim_options){
        .seed = seed, .core_count = CORES, .transport = transport, .setup = settle});
    while (!atomic_load(&story.is_over))
        ck_assert(tr_sim_step(sim));
    ok(tr_sim_run(sim, 5000)); // longer than any chain of questions
    promise(all_say(sim, is_at_rest));
    promise(COUNTED(accepted[HOME_HOME]) + COUNTED(refused_gone[HOME_HOME]) ==
            COUNTED(handled[HOME_HOME]) + COUNTED(dead[HOME_HOME]));
    promise(COUNTED(questions) ==
            COUNTED(answers) + COUNTED(failed_questions) + COUNTED(abandoned_questions));
    for (unsigned i = 0; i < CORES; i++)
        tr_sim_on(sim, i, citizens_end, NULL);
    ok(tr_sim_run(sim, 5000));
    promise(all_say(sim, is_gone));
    uint64_t trace = tr_sim_trace(sim);
    tr_sim_free(&sim);
    promise(COUNTED(pool_runs) == COUNTED(calls));
    promise(COUNTED(calls) == COUNTED(calls_done) + COUNTED(abandoned_calls));
    promise(COUNTED(born) == COUNTED(died) + COUNTED(sleeps) - COUNTED(wakes));
    promise(COUNTED(monitors) == COUNTED(downs) + COUNTED(called_off));
    return trace;
}

START_TEST(every_promise_holds_under_every_seed)
{
    enum tr_transport transport = _i != 0 ? TR_TRANSPORT_INPROC : TR_TRANSPORT_LOCAL;
    const char *only = getenv("SIM_SEED"); // of a broken promise
    const char *most = getenv("SIM_SEEDS");
    uint64_t first = only != NULL ? strtoull(only, NULL, 0) : 1;
    uint64_t last = most != NULL ? strtoull(most, NULL, 0) : STORY_SEEDS;
    if (only != NULL)
        last = first;
    for (uint64_t seed = first; seed <= last; seed++)
        (void)run_story(seed, 500, transport);
}
END_TEST

START_TEST(a_story_repeats_to_the_last_byte)
{
    for (uint64_t seed = 1; seed <= 5; seed++)
        ck_assert_uint_eq(run_story(seed, 2000, TR_TRANSPORT_LOCAL),
                          run_story(seed, 2000, TR_TRANSPORT_LOCAL));
}
END_TEST

Suite *actors_sim_suite(void)
{
    Suite *suite = suite_create("actors/system/sim");
    TCase *tests = tcase_create("sim");
    tcase_set_timeout(tests, 600);
    tcase_add_test(tests, a_planted_race_is_found_and_its_seed_finds_it_every_time);
    tcase_add_test(tests, what_is_not_raced_for_is_right_under_every_seed);
    tcase_add_test(tests, other_seeds_are_other_interleavings);
    tcase_add_loop_test(tests, every_promise_holds_under_every_seed, 0, 2);
    tcase_add_test(tests, a_story_repeats_to_the_last_byte);
    suite_add_tcase(suite, tests);
    return suite;
}
