// Everything an actor can do, at random, by many on several core threads and in two systems of
// which one goes down again and again, while every promise of the runtime is held to
// (tests/stress/).
//
// STRESS_MESSAGES: how many (make stress: 10 million). SEED: the choices of an earlier run; each
// actor makes the same ones, though threads may interleave them in another way (for the very same
// interleaving see tests/actors/system/test_sim.c).

#include <stdio.h>
#include <stdlib.h>

#include "base/random.h"
#include "tests/stress/citizen.h"
#include "tests/stress/ledger.h"
#include "tests/support/system.h"

Suite *stories_stress_suite(void);

enum { HOME_CORES = 2, DOWNS_LEAST = 4, DOWNS_MOST = 25, MESSAGES_PER_DOWN = 100000 };

static uint64_t number_of(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);
    return text != NULL && *text != '\0' ? strtoull(text, NULL, 0) : otherwise;
}

static int settle(tr_core *core, void *arg)
{
    (void)arg;
    // The first system is home; nobody's loop runs yet.
    uint_fast64_t nobody = 0;
    atomic_compare_exchange_strong(&story.home, &nobody, tr_core_node(core));
    bool is_home = tr_core_node(core) == COUNTED(home);
    citizens_settle(core, is_home ? tr_core_index(core) : HOME_CORES);
    return 0;
}

static tr_system *up(unsigned cores, enum tr_transport transport)
{
    return system_up_with(&(tr_system_options){
        .core_count = cores,
        .transport = transport,
        .bus_endpoint = transport == TR_TRANSPORT_IPC ? "ipc://@" : "tcp://127.0.0.1",
        .setup = settle});
}

static void introduce(tr_system *home, tr_system *away)
{
    tr_system *both[] = {home, away};
    routes_tell(away, both, 2);
    routes_tell(home, both, 2);
}

static void wait_for(uint64_t handled)
{
    const struct timespec pause = {.tv_nsec = 2000000};
    uint64_t last = 0;
    uint64_t moved_ms = tr_clock_ms();
    for (uint64_t now; (now = ledger_total(story.handled)) < handled;) {
        if (now != last)
            moved_ms = tr_clock_ms();
        last = now;
        ck_assert_msg(tr_clock_ms() - moved_ms < TEST_DEADLINE_MS,
                      "everything stands still; SEED=%llu", (unsigned long long)story.seed);
        nanosleep(&pause, NULL); // only to leave the processor to those who are watched
    }
}

static uint64_t sent_at_home(void)
{
    return COUNTED(accepted[HOME_HOME]) + COUNTED(refused_gone[HOME_HOME]);
}

static uint64_t settled_at_home(void)
{
    return COUNTED(handled[HOME_HOME]) + COUNTED(dead[HOME_HOME]);
}

// All at rest at once: twice in a row with no message in between, and none between the threads.
static void all_at_rest(tr_system *home, tr_system *away)
{
    uint64_t deadline = tr_clock_ms() + TEST_DEADLINE_MS;
    uint64_t before;
    do {
        before = ledger_total(story.handled) + ledger_total(story.dead);
        for (unsigned i = 0; i < HOME_CORES; i++)
            eventually_on(home, i, citizens_are_at_rest, NULL);
        eventually_on(away, 0, citizens_are_at_rest, NULL);
    } while ((before != ledger_total(story.handled) + ledger_total(story.dead) ||
              sent_at_home() != settled_at_home()) &&
             tr_clock_ms() < deadline);
}

static void adds_up(void)
{
    for (unsigned way = 0; way < WAYS; way++)
        ck_assert_uint_le(COUNTED(handled[way]), COUNTED(accepted[way]));
    ck_assert_uint_eq(sent_at_home(), settled_at_home());
    ck_assert_uint_eq(COUNTED(questions),
                      COUNTED(answers) + COUNTED(failed_questions) + COUNTED(abandoned_questions));
    ck_assert_uint_eq(COUNTED(errands), COUNTED(errands_done));
}

static void everybody_is_gone(void)
{
    // An actor that was passivated and did not wake died in its sleep.
    ck_assert_uint_eq(COUNTED(born), COUNTED(died) + COUNTED(sleeps) - COUNTED(wakes));
    ck_assert_uint_eq(COUNTED(monitors), COUNTED(downs) + COUNTED(called_off));
    ck_assert_uint_eq(COUNTED(calls), COUNTED(calls_done) + COUNTED(abandoned_calls));
}

#define SAY(what) printf(" %s=%llu", #what, (unsigned long long)COUNTED(what))

static void report(enum tr_transport transport, uint64_t started_ms)
{
    static const char *const names[] = {"local", "inproc", "ipc", "tcp"};
    if (getenv("STRESS_MESSAGES") == NULL)
        return;
    uint64_t ms = tr_clock_ms() - started_ms;
    printf("stress: transport=%s SEED=%llu handled=%llu ms=%llu accepted=%llu dead=%llu",
           names[transport], (unsigned long long)story.seed,
           (unsigned long long)ledger_total(story.handled), (unsigned long long)ms,
           (unsigned long long)ledger_total(story.accepted),
           (unsigned long long)ledger_total(story.dead));
    SAY(handled[HOME_HOME]);
    SAY(dead[HOME_HOME]);
    SAY(refused_full);
    SAY(born);
    SAY(questions);
    SAY(failed_questions);
    SAY(monitors);
    SAY(downs);
    SAY(links);
    SAY(exits);
    SAY(alarms);
    SAY(fired);
    SAY(errands);
    SAY(calls);
    SAY(sleeps);
    SAY(wakes);
    printf("\n");
    fflush(stdout);
}

START_TEST(every_promise_holds_under_stress)
{
    enum tr_transport transport = (enum tr_transport)_i;
    uint64_t quota = number_of("STRESS_MESSAGES", TEST_UNDER_SANITIZER ? 40000 : 400000) / 4;
    uint64_t started_ms = tr_clock_ms();
    ledger_start(number_of("SEED", tr_random_u64()), quota);
    tr_system *home = up(HOME_CORES, transport);
    tr_system *away = up(1, transport);
    introduce(home, away);
    uint64_t downs = quota / MESSAGES_PER_DOWN;
    downs = downs < DOWNS_LEAST ? DOWNS_LEAST : downs > DOWNS_MOST ? DOWNS_MOST : downs;
    for (uint64_t i = 1; i <= downs; i++) {
        wait_for(quota * i / (downs + 1));
        tr_system_stop(&away);
        routes_tell(home, &home, 1);
        away = up(1, transport);
        introduce(home, away);
    }
    wait_for(quota);
    all_at_rest(home, away);
    adds_up();
    for (unsigned i = 0; i < HOME_CORES; i++)
        on_core(home, i, citizens_end, NULL);
    on_core(away, 0, citizens_end, NULL);
    for (unsigned i = 0; i < HOME_CORES; i++)
        eventually_on(home, i, citizens_are_gone, NULL);
    eventually_on(away, 0, citizens_are_gone, NULL);
    tr_system_stop(&away);
    tr_system_stop(&home);
    everybody_is_gone();
    report(transport, started_ms);
}
END_TEST

Suite *stories_stress_suite(void)
{
    Suite *suite = suite_create("stories_stress");
    TCase *tests = tcase_create("stress");
    tcase_set_timeout(tests, 600);
    tcase_add_loop_test(tests, every_promise_holds_under_stress, TR_TRANSPORT_LOCAL,
                        TR_TRANSPORT_TCP + 1);
    suite_add_tcase(suite, tests);
    return suite;
}
