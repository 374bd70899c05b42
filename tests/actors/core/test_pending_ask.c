#include "tests/support/job.h"

Suite *actors_question_suite(void);

enum { TRANSPORTS = 4 };

// Answers every question with a message that is no answer to it, and a large number where an answer
// has a pointer.
static void answer_wrongly(tr_actor *self, script *of, tr_message *message)
{
    (void)of;
    ok(tr_reply(tr_actor_core(self), message, probe_kinds, .large = UINT64_MAX,
                .whole = INT64_MAX));
}

static struct bench {
    script liar;
    script asker;
    int64_t reason;
    tally done;
} bench;

static void note_failure(tr_actor *self, script *of, tr_message *message)
{
    (void)self;
    (void)of;
    ck_assert_uint_eq(TR_TYPE(message), TR_MSG_ask_failed);
    bench.reason = TR_BODY(message, ask_failed)->reason;
    tally_add(&bench.done, 1);
}

static tr_system *up(int transport)
{
    bench = (struct bench){.liar = {SCRIPT, .on_message = answer_wrongly},
                           .asker = {SCRIPT, .on_message = note_failure},
                           .done = TALLY};
    tr_system *system = system_up(2, (enum tr_transport)transport);
    spawn_on(system, 1, &bench.liar);
    spawn_on(system, 0, &bench.asker);
    return system;
}

static bool has_dead_letter(tr_core *core, void *unused)
{
    (void)unused;
    tr_dead_letter letters[TR_DEAD_LETTERS_KEPT];
    return tr_core_dead_letters(core, letters) == 1 && letters[0].reason == TR_EPROTOCOL &&
           letters[0].type == TR_MSG_probe_kinds;
}

static void check_and_stop(tr_system *system)
{
    eventually_on(system, 0, has_dead_letter, NULL);
    tr_system_stop(&system);
}

static void ask_as_actor(tr_core *core, void *unused)
{
    (void)unused;
    tr_actor *self = tr_actor_find(core, bench.asker.address);
    ck_assert_int_gt(
        tr_ask(self, bench.liar.address, 60000, name_find, .name = TR_SLICE("somebody")), 0);
}

START_TEST(an_actors_question_fails)
{
    tr_system *system = up(_i);
    on_core(system, 0, ask_as_actor, NULL);
    tally_wait(&bench.done, 1);
    ck_assert_int_eq(bench.reason, TR_EPROTOCOL);
    check_and_stop(system);
}
END_TEST

static void ask_as_coroutine(job *self)
{
    tr_message *answer = NULL;
    self->result = tr_coroutine_ask(core_address(), self->to, TR_MSG_page_change,
                                    &(tr_msg_page_change){.call = 1}, 60000, &answer);
    ck_assert_ptr_null(answer);
}

START_TEST(a_coroutines_question_fails)
{
    tr_system *system = up(_i);
    job asking = {.function = ask_as_coroutine, .to = bench.liar.address, .done = TALLY};
    job_run_on(system, 0, &asking);
    ck_assert_int_eq(asking.result, TR_EPROTOCOL);
    check_and_stop(system);
}
END_TEST

static int64_t ask_on_thread(tr_pool_thread *thread, const void *input, size_t size)
{
    (void)input;
    (void)size;
    tr_message *answer = NULL;
    int result = tr_pool_ask(thread, bench.liar.address, TR_MSG_page_change,
                             &(tr_msg_page_change){.call = 1}, 60000, &answer);
    ck_assert_ptr_null(answer);
    return result;
}

static void run_on_thread(job *self)
{
    self->result = (int)tr_pool_run(ask_on_thread, NULL, 0, 60000, NULL, NULL);
}

START_TEST(a_pool_threads_question_fails)
{
    tr_system *system = up(_i);
    job asking = {.function = run_on_thread, .done = TALLY};
    job_run_on(system, 0, &asking);
    ck_assert_int_eq(asking.result, TR_EPROTOCOL);
    check_and_stop(system);
}
END_TEST

Suite *actors_question_suite(void)
{
    Suite *suite = suite_create("actors/core/pending_ask");
    TCase *tests = tcase_create("answered by another type");
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, an_actors_question_fails, 0, TRANSPORTS);
    tcase_add_loop_test(tests, a_coroutines_question_fails, 0, TRANSPORTS);
    tcase_add_loop_test(tests, a_pool_threads_question_fails, 0, TRANSPORTS);
    suite_add_tcase(suite, tests);
    return suite;
}
