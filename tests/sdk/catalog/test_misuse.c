// The mistakes of authors: each is one line with its place and a way out, a code, and never
// undefined behaviour (run under AddressSanitizer, too).

#include <check.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "troupe/test.h"
#include "troupe/troupe.h"

static int code;
static tr_event *kept_event;
static ui_control *kept_control;
static char big[1100000]; // a text, but not where one is short

#define HANDLER(name, ...)                                                                         \
    TR_ASYNC(misuse_##name)                                                                        \
    {                                                                                              \
        code = (__VA_ARGS__);                                                                      \
    }

HANDLER(wrong_key, ui_set_text(ev, "totl", "1"))
HANDLER(no_key, ui_remove(ev, ""))
HANDLER(wrong_name, ui_set_number(ev, "total", "siz", 3))
HANDLER(wrong_type, ui_set_string(ev, "total", "size", "large"))
HANDLER(no_member, ui_set_string(ev, "total", "text_align", "middle"))
HANDLER(no_children, ui_add_to(ev, "line", ui_text("in a line")))
HANDLER(wrong_kind, ui_add_to(ev, "total", ui_text("in a text")))
HANDLER(one_child, ui_add_to(ev, "box", ui_text("one more")))
HANDLER(wrong_list, ui_set_list(ev, "rows", "contrls", UI_LIST(ui_text("x"))))
HANDLER(behind, ui_insert(ev, "rows", 7, ui_text("x")))
HANDLER(read_control, ui_get_text(ev, "box", "content", NULL, 0) == 0 ? TR_EWRONGTYPE : 0)
HANDLER(main_text, ui_set_text(ev, "rows", "x"))
HANDLER(no_dialog, tr_show_dialog(ev, ui_text("no dialog")))
HANDLER(focus, ui_focus(ev, "totl"))
HANDLER(method, ui_focus(ev, "box"))

HANDLER(event_text, ui_set_string(ev, "misuse_focus", "on_click", "x"))
HANDLER(equal_keys, ui_add(ev, ui_column(.key = "total")))

HANDLER(no_topic, tr_subscribe(ev, "", misuse_equal_keys))
HANDLER(no_topic_to_join, tr_presence_join(ev, "", NULL, 0))
HANDLER(no_topic_to_stay, tr_presence_stay(ev, NULL, NULL, 0))
HANDLER(no_topic_to_leave, tr_presence_leave(ev, ""))
HANDLER(no_topic_to_watch, tr_presence_watch(ev, "", misuse_equal_keys))
static void list_nobody(void *arg, const char *who, const void *meta, size_t size)
{
    (void)arg;
    (void)who;
    (void)meta;
    (void)size;
}

HANDLER(no_topic_to_list, tr_presence_list(ev, "", list_nobody, NULL))
HANDLER(no_topic_to_publish, tr_publish(ev, "", "x", 1))
HANDLER(much_to_publish, tr_publish(ev, "news", big, sizeof big))
HANDLER(much_to_join, tr_presence_join(ev, "news", big, sizeof big))
HANDLER(long_event, ui_on(ev, "total", big, misuse_equal_keys))
HANDLER(null_dialog, tr_show_dialog(ev, NULL))
HANDLER(null_view, tr_push_view(ev, NULL))
HANDLER(null_task, (int)tr_run_task(ev, NULL))
HANDLER(big_task, (int)tr_run_task(ev, misuse_equal_keys, .payload = big, .size = sizeof big))
HANDLER(null_interval, tr_every(ev, 1000, NULL))
HANDLER(null_rows, tr_rows_changed(ev, NULL, 0, 1))
HANDLER(wrong_rows, tr_rows_changed(ev, "totl", 0, 1))
HANDLER(no_rows, tr_rows_changed(ev, "total", 0, 1))

// A task runs at once, within the call that starts it.
TR_ASYNC(misuse_task_body)
{
    ui_control *text = ui_with_number(ui_text("x"), "sizzle", 3);
    code = ui_add(ev, text);
}

TR_ASYNC(misuse_starts_task)
{
    (void)tr_run_task(ev, misuse_task_body);
    (void)ui_set_text(ev, "totl", "1");
}

TR_SYNC(misuse_event_text_sync)
{
    code = ui_set_string(ev, "misuse_focus", "on_click", "x");
}

// A control that has a key for a moment beside its successor is no mistake.
TR_ASYNC(misuse_moves)
{
    ui_set_children(ev, "rows",
                    UI_LIST(ui_row(.key = "a", UI(NULL)),
                            ui_row(.key = "b", UI(ui_text("moves", .key = "moves")))));
    ui_set_children(ev, "rows",
                    UI_LIST(ui_row(.key = "a", UI(ui_text("moves", .key = "moves"))),
                            ui_row(.key = "b", UI(NULL))));
    for (int i = 0; i < 2; i++) {
        tr_show_dialog(ev, ui_alert_dialog(.key = "dialog", .title = "Again",
                                           .content = ui_text_field(.key = "name")));
        if (i == 0)
            tr_close_dialog(ev);
    }
    for (int i = 0; i < 2; i++)
        ui_add(ev, ui_dropdown(.options = UI_LIST(ui_dropdown_option("yes", "Yes"),
                                                  ui_dropdown_option("rows", "Rows"))));
    code = ui_add_to(ev, "rows", ui_text("the column is still found"));
}

TR_ASYNC(misuse_twice)
{
    ui_control *text = ui_text("twice");
    ui_add(ev, text);
    code = ui_add_to(ev, "rows", text);
}

TR_ASYNC(misuse_twice_in_a_list)
{
    ui_control *text = ui_text("twice");
    code = ui_set_children(ev, "rows", UI_LIST(text, text));
}

TR_ASYNC(misuse_twice_in_a_control)
{
    ui_control *text = ui_text("twice");
    ui_control *row = ui_row(UI(text));
    code = ui_add(ev, ui_column(UI(row, text)));
}

TR_ASYNC(misuse_removed)
{
    ui_control *text = ui_text("gone", .key = "gone");
    ui_add(ev, text);
    ui_remove(ev, "gone");
    code = ui_add(ev, text);
}

TR_ASYNC(misuse_failed_before)
{
    ui_control *text = ui_text("gone");
    ui_add_to(ev, "nowhere", text);
    code = ui_add(ev, text);
}

TR_ASYNC(misuse_cycle)
{
    ui_control *box = ui_container();
    ui_with_control(box, "content", box);
    code = ui_add(ev, box);
}

TR_ASYNC(misuse_by_name)
{
    ui_control *text = ui_with_number(ui_text("x"), "sizzle", 3);
    text = ui_with_text(text, "size", "big");
    code = ui_add(ev, text);
}

TR_ASYNC(misuse_keeps)
{
    // It waits, so that nobody else gets this memory.
    kept_event = ev;
    kept_control = ui_text("kept");
    (void)tr_sleep(ev, 3600000);
}

TR_ASYNC(misuse_uses_kept)
{
    code = ui_add(ev, kept_control);
}

TR_ASYNC(misuse_uses_kept_event)
{
    code = ui_set_text(kept_event, "total", "1");
    ck_assert_ptr_null(tr_state(kept_event));
    ck_assert_int_eq(tr_sleep(kept_event, 1), TR_EWRONGTHREAD);
    ck_assert_str_eq(tr_event_key(kept_event), "");
}

static void *set_elsewhere(void *ev)
{
    code = ui_set_text(ev, "total", "1");
    return NULL;
}

static void other_thread(tr_event *ev)
{
    pthread_t thread;
    ck_assert_int_eq(pthread_create(&thread, NULL, set_elsewhere, ev), 0);
    pthread_join(thread, NULL);
}

TR_ASYNC(misuse_other_thread)
{
    other_thread(ev);
}

TR_SYNC(misuse_other_thread_sync)
{
    other_thread(ev);
}

TR_SYNC(misuse_wrong_key_sync)
{
    code = ui_set_text(ev, "totl", "1");
}

TR_ASYNC(misuse_too_deep)
{
    ui_control *inner = ui_container();
    for (unsigned i = 0; i < 98; i++)
        inner = ui_container(inner);
    code = ui_add_to(ev, "rows", inner);
}

TR_ASYNC(misuse_too_long)
{
    static char text[(1 << 20) + 2];
    memset(text, 'x', sizeof text - 1);
    code = ui_set_string(ev, "total", "value", text);
}

TR_ASYNC(misuse_gone)
{
    (void)tr_sleep(ev, 10 * 3600000);
    code = ui_set_text(ev, "total", "late");
    (void)ui_set_text(ev, "total", "later");
}

TR_ASYNC(misuse_loop)
{
    for (unsigned i = 0; i < 10000; i++)
        ui_set_text(ev, "totl", "1");
    ui_set_text(ev, "ttal", "1");
}

static const struct {
    const tr_handler *handler;
    int code;
    const char *said[4];
} mistakes[] = {
    {misuse_wrong_key,
     TR_ENOTFOUND,
     {"key=\"totl\"", "no control on the page has this key", "nearest=\"total\""}},
    {misuse_wrong_key_sync, TR_ENOTFOUND, {"handler=misuse_wrong_key_sync", "nearest=\"total\""}},
    {misuse_no_key, TR_ENOTFOUND, {"an empty key names no control"}},
    {misuse_wrong_name,
     TR_ENOTFOUND,
     {"control=Text key=\"total\" property=\"siz\"", "no such property", "nearest=\"size"}},
    {misuse_wrong_type,
     TR_EWRONGTYPE,
     {"control=Text key=\"total\" property=\"size\"", "it takes a number"}},
    {misuse_no_member, TR_EINVALID, {"property=\"text_align\"", "it takes left, right, center"}},
    {misuse_no_children,
     TR_ENOTFOUND,
     {"control=Divider key=\"line\"", "Divider takes no controls inside"}},
    {misuse_wrong_kind,
     0,
     {"event=unusual_child", "control=Text key=\"total\" property=spans",
      "ui_text is not what belongs there: it takes ui_text_span"}},
    {misuse_one_child, TR_ENOTFOUND, {"control=Container key=\"box\"", "as \\\"content\\\""}},
    {misuse_wrong_list, TR_ENOTFOUND, {"property=\"contrls\"", "nearest=\"controls"}},
    {misuse_behind, TR_EINVALID, {"key=\"rows\"", "behind the list's end"}},
    {misuse_read_control, TR_EWRONGTYPE, {"property=\"content\"", "it is a control"}},
    {misuse_main_text, TR_ENOTFOUND, {"control=Column key=\"rows\"", "it has no main text"}},
    {misuse_no_dialog, TR_EWRONGTYPE, {"handler=misuse_no_dialog", "wrong type"}},
    {misuse_focus, TR_ENOTFOUND, {"key=\"totl\"", "nearest=\"total\""}},
    {misuse_method, TR_EWRONGTYPE, {"control=Container key=\"box\"", "no such method"}},
    {misuse_twice, TR_EEXISTS, {"added before"}},
    {misuse_twice_in_a_list, TR_EEXISTS, {"added before"}},
    {misuse_twice_in_a_control, 0, {"added before"}},
    {misuse_no_topic, TR_EINVALID, {"a topic's name has 1 to 128 bytes"}},
    {misuse_no_topic_to_join, TR_EINVALID, {"a topic's name has 1 to 128 bytes"}},
    {misuse_no_topic_to_stay, TR_EINVALID, {"a topic's name has 1 to 128 bytes"}},
    {misuse_no_topic_to_leave, TR_EINVALID, {"a topic's name has 1 to 128 bytes"}},
    {misuse_no_topic_to_watch, TR_EINVALID, {"a topic's name has 1 to 128 bytes"}},
    {misuse_no_topic_to_list, TR_EINVALID, {"a topic's name has 1 to 128 bytes"}},
    {misuse_no_topic_to_publish, TR_EINVALID, {"a topic's name has 1 to 128 bytes"}},
    {misuse_much_to_publish, TR_ETOOBIG, {"is published at once"}},
    {misuse_much_to_join, TR_ETOOBIG, {"says of itself"}},
    {misuse_long_event, TR_EINVALID, {"an event's name"}},
    {misuse_null_dialog, TR_EINVALID, {"there is no dialog"}},
    {misuse_null_view, TR_EINVALID, {"there is no view"}},
    {misuse_null_task, TR_EINVALID, {"there is no handler"}},
    {misuse_big_task, TR_ETOOBIG, {"a task's payload"}},
    {misuse_null_interval, TR_EINVALID, {"there is no handler"}},
    {misuse_null_rows, TR_EINVALID, {"names no list"}},
    {misuse_wrong_rows, TR_ENOTFOUND, {"key=\"totl\"", "nearest=\"total\""}},
    {misuse_no_rows, TR_EWRONGTYPE, {"key=\"total\"", "has no row_count"}},
    {misuse_event_text, TR_EWRONGTYPE, {"property=\"on_click\""}},
    {misuse_event_text_sync, TR_EWRONGTYPE, {"property=\"on_click\""}},
    {misuse_equal_keys, 0, {"event=duplicate_key", "key=\"total\" control=Column"}},
    {misuse_removed, TR_EEXISTS, {"was removed"}},
    {misuse_failed_before, TR_EEXISTS, {"added before"}},
    {misuse_cycle, 0, {"control=Container property=\"content\"", "inside itself"}},
    {misuse_by_name, 0, {"property=\"sizzle\"", "property=\"size\" error=TR_EWRONGTYPE"}},
    {misuse_other_thread, TR_EWRONGTHREAD, {"this is another thread"}},
    {misuse_other_thread_sync, TR_EWRONGTHREAD, {"this is another thread"}},
    {misuse_too_deep, TR_ETOOBIG, {"or 100 below each other"}},
    {misuse_too_long, TR_ETOOBIG, {"more than 1048576 bytes"}},
};

static void build(tr_page *page)
{
    ui_add(page, ui_text("0", .key = "total"));
    ui_add(page, ui_column(.key = "rows"));
    ui_add(page, ui_divider(.key = "line"));
    ui_add(page, ui_container(ui_text("inside"), .key = "box"));
    for (unsigned i = 0; i < sizeof mistakes / sizeof *mistakes; i++)
        ui_add(page, ui_button(mistakes[i].handler->name, .key = mistakes[i].handler->name,
                               .on_click = mistakes[i].handler));
    const tr_handler *const others[] = {misuse_keeps,      misuse_uses_kept, misuse_uses_kept_event,
                                        misuse_gone,       misuse_loop,      misuse_moves,
                                        misuse_starts_task};
    for (unsigned i = 0; i < sizeof others / sizeof *others; i++)
        ui_add(page, ui_button(others[i]->name, .key = others[i]->name, .on_click = others[i]));
}

static const tr_app app = {.name = "Misuse", .build = build};
static tr_test_page *page;

static void set_up(void)
{
    memset(big, 'x', sizeof big - 1);
    page = tr_test_open(&app, NULL);
}

static void tear_down(void)
{
    tr_test_close(&page);
}

static unsigned lines(const char *part)
{
    unsigned count = 0;
    for (const char *at = tr_test_log(page); (at = strstr(at, part)) != NULL; at++)
        count++;
    return count;
}

START_TEST(each_mistake_is_one_line_with_its_place)
{
    const tr_handler *handler = mistakes[_i].handler;
    code = 1;
    tr_test_click(page, .key = handler->name);
    ck_assert_msg(code == mistakes[_i].code, "%s: %d", handler->name, code);
    for (unsigned i = 0; i < 4 && mistakes[_i].said[i] != NULL; i++)
        tr_test_expect_log(page, mistakes[_i].said[i]);
    // On a foreign thread nobody knows whose.
    bool is_known = mistakes[_i].code != TR_EWRONGTHREAD;
    char where[160];
    snprintf(where, sizeof where, "handler=%s at=tests/sdk/catalog/test_misuse.c:%u", handler->name,
             handler->line);
    if (is_known)
        tr_test_expect_log(page, where);
    unsigned expected = handler == misuse_failed_before || handler == misuse_by_name ? 2 : 1;
    ck_assert_msg(lines("level=warn") == expected, "%s", tr_test_log(page));
    // The page goes on.
    tr_test_expect(page, .key = "total", .text = "0");
}
END_TEST

START_TEST(a_task_that_runs_within_its_start_is_named_for_what_it_does)
{
    tr_test_click(page, .key = "misuse_starts_task");
    ck_assert_int_eq(code, 0);
    ck_assert_msg(lines("level=warn") == 2, "%s", tr_test_log(page));
    const char *task = strstr(tr_test_log(page), "handler=misuse_task_body");
    ck_assert_msg(task != NULL && strstr(task, "property=\"sizzle\"") != NULL, "%s",
                  tr_test_log(page));
    tr_test_expect_log(page, "handler=misuse_starts_task"); // afterwards it is itself again
}
END_TEST

START_TEST(what_takes_the_place_of_its_like_has_no_equal_key)
{
    code = 1;
    tr_test_click(page, .key = "misuse_moves");
    ck_assert_int_eq(code, 0);
    ck_assert_msg(lines("level=warn") == 0, "%s", tr_test_log(page));
}
END_TEST

START_TEST(a_control_of_another_handler_is_refused)
{
    tr_test_click(page, .key = "misuse_keeps");
    tr_test_click(page, .key = "misuse_uses_kept");
    ck_assert_int_eq(code, TR_EEXISTS);
    tr_test_expect_log(page, "another handler's");
    tr_test_expect_none(page, .text = "kept");
}
END_TEST

START_TEST(the_event_of_another_handler_is_refused)
{
    tr_test_click(page, .key = "misuse_keeps");
    tr_test_click(page, .key = "misuse_uses_kept_event");
    ck_assert_int_eq(code, TR_EWRONGTHREAD);
    tr_test_expect_log(page, "handler=misuse_uses_kept_event");
    tr_test_expect_log(page, "does not run here");
}
END_TEST

START_TEST(a_page_that_is_gone_is_told_once)
{
    tr_test_page *other = tr_test_open_another(page, NULL);
    tr_test_click(other, .key = "misuse_gone");
    tr_test_drop(other);
    tr_test_advance(page, 3600001); // its session ends
    ck_assert_int_eq(code, TR_EGONE);
    ck_assert_uint_eq(lines("event=page_gone handler=misuse_gone"), 1);
    tr_test_close(&other);
}
END_TEST

START_TEST(a_loop_does_not_flood_the_log)
{
    tr_test_click(page, .key = "misuse_loop");
    // Five a second, and it may have taken a few.
    ck_assert_uint_ge(lines("key=\"totl\""), 1);
    ck_assert_uint_le(lines("key=\"totl\""), 100);
    ck_assert_uint_eq(lines("key=\"ttal\""), 1);
}
END_TEST

Suite *sdk_misuse_suite(void);
Suite *sdk_misuse_suite(void)
{
    Suite *suite = suite_create("sdk/catalog/misuse");
    TCase *tests = tcase_create("misuse");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, each_mistake_is_one_line_with_its_place, 0,
                        sizeof mistakes / sizeof *mistakes);
    tcase_add_test(tests, a_task_that_runs_within_its_start_is_named_for_what_it_does);
    tcase_add_test(tests, what_takes_the_place_of_its_like_has_no_equal_key);
    tcase_add_test(tests, a_control_of_another_handler_is_refused);
    tcase_add_test(tests, the_event_of_another_handler_is_refused);
    tcase_add_test(tests, a_page_that_is_gone_is_told_once);
    tcase_add_test(tests, a_loop_does_not_flood_the_log);
    suite_add_tcase(suite, tests);
    return suite;
}
