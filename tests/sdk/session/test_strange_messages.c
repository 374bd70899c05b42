// Messages that nobody of ours sends, each found by the story `hostile`: what an actor does not
// understand or believe it leaves alone.

#include "actors/core/core_record.h"
#include "actors/core/coroutine.h"
#include "sdk/session/call.h"
#include "sdk/session/change_apply.h"
#include "sdk/session/client_call.h"
#include "sdk/session/session_record.h"
#include "testing/lab.h"
#include "tests/support/system.h"
#include "troupe/actors/names.h"
#include "troupe/err.h"
#include "troupe/troupe.h"

Suite *sdk_strange_messages_suite(void);

static void deliver(tr_core *core, tr_address from, tr_address to, unsigned type, const void *body)
{
    tr_message *message = tr_message_new(type, body);
    message->from = from;
    message->to = to;
    (void)core->deliver(core, &message);
    tr_message_free(message);
}

// -- names and topics --

static bool is_worked_off(tr_core *core, void *type)
{
    const tr_actor *actor = tr_actor_find(
        core, tr_address_of(tr_core_node(core), tr_core_index(core), *(uint32_t *)type));
    return actor != NULL && !actor->is_ready;
}

static void claim_for_nobody(tr_core *core, void *unused)
{
    (void)unused;
    uint64_t node = tr_core_node(core);
    const tr_msg_name_claim claim = {
        .name = TR_SLICE("a"), .scope = TR_NAME_PROCESS, .reference = 1};
    deliver(core, tr_core_address(core), tr_address_of(node, 0, TR_SLOT_NAMES), TR_MSG_name_claim,
            &claim);
}

static void claim_was_refused(tr_core *core, void *unused)
{
    (void)unused;
    tr_dead_letter letters[TR_DEAD_LETTERS_KEPT];
    ck_assert_uint_eq(tr_core_dead_letters(core, letters), 1);
    ck_assert_int_eq(letters[0].reason, TR_EPROTOCOL);
}

START_TEST(a_name_cannot_be_claimed_for_nobody)
{
    tr_system *system = system_up(1, TR_TRANSPORT_LOCAL);
    on_core(system, 0, claim_for_nobody, NULL);
    eventually_on(system, 0, is_worked_off, &(uint32_t){TR_SLOT_NAMES});
    on_core(system, 0, claim_was_refused, NULL);
    tr_system_stop(&system);
}
END_TEST

static void watch_itself(tr_core *core, void *unused)
{
    (void)unused;
    tr_address topics = tr_address_of(tr_core_node(core), 0, TR_SLOT_TOPICS);
    tr_address somebody = tr_address_of(tr_core_node(core), 0, TR_SLOT_FIRST);
    deliver(core, topics, topics, TR_MSG_presence_watch,
            &(tr_msg_presence_watch){TR_SLICE("room"), true});
    for (unsigned i = 0; i < 2; i++) // a new actor comes back as news of another
        deliver(core, topics, topics, TR_MSG_presence_set,
                &(tr_msg_presence_set){TR_SLICE("room"), somebody,
                                       i == 0 ? TR_SLICE("a") : TR_SLICE("b")});
}

START_TEST(the_first_core_thread_does_not_watch_itself)
{
    tr_system *system = system_up(1, TR_TRANSPORT_LOCAL);
    on_core(system, 0, watch_itself, NULL);
    eventually_on(system, 0, is_worked_off, &(uint32_t){TR_SLOT_TOPICS});
    ck_assert_uint_le(stats_of(system, 0).messages_handled, 8);
    tr_system_stop(&system);
}
END_TEST

// -- sessions --

static bool has_slept;

TR_ASYNC(strange_sleep)
{
    if (tr_sleep(ev, 10) == 0)
        has_slept = true;
}

static void build(tr_page *page)
{
    (void)tr_run_task(page, strange_sleep);
}

static void say_it_is_done(tr_session *session, void *unused)
{
    (void)unused;
    tr_core *core = tr_core_current();
    ck_assert_ptr_nonnull(session->calls);
    deliver(core, tr_core_address(core), tr_actor_address(session->actor), TR_MSG_handler_done,
            &(tr_msg_handler_done){.call = session->calls->number, .status = TR_EGONE});
}

static void say_its_node_is_down(tr_session *session, void *unused)
{
    (void)unused;
    tr_core *core = tr_core_current();
    deliver(core, session->connection, tr_actor_address(session->actor), TR_MSG_node_down,
            &(tr_msg_node_down){session->connection.node});
}

static void look(tr_session *session, void *is_attached)
{
    *(bool *)is_attached = session != NULL && tr_address_is_set(session->connection);
}

// Says so of the session's shard as somebody else than the agent, which alone may.
static void say_its_shard_is_lost(tr_session *session, void *unused)
{
    (void)unused;
    tr_core *core = tr_core_current();
    tr_sessions *sessions = session->sessions;
    uint32_t shard = (uint32_t)tr_session_id_shard(tr_slice_of(session->id));
    ck_assert_uint_ne(sessions->shard_epochs[shard], 0);
    deliver(core, session->connection, tr_actor_address(sessions->actor), TR_MSG_shard_lost,
            &(tr_msg_shard_lost){.shard = shard, .epoch = sessions->shard_epochs[shard] + 1});
    deliver(core, session->connection, tr_actor_address(sessions->actor), TR_MSG_node_down,
            &(tr_msg_node_down){session->connection.node});
    // Nor is it a session's move that ends because somebody says it was taken.
    deliver(core, session->connection, tr_actor_address(session->actor), TR_MSG_session_taken,
            &(tr_msg_session_taken){.status = 0});
}

START_TEST(only_the_agent_takes_a_shard_away)
{
    bool is_attached = false;
    lab *self = tr_lab_start(&(tr_app){.build = build}, 60000);
    tr_lab_open(self, 0, NULL, true);
    tr_lab_do(self, 0, say_its_shard_is_lost, NULL);
    (void)tr_lab_look(self, 0);
    tr_lab_do(self, 0, look, &is_attached);
    ck_assert(is_attached);
    tr_lab_stop(&self);
}
END_TEST

START_TEST(nobody_ends_the_call_of_a_coroutine)
{
    has_slept = false;
    lab *self = tr_lab_start_held(&(tr_app){.build = build}, 60000);
    tr_lab_open(self, 0, NULL, true);
    tr_lab_do(self, 0, say_it_is_done, NULL);
    (void)tr_lab_advance(self, 20);
    (void)tr_lab_look(self, 0);
    ck_assert(has_slept);
    tr_lab_stop(&self);
}
END_TEST

static void ask_for_beats_of_nobody(tr_session *session, void *unused)
{
    (void)unused;
    tr_change change;
    tr_buf answer = {0};
    tr_msg_page_change body = {.what = TR_CHANGE_EVERY, .number = 5, .value = TR_SLICE("\xc0")};
    ck_assert_int_eq(tr_change_decode(&body, &change), 0);
    ck_assert_int_eq(tr_session_apply(session, NULL, &change, &answer), TR_EINVALID);
    tr_buf_done(&answer);
}

START_TEST(an_interval_has_a_handler)
{
    lab *self = tr_lab_start_held(&(tr_app){.build = build}, 60000);
    tr_lab_open(self, 0, NULL, true);
    tr_lab_do(self, 0, ask_for_beats_of_nobody, NULL);
    (void)tr_lab_advance(self, 20);
    (void)tr_lab_look(self, 0);
    tr_lab_stop(&self);
}
END_TEST

START_TEST(a_browser_does_not_say_which_process_is_gone)
{
    lab *self = tr_lab_start_held(&(tr_app){.build = build}, 60000);
    tr_lab_open(self, 0, NULL, true);
    bool is_attached = false;
    tr_lab_do(self, 0, look, &is_attached);
    ck_assert(is_attached);
    tr_lab_do(self, 0, say_its_node_is_down, NULL);
    tr_lab_do(self, 0, look, &is_attached);
    ck_assert(is_attached);
    tr_lab_stop(&self);
}
END_TEST

// -- woken twice --

static int focused;

TR_ASYNC(strange_focus)
{
    focused = ui_focus(ev, "field");
}

static void build_field(tr_page *page)
{
    ui_add(page, ui_text_field(.key = "field"));
    (void)tr_run_task(page, strange_focus);
}

// As two packets in one turn, or a move and an answer.
static void cancel_and_answer(tr_session *session, void *unused)
{
    (void)unused;
    ck_assert_ptr_nonnull(session->calls);
    ck_assert_ptr_nonnull(session->calls->coroutine);
    tr_coroutine_cancel(session->calls->coroutine);
    tr_client_calls_end(session, TR_EGONE);
}

START_TEST(a_call_that_was_cancelled_is_not_woken_again)
{
    focused = 1;
    lab *self = tr_lab_start_held(&(tr_app){.build = build_field}, 60000);
    tr_lab_open(self, 0, NULL, true);
    tr_lab_do(self, 0, cancel_and_answer, NULL);
    (void)tr_lab_look(self, 0);
    ck_assert_int_lt(focused, 0);
    tr_lab_stop(&self);
}
END_TEST

Suite *sdk_strange_messages_suite(void)
{
    Suite *suite = suite_create("sdk/session/strange_messages");
    TCase *tests = tcase_create("strange messages");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, a_name_cannot_be_claimed_for_nobody);
    tcase_add_test(tests, the_first_core_thread_does_not_watch_itself);
    tcase_add_test(tests, nobody_ends_the_call_of_a_coroutine);
    tcase_add_test(tests, a_call_that_was_cancelled_is_not_woken_again);
    tcase_add_test(tests, an_interval_has_a_handler);
    tcase_add_test(tests, a_browser_does_not_say_which_process_is_gone);
    tcase_add_test(tests, only_the_agent_takes_a_shard_away);
    suite_add_tcase(suite, tests);
    return suite;
}
