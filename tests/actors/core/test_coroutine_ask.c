#include "tests/support/place.h"

#include <string.h>

Suite *actors_ask_suite(void);

// Of an app: every kind, twelve fields; and the largest number.
TR_MESSAGE(everything, 1000, (u16, small), (u32, medium), (u64, large), (i64, whole), (f64, real),
           (boolean, truth), (address, where), (text, text), (bytes, bytes), (text, empty),
           (i64, smallest), (bytes, last));
TR_MESSAGE(tiny, 2147483647, (u16, number));

typedef struct asker {
    script script;
    int64_t reference;
    int64_t reason;
    uint64_t number;
    tally answered;
    tally failed;
} asker;

static void take(tr_actor *self, script *of, tr_message *message)
{
    (void)self;
    asker *it = of->arg;
    if (TR_TYPE(message) == TR_MSG_ask_failed) {
        if (it->reference != 0)
            ck_assert_uint_eq(TR_BODY(message, ask_failed)->reference, (uint64_t)it->reference);
        it->reason = TR_BODY(message, ask_failed)->reason;
        tally_add(&it->failed, 1);
        return;
    }
    ck_assert_uint_eq(message->flags, TR_FLAG_ANSWER);
    ck_assert_uint_eq(TR_TYPE(message), TR_MSG_probe);
    it->number += TR_BODY(message, probe)->number;
    if (it->reference != 0)
        ck_assert_uint_eq(message->correlation, (uint64_t)it->reference);
    tally_add(&it->answered, 1);
}

static void asker_init(asker *self)
{
    *self = (asker){.script = {SCRIPT, .on_message = take}, .answered = TALLY, .failed = TALLY};
    self->script.arg = self;
}

static void double_it(tr_actor *self, script *of, tr_message *message)
{
    (void)of;
    if ((message->flags & TR_FLAG_ASK) == 0)
        fails(tr_reply(tr_actor_core(self), message, probe, .number = 1), TR_EINVALID);
    else
        ok(tr_reply(tr_actor_core(self), message, probe,
                    .number = 2 * TR_BODY(message, probe)->number));
}

static int64_t do_ask(tr_actor *self, act *it)
{
    asker *asking = script_of(self)->arg;
    asking->reference = tr_ask(self, it->other, (uint64_t)it->number, probe, .number = 21);
    return asking->reference;
}

typedef struct scene {
    place at;
    asker here;
    script there;
} scene;

static void scene_up(scene *self, int which, void (*on_message)(tr_actor *, script *, tr_message *))
{
    self->at = place_up(which);
    asker_init(&self->here);
    self->there = (script){SCRIPT, .on_message = on_message};
    spawn_on(self->at.here, 0, &self->here.script);
    spawn_on(self->at.there, self->at.core, &self->there);
}

static int64_t asks(scene *self, uint64_t deadline_ms)
{
    return act_on(self->at.here, 0, &self->here.script, do_ask, self->there.address,
                  (int64_t)deadline_ms);
}

START_TEST(an_answer_comes_as_a_message)
{
    scene in;
    scene_up(&in, _i, double_it);
    ck_assert_int_gt(asks(&in, 60000), 0);
    tally_wait(&in.here.answered, 1);
    ck_assert_uint_eq(in.here.number, 42);
    nothing_is_left(in.at.here, 0);
    place_down(&in.at);
    ck_assert_uint_eq(tally_get(&in.here.failed), 0);
}
END_TEST

START_TEST(a_question_without_an_answer_fails_at_its_deadline)
{
    scene in;
    scene_up(&in, _i, NULL);
    ck_assert_int_gt(asks(&in, 5), 0);
    tally_wait(&in.here.failed, 1);
    ck_assert_int_eq(in.here.reason, TR_ETIMEOUT);
    nothing_is_left(in.at.here, 0);
    place_down(&in.at);
}
END_TEST

START_TEST(a_question_to_nobody_fails)
{
    scene in;
    scene_up(&in, _i, NULL);
    tr_address missing = in.there.address;
    missing.actor += 5;
    int64_t result = act_on(in.at.here, 0, &in.here.script, do_ask, missing, 60000);
    if (_i == PLACE_SAME) {
        ck_assert_int_eq(result, TR_EGONE);
    } else {
        tally_wait(&in.here.failed, 1);
        ck_assert_int_eq(in.here.reason, TR_EGONE);
    }
    nothing_is_left(in.at.here, 0);
    place_down(&in.at);
}
END_TEST

START_TEST(a_node_that_goes_down_fails_its_questions)
{
    scene in;
    scene_up(&in, PLACE_NODE, NULL);
    ck_assert_int_gt(asks(&in, 60000), 0);
    tally_wait(&in.there.received, 1);
    tr_system_stop(&in.at.there);
    tally_wait(&in.here.failed, 1);
    ck_assert_int_eq(in.here.reason, TR_EGONE);
    nothing_is_left(in.at.here, 0);
    tr_system_stop(&in.at.here);
}
END_TEST

static int64_t do_stop(tr_actor *self, act *it)
{
    (void)it;
    tr_actor_stop(self);
    return 0;
}

static int64_t do_ask_and_stop(tr_actor *self, act *it)
{
    int64_t result = do_ask(self, it);
    tr_actor_stop(self);
    return result;
}

static bool has_late_answer(tr_core *core, void *arg)
{
    (void)arg;
    tr_dead_letter kept[TR_DEAD_LETTERS_KEPT];
    unsigned count = tr_core_dead_letters(core, kept);
    return count != 0 && kept[0].type == TR_MSG_probe &&
           (kept[0].reason == TR_ETIMEOUT || kept[0].reason == TR_ECANCELLED);
}

START_TEST(questions_end_with_their_asker)
{
    scene in;
    scene_up(&in, _i, double_it);
    ck_assert_int_gt(
        act_on(in.at.here, 0, &in.here.script, do_ask_and_stop, in.there.address, 60000), 0);
    tally_wait(&in.here.script.stopped, 1);
    eventually_on(in.at.here, 0, has_late_answer, NULL);
    nothing_is_left(in.at.here, 0);
    place_down(&in.at);
    ck_assert_uint_eq(tally_get(&in.here.answered) + tally_get(&in.here.failed), 0);
}
END_TEST

static void stop_at_once(tr_actor *self, script *of, tr_message *message)
{
    (void)of;
    (void)message;
    tr_actor_stop(self);
}

static int64_t do_ask_twice(tr_actor *self, act *it)
{
    ck_assert_int_gt(tr_ask(self, it->other, 600000, probe, .number = 1), 0);
    return tr_ask(self, it->other, 600000, probe, .number = 2);
}

// The first one is handled; the second one waits in the mailbox then, and not for its deadline.
START_TEST(a_question_in_the_mailbox_of_who_ends_is_refused)
{
    scene in;
    scene_up(&in, _i, stop_at_once);
    ck_assert_int_gt(act_on(in.at.here, 0, &in.here.script, do_ask_twice, in.there.address, 0), 0);
    tally_wait(&in.here.failed, 1);
    place_down(&in.at); // which fails the first one, too, if it takes its node down
    ck_assert_int_eq(in.here.reason, TR_EGONE);
}
END_TEST

static int64_t do_ask_many(tr_actor *self, act *it)
{
    for (unsigned i = 0; i < TR_QUESTIONS_PER_ACTOR_CAP; i++)
        ck_assert_int_gt(tr_ask(self, it->other, 60000, probe, .number = 1), 0);
    return tr_ask(self, it->other, 60000, probe, .number = 1);
}

START_TEST(questions_are_bounded_and_all_answered)
{
    scene in;
    scene_up(&in, _i, double_it);
    ck_assert_int_eq(act_on(in.at.here, 0, &in.here.script, do_ask_many, in.there.address, 0),
                     TR_EFULL);
    tally_wait(&in.here.answered, TR_QUESTIONS_PER_ACTOR_CAP);
    ck_assert_uint_eq(in.here.number, 2 * TR_QUESTIONS_PER_ACTOR_CAP);
    nothing_is_left(in.at.here, 0);
    place_down(&in.at);
}
END_TEST

// -- dead letters --

static void send_to_nobody(tr_core *core, void *arg)
{
    tr_address from = ((script *)arg)->address;
    tr_dead_letter kept[TR_DEAD_LETTERS_KEPT];
    ck_assert_uint_eq(tr_core_dead_letters(core, kept), 0);
    for (uint32_t i = 0; i < 2 * TR_DEAD_LETTERS_KEPT; i++) {
        tr_address to = {tr_core_node(core), 1000 + i};
        fails(tr_send(core, from, to, probe, .number = 1), TR_EGONE);
        unsigned count = tr_core_dead_letters(core, kept);
        ck_assert_uint_eq(count, i + 1 < TR_DEAD_LETTERS_KEPT ? i + 1 : TR_DEAD_LETTERS_KEPT);
        ck_assert(tr_address_equal(kept[0].to, to));
        ck_assert_uint_eq(kept[count - 1].to.actor, 1000 + i + 1 - count);
    }
    ck_assert(tr_address_equal(kept[0].from, from));
    ck_assert_uint_eq(kept[0].type, TR_MSG_probe);
    ck_assert_int_eq(kept[0].reason, TR_EGONE);
}

START_TEST(the_last_dead_letters_are_kept)
{
    scene in;
    scene_up(&in, PLACE_SAME, NULL);
    on_core(in.at.here, 0, send_to_nobody, &in.here.script);
    act_on(in.at.here, 0, &in.here.script, do_stop, TR_NOWHERE, 0);
    place_down(&in.at);
}
END_TEST

// -- an app's own messages --

static void check_everything(tr_actor *self, script *of, tr_message *message)
{
    (void)self;
    (void)of;
    if (TR_TYPE(message) == TR_MSG_tiny) {
        ck_assert_uint_eq(TR_BODY(message, tiny)->number, 65535);
        return;
    }
    ck_assert_uint_eq(TR_TYPE(message), TR_MSG_everything);
    const tr_msg_everything *body = TR_BODY(message, everything);
    ck_assert_uint_eq(body->small, 65535);
    ck_assert_uint_eq(body->medium, UINT32_MAX);
    ck_assert_uint_eq(body->large, UINT64_MAX);
    ck_assert_int_eq(body->whole, -7);
    ck_assert_double_eq(body->real, 0.1);
    ck_assert(body->truth);
    ck_assert(tr_address_equal(body->where, message->from));
    ck_assert(tr_slice_is(body->text, "gr\xc3\xbc\xc3\x9f"));
    ck_assert(tr_slice_equal(body->bytes, TR_SLICE("\0\xff")));
    ck_assert_uint_eq(body->empty.size, 0);
    ck_assert_int_eq(body->smallest, INT64_MIN);
    ck_assert(tr_slice_is(body->last, "end"));
}

static int64_t do_send_everything(tr_actor *self, act *it)
{
    tr_core *core = tr_actor_core(self);
    tr_address from = tr_actor_address(self);
    ok(tr_send(core, from, it->other, everything, .small = 65535, .medium = UINT32_MAX,
               .large = UINT64_MAX, .whole = -7, .real = 0.1, .truth = true, .where = from,
               .text = TR_SLICE("gr\xc3\xbc\xc3\x9f"), .bytes = TR_SLICE("\0\xff"),
               .smallest = INT64_MIN, .last = TR_SLICE("end")));
    return tr_send(core, from, it->other, tiny, .number = 65535);
}

START_TEST(an_apps_messages_arrive_whole_wherever_they_go)
{
    scene in;
    scene_up(&in, _i, check_everything);
    ok((int)act_on(in.at.here, 0, &in.here.script, do_send_everything, in.there.address, 0));
    tally_wait(&in.there.received, 2);
    place_down(&in.at);
}
END_TEST

Suite *actors_ask_suite(void)
{
    Suite *suite = suite_create("actors/core/coroutine_ask");
    TCase *tests = tcase_create("ask");
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, an_answer_comes_as_a_message, 0, PLACES);
    tcase_add_loop_test(tests, a_question_without_an_answer_fails_at_its_deadline, 0, PLACES);
    tcase_add_loop_test(tests, a_question_to_nobody_fails, 0, PLACES);
    tcase_add_test(tests, a_node_that_goes_down_fails_its_questions);
    tcase_add_loop_test(tests, questions_end_with_their_asker, 0, PLACES);
    tcase_add_loop_test(tests, a_question_in_the_mailbox_of_who_ends_is_refused, 0, PLACES);
    tcase_add_loop_test(tests, questions_are_bounded_and_all_answered, 0, PLACES);
    tcase_add_test(tests, the_last_dead_letters_are_kept);
    tcase_add_loop_test(tests, an_apps_messages_arrive_whole_wherever_they_go, 0, PLACES);
    suite_add_tcase(suite, tests);
    return suite;
}
