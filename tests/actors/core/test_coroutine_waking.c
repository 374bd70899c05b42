// The one rule of waking (actors/core/coroutine.h), under the deterministic scheduler: many
// coroutines wait in every way there is, while answers, deadlines, cancelling and those who resume
// come in the same turns, several times each.

#include <stdlib.h>

#include "actors/core/coroutine.h"
#include "actors/system/sim.h"
#include "tests/support/system.h"

Suite *actors_waking_suite(void);

enum { SEEDS = TEST_UNDER_SANITIZER ? 20 : 100, WAITERS = 48, WAITS = 60 };

typedef struct waiter {
    tr_coroutine *coroutine; // NULL: ended, or not begun
    unsigned waits;
    bool is_cancelled;
} waiter;

static struct storm {
    unsigned random;
    waiter waiters[WAITERS];
    script asked;
    tr_address to;
    unsigned begun;
    unsigned ended;
    unsigned resumed; // open waits that ended by a resume
} storm;

static unsigned pick(unsigned count)
{
    storm.random = storm.random * 1103515245u + 12345u;
    return (storm.random >> 16) % count;
}

// At once, or never.
static void answer_some(tr_actor *self, script *of, tr_message *message)
{
    (void)of;
    if (pick(3) != 0)
        (void)tr_answer(tr_actor_core(self), message,
                        .status = (int64_t)TR_BODY(message, probe)->number);
}

static int ask_once(uint64_t deadline_ms)
{
    uint64_t number = pick(1000);
    tr_message *answer = NULL;
    int result = tr_coroutine_ask(TR_NOWHERE, storm.to, TR_MSG_probe,
                                  &(tr_msg_probe){.number = number}, deadline_ms, &answer);
    if (result == 0)
        ck_assert_int_eq(TR_BODY(answer, answer)->status, (int64_t)number);
    else
        ck_assert(result == TR_ETIMEOUT || result == TR_ECANCELLED || result == TR_EFULL);
    tr_message_free(answer);
    return result;
}

// A sleep lasts as long as was asked for, however often others resume who sleeps.
static int sleep_whole(uint64_t delay_ms)
{
    uint64_t begin_ms = tr_core_now_ms(tr_core_current());
    int result = tr_coroutine_sleep(delay_ms);
    if (result == 0)
        ck_assert_uint_ge(tr_core_now_ms(tr_core_current()) - begin_ms, delay_ms);
    else
        ck_assert_int_eq(result, TR_ECANCELLED);
    return result;
}

static void nap(void *arg)
{
    (void)arg;
    (void)sleep_whole(pick(5));
}

static int wait_for_group(void)
{
    tr_group *group = tr_group_new();
    for (unsigned i = 0; i < 3; i++)
        ok(tr_group_start(group, "nap", nap, NULL));
    int result = tr_group_wait_all(group, pick(6));
    ck_assert(result == 0 || result == TR_ETIMEOUT || result == TR_ECANCELLED);
    tr_group_free(&group);
    return result;
}

static int wait_open(void)
{
    int result = tr_coroutine_suspend_until(1 + pick(6));
    storm.resumed += result == 77;
    ck_assert(result == 77 || result == TR_ETIMEOUT || result == TR_ECANCELLED);
    return result;
}

static void wait_in_every_way(void *arg)
{
    waiter *self = arg;
    self->coroutine = tr_coroutine_current();
    storm.begun++;
    for (int result = 0; self->waits < WAITS && result != TR_ECANCELLED; self->waits++) {
        switch (pick(5)) {
        case 0:
            result = sleep_whole(pick(5));
            break;
        case 1:
            result = ask_once(1 + pick(5));
            break;
        case 2:
            result = wait_for_group();
            break;
        case 3:
            result = tr_coroutine_yield();
            break;
        default:
            result = wait_open();
            break;
        }
        ck_assert_int_eq(result == TR_ECANCELLED, self->is_cancelled);
    }
    self->coroutine = NULL;
    storm.ended++;
}

static void disturb(tr_core *core, void *arg)
{
    (void)core;
    (void)arg;
    for (unsigned i = 0; i < WAITERS; i++) {
        waiter *one = &storm.waiters[pick(WAITERS)];
        if (one->coroutine == NULL)
            continue;
        bool cancels = pick(200) == 0;
        // Before, after, twice: in whatever order.
        if (pick(2) == 0)
            tr_coroutine_resume(one->coroutine, 77);
        if (cancels) {
            one->is_cancelled = true;
            tr_coroutine_cancel(one->coroutine);
        }
        tr_coroutine_resume(one->coroutine, 77);
    }
}

static void begin(tr_core *core, void *arg)
{
    (void)arg;
    storm.to = spawn(core, &storm.asked);
    for (unsigned i = 0; i < WAITERS; i++)
        ok(tr_coroutine_start(core, "storm", wait_in_every_way, &storm.waiters[i], NULL));
}

START_TEST(each_wait_is_woken_once_whatever_comes_together)
{
    storm = (struct storm){.random = (unsigned)_i * 7919u + 1u,
                           .asked = {SCRIPT, .on_message = answer_some}};
    tr_sim *sim = tr_sim_new(&(tr_sim_options){.seed = (uint64_t)_i + 1, .core_count = 1});
    tr_sim_on(sim, 0, begin, NULL);
    for (unsigned rounds = 0; storm.ended < WAITERS; rounds++) {
        ck_assert_uint_lt(rounds, 100000);
        tr_sim_on(sim, 0, disturb, NULL);
        for (unsigned steps = pick(8); steps != 0; steps--)
            (void)tr_sim_step(sim);
    }
    ck_assert_uint_eq(storm.begun, WAITERS);
    ck_assert_uint_gt(storm.resumed, 0);
    tr_sim_free(&sim);
}
END_TEST

Suite *actors_waking_suite(void)
{
    Suite *suite = suite_create("actors/core/coroutine_waking");
    TCase *tests = tcase_create("waking");
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, each_wait_is_woken_once_whatever_comes_together, 0, SEEDS);
    suite_add_tcase(suite, tests);
    return suite;
}
