// The author's test driver (troupe/test.h): that it does what it says, and above all that it fails
// when it should, with a report one can act on.

#include <check.h>
#include <string.h>
#include <time.h>

#include "tests/support/kept_report.h"
#include "troupe/actors/coroutine.h"
#include "troupe/test.h"
#include "troupe/troupe.h"

TR_ASYNC(driver_greet)
{
    char name[64];
    ui_get_text(ev, "name", "value", name, sizeof name);
    ui_set_textf(ev, "greeting", "Hello, %s!", name);
}

TR_ASYNC(driver_later)
{
    if (tr_sleep(ev, 3000) == 0)
        ui_set_text(ev, "greeting", "later");
}

TR_SYNC(driver_slow)
{
    nanosleep(&(struct timespec){.tv_nsec = 50000000}, NULL);
    ui_set_text(ev, "greeting", "slow");
}

TR_ASYNC(driver_tell)
{
    ui_set_textf(ev, "greeting", "%s=%s", tr_event_key(ev), tr_event_text(ev, "(no text)"));
}

TR_ASYNC(driver_number)
{
    ui_set_textf(ev, "greeting", "%g %s", tr_event_field_number(ev, "n", -1),
                 tr_event_field_text(ev, "s", "?"));
}

TR_ASYNC(driver_pressed)
{
    ui_set_textf(ev, "greeting", "%s%s", tr_event_field_boolean(ev, "ctrl", 0) ? "ctrl " : "",
                 tr_event_field_text(ev, "key", ""));
}

TR_ASYNC(driver_shout)
{
    (void)tr_publish_others(ev, "shouts", "hey", 3);
}

TR_ASYNC(driver_heard)
{
    size_t size;
    const char *payload = tr_event_payload(ev, &size);
    ui_set_textf(ev, "greeting", "heard %.*s", (int)size, payload);
}

TR_ASYNC(driver_wrong)
{
    ui_set_text(ev, "no_such_key", "lost");
}

TR_ASYNC(driver_ask)
{
    int answer = tr_confirm(ev, "Really?", .yes = "Yes", .no = "No");
    ui_set_textf(ev, "greeting", "answer %d", answer);
}

TR_ASYNC(driver_snack)
{
    tr_snack(ev, "Saved");
}

TR_ASYNC(driver_chosen)
{
    ui_set_textf(ev, "greeting", "%s=%g", tr_event_text(ev, "-"), tr_event_number(ev, -1));
}

TR_ASYNC(driver_focuses)
{
    ui_focus(ev, "name");
    ui_focus(ev, "greet");
    ui_focus(ev, "name");
}

TR_ASYNC(driver_pushes)
{
    tr_push_route(ev, "/deep?x=1");
}

static void add_more(tr_page *page)
{
    ui_add(page, ui_button("Ask", .key = "ask", .on_click = driver_ask));
    ui_add(page, ui_button("Snack", .key = "snack", .on_click = driver_snack));
    ui_add(page, ui_button("Focus", .key = "focus", .on_click = driver_focuses));
    ui_add(page, ui_button("Push", .key = "push", .on_click = driver_pushes));
    ui_add(page, ui_slider(.key = "slide", .min = 10, .max = 20, .value = 12,
                           .on_change = driver_chosen));
    ui_add(page, ui_radio_group(ui_row(UI(ui_radio(.value = "a", .label = "A", .key = "a"),
                                          ui_radio(.value = "b", .label = "B", .key = "b"))),
                                .value = "a", .key = "group", .on_change = driver_chosen));
    ui_add(page, ui_text("nothing", .key = "greeting"));
}

static void build(tr_page *page)
{
    ui_add(page, ui_text_field("Name", .key = "name", .on_submit = driver_greet));
    ui_add(page, ui_button("Greet", .key = "greet", .on_click = driver_greet));
    ui_add(page, ui_button("Later", .key = "later", .on_click = driver_later));
    ui_add(page, ui_button("Slow", .key = "slow", .on_click = driver_slow));
    ui_add(page, ui_button("Off", .key = "off", .disabled = true, .on_click = driver_greet));
    ui_add(page, ui_button("Hidden", .key = "hidden", .visible = false, .on_click = driver_greet));
    ui_add(page, ui_button("Wrong", .key = "wrong", .on_click = driver_wrong));
    ui_add(page, ui_button("Focus", .key = "focus-all", .on_click = driver_focuses));
    ui_add(page, ui_row(.key = "twins", UI(ui_button("Twin", .on_click = driver_greet),
                                           ui_button("Twin", .on_click = driver_shout))));
    ui_add(page, ui_dropdown(.key = "drop", .on_select = driver_tell,
                             .options = UI_LIST(ui_dropdown_option(.key = "r", .text = "Red"),
                                                ui_dropdown_option(.key = "g", .text = "Green"))));
    ui_add(page, ui_container(.key = "box", .on_hover = driver_number));
    ui_add(page, ui_text("nothing", .key = "greeting"));
    ui_on(page, NULL, "keyboard_event", driver_pressed);
    tr_subscribe(page, "shouts", driver_heard);
}

TR_ASYNC(driver_go)
{
    tr_push_route(ev, "/note/3");
}

static ui_control *list(tr_event *ev)
{
    (void)ev;
    return ui_view(UI(ui_button("Go", .on_click = driver_go)));
}

static ui_control *note(tr_event *ev)
{
    char id[8];
    tr_route_param(ev, "id", id, sizeof id);
    return ui_view(UI(ui_text(ui_format("Note %s", id))));
}

static const tr_app app = {.name = "Driver", .build = build};
static const tr_app more_app = {.name = "More", .build = add_more};

static const tr_app routed = {.name = "Routed",
                              TR_ROUTES(TR_ROUTE("/", list), TR_ROUTE("/note/:id", note))};

TR_ASYNC(driver_arrive)
{
    bool has = true;
    int result = ui_shared_preferences_contains_key(ev, &has, "name");
    ui_set_text(ev, "arrived", tr_err_text(result));
}

// Waits with what the actors have, not with the page's own.
TR_ASYNC(driver_bare_wait)
{
    ui_control *built = ui_text("built before the wait");
    (void)tr_coroutine_sleep(1000);
    ui_add(ev, built);
    ui_add(ev, ui_text("built after it"));
}

static void ignore_reader(void *arg, const char *who, const void *meta, size_t size)
{
    (void)arg, (void)who, (void)meta, (void)size;
}

static int asked_too_late;

TR_ASYNC(driver_ignores_the_end)
{
    (void)tr_sleep(ev, 60000);
    asked_too_late = tr_presence_list(ev, "readers", ignore_reader, NULL);
}

static void build_arriving(tr_page *arriving)
{
    tr_start(arriving, driver_ignores_the_end);
    ui_add(arriving, ui_button("Wait", .on_click = driver_bare_wait));
    tr_start(arriving, driver_arrive);
    ui_add(arriving, ui_text("", .key = "arrived"));
}

static const tr_app arriving_app = {.name = "Arriving", .build = build_arriving};

static tr_test_page *page;

static void set_up(void)
{
    page = tr_test_open(&app, &(tr_test_options){.on_fail = kept_report_take});
}

static void tear_down(void)
{
    tr_test_close(&page);
}

START_TEST(what_a_user_does_arrives)
{
    tr_test_type(page, "Ada", .key = "name");
    tr_test_click(page, .text = "Greet");
    tr_test_expect(page, .text = "Hello, Ada!", .key = "greeting", .type = "text");
    tr_test_type(page, "Bob", .type = "text_field");
    tr_test_submit(page, .key = "name");
    ck_assert_str_eq(tr_test_text(page, .key = "greeting"), "Hello, Bob!");
    tr_test_choose(page, "g", .key = "drop");
    ck_assert_str_eq(tr_test_text(page, .key = "greeting"), "drop=g");
    tr_test_expect_property(page, "value", "\"g\"", .key = "drop");
    tr_test_send(page, "hover", "{\"n\": 1.5, \"s\": \"a\\\"b\"}", .key = "box");
    ck_assert_str_eq(tr_test_text(page, .key = "greeting"), "1.5 a\"b");
    tr_test_press(page, "Ctrl+S");
    ck_assert_str_eq(tr_test_text(page, .key = "greeting"), "ctrl S");
    tr_test_click(page, .text = "Twin", .nth = 1, .within = "twins");
    tr_test_expect(page, .has = "Bob!");
}
END_TEST

START_TEST(time_passes_when_the_test_says_so)
{
    tr_test_click(page, .key = "later");
    tr_test_advance(page, 2999);
    tr_test_expect_none(page, .text = "later", .type = "text");
    tr_test_advance(page, 1);
    tr_test_expect(page, .text = "later", .type = "text");
    tr_test_click(page, .key = "greet");
    tr_test_click(page, .key = "later");
    tr_test_wait_for(page, 5000, .text = "later", .type = "text");
    fails_with(tr_test_wait_for(page, 100, .text = "never"),
               "waited 100 ms in vain for .text = \"never\"");
}
END_TEST

START_TEST(sync_handlers_are_waited_for)
{
    tr_test_click(page, .key = "slow");
    tr_test_expect(page, .text = "slow", .key = "greeting");
}
END_TEST

START_TEST(two_users_meet)
{
    tr_test_page *other = tr_test_open_another(page, NULL);
    tr_test_click(other, .text = "Twin", .nth = 2);
    tr_test_expect(page, .text = "heard hey");
    tr_test_expect_none(other, .has = "heard");
    tr_test_close(&other);
    other = tr_test_open_another(page, NULL);
    tr_test_expect(other, .text = "nothing");
    tr_test_close(&other);
}
END_TEST

START_TEST(a_dropped_page_comes_back_as_it_is_by_then)
{
    tr_test_click(page, .key = "later");
    tr_test_drop(page);
    fails_with(tr_test_click(page, .key = "greet"), "the connection is dropped");
    tr_test_advance(page, 4000);
    tr_test_expect_none(page, .text = "later", .type = "text");
    tr_test_resume(page);
    tr_test_expect(page, .text = "later", .type = "text");
    tr_test_type(page, "Ada", .key = "name");
    tr_test_submit(page, .key = "name");
    tr_test_expect(page, .text = "Hello, Ada!");
}
END_TEST

START_TEST(a_session_that_timed_out_begins_anew)
{
    tr_test_type(page, "Ada", .key = "name");
    tr_test_submit(page, .key = "name");
    tr_test_drop(page);
    tr_test_advance(page, 3600001);
    tr_test_resume(page);
    tr_test_expect(page, .text = "nothing");
    tr_test_click(page, .key = "greet");
    tr_test_expect(page, .text = "Hello, !");
}
END_TEST

START_TEST(an_address_that_the_app_goes_to_is_shown)
{
    tr_test_close(&page);
    page = tr_test_open(&routed, &(tr_test_options){.on_fail = kept_report_take});
    tr_test_click(page, .text = "Go");
    tr_test_expect(page, .text = "Note 3");
    tr_test_expect_none(page, .text = "Go");
    ck_assert_int_eq(tr_test_calls(page, NULL, "push_route"), 1);
}
END_TEST

START_TEST(what_build_starts_finds_the_browser)
{
    tr_test_close(&page);
    page = tr_test_open(&arriving_app, &(tr_test_options){.on_fail = kept_report_take});
    ck_assert_int_eq(tr_test_calls(page, NULL, "contains_key"), 1);
    ck_assert_str_ne(tr_test_text(page, .key = "arrived"), "");
    ck_assert_str_ne(tr_test_text(page, .key = "arrived"), tr_err_text(TR_EGONE));
}
END_TEST

START_TEST(a_handler_may_wait_as_actors_do)
{
    tr_test_close(&page);
    page = tr_test_open(&arriving_app, &(tr_test_options){.on_fail = kept_report_take});
    tr_test_click(page, .text = "Wait");
    tr_test_advance(page, 500);
    tr_test_click(page, .text = "Wait"); // another one runs meanwhile
    tr_test_advance(page, 1000);
    tr_test_expect_count(page, 2, .text = "built before the wait");
    tr_test_expect_count(page, 2, .text = "built after it");
    ck_assert_ptr_null(strstr(tr_test_log(page), "misuse"));
}
END_TEST

START_TEST(a_handler_that_ignores_the_end_is_refused)
{
    tr_test_close(&page);
    page = tr_test_open(&arriving_app, &(tr_test_options){.on_fail = kept_report_take});
    tr_test_click(page, .text = "Wait");
    tr_test_close(&page);
    ck_assert_int_eq(asked_too_late, TR_ECANCELLED);
    page = tr_test_open(&app, &(tr_test_options){.on_fail = kept_report_take});
}
END_TEST

START_TEST(what_a_user_could_not_do_fails)
{
    fails_with(tr_test_click(page, .key = "nobody"), "test_driver.c:", "there are 0",
               "title=\"Driver\"", "#greeting");
    fails_with(tr_test_click(page, .key = "off"), "it is disabled");
    fails_with(tr_test_click(page, .key = "hidden"), "there are 0");
    fails_with(tr_test_click(page, .text = "Twin"), "there are 2, say which by .nth");
    fails_with(tr_test_click(page, .key = "greeting"), "it has no on_click");
    fails_with(tr_test_type(page, "x", .key = "greet"), "cannot type into a Button");
    fails_with(tr_test_choose(page, "blue", .key = "drop"), "no such option");
    fails_with(tr_test_send(page, "hover", "{1", .key = "box"), "not JSON");
    fails_with(tr_test_send(page, "click", NULL, .key = "box"), "has no on_click");
    fails_with(tr_test_press(page, "Hyper+S"), "no such modifier");
}
END_TEST

START_TEST(what_a_user_does_not_see_fails)
{
    fails_with(tr_test_expect(page, .text = "Nothing"),
               "expected .text = \"Nothing\": there are 0");
    fails_with(tr_test_expect(page, .text = "Twin", .nth = 3), "there are 2");
    fails_with(tr_test_expect_none(page, .text = "nothing"), "expected no .text = \"nothing\"");
    fails_with(tr_test_expect_count(page, 3, .text = "Twin"), "expected 3 of", "there are 2");
    fails_with(tr_test_expect_property(page, "disabled", NULL, .key = "off"),
               "to be not set: it is true");
    fails_with(tr_test_expect_property(page, "value", "\"x\"", .key = "greeting"),
               "it is \"nothing\"");
    tr_test_expect_property(page, "disabled", NULL, .key = "greet");
}
END_TEST

static void open_more(void)
{
    tr_test_close(&page);
    page = tr_test_open(&more_app, &(tr_test_options){.on_fail = kept_report_take});
}

START_TEST(a_dialog_keeps_the_user_from_what_is_behind)
{
    open_more();
    tr_test_click(page, .key = "snack");
    tr_test_expect(page, .text = "Saved", .type = "snack_bar");
    tr_test_click(page, .key = "ask"); // beside a snack bar
    tr_test_expect(page, .text = "Really?");
    fails_with(tr_test_click(page, .key = "snack"),
               "cannot click .key = \"snack\": it is behind the AlertDialog \"Really?\"");
    fails_with(tr_test_choose(page, "b", .key = "group"), "it is behind the AlertDialog");
    tr_test_click(page, .text = "Yes");
    tr_test_expect(page, .text = "answer 1");
    tr_test_click(page, .key = "snack");
}
END_TEST

START_TEST(radio_buttons_and_sliders_are_chosen)
{
    open_more();
    tr_test_click(page, .key = "b");
    tr_test_expect_property(page, "value", "\"b\"", .key = "group");
    tr_test_expect(page, .text = "b=-1");
    tr_test_choose(page, "a", .key = "group");
    tr_test_expect(page, .text = "a=-1");
    tr_test_choose(page, "17.5", .key = "slide");
    tr_test_expect(page, .text = "-=17.5");
    tr_test_expect_property(page, "value", "17.5", .key = "slide");
    fails_with(tr_test_choose(page, "21", .key = "slide"), "the slider does not go there");
}
END_TEST

START_TEST(calls_are_counted_by_control_and_method)
{
    open_more();
    tr_test_click(page, .key = "focus");
    // There is no "name" here: the app's mistake is in the log, and the browser was not asked.
    ck_assert_uint_eq(tr_test_calls(page, "name", "focus"), 0);
    tr_test_expect_log(page, "handler=driver_focuses");
    tr_test_close(&page);
    page = tr_test_open(&app, &(tr_test_options){.on_fail = kept_report_take});
    ck_assert_uint_eq(tr_test_calls(page, NULL, "focus"), 0);
    tr_test_click(page, .key = "focus-all");
    ck_assert_uint_eq(tr_test_calls(page, "name", "focus"), 2);
    ck_assert_uint_eq(tr_test_calls(page, "greet", "focus"), 1);
    ck_assert_uint_eq(tr_test_calls(page, NULL, "focus"), 3);
    ck_assert_uint_eq(tr_test_calls(page, NULL, "scroll_to"), 0);
}
END_TEST

START_TEST(the_address_is_the_browsers)
{
    open_more();
    tr_test_click(page, .key = "push");
    tr_test_drop(page);
    tr_test_resume(page);
    ck_assert_ptr_nonnull(strstr(tr_test_tree(page), "route=\"/deep?x=1\""));
    tr_test_go(page, "/other");
    tr_test_drop(page);
    fails_with(tr_test_go(page, "/"), "the connection is dropped");
    tr_test_resume(page);
    ck_assert_ptr_nonnull(strstr(tr_test_tree(page), "route=\"/other\""));
}
END_TEST

START_TEST(the_log_is_heard)
{
    tr_test_click(page, .key = "wrong");
    tr_test_expect_log(page, "event=page_misuse handler=driver_wrong");
    fails_with(tr_test_expect_log(page, "no such line"), "event=page_misuse");
}
END_TEST

START_TEST(the_tree_reads_as_text)
{
    tr_test_type(page, "a \"b\"\n", .key = "name");
    ck_assert_str_eq(tr_test_tree(page),
                     "Page on_keyboard_event title=\"Driver\"\n"
                     "  View\n"
                     "    TextField #name label=\"Name\" on_submit value=\"a \\\"b\\\"\\n\"\n"
                     "    Button #greet content=\"Greet\" on_click\n"
                     "    Button #later content=\"Later\" on_click\n"
                     "    Button #slow content=\"Slow\" on_click\n"
                     "    Button #off content=\"Off\" disabled=true on_click\n"
                     "    Button #wrong content=\"Wrong\" on_click\n"
                     "    Button #focus-all content=\"Focus\" on_click\n"
                     "    Row #twins\n"
                     "      Button content=\"Twin\" on_click\n"
                     "      Button content=\"Twin\" on_click\n"
                     "    Dropdown #drop on_select\n"
                     "      options: DropdownOption #r text=\"Red\"\n"
                     "      options: DropdownOption #g text=\"Green\"\n"
                     "    Container #box on_hover\n"
                     "    Text #greeting value=\"nothing\"\n");
}
END_TEST

Suite *testing_driver_suite(void);
Suite *testing_driver_suite(void)
{
    Suite *suite = suite_create("testing/driver");
    TCase *tests = tcase_create("driver");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, what_a_user_does_arrives);
    tcase_add_test(tests, time_passes_when_the_test_says_so);
    tcase_add_test(tests, sync_handlers_are_waited_for);
    tcase_add_test(tests, two_users_meet);
    tcase_add_test(tests, a_dropped_page_comes_back_as_it_is_by_then);
    tcase_add_test(tests, a_session_that_timed_out_begins_anew);
    tcase_add_test(tests, an_address_that_the_app_goes_to_is_shown);
    tcase_add_test(tests, what_build_starts_finds_the_browser);
    tcase_add_test(tests, a_handler_may_wait_as_actors_do);
    tcase_add_test(tests, a_handler_that_ignores_the_end_is_refused);
    tcase_add_test(tests, what_a_user_could_not_do_fails);
    tcase_add_test(tests, what_a_user_does_not_see_fails);
    tcase_add_test(tests, a_dialog_keeps_the_user_from_what_is_behind);
    tcase_add_test(tests, radio_buttons_and_sliders_are_chosen);
    tcase_add_test(tests, calls_are_counted_by_control_and_method);
    tcase_add_test(tests, the_address_is_the_browsers);
    tcase_add_test(tests, the_log_is_heard);
    tcase_add_test(tests, the_tree_reads_as_text);
    suite_add_tcase(suite, tests);
    return suite;
}
