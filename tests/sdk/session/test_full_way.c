// A session whose way to its gateway is full: what it has to say is said once there is room, and not lost.

#include <check.h>

#include "actors/core/core.h"
#include "sdk/session/outgoing_packets.h"
#include "sdk/session/session.h"
#include "testing/lab.h"
#include "troupe/err.h"
#include "troupe/troupe.h"

enum { ROOM = 2 };

static lab *here;
static tr_address gateway;
static unsigned packets;
static unsigned credit;
static unsigned closed;

static void count(tr_actor *actor, tr_message *message)
{
    (void)actor;
    if (TR_TYPE(message) == TR_MSG_browser_packet)
        packets++;
    else if (TR_TYPE(message) == TR_MSG_browser_credit)
        credit += TR_BODY(message, browser_credit)->packets;
    else if (TR_TYPE(message) == TR_MSG_browser_close)
        closed = TR_BODY(message, browser_close)->code;
}

static void build(tr_page *page)
{
    ui_add(page, ui_text("0", .key = "count"));
}

static const tr_app app = {.name = "Full", .build = build};

// Its browser is at a gateway with room for two messages in a turn, and there are two.
static void fill(tr_session *session)
{
    static const tr_behaviour behaviour = {
        .name = "gateway", .on_message = count, .mailbox_cap = ROOM};
    tr_core *core = session->sessions->core;
    ck_assert_int_eq(tr_spawn(core, &behaviour, NULL, 0, &gateway), 0);
    session->connection = gateway;
    session->packets_out = 0;
    for (unsigned i = 0; i < ROOM; i++)
        ck_assert_int_eq(tr_send(core, TR_NOWHERE, gateway, probe, .number = i), 0);
    ck_assert_int_eq(tr_send(core, TR_NOWHERE, gateway, probe, .number = ROOM), TR_EFULL);
}

static void set_up(void)
{
    packets = credit = closed = 0;
    here = tr_lab_start_held(&app, 3600000);
    tr_lab_open(here, 0, NULL, true);
}

static void tear_down(void)
{
    tr_lab_stop(&here);
}

static void say(tr_session *session, const char *text)
{
    tr_node *node = tr_tree_find_key(session->tree, TR_SLICE("count"));
    ck_assert_int_eq(tr_tree_set_text(session->tree, node, tr_slice_of(text)), 0);
    tr_session_flush(session);
}

static void change(tr_session *session, void *arg)
{
    (void)arg;
    fill(session);
    say(session, "1");
    ck_assert_ptr_nonnull(session->unsent);
    // What changes meanwhile goes with the next packet, which is encoded when there is room.
    say(session, "2");
}

START_TEST(a_packet_is_sent_once_there_is_room)
{
    tr_lab_do(here, 0, change, NULL);
    ck_assert_uint_eq(packets, 0);
    ck_assert_int_ge(tr_lab_advance(here, 2 * TR_SESSION_RETRY_MS), 0);
    ck_assert_uint_eq(packets, 2);
}
END_TEST

static void owe_credit(tr_session *session, void *arg)
{
    (void)arg;
    fill(session);
    session->credit_due = TR_CONNECTION_WINDOW;
    tr_session_give_credit(session);
}

START_TEST(credit_is_given_once_there_is_room)
{
    tr_lab_do(here, 0, owe_credit, NULL);
    ck_assert_int_ge(tr_lab_advance(here, 2 * TR_SESSION_RETRY_MS), 0);
    ck_assert_uint_eq(credit, TR_CONNECTION_WINDOW);
}
END_TEST

static void close_it(tr_session *session, void *arg)
{
    (void)arg;
    fill(session);
    tr_session_close(session, 4000, "enough");
}

START_TEST(a_browser_is_closed_once_there_is_room)
{
    tr_lab_do(here, 0, close_it, NULL);
    ck_assert_int_ge(tr_lab_advance(here, 2 * TR_SESSION_RETRY_MS), 0);
    ck_assert_uint_eq(closed, 4000);
}
END_TEST

Suite *full_way_suite(void);
Suite *full_way_suite(void)
{
    Suite *suite = suite_create("sdk/session/full_way");
    TCase *tcase = tcase_create("the way to the gateway is full");
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, a_packet_is_sent_once_there_is_room);
    tcase_add_test(tcase, credit_is_given_once_there_is_room);
    tcase_add_test(tcase, a_browser_is_closed_once_there_is_room);
    suite_add_tcase(suite, tcase);
    return suite;
}
