// Methods on the browser as handlers call them, async and sync, on real sessions.

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "sdk/tree/tree.h"
#include "testing/lab.h"
#include "tests/support/system.h"
#include "troupe/packages/audio.h"
#include "troupe/packages/video.h"
#include "troupe/troupe.h"
#include "wire/flet.h"
#include "wire/limits.h"

enum { OUT = 9, FIELD = 10, ASYNC = 11, SYNC = 12 };

static void tell(tr_event *ev, int result, const char *detail)
{
    ui_set_textf(ev, "out", "%s %s", result == 0 ? "0" : tr_err_name(result), detail);
}

static void get_text(tr_event *ev, unsigned timeout_ms)
{
    const char *text = "unset";
    int result = ui_clipboard_get(ev, &text, .timeout_ms = timeout_ms);
    tell(ev, result, result == TR_EREFUSED ? tr_call_error(ev) : text != NULL ? text : "nothing");
}

static void pick(tr_event *ev)
{
    const ui_file_picker_file_data *const *files = NULL;
    char line[128] = "";
    int result = ui_pick_files(ev, &files, .allow_multiple = true,
                               .allowed_extensions = UI_TEXTS("txt", "md"));
    for (; result == 0 && *files != NULL; files++)
        snprintf(line + strlen(line), sizeof line - strlen(line), "%s %lld %s;", (*files)->name,
                 (long long)(*files)->size, (*files)->path != NULL ? (*files)->path : "-");
    tell(ev, result, line);
}

static void get_preference(tr_event *ev)
{
    const ui_any *value = NULL;
    int result = ui_shared_preferences_get(ev, &value, "theme");
    tell(ev, result, value != NULL && value->kind == UI_ANY_TEXTS ? value->texts[1] : "nothing");
}

// One call, by what the event says.
static void run(tr_event *ev)
{
    const char *what = tr_event_text(ev, "");
    if (strcmp(what, "get") == 0)
        get_text(ev, 0);
    else if (strcmp(what, "get soon") == 0)
        get_text(ev, 1);
    else if (strcmp(what, "focus") == 0)
        tell(ev, ui_focus(ev, "field"), "");
    else if (strcmp(what, "focus a text") == 0)
        tell(ev, ui_focus(ev, "out"), "");
    else if (strcmp(what, "focus nobody") == 0)
        tell(ev, ui_focus(ev, "nobody"), "");
    else if (strcmp(what, "drawer") == 0)
        tell(ev, ui_show_drawer(ev, NULL), "");
    else if (strcmp(what, "drawer of the top") == 0)
        tell(ev, tr_push_view(ev, ui_view()) == 0 ? ui_close_end_drawer(ev, NULL) : -1, "");
    else if (strcmp(what, "orient") == 0)
        tell(ev, ui_page_get_device_info(ev, NULL), "");
    else if (strcmp(what, "set nothing") == 0)
        tell(ev, ui_clipboard_set(ev), "");
    else if (strcmp(what, "set") == 0)
        tell(ev, ui_shared_preferences_set(ev, NULL, "size", .value_number = 1.5), "");
    else if (strcmp(what, "pick") == 0)
        pick(ev);
    else if (strcmp(what, "preference") == 0)
        get_preference(ev);
    else if (strcmp(what, "tab") == 0)
        tell(ev, ui_tabs_move_to(ev, "tabs", 1), "");
    else if (strcmp(what, "tab slowly") == 0)
        tell(ev, ui_tabs_move_to(ev, "tabs", 1, .duration = 700), "");
    else if (strcmp(what, "tab of its own") == 0)
        tell(ev, ui_tabs_move_to(ev, "slow tabs", 1), "");
    else if (strcmp(what, "found") == 0)
        tell(ev, ui_search_bar_close_view(ev, "search"), "");
    else if (strcmp(what, "shot") == 0)
        tell(ev, ui_video_take_screenshot(ev, "film", NULL), "");
    else if (strcmp(what, "add") == 0)
        tell(ev, ui_add(ev, ui_audio("song.ogg", .key = "song")), "");
    else
        tell(ev, ui_audio_seek(ev, "song", 1500), "");
}

TR_ASYNC(method_async)
{
    run(ev);
}

TR_SYNC(method_sync)
{
    run(ev);
}

static void build(tr_page *page)
{
    ui_add(page, ui_text("", .key = "out"));
    ui_add(page, ui_text_field("field", .key = "field"));
    ui_add(page, ui_button("async", .on_click = method_async));
    ui_add(page, ui_button("sync", .on_click = method_sync));
    ui_add(page, ui_tabs(.content = ui_text("tabs"), .length = 2, .key = "tabs"));
    ui_add(page, ui_tabs(.content = ui_text("tabs"), .length = 2, .key = "slow tabs",
                         .animation_duration = 900));
    ui_add(page, ui_search_bar(.key = "search", .value = "red"));
    ui_add(page, ui_video(.key = "film"));
}

static const tr_app app = {.name = "Methods", .build = build};
static lab *here;

// The calls that the browser got: name, arguments, and of the last one what an answer names.
static char calls[512];
static unsigned call_count;
static char last_call[32];
static uint32_t last_target;

static void on_packet(void *arg, unsigned n, const void *bytes, size_t size)
{
    (void)arg;
    (void)n;
    cm_value *packet = tr_cm_decode((const char *)bytes + 1, size - 1);
    if (tr_cm_integer(packet->items[0]) == TR_FLET_INVOKE) {
        tr_buf args = {0};
        const cm_value *body = packet->items[1];
        if (tr_cm_get(body, "args") != NULL)
            tr_cm_print(tr_cm_get(body, "args"), &args);
        snprintf(calls, sizeof calls, "%s %s", tr_cm_text(tr_cm_get(body, "name")),
                 tr_buf_text(&args));
        snprintf(last_call, sizeof last_call, "%s", tr_cm_text(tr_cm_get(body, "call_id")));
        last_target = (uint32_t)tr_cm_integer(tr_cm_get(body, "control_id"));
        call_count++;
        tr_buf_done(&args);
    }
    tr_cm_free(packet);
}

static void set_up(void)
{
    call_count = 0;
    calls[0] = '\0';
    here = tr_lab_start(&app, 3600000);
    tr_lab_open(here, 0, NULL, true);
    tr_lab_watch(here, on_packet, NULL);
}

static void tear_down(void)
{
    tr_lab_stop(&here);
}

static void click(uint32_t button, const char *what)
{
    tr_buf packet = {0};
    char data[64];
    int size = snprintf(data, sizeof data, "%c%s", (char)(0xa0 + strlen(what)), what);
    tr_flet_write_client_event(&packet, button, TR_SLICE("click"),
                               (tr_slice){data, (uint32_t)size});
    ck_assert_int_eq(tr_lab_packet(here, 0, packet.data, packet.size), 0);
    tr_buf_done(&packet);
}

// The state to show, read where it is written: sync handlers change it at any time.
static struct {
    const lab_connection *browser;
    unsigned calls;
    char out[128];
} seen;

static void look_here(tr_session *session, void *arg)
{
    (void)session;
    (void)arg;
    const cm_value *out = tr_cm_find(&seen.browser->page, OUT);
    seen.calls = call_count;
    snprintf(seen.out, sizeof seen.out, "%s",
             out != NULL ? tr_cm_text(tr_cm_get(out, "value")) : "");
}

static void look(void)
{
    seen.browser = tr_lab_look(here, 0);
    tr_lab_do(here, 0, look_here, NULL);
}

static void wait_for_call(unsigned count)
{
    uint64_t give_up = tr_clock_ms() + TEST_DEADLINE_MS;
    do
        look();
    while (seen.calls < count && tr_clock_ms() < give_up);
    ck_assert_uint_eq(seen.calls, count);
}

static const char *out_text(void)
{
    look();
    return seen.out;
}

static void expect(const char *text)
{
    uint64_t give_up = tr_clock_ms() + TEST_DEADLINE_MS;
    while (strcmp(out_text(), text) != 0 && tr_clock_ms() < give_up)
        continue;
    ck_assert_str_eq(seen.out, text);
}

static void answer(tr_slice result, const char *error)
{
    tr_buf packet = {0};
    tr_flet_write_client_result(&packet, last_target, tr_slice_of(last_call), result,
                                tr_slice_of(error));
    ck_assert_int_eq(tr_lab_packet(here, 0, packet.data, packet.size), 0);
    tr_buf_done(&packet);
}

static uint32_t button_of(int i)
{
    return i == 0 ? ASYNC : SYNC;
}

START_TEST(a_result_reaches_the_handler)
{
    click(button_of(_i), "get");
    wait_for_call(1);
    ck_assert_str_eq(calls, "get ");
    ck_assert_str_eq(out_text(), "");
    answer(TR_SLICE("\xa5hello"), NULL);
    expect("0 hello");
}
END_TEST

START_TEST(nothing_is_a_result_too)
{
    click(button_of(_i), "get");
    wait_for_call(1);
    answer(TR_SLICE("\xc0"), NULL);
    expect("0 nothing");
}
END_TEST

START_TEST(a_result_of_another_type_is_an_error)
{
    click(button_of(_i), "get");
    wait_for_call(1);
    answer(TR_SLICE("\x93\x01\x02\x03"), NULL);
    expect("TR_EMALFORMED unset");
}
END_TEST

START_TEST(a_refusal_is_told_in_the_browsers_words)
{
    click(button_of(_i), "get");
    wait_for_call(1);
    answer(TR_SLICE("\xc0"), "not while it rains");
    expect("TR_EREFUSED not while it rains");
}
END_TEST

START_TEST(a_deadline_ends_a_call_and_a_late_answer_changes_nothing)
{
    click(button_of(_i), "get soon");
    expect("TR_ETIMEOUT unset");
    answer(TR_SLICE("\xa4late"), NULL);
    click(button_of(_i), "get");
    wait_for_call(2);
    answer(TR_SLICE("\xa2ok"), NULL);
    expect("0 ok");
}
END_TEST

START_TEST(a_call_ends_with_its_browser_and_the_next_one_can_ask_again)
{
    click(button_of(_i), "get");
    wait_for_call(1);
    char id[32];
    snprintf(id, sizeof id, "%s", tr_lab_look(here, 0)->session_id);
    tr_lab_detach(here, 0);
    tr_lab_open(here, 0, id, true);
    expect("TR_EGONE unset");
    click(button_of(_i), "get");
    wait_for_call(2);
    answer(TR_SLICE("\xa5"
                    "again"),
           NULL);
    expect("0 again");
}
END_TEST

START_TEST(a_call_ends_with_its_session)
{
    click(button_of(_i), "get");
    wait_for_call(1);
    tr_lab_end_session(here, 0);
    ck_assert_uint_eq(tr_lab_session_count(here), 0);
}
END_TEST

START_TEST(misuse_is_said_and_reaches_no_browser)
{
    static const char *const story[][2] = {{"focus a text", "TR_EWRONGTYPE "},
                                           {"focus nobody", "TR_ENOTFOUND "},
                                           {"set nothing", "TR_EINVALID "}};
    for (unsigned i = 0; i < 3; i++) {
        click(button_of(_i), story[i][0]);
        expect(story[i][1]);
    }
    ck_assert_uint_eq(call_count, 0);
}
END_TEST

START_TEST(a_method_of_a_control_goes_to_it)
{
    click(button_of(_i), "focus");
    wait_for_call(1);
    ck_assert_str_eq(calls, "focus ");
    ck_assert_uint_eq(last_target, FIELD);
    answer(TR_SLICE("\xc0"), NULL);
    expect("0 ");
}
END_TEST

START_TEST(a_method_without_a_key_is_the_top_views_or_the_pages)
{
    click(button_of(_i), "drawer");
    wait_for_call(1);
    ck_assert_str_eq(calls, "show_drawer ");
    ck_assert_uint_eq(last_target, TR_ID_VIEW);
    answer(TR_SLICE("\xc0"), "no drawer");
    expect("TR_EREFUSED ");
    click(button_of(_i), "orient");
    wait_for_call(2);
    ck_assert_str_eq(calls, "get_device_info ");
    ck_assert_uint_eq(last_target, TR_ID_PAGE);
    answer(TR_SLICE("\x81\xaauser_agent\xa1x"), NULL); // nobody wants it
    expect("0 ");
    click(button_of(_i), "drawer of the top");
    wait_for_call(3);
    ck_assert_str_eq(calls, "close_end_drawer ");
    ck_assert_uint_gt(last_target, SYNC); // a view that came later
    answer(TR_SLICE("\xc0"), NULL);
    expect("0 ");
}
END_TEST

// Flet's own server sends these when a program says nothing.
START_TEST(what_is_not_given_is_the_controls_or_as_flet_has_it)
{
    static const struct {
        const char *what, *call;
    } story[] = {
        {"tab", "move_to {index:1,curve:\"easeIn\",duration:{milliseconds:100}}"},
        {"tab slowly", "move_to {index:1,curve:\"easeIn\",duration:{milliseconds:700}}"},
        {"tab of its own", "move_to {index:1,curve:\"easeIn\",duration:{milliseconds:900}}"},
        {"found", "close_view {text:\"red\"}"},
        {"shot", "take_screenshot {format:\"image/png\",include_libass_subtitles:false}"}};
    for (unsigned i = 0; i < sizeof story / sizeof story[0]; i++) {
        click(button_of(_i), story[i].what);
        wait_for_call(i + 1);
        ck_assert_str_eq(calls, story[i].call);
        answer(TR_SLICE("\xc0"), NULL);
        expect("0 ");
    }
}
END_TEST

START_TEST(arguments_are_all_there_and_lists_come_back_as_structs)
{
    click(button_of(_i), "pick");
    wait_for_call(1);
    ck_assert_str_eq(calls, "pick_files {dialog_title:nil,initial_directory:nil,"
                            "file_type:\"any\",allowed_extensions:[\"txt\",\"md\"],"
                            "allow_multiple:true,with_data:false,"
                            "compression_quality:0,cancel_upload_on_window_blur:true}");
    answer(TR_SLICE("\x92\x84\xa2id\x01\xa4name\xa1"
                    "a\xa4size\xcf\0\0\0\x02\0\0\0\0\xa4path\xc0"
                    "\x83\xa2id\x02\xa4name\xa1"
                    "b\xa3new\x93\x01\x02\x03"),
           NULL);
    expect("0 a 8589934592 -;b -2147483648 -;");
}
END_TEST

START_TEST(a_value_of_any_type_goes_and_comes)
{
    click(button_of(_i), "set");
    wait_for_call(1);
    ck_assert_str_eq(calls, "set {key:\"size\",value:1.5}");
    answer(TR_SLICE("\xc3"), NULL);
    expect("0 ");
    click(button_of(_i), "preference");
    wait_for_call(2);
    answer(TR_SLICE("\x92\xa1x\xa1y"), NULL);
    expect("0 y");
}
END_TEST

START_TEST(a_service_is_put_on_the_page_once)
{
    for (unsigned i = 1; i <= 2; i++) {
        click(button_of(_i), "get");
        wait_for_call(i);
        answer(i == 1 ? TR_SLICE("\xa1"
                                 "1")
                      : TR_SLICE("\xa1"
                                 "2"),
               NULL);
        expect(i == 1 ? "0 1" : "0 2");
    }
    const lab_connection *browser = tr_lab_look(here, 0);
    const cm_value *registry = tr_cm_find(&browser->page, 7);
    ck_assert_uint_eq(tr_cm_get(registry, "_services")->count, 1);
    ck_assert_str_eq(tr_cm_text(tr_cm_get(tr_cm_find(&browser->page, last_target), "_c")),
                     "Clipboard");
}
END_TEST

START_TEST(an_added_service_is_called_by_its_key)
{
    click(button_of(_i), "add");
    expect("0 ");
    const cm_value *registry = tr_cm_find(&tr_lab_look(here, 0)->page, 7);
    ck_assert_uint_eq(tr_cm_get(registry, "_services")->count, 1);
    click(button_of(_i), "seek");
    wait_for_call(1);
    ck_assert_str_eq(calls, "seek {position:{milliseconds:1500}}");
    answer(TR_SLICE("\xc0"), NULL);
    expect("0 ");
}
END_TEST

TR_ASYNC(method_many)
{
    get_text(ev, 0);
}

static void build_many(tr_page *page)
{
    ui_add(page, ui_text("", .key = "out"));
    ui_add(page, ui_button("async", .on_click = method_many));
}

START_TEST(calls_beyond_the_cap_are_refused_at_once)
{
    static const tr_app many = {.name = "Many", .build = build_many};
    tr_lab_stop(&here);
    here = tr_lab_start(&many, 3600000);
    tr_lab_open(here, 0, NULL, true);
    for (unsigned i = 0; i < TR_CLIENT_CALLS_CAP; i++)
        tr_lab_event(here, 0, OUT + 1, "click");
    ck_assert_str_eq(out_text(), "");
    tr_lab_event(here, 0, OUT + 1, "click");
    expect("TR_EFULL unset");
}
END_TEST

Suite *sdk_method_suite(void);
Suite *sdk_method_suite(void)
{
    Suite *suite = suite_create("sdk/api/method");
    TCase *tcase = tcase_create("call");
    tcase_set_timeout(tcase, 60);
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_loop_test(tcase, a_result_reaches_the_handler, 0, 2);
    tcase_add_loop_test(tcase, nothing_is_a_result_too, 0, 2);
    tcase_add_loop_test(tcase, a_result_of_another_type_is_an_error, 0, 2);
    tcase_add_loop_test(tcase, a_refusal_is_told_in_the_browsers_words, 0, 2);
    tcase_add_loop_test(tcase, a_deadline_ends_a_call_and_a_late_answer_changes_nothing, 0, 2);
    tcase_add_loop_test(tcase, a_call_ends_with_its_browser_and_the_next_one_can_ask_again, 0, 2);
    tcase_add_loop_test(tcase, a_call_ends_with_its_session, 0, 2);
    tcase_add_loop_test(tcase, misuse_is_said_and_reaches_no_browser, 0, 2);
    tcase_add_loop_test(tcase, a_method_of_a_control_goes_to_it, 0, 2);
    tcase_add_loop_test(tcase, a_method_without_a_key_is_the_top_views_or_the_pages, 0, 2);
    tcase_add_loop_test(tcase, what_is_not_given_is_the_controls_or_as_flet_has_it, 0, 2);
    tcase_add_loop_test(tcase, arguments_are_all_there_and_lists_come_back_as_structs, 0, 2);
    tcase_add_loop_test(tcase, a_value_of_any_type_goes_and_comes, 0, 2);
    tcase_add_loop_test(tcase, a_service_is_put_on_the_page_once, 0, 2);
    tcase_add_loop_test(tcase, an_added_service_is_called_by_its_key, 0, 2);
    tcase_add_test(tcase, calls_beyond_the_cap_are_refused_at_once);
    suite_add_tcase(suite, tcase);
    return suite;
}
