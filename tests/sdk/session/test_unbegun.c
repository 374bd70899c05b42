// Calls that had not begun where their page was: from anybody, so what makes no sense begins nothing.

#include <check.h>
#include <stdio.h>

#include "sdk/moving/arrival.h"
#include "sdk/session/session.h"
#include "sdk/session/session_file.h"
#include "sdk/session/unbegun.h"
#include "testing/lab.h"
#include "troupe/troupe.h"
#include "wire/writer.h"

Suite *unbegun_suite(void);

enum { COUNT = 9, IS_PAYLOAD = 1 };

TR_ASYNC(unbegun_counts)
{
    size_t size;
    const char *payload = tr_event_payload(ev, &size);
    int *count = tr_state(ev);
    ui_set_textf(ev, "count", "%d %s %.*s", ++*count, tr_event_name(ev), (int)size,
                 payload != NULL ? payload : "");
}

static void build(tr_page *page)
{
    ui_add(page, ui_text("0", .key = "count"));
    (void)tr_subscribe(page, "news", unbegun_counts);
}

static const tr_app app = {.name = "Unbegun", .build = build, TR_STATE(int)};

static lab *here;
static tr_buf saved;

static void set_up(void)
{
    here = tr_lab_start_held(&app, 3600000);
    tr_lab_open(here, 0, NULL, true);
}

static void tear_down(void)
{
    tr_lab_stop(&here);
    tr_buf_done(&saved);
}

static void take_file(tr_session *session, void *arg)
{
    (void)arg;
    tr_session_save(session, &saved);
    tr_session_end(session);
}

typedef struct one {
    const char *handler;
    const char *event;
    const char *data;
    unsigned flags;
    unsigned instance;
    unsigned view;
    const char *topic;
    unsigned fields; // 0: as many as there are
    const char *shown;
} one;

static const one lists[] = {
    {.handler = "unbegun_counts",
     .event = "start",
     .data = "7",
     .flags = IS_PAYLOAD,
     .shown = "1 start 7"},
    {.handler = "unbegun_counts", .event = "resize", .data = "\xa1z", .shown = "1 resize "},
    {.handler = "unbegun_counts",
     .event = "message",
     .data = "x",
     .topic = "news",
     .flags = IS_PAYLOAD,
     .shown = "1 message x"},
    // nobody hears that any more
    {.handler = "unbegun_counts",
     .event = "message",
     .data = "x",
     .topic = "olds",
     .flags = IS_PAYLOAD,
     .shown = "0"},
    // a component and a view that are not there
    {.handler = "unbegun_counts",
     .event = "start",
     .data = "7",
     .flags = IS_PAYLOAD,
     .instance = 77,
     .shown = "0"},
    {.handler = "unbegun_counts",
     .event = "start",
     .data = "7",
     .flags = IS_PAYLOAD,
     .view = 77,
     .shown = "0"},
    {.handler = "unbegun_nobody", .event = "start", .data = "7", .flags = IS_PAYLOAD, .shown = "0"},
    // no whole value
    {.handler = "unbegun_counts", .event = "resize", .data = "\xa2z", .shown = "0"},
    {.handler = "unbegun_counts",
     .event = "start",
     .data = "7",
     .flags = IS_PAYLOAD,
     .fields = 7,
     .shown = "0"}};

static void write_list(const one *of, tr_buf *out)
{
    tr_write_array(out, 1);
    tr_write_array(out, of->fields != 0 ? of->fields : 8);
    tr_write_literal(out, of->handler);
    tr_write_literal(out, of->event);
    tr_write_bytes(out, tr_slice_of(of->data));
    tr_write_unsigned(out, of->flags);
    tr_write_unsigned(out, 0);
    tr_write_unsigned(out, of->instance);
    tr_write_unsigned(out, of->view);
    if (of->fields == 0)
        tr_write_literal(out, of->topic != NULL ? of->topic : "");
}

static void arrive(tr_session *session, void *list)
{
    tr_msg_session_move body = {.file = tr_buf_slice(&saved), .unbegun = *(const tr_slice *)list};
    tr_message *message = tr_message_new(TR_MSG_session_move, &body);
    ck_assert_int_eq(tr_session_arrive(session->sessions, message), 0);
    tr_message_free(message);
}

static void shows_after(tr_slice list, const char *shown)
{
    char id[32];
    tr_lab_open(here, 1, NULL, true);
    (void)snprintf(id, sizeof id, "%s", tr_lab_look(here, 0)->session_id);
    tr_lab_do(here, 0, take_file, NULL);
    tr_lab_do(here, 1, arrive, &list);
    tr_lab_open(here, 0, id, true);
    ck_assert_str_eq(tr_cm_text(tr_cm_get(tr_cm_find(&tr_lab_look(here, 0)->page, COUNT), "value")),
                     shown);
}

START_TEST(a_call_that_had_not_begun_begins_as_it_would_have_where_that_makes_sense)
{
    tr_buf list = {0};
    write_list(&lists[_i], &list);
    shows_after(tr_buf_slice(&list), lists[_i].shown);
    tr_buf_done(&list);
}
END_TEST

START_TEST(what_is_no_list_begins_nothing)
{
    tr_buf list = {0};
    write_list(&lists[0], &list);
    shows_after((tr_slice){(const char *)list.data, (uint32_t)list.size - 1}, "0");
    tr_buf_done(&list);
}
END_TEST

Suite *unbegun_suite(void)
{
    Suite *suite = suite_create("sdk/session/unbegun");
    TCase *tests = tcase_create("calls that had not begun");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_loop_test(tests,
                        a_call_that_had_not_begun_begins_as_it_would_have_where_that_makes_sense, 0,
                        sizeof lists / sizeof *lists);
    tcase_add_test(tests, what_is_no_list_begins_nothing);
    suite_add_tcase(suite, tests);
    return suite;
}
