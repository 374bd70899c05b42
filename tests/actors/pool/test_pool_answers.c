#include "actors/core/core_record.h"
#include "tests/support/system.h"

Suite *actors_pool_answers_suite(void);

enum { TRUE_ANSWER = 42 };

static script oracle;
static script asker;
static int64_t heard;

// The right number, from another process than the one that was asked; then the answer.
static void answer_for_another(tr_actor *self, script *of, tr_message *question)
{
    (void)of;
    tr_core *core = tr_actor_core(self);
    uint64_t forged = tr_core_stats_get(core).forged;
    tr_message *lie = tr_message_new(TR_MSG_answer, &(tr_msg_answer){.status = -1});
    lie->from = (tr_address){question->to.node + 1, question->to.actor};
    lie->to = question->from;
    lie->flags = TR_FLAG_ANSWER;
    lie->correlation = question->correlation;
    ok(tr_pool_deliver(core, lie));
    tr_message_free(lie);
    ck_assert_uint_eq(tr_core_stats_get(core).forged, forged + 1);
    ck_assert_uint_gt(question->correlation, UINT32_MAX); // numbers begin anywhere
    ok(tr_answer_body(core, question, TR_MSG_answer, &(tr_msg_answer){.status = TRUE_ANSWER}));
}

static int64_t ask_oracle(tr_pool_thread *thread, const void *input, size_t size)
{
    (void)input, (void)size;
    tr_message *answer = NULL;
    int result = tr_pool_ask(thread, oracle.address, TR_MSG_probe, &(tr_msg_probe){.number = 1},
                             TEST_DEADLINE_MS, &answer);
    int64_t status = result < 0 ? result : TR_BODY(answer, answer)->status;
    tr_message_free(answer);
    return status;
}

static void begin_or_end(tr_actor *self, script *of, tr_message *message)
{
    (void)of;
    if (TR_TYPE(message) == TR_MSG_pool_done)
        heard = TR_BODY(message, pool_done)->status;
    else
        ck_assert_int_gt(tr_pool_start(self, ask_oracle, NULL, 0, 0), 0);
}

static void begin(tr_core *core, void *arg)
{
    (void)arg;
    ok(tr_send(core, TR_NOWHERE, asker.address, probe, .number = 1));
}

START_TEST(only_the_process_that_was_asked_answers_a_pool_thread)
{
    tr_system *system = system_up(1, TR_TRANSPORT_LOCAL);
    oracle = (script){SCRIPT, .on_message = answer_for_another};
    asker = (script){SCRIPT, .on_message = begin_or_end};
    spawn_on(system, 0, &oracle);
    spawn_on(system, 0, &asker);
    on_core(system, 0, begin, NULL);
    tally_wait(&asker.received, 2);
    ck_assert_int_eq(heard, TRUE_ANSWER);
    tr_system_stop(&system);
}
END_TEST

static void read_number(tr_core *core, void *arg)
{
    *(uint64_t *)arg = core->next_correlation;
}

START_TEST(numbers_of_questions_begin_anywhere)
{
    uint64_t numbers[2];
    for (unsigned i = 0; i < 2; i++) {
        tr_system *system = system_up(1, TR_TRANSPORT_LOCAL);
        on_core(system, 0, read_number, &numbers[i]);
        tr_system_stop(&system);
    }
    ck_assert_uint_ne(numbers[0], numbers[1]);
    ck_assert_uint_gt(numbers[0] | numbers[1], UINT32_MAX);
}
END_TEST

Suite *actors_pool_answers_suite(void)
{
    Suite *suite = suite_create("actors/pool/pool_answers");
    TCase *tests = tcase_create("answers");
    tcase_add_test(tests, only_the_process_that_was_asked_answers_a_pool_thread);
    tcase_add_test(tests, numbers_of_questions_begin_anywhere);
    suite_add_tcase(suite, tests);
    return suite;
}
