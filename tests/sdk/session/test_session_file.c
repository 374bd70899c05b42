// A session written down, and read into a new one: what it held is there, and its browser finds its
// page.

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sdk/session/deferred_events.h"
#include "sdk/session/session.h"
#include "sdk/session/session_file.h"
#include "testing/lab.h"
#include "tests/sdk/session/kept_state.h"
#include "troupe/troupe.h"

TR_ASYNC(file_add)
{
    struct kept *state = tr_state(ev);
    if (state == NULL)
        return;
    char name[32] = "";
    tr_session_get_text(ev, "name", name, sizeof name);
    free(state->name);
    state->name = strdup(name);
    tr_session_set_number(ev, "adds", tr_session_get_number(ev, "adds", 0) + 1);
    ui_set_textf(ev, "count", "%d %s %g", ++state->count, state->name,
                 tr_session_get_number(ev, "adds", 0));
}

TR_ASYNC(file_read)
{
    const char *text = tr_payload_text(ev);
    ui_set_text(ev, "heard", text != NULL ? text : "-");
}

TR_ASYNC(file_nap)
{
    (void)tr_sleep(ev, 3600000);
}

TR_ASYNC(file_beat)
{
    ui_set_text(ev, "beat", "beat");
}

TR_ASYNC(file_heard)
{
    ui_set_text(ev, "heard", tr_event_name(ev));
}

TR_ASYNC(file_tell)
{
    tr_publish(ev, "news", "x", 1);
}

// Everything that a page can hold besides its controls.
TR_ASYNC(file_fill)
{
    tr_session_set_text(ev, "name", "Ada");
    tr_session_set(ev, "raw", "\0\xff", 2);
    tr_every(ev, 50, file_beat);
    tr_subscribe(ev, "news", file_heard);
    tr_presence_watch(ev, "room", file_heard);
    tr_presence_join(ev, "room", "Ada", 3);
    tr_show_dialog(ev, ui_alert_dialog(.key = "dialog", .title = "Open"));
}

TR_ASYNC(file_cover)
{
    tr_push_view(ev, ui_view(.route = "/own", UI(ui_text("own", .key = "own"))));
}

static void build(tr_page *page)
{
    ui_add(page, ui_text("0", .key = "count"));
    ui_add(page, ui_text("", .key = "beat"));
    ui_add(page, ui_text("", .key = "heard"));
    ui_add(page, ui_text_field("", .key = "field"));
    ui_add(page, ui_button("add", .on_click = file_add));
    ui_add(page, ui_button("fill", .on_click = file_fill));
    ui_add(page, ui_button("tell", .on_click = file_tell));
    ui_add(page, ui_button("nap", .on_click = file_nap));
    ui_add(page, ui_button("read", .on_click = UI_CALL(file_read, "kept with the page")));
    ui_add(page, ui_button("cover", .on_click = file_cover));
}

enum { COUNT = 9, BEAT, HEARD, FIELD, ADD, FILL, TELL, NAP, READ, COVER };

static const tr_app app = {.name = "File",
                           .build = build,
                           TR_STATE_SAVED(struct kept, kept_save, kept_load, .done = kept_done)};

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

static void save_one(tr_session *session, void *arg)
{
    tr_buf *out = arg;
    out->size = 0;
    tr_session_save(session, out);
}

// A session of the same id takes its place, made from the bytes alone.
static void replace(tr_session *session, void *arg)
{
    tr_sessions *sessions = session->sessions;
    tr_session_file file;
    ck_assert_int_eq(tr_session_file_read(*(tr_slice *)arg, &file), 0);
    ck_assert(tr_slice_is(file.id, session->id));
    char id[TR_SESSION_ID_SIZE + 1];
    memcpy(id, session->id, sizeof id);
    tr_session_end(session);
    tr_session *fresh = tr_session_new(sessions, id, TR_ID_FIRST);
    ck_assert_int_eq(tr_session_load(fresh, &file), 0);
}

static void move(void)
{
    tr_lab_do(here, 0, save_one, &saved);
    tr_slice bytes = tr_buf_slice(&saved);
    tr_lab_do(here, 0, replace, &bytes);
    char id[32];
    snprintf(id, sizeof id, "%s", tr_lab_look(here, 0)->session_id);
    tr_lab_open(here, 0, id, true);
    ck_assert_str_eq(tr_lab_look(here, 0)->session_id, id);
}

static const char *text_of(uint32_t control)
{
    return tr_cm_text(tr_cm_get(tr_cm_find(&tr_lab_look(here, 0)->page, control), "value"));
}

static void is_same(void)
{
    tr_buf why = {0};
    ck_assert_msg(tr_lab_is_same(here, 0, &why), "%s", tr_buf_text(&why));
    tr_buf_done(&why);
}

START_TEST(a_page_goes_on_with_its_state_and_values)
{
    tr_lab_event(here, 0, FILL, "click");
    tr_lab_event(here, 0, ADD, "click");
    ck_assert_str_eq(text_of(COUNT), "1 Ada 1");
    move();
    ck_assert_str_eq(text_of(COUNT), "1 Ada 1");
    is_same();
    tr_lab_event(here, 0, ADD, "click");
    ck_assert_str_eq(text_of(COUNT), "2 Ada 2");
    is_same();
}
END_TEST

START_TEST(what_controls_call_their_handlers_with_is_there)
{
    move();
    tr_lab_event(here, 0, READ, "click");
    ck_assert_str_eq(text_of(HEARD), "kept with the page");
}
END_TEST

START_TEST(dialogs_views_and_what_was_typed_are_there)
{
    static const char typed[] = "\x00\x92\x04\x82\xa2id\x0c\xa5props\x81\xa5value\xa5"
                                "hello";
    tr_lab_event(here, 0, FILL, "click");
    ck_assert_int_eq(tr_lab_packet(here, 0, typed, sizeof typed - 1), 0);
    tr_lab_event(here, 0, COVER, "click");
    move();
    ck_assert_str_eq(text_of(FIELD), "hello");
    const cm_value *page = tr_lab_look(here, 0)->page.page;
    ck_assert_uint_eq(tr_cm_get(page, "views")->count, 2);
    ck_assert_uint_eq(
        tr_cm_get(tr_cm_find(&tr_lab_look(here, 0)->page, TR_ID_DIALOGS), "controls")->count, 1);
    is_same();
}
END_TEST

START_TEST(intervals_topics_and_presence_go_on)
{
    tr_lab_event(here, 0, FILL, "click");
    move();
    ck_assert_str_eq(text_of(BEAT), "");
    ck_assert_int_ge(tr_lab_advance(here, 50), 0);
    ck_assert_str_eq(text_of(BEAT), "beat");
    // A watcher is told to ask anew, then of everybody: of the page itself, too, which is there
    // again.
    ck_assert_str_ne(text_of(HEARD), "");
    tr_lab_event(here, 0, TELL, "click");
    ck_assert_str_eq(text_of(HEARD), "message");
}
END_TEST

static void keep_two(tr_session *session, void *arg)
{
    (void)arg;
    tr_msg_browser_event event = {
        .target = ADD, .name = TR_SLICE("click"), .data = TR_SLICE("\xc0")};
    for (int i = 0; i < 2; i++) {
        tr_message *message = tr_message_new(TR_MSG_browser_event, &event);
        ck_assert_int_eq(tr_waiting_keep(session, message), 0);
        tr_message_free(message);
    }
    save_one(session, &saved);
}

START_TEST(events_that_wait_are_applied_once)
{
    tr_lab_event(here, 0, FILL, "click");
    tr_lab_do(here, 0, keep_two, NULL);
    tr_slice bytes = tr_buf_slice(&saved);
    tr_lab_do(here, 0, replace, &bytes);
    char id[32];
    snprintf(id, sizeof id, "%s", tr_lab_look(here, 0)->session_id);
    tr_lab_open(here, 0, id, true);
    // Behind those two.
    tr_lab_event(here, 0, ADD, "click");
    ck_assert_str_eq(text_of(COUNT), "3 Ada 3");
}
END_TEST

START_TEST(a_handler_in_flight_is_not_in_it)
{
    tr_lab_event(here, 0, NAP, "click");
    move();
    tr_lab_event(here, 0, ADD, "click");
    ck_assert_str_eq(text_of(COUNT), "1  1");
}
END_TEST

// The order of lists may be another one, once.
START_TEST(what_is_read_and_written_again_is_the_same)
{
    tr_lab_event(here, 0, FILL, "click");
    tr_buf first = {0};
    move();
    move();
    tr_lab_do(here, 0, save_one, &first);
    move();
    move();
    tr_lab_do(here, 0, save_one, &saved);
    ck_assert_uint_eq(first.size, saved.size);
    ck_assert_mem_eq(first.data, saved.data, saved.size);
    tr_buf_done(&first);
}
END_TEST

START_TEST(a_damaged_or_foreign_file_is_refused)
{
    tr_lab_event(here, 0, FILL, "click");
    tr_lab_do(here, 0, save_one, &saved);
    tr_session_file file;
    for (uint32_t size = 0; size < saved.size; size++) {
        tr_slice cut = {(const char *)saved.data, size};
        ck_assert_int_lt(tr_session_file_read(cut, &file), 0);
    }
    for (uint32_t at = 0; at < saved.size; at++) {
        saved.data[at] ^= 0x10;
        ck_assert_int_lt(tr_session_file_read(tr_buf_slice(&saved), &file), 0);
        saved.data[at] ^= 0x10;
    }
    tr_slice huge = {(const char *)saved.data, TR_SESSION_FILE_CAP_BYTES + 1};
    ck_assert_int_eq(tr_session_file_read(huge, &file), TR_ETOOBIG);
    ck_assert_int_eq(tr_session_file_read(tr_buf_slice(&saved), &file), 0);
}
END_TEST

Suite *session_file_suite(void);
Suite *session_file_suite(void)
{
    Suite *suite = suite_create("sdk/session/session_file");
    TCase *tcase = tcase_create("a session's file");
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, a_page_goes_on_with_its_state_and_values);
    tcase_add_test(tcase, what_controls_call_their_handlers_with_is_there);
    tcase_add_test(tcase, dialogs_views_and_what_was_typed_are_there);
    tcase_add_test(tcase, intervals_topics_and_presence_go_on);
    tcase_add_test(tcase, events_that_wait_are_applied_once);
    tcase_add_test(tcase, a_handler_in_flight_is_not_in_it);
    tcase_add_test(tcase, what_is_read_and_written_again_is_the_same);
    tcase_add_test(tcase, a_damaged_or_foreign_file_is_refused);
    suite_add_tcase(suite, tcase);
    return suite;
}
