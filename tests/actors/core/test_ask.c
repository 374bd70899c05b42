#include "troupe/actors/coroutine.h"

#include "tests/support/job.h"

Suite *actors_asking_suite(void);

enum { TRANSPORTS = 4 };

static void ask_as(job *self, tr_address from)
{
    tr_message *answer = NULL;
    self->result = tr_coroutine_ask(from, self->to, TR_MSG_probe, &(tr_msg_probe){.number = 20},
                                    self->deadline_ms, &answer);
    if (self->result == 0)
        self->number = (uint64_t)TR_BODY(answer, answer)->status;
    else
        ck_assert_ptr_null(answer);
    tr_message_free(answer);
}

static void ask(job *self)
{
    ask_as(self, core_address());
}

static void ask_as_nobody(job *self)
{
    ask_as(self, TR_NOWHERE);
}

static void answer_doubled(tr_actor *self, script *of, tr_message *message)
{
    (void)of;
    ok(tr_answer(tr_actor_core(self), message,
                 .status = (int64_t)TR_BODY(message, probe)->number * 2));
}

START_TEST(a_question_is_answered)
{
    tr_system *system = system_up(2, (enum tr_transport)_i);
    script answerers[4];
    void (*const ways[])(job *) = {ask, ask_as_nobody};
    for (unsigned i = 0; i < 4; i++) {
        answerers[i] = (script){SCRIPT, .on_message = answer_doubled};
        spawn_on(system, i % 2, &answerers[i]);
        job asking = {.function = ways[i / 2],
                      .to = answerers[i].address,
                      .deadline_ms = 60000,
                      .done = TALLY};
        job_run_on(system, 0, &asking);
        ok(asking.result);
        ck_assert_uint_eq(asking.number, 40);
    }
    ck_assert_uint_eq(stats_of(system, 0).coroutines, 0);
    tr_system_stop(&system);
}
END_TEST

START_TEST(a_question_to_nobody_is_gone)
{
    tr_system *system = system_up(2, (enum tr_transport)_i);
    for (unsigned i = 0; i < 2; i++) {
        job asking = {.function = ask,
                      .to = tr_address_of(tr_system_node(system), i, TR_SLOT_FIRST + 5),
                      .deadline_ms = 60000,
                      .done = TALLY};
        job_run_on(system, 0, &asking);
        ck_assert_int_eq(asking.result, TR_EGONE);
    }
    tr_system_stop(&system);
}
END_TEST

// Keeps the question and answers it when it is told to.
typedef struct keeper {
    script script;
    tr_address asker;
    uint64_t correlation;
} keeper;

static void keep_or_answer(tr_actor *self, script *of, tr_message *message)
{
    keeper *it = of->arg;
    if ((message->flags & TR_FLAG_ASK) != 0) {
        it->asker = message->from;
        it->correlation = message->correlation;
        return;
    }
    message->flags = TR_FLAG_ASK; // as if this were the question
    message->from = it->asker;
    message->correlation = it->correlation;
    ok(tr_answer(tr_actor_core(self), message, .status = 5));
}

static void poke(tr_core *core, void *arg)
{
    ok(tr_send(core, TR_NOWHERE, *(tr_address *)arg, probe, .number = 0));
}

static bool has_dead_letter(tr_core *core, void *arg)
{
    (void)arg;
    return tr_core_stats_get(core).dead_letters == 1;
}

START_TEST(a_late_answer_is_counted)
{
    tr_system *system = system_up(2, (enum tr_transport)_i);
    keeper late = {.script = {SCRIPT, .on_message = keep_or_answer, .arg = &late}};
    spawn_on(system, 1, &late.script);
    job asking = {.function = ask, .to = late.script.address, .deadline_ms = 30, .done = TALLY};
    uint64_t before = tr_clock_ms();
    job_run_on(system, 0, &asking);
    ck_assert_int_eq(asking.result, TR_ETIMEOUT);
    ck_assert_uint_ge(tr_clock_ms() - before, 29);
    tally_wait(&late.script.received, 1);
    on_core(system, 1, poke, &late.script.address);
    eventually_on(system, 0, has_dead_letter, NULL);
    tr_system_stop(&system);
}
END_TEST

static void nap(job *self)
{
    uint64_t before = tr_clock_ms();
    self->result = tr_coroutine_sleep(self->deadline_ms);
    self->number = tr_clock_ms() - before;
}

static void nap_ask_and_nap(job *self)
{
    fails(tr_coroutine_sleep(600000), TR_ECANCELLED);
    fails(tr_coroutine_sleep(600000), TR_ECANCELLED);
    fails(tr_coroutine_suspend(), TR_ECANCELLED);
    tr_message *answer = NULL;
    fails(tr_coroutine_ask(core_address(), self->to, TR_MSG_probe, &(tr_msg_probe){.number = 1},
                           600000, &answer),
          TR_ECANCELLED);
    self->number = 1;
}

START_TEST(a_cancelled_one_unwinds_through_all_its_waits)
{
    tr_system *system = system_up(1, TR_TRANSPORT_LOCAL);
    keeper silent = {.script = {SCRIPT, .on_message = keep_or_answer, .arg = &silent}};
    spawn_on(system, 0, &silent.script);
    job waiting = {.function = nap_ask_and_nap, .to = silent.script.address, .done = TALLY};
    job_start_on(system, 0, &waiting);
    ck_assert_ptr_nonnull(waiting.coroutine);
    ck_assert_uint_eq(stats_of(system, 0).coroutines, 1);
    job_cancel_on(system, 0, &waiting);
    tally_wait(&waiting.done, 1);
    ck_assert_uint_eq(waiting.number, 1);
    ck_assert_uint_eq(stats_of(system, 0).coroutines, 0);
    tr_system_stop(&system);
}
END_TEST

START_TEST(stopping_cancels_whoever_still_waits)
{
    tr_system *system = system_up(2, (enum tr_transport)_i);
    keeper silent = {.script = {SCRIPT, .on_message = keep_or_answer, .arg = &silent}};
    spawn_on(system, 1, &silent.script);
    job asking = {
        .function = ask, .to = silent.script.address, .deadline_ms = 600000, .done = TALLY};
    job sleeping = {.function = nap, .deadline_ms = 600000, .done = TALLY};
    job_start_on(system, 0, &asking);
    job_start_on(system, 0, &sleeping);
    tally_wait(&silent.script.received, 1);
    tr_system_stop(&system);
    ck_assert_int_eq(asking.result, TR_ECANCELLED);
    ck_assert_int_eq(sleeping.result, TR_ECANCELLED);
}
END_TEST

// -- several at once --

enum { SEVERAL = 5 };

static int start_probe(job *self, uint64_t number, tr_asking **out)
{
    return tr_asking_start(core_address(), self->to, TR_MSG_probe,
                           &(tr_msg_probe){.number = number}, self->deadline_ms, out);
}

static void ask_several(job *self)
{
    tr_asking *asking[SEVERAL];
    for (unsigned i = 0; i < SEVERAL; i++)
        ok(start_probe(self, i, &asking[i]));
    ok(tr_asking_join(asking, SEVERAL, SEVERAL));
    for (unsigned i = SEVERAL; i-- != 0;) { // in any order
        tr_message *answer = NULL;
        ok(tr_asking_take(&asking[i], &answer));
        ck_assert_ptr_null(asking[i]);
        ck_assert_int_eq(TR_BODY(answer, answer)->status, 2 * i);
        tr_message_free(answer);
        self->number++;
    }
    ok(tr_asking_join(asking, SEVERAL, SEVERAL)); // nothing is left to wait for
}

START_TEST(several_are_asked_at_once)
{
    tr_system *system = system_up(2, (enum tr_transport)_i);
    script answerer = {SCRIPT, .on_message = answer_doubled};
    spawn_on(system, 1, &answerer);
    job asking = {
        .function = ask_several, .to = answerer.address, .deadline_ms = 60000, .done = TALLY};
    job_run_on(system, 0, &asking);
    ck_assert_uint_eq(asking.number, SEVERAL);
    ck_assert_uint_eq(stats_of(system, 0).coroutines, 0);
    ck_assert_uint_eq(stats_of(system, 0).dead_letters, 0);
    tr_system_stop(&system);
}
END_TEST

// Answers odd numbers, never even ones.
static void answer_odd(tr_actor *self, script *of, tr_message *message)
{
    (void)of;
    if (TR_BODY(message, probe)->number % 2 == 1)
        ok(tr_answer(tr_actor_core(self), message, .status = 1));
}

static void join_the_first(job *self)
{
    tr_asking *asking[4] = {0};
    tr_message *answer = NULL;
    self->deadline_ms = 600000;
    ok(start_probe(self, 2, &asking[0]));
    ok(start_probe(self, 1, &asking[1]));
    self->deadline_ms = 10;
    ok(start_probe(self, 4, &asking[2]));
    ok(tr_asking_join(asking, 4, 1)); // one entry is empty
    ok(tr_asking_join(asking, 4, 1)); // at once: it is over still
    ok(tr_asking_take(&asking[1], &answer));
    tr_message_free(answer);
    ok(tr_asking_join(asking, 4, 1));
    fails(tr_asking_take(&asking[2], &answer), TR_ETIMEOUT);
    self->number = 1;
    fails(tr_asking_join(asking, 4, 4), TR_ECANCELLED);
    fails(tr_asking_join(asking, 4, 4), TR_ECANCELLED);
    fails(start_probe(self, 1, &asking[3]), TR_ECANCELLED);
    self->number = 2; // the first is given up with its coroutine
}

static bool has_asked_thrice(tr_core *core, void *arg)
{
    (void)core;
    return ((job *)arg)->number == 1;
}

START_TEST(the_first_answer_is_enough_and_the_rest_is_given_up)
{
    tr_system *system = system_up(1, TR_TRANSPORT_LOCAL);
    script answerer = {SCRIPT, .on_message = answer_odd};
    spawn_on(system, 0, &answerer);
    job asking = {.function = join_the_first, .to = answerer.address, .done = TALLY};
    job_start_on(system, 0, &asking);
    eventually_on(system, 0, has_asked_thrice, &asking);
    job_cancel_on(system, 0, &asking);
    tally_wait(&asking.done, 1);
    ck_assert_uint_eq(asking.number, 2);
    ck_assert_uint_eq(stats_of(system, 0).coroutines, 0);
    tr_system_stop(&system);
}
END_TEST

static void take_too_early(job *self)
{
    tr_asking *asking;
    tr_message *answer = NULL;
    ok(start_probe(self, 1, &asking));
    fails(tr_asking_take(&asking, &answer), TR_ECANCELLED);
    ck_assert_ptr_null(answer);
    tr_address nobody = {self->to.node, self->to.actor + 7};
    fails(tr_asking_start(core_address(), nobody, TR_MSG_probe, &(tr_msg_probe){.number = 1}, 1000,
                          &asking),
          TR_EGONE);
}

static bool has_dead_letters(tr_core *core, void *arg)
{
    return tr_core_stats_get(core).dead_letters >= (uintptr_t)arg;
}

START_TEST(one_that_is_not_over_is_given_up)
{
    tr_system *system = system_up(1, TR_TRANSPORT_LOCAL);
    script answerer = {SCRIPT, .on_message = answer_doubled};
    spawn_on(system, 0, &answerer);
    job asking = {
        .function = take_too_early, .to = answerer.address, .deadline_ms = 60000, .done = TALLY};
    job_run_on(system, 0, &asking);
    // Its late answer, and the question to nobody.
    eventually_on(system, 0, has_dead_letters, (void *)(uintptr_t)2);
    tr_system_stop(&system);
}
END_TEST

static void ask_too_many(job *self)
{
    static tr_asking *asking[TR_QUESTIONS_PER_ACTOR_CAP + 1];
    for (unsigned i = 0; i < TR_QUESTIONS_PER_ACTOR_CAP; i++)
        ok(start_probe(self, 1, &asking[i]));
    fails(start_probe(self, 1, &asking[TR_QUESTIONS_PER_ACTOR_CAP]), TR_EFULL);
    ok(tr_asking_join(asking, TR_QUESTIONS_PER_ACTOR_CAP, TR_QUESTIONS_PER_ACTOR_CAP));
    tr_message *answer = NULL;
    ok(tr_asking_take(&asking[3], &answer));
    tr_message_free(answer);
    ok(start_probe(self, 1, &asking[3])); // there is room again
    self->number = 1;
}

START_TEST(questions_of_a_coroutine_are_bounded)
{
    tr_system *system = system_up(1, TR_TRANSPORT_LOCAL);
    script answerer = {SCRIPT, .on_message = answer_doubled};
    spawn_on(system, 0, &answerer);
    job asking = {
        .function = ask_too_many, .to = answerer.address, .deadline_ms = 60000, .done = TALLY};
    job_run_on(system, 0, &asking);
    ck_assert_uint_eq(asking.number, 1);
    tr_system_stop(&system);
}
END_TEST

Suite *actors_asking_suite(void)
{
    Suite *suite = suite_create("actors/core/ask");
    TCase *tests = tcase_create("asking");
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, a_question_is_answered, 0, TRANSPORTS);
    tcase_add_loop_test(tests, a_question_to_nobody_is_gone, 0, TRANSPORTS);
    tcase_add_loop_test(tests, a_late_answer_is_counted, 0, TRANSPORTS);
    tcase_add_loop_test(tests, stopping_cancels_whoever_still_waits, 0, TRANSPORTS);
    tcase_add_test(tests, a_cancelled_one_unwinds_through_all_its_waits);
    tcase_add_loop_test(tests, several_are_asked_at_once, 0, TRANSPORTS);
    tcase_add_test(tests, the_first_answer_is_enough_and_the_rest_is_given_up);
    tcase_add_test(tests, one_that_is_not_over_is_given_up);
    tcase_add_test(tests, questions_of_a_coroutine_are_bounded);
    suite_add_tcase(suite, tests);
    return suite;
}
