// The payloads with which controls and tasks call their handlers (UI_CALL, TR_PAYLOAD).

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "troupe/err.h"
#include "troupe/test.h"
#include "troupe/troupe.h"

struct point {
    int x;
    int y;
};

static tr_test_page *page;
static int codes[4];

TR_ASYNC(payload_point)
{
    const struct point *point = TR_PAYLOAD(ev, struct point);
    ui_set_textf(ev, "said", "%d,%d", point != NULL ? point->x : -1, point != NULL ? point->y : -1);
}

TR_SYNC(payload_point_sync)
{
    payload_point_run(ev);
}

TR_ASYNC(payload_text)
{
    const char *text = tr_payload_text(ev);
    ui_set_text(ev, "said", text != NULL ? text : "no text");
}

TR_ASYNC(payload_numbers)
{
    typedef int three[3];
    const three *numbers = TR_PAYLOAD(ev, three);
    ui_set_textf(ev, "said", "%d", numbers != NULL ? (*numbers)[0] + (*numbers)[2] : -1);
}

// The event's own value is there, too.
TR_ASYNC(payload_and_value)
{
    const int *number = TR_PAYLOAD(ev, int);
    ui_set_textf(ev, "said", "%d %s", number != NULL ? *number : -1, tr_event_text(ev, ""));
}

TR_SYNC(payload_give)
{
    struct point point = {5, 6};
    codes[0] = ui_on(ev, "plain", "click", UI_CALL(payload_point, &point));
}

TR_ASYNC(payload_start)
{
    struct point point = {7, 8};
    codes[0] = tr_run_task(ev, UI_CALL(payload_point, &point)) > 0;
    codes[1] = (int)tr_run_thread(ev, UI_CALL(payload_point, &point));
    codes[2] = (int)tr_run_task(ev, UI_CALL(payload_point, &point), .payload = "x", .size = 1);
}

TR_ASYNC(payload_nowhere)
{
    int number = 1;
    codes[0] = tr_every(ev, 1000, UI_CALL(payload_point, &number));
    codes[1] = tr_subscribe(ev, "topic", UI_CALL(payload_point, &number));
    codes[2] = tr_presence_watch(ev, "topic", UI_CALL(payload_point, &number));
    static const char big[1025];
    codes[3] = ui_on(ev, "plain", "click", UI_CALL(payload_point, &big));
    (void)ui_on(ev, NULL, "multi_view_add", payload_point);
    (void)ui_set_pairs(ev, NULL, "fonts", UI_TEXTS("Display", "fonts/display.woff2", "Text"));
}

TR_ASYNC(payload_rows)
{
    unsigned shown = (unsigned)tr_event_number(ev, 0);
    ui_control *rows[4] = {0};
    for (unsigned i = 0; i < 3; i++) {
        struct point point = {(int)i, (int)(shown != 0 ? 10 * i : i)};
        rows[i] = ui_button(ui_format("row %u", i), .key = ui_format("row-%u", i),
                            .on_click = UI_CALL(payload_point_sync, &point));
    }
    rows[3] = UI_END;
    ui_set_children(ev, "rows", rows);
}

static void drop(tr_event *ev)
{
    const struct point *point = TR_DRAGGED(ev, struct point);
    ui_set_textf(ev, "said", "%s at %d,%d", tr_dragged_key(ev), point != NULL ? point->x : -1,
                 point != NULL ? point->y : -1);
}

TR_ASYNC(payload_drop)
{
    drop(ev);
}

TR_SYNC(payload_drop_sync)
{
    drop(ev);
}

TR_ASYNC(payload_drop_text)
{
    const char *text = tr_dragged_text(ev);
    ui_set_textf(ev, "said", "%s %s", tr_dragged_key(ev), text != NULL ? text : "no text");
}

enum { CARD = 9, NOTE = 11, PLAIN = 13 }; // their ids: the first of the page, with a text in each

static void build(tr_page *ev)
{
    ui_add(ev, ui_draggable(ui_text("card"), .key = "card",
                            .payload = UI_PAYLOAD(&(struct point){8, 9})));
    ui_add(ev, ui_draggable(ui_text("note"), .key = "note", .payload = UI_PAYLOAD("a note")));
    ui_add(ev, ui_draggable(ui_text("bare"), .key = "plain draggable"));
    ui_add(ev, ui_drag_target(ui_text("target"), .key = "target", .on_accept = payload_drop,
                              .on_will_accept = payload_drop_sync, .on_leave = payload_drop_text));
    struct point point = {1, 2};
    int three[3] = {3, 0, 4};
    char text[] = "some text";
    ui_add(ev, ui_text("", .key = "said"));
    ui_add(ev, ui_button("point", .on_click = UI_CALL(payload_point, &point)));
    ui_add(ev, ui_button("sync", .on_click = UI_CALL(payload_point_sync, &(struct point){3, 4})));
    ui_add(ev, ui_button("text", .on_click = UI_CALL(payload_text, text)));
    ui_add(ev, ui_button("array", .on_click = UI_CALL(payload_numbers, three)));
    ui_add(ev, ui_text_field("field", .on_change = UI_CALL(payload_and_value, &three[2])));
    ui_add(ev, ui_button("plain", .key = "plain", .on_click = payload_point));
    ui_add(ev, ui_button("other", .on_click = UI_CALL(payload_point, &three[0])));
    ui_add(ev, ui_button("no text", .on_click = UI_CALL(payload_text, &three)));
    ui_add(ev, ui_button("nothing", .on_click = UI_CALL(payload_point, (struct point *)NULL)));
    ui_add(ev, ui_button("give", .on_click = payload_give));
    ui_add(ev, ui_button("start", .on_click = payload_start));
    ui_add(ev, ui_button("nowhere", .on_click = payload_nowhere));
    ui_add(ev, ui_button("rows", .on_click = payload_rows));
    ui_add(ev, ui_column(.key = "rows"));
    point.x = 100; // it was copied
    text[0] = '\0';
}

static const tr_app app = {.name = "Payloads", .build = build};

static void set_up(void)
{
    page = tr_test_open(&app, NULL);
}

static void tear_down(void)
{
    tr_test_close(&page);
}

static const struct {
    const char *button;
    const char *said;
} clicks[] = {{"point", "1,2"}, {"sync", "3,4"},        {"text", "some text"},
              {"array", "7"},   {"no text", "no text"}, {"nothing", "-1,-1"}};

START_TEST(a_handler_gets_a_copy_of_what_it_was_bound_to)
{
    tr_test_click(page, .text = clicks[_i].button);
    ck_assert_str_eq(tr_test_text(page, .key = "said"), clicks[_i].said);
}
END_TEST

START_TEST(the_events_own_value_is_there_too)
{
    tr_test_type(page, "typed", .text = "field");
    ck_assert_str_eq(tr_test_text(page, .key = "said"), "4 typed");
}
END_TEST

START_TEST(another_size_is_said_in_the_log_and_read_as_nothing)
{
    tr_test_click(page, .text = "other");
    ck_assert_str_eq(tr_test_text(page, .key = "said"), "-1,-1");
    tr_test_expect_log(page, "event=payload_misread handler=payload_point");
    tr_test_expect_log(page, "on=click bytes=4 wanted=8");
    tr_test_click(page, .text = "plain");
    tr_test_expect_log(page, "on=click bytes=0 wanted=8");
}
END_TEST

START_TEST(a_sync_handler_binds_one)
{
    tr_test_click(page, .text = "give");
    ck_assert_int_eq(codes[0], 0);
    tr_test_click(page, .text = "plain");
    ck_assert_str_eq(tr_test_text(page, .key = "said"), "5,6");
}
END_TEST

START_TEST(a_task_takes_one)
{
    tr_test_click(page, .text = "start");
    ck_assert_str_eq(tr_test_text(page, .key = "said"), "7,8");
    ck_assert_int_eq(codes[0], 1);
    ck_assert_int_eq(codes[1], TR_EWRONGTYPE);
    ck_assert_int_eq(codes[2], TR_EINVALID);
}
END_TEST

START_TEST(where_none_can_be_is_said)
{
    tr_test_click(page, .text = "nowhere");
    for (unsigned i = 0; i < 3; i++)
        ck_assert_int_eq(codes[i], TR_EINVALID);
    ck_assert_int_eq(codes[3], TR_ETOOBIG);
    tr_test_expect_log(page, "have no place for a payload");
    tr_test_expect_log(page, "event=event_never_comes handler=payload_nowhere");
    tr_test_expect_log(page, "property=on_multi_view_add");
    tr_test_expect_log(page, "event=odd_pairs handler=payload_nowhere");
}
END_TEST

static const char *drop_of(unsigned id, const char *event)
{
    char json[40];
    snprintf(json, sizeof json, "{\"src_id\": %u}", id);
    tr_test_send(page, event, json, .key = "target");
    return tr_test_text(page, .key = "said");
}

START_TEST(a_drop_tells_what_was_dragged)
{
    ck_assert_str_eq(drop_of(CARD, "accept"), "card at 8,9");
    ck_assert_str_eq(drop_of(NOTE, "accept"), "note at -1,-1");
    ck_assert_str_eq(drop_of(CARD, "will_accept"), "card at 8,9");
    ck_assert_str_eq(drop_of(NOTE, "leave"), "note a note");
    ck_assert_str_eq(drop_of(PLAIN, "leave"), "plain draggable no text");
    ck_assert_str_eq(drop_of(4711, "leave"), " no text");
    ck_assert_str_eq(drop_of(CARD + 1, "accept"), " at -1,-1"); // no draggable
    tr_test_expect_log(page, "event=dragged_misread");
    ck_assert_ptr_null(strstr(tr_test_tree(page), "payload")); // the browser is told nothing of it
}
END_TEST

START_TEST(built_again_a_control_has_the_new_one)
{
    tr_test_click(page, .text = "rows");
    tr_test_click(page, .text = "row 2");
    ck_assert_str_eq(tr_test_text(page, .key = "said"), "2,2");
    tr_test_send(page, "click", "1", .text = "rows");
    tr_test_click(page, .text = "row 2");
    ck_assert_str_eq(tr_test_text(page, .key = "said"), "2,20");
}
END_TEST

Suite *sdk_payload_suite(void);
Suite *sdk_payload_suite(void)
{
    Suite *suite = suite_create("sdk/api/payload");
    TCase *tests = tcase_create("tests");
    tcase_set_timeout(tests, 60);
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_loop_test(tests, a_handler_gets_a_copy_of_what_it_was_bound_to, 0,
                        sizeof clicks / sizeof *clicks);
    tcase_add_test(tests, the_events_own_value_is_there_too);
    tcase_add_test(tests, another_size_is_said_in_the_log_and_read_as_nothing);
    tcase_add_test(tests, a_sync_handler_binds_one);
    tcase_add_test(tests, a_task_takes_one);
    tcase_add_test(tests, where_none_can_be_is_said);
    tcase_add_test(tests, a_drop_tells_what_was_dragged);
    tcase_add_test(tests, built_again_a_control_has_the_new_one);
    suite_add_tcase(suite, tests);
    return suite;
}
