// Names of controls in the place of keys, moves, what lands on the view on top, and stacks of views
// that are set as a whole (troupe/pages/page.h, troupe/pages/route.h), as an app uses them.

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "troupe/test.h"
#include "troupe/troupe.h"

struct shop {
    ui_handle label;
    ui_handle removed;
    int results[6];
};
TR_LAYOUT(struct shop, (label, ui_handle), (removed, ui_handle), results);

static void remember(tr_event *ev)
{
    struct shop *shop = tr_state(ev);
    ui_control *label = ui_text("named");
    ui_control *keyed = ui_text("keyed", .key = "its-key");
    shop->label = ui_handle_of(label);
    ui_handle known = ui_handle_of(keyed);
    shop->results[0] = strcmp(known.name, "its-key");
    shop->results[1] = strcmp(ui_handle_of(label).name, shop->label.name); // asked again: the same
    ui_add(ev, ui_row(.key = "row", UI(label, keyed)));
}

TR_ASYNC(naming_remember)
{
    remember(ev);
}

TR_SYNC(naming_remember_sync)
{
    remember(ev);
}

TR_ASYNC(naming_use)
{
    struct shop *shop = tr_state(ev);
    char text[16] = "";
    ui_get_text(ev, shop->label.name, "value", text, sizeof text);
    shop->results[2] = ui_set_textf(ev, shop->label.name, "%s, found", text);
}

static void strike(tr_event *ev)
{
    ui_handle me = tr_event_control(ev);
    struct shop *shop = tr_state(ev);
    shop->removed = me;
    char text[32];
    ui_get_text(ev, me.name, "content", text, sizeof text);
    ui_set_textf(ev, "said", "%s struck", text);
    shop->results[3] = ui_remove(ev, me.name);
    shop->results[4] = ui_set_text(ev, me.name, "again");
    shop->results[5] = ui_remove(ev, me.name);
}

TR_ASYNC(naming_strike)
{
    strike(ev);
}

TR_SYNC(naming_strike_sync)
{
    strike(ev);
}

TR_ASYNC(naming_wrong)
{
    static const char *const names[] = {"",      "\001",    "\00199999999999",
                                        "\001x", "\001999", "\0014294967297"};
    unsigned refused = 0;
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
        refused += ui_set_text(ev, names[i], "x") == TR_ENOTFOUND;
    refused += ui_remove(ev, tr_event_control(ev).name) == 0;
    // The parts that every page has stay.
    refused += ui_remove(ev, "\0013") == TR_EINVALID;
    refused += ui_handle_of(NULL).name[0] == '\0';
    char key[100];
    memset(key, 'k', sizeof key - 1);
    key[sizeof key - 1] = '\0';
    refused += ui_handle_of(ui_text("", .key = key)).name[0] == '\0';
    ui_set_textf(ev, "said", "%u refused", refused);
}

TR_ASYNC(naming_move)
{
    struct shop *shop = tr_state(ev);
    shop->results[0] = ui_move(ev, "three", 0);
    shop->results[1] = ui_move(ev, "one", UINT32_MAX);
    shop->results[2] = ui_move(ev, "one", 3);
    shop->results[3] = ui_move(ev, "nobody", 0);
    shop->results[4] = ui_move(ev, NULL, 0);
    ui_set_text(ev, "said", "moved");
}

TR_SYNC(naming_move_sync)
{
    ui_move(ev, "two", 0);
}

TR_ASYNC(naming_above)
{
    tr_push_view(ev, ui_view(.route = "/above"));
    ui_add(ev, ui_text("on top"));
    ui_put(ev, NULL, "appbar", ui_app_bar(.title = "Above"));
    ui_set_number(ev, NULL, "spacing", 3);
}

TR_ASYNC(naming_views)
{
    struct shop *shop = tr_state(ev);
    shop->results[0] = tr_set_views(
        ev, UI_LIST(ui_view(UI(ui_text("bottom"), ui_button("more", .on_click = naming_views))),
                    ui_view(.route = "/a", UI(ui_text_field("A", .key = "a"))),
                    ui_view(UI(ui_text("third")))));
    shop->results[1] = tr_set_views(ev, UI_LIST(ui_view(.route = "/x"), ui_view(.route = "/x")));
    shop->results[2] = tr_set_views(ev, UI_LIST(ui_view(), ui_text("no view")));
    shop->results[3] = tr_set_views(ev, (ui_control *[]){UI_END});
    ui_control *twice = ui_view();
    shop->results[4] = tr_set_views(ev, (ui_control *[]){twice, twice, UI_END});
    ui_on(ev, NULL, "view_pop", naming_views);
}

TR_ASYNC(naming_fewer)
{
    tr_set_views(ev, UI_LIST(ui_view(UI(ui_text("other bottom"))),
                             ui_view(.route = "/a",
                                     UI(ui_text_field("A", .key = "a"), ui_text("more of it")))));
}

TR_ASYNC(naming_elsewhere)
{
    tr_set_views(ev, UI_LIST(ui_view(.route = "/else", UI(ui_text("elsewhere")))));
}

TR_ASYNC(naming_update)
{
    ui_set_text(ev, "said", "first");
    tr_update(ev);
    ui_set_text(ev, "said", "second");
    ui_set_text(ev, "two", "alone");
    tr_update_control(ev, "two");
}

static void show_results(tr_event *ev)
{
    const struct shop *shop = tr_state(ev);
    const int *r = shop->results;
    ui_set_textf(ev, "said", "%d %d %d %d %d %d", r[0], r[1], r[2], r[3], r[4], r[5]);
}

TR_ASYNC(naming_show)
{
    show_results(ev);
}

TR_ASYNC(naming_logged)
{
    const tr_ev_login *login = TR_EVENT(ev, login);
    ui_set_textf(ev, "said", "in: %s, %s", login->error != NULL ? login->error : "no error",
                 login->error_description != NULL ? login->error_description : "-");
}

TR_ASYNC(naming_out)
{
    ui_set_text(ev, "said", tr_event_name(ev));
}

TR_ASYNC(naming_sign_in)
{
    tr_logged_in(ev, NULL, NULL);
}

TR_SYNC(naming_fail)
{
    tr_logged_in(ev, "access_denied", "Not today");
}

TR_ASYNC(naming_sign_out)
{
    tr_logged_out(ev);
}

TR_ASYNC(naming_lives)
{
    static const char *const names[] = {
        [UI_APP_LIFECYCLE_STATE_SHOW] = "show",      [UI_APP_LIFECYCLE_STATE_RESUME] = "resume",
        [UI_APP_LIFECYCLE_STATE_HIDE] = "hide",      [UI_APP_LIFECYCLE_STATE_INACTIVE] = "inactive",
        [UI_APP_LIFECYCLE_STATE_PAUSE] = "pause",    [UI_APP_LIFECYCLE_STATE_DETACH] = "detach",
        [UI_APP_LIFECYCLE_STATE_RESTART] = "restart"};
    const tr_ev_app_lifecycle_state_change *change = TR_EVENT(ev, app_lifecycle_state_change);
    ui_set_text(ev, "said", change != NULL ? names[change->state] : "nothing");
}

static void build(tr_page *page)
{
    ui_on(page, NULL, "login", naming_logged);
    ui_on(page, NULL, "logout", naming_out);
    ui_on(page, NULL, "app_lifecycle_state_change", naming_lives);
    ui_add(page, ui_text("", .key = "said"));
    ui_add(page, ui_row(UI(ui_button("remember", .on_click = naming_remember),
                           ui_button("remember sync", .on_click = naming_remember_sync),
                           ui_button("use", .on_click = naming_use),
                           ui_button("show", .on_click = naming_show),
                           ui_button("strike me", .on_click = naming_strike),
                           ui_button("strike me sync", .on_click = naming_strike_sync),
                           ui_button("wrong", .on_click = naming_wrong),
                           ui_button("move", .on_click = naming_move),
                           ui_button("move sync", .on_click = naming_move_sync),
                           ui_button("update", .on_click = naming_update))));
    ui_add(page, ui_row(UI(ui_button("above", .on_click = naming_above),
                           ui_button("views", .key = "views", .on_click = naming_views),
                           ui_button("sign in", .on_click = naming_sign_in),
                           ui_button("fail", .on_click = naming_fail),
                           ui_button("sign out", .on_click = naming_sign_out))));
    ui_add(page, ui_column(.key = "list", UI(ui_text("1", .key = "one"), ui_text("2", .key = "two"),
                                             ui_text("3", .key = "three"))));
    ui_add(page, ui_button("fewer", .on_click = naming_fewer));
    ui_add(page, ui_button("elsewhere", .on_click = naming_elsewhere));
}

static const tr_app app = {.name = "Naming", .build = build, TR_STATE(struct shop)};

static tr_test_page *page;

static void set_up(void)
{
    page = tr_test_open(&app, NULL);
}

static void tear_down(void)
{
    tr_test_close(&page);
}

static void expect_results(const char *results)
{
    tr_test_click(page, .text = "show");
    tr_test_expect(page, .key = "said", .text = results);
}

START_TEST(a_control_without_a_key_is_found_again_by_its_handle)
{
    tr_test_click(page, .text = _i == 0 ? "remember" : "remember sync");
    tr_test_click(page, .text = "use");
    tr_test_expect(page, .text = "named, found");
    expect_results("0 0 0 0 0 0");
}
END_TEST

START_TEST(the_control_that_fired_is_known_and_its_name_dies_with_it)
{
    tr_test_click(page, .text = _i == 0 ? "strike me" : "strike me sync");
    tr_test_expect(page, .text = _i == 0 ? "strike me struck" : "strike me sync struck");
    tr_test_expect_none(page, .text = _i == 0 ? "strike me" : "strike me sync");
    tr_test_expect_log(page, "the control of this handle is no longer on the page");
    tr_test_expect_log(page, "TR_ENOTFOUND");
    expect_results("0 0 0 0 -4 -4");
}
END_TEST

START_TEST(names_of_nothing_are_refused)
{
    tr_test_click(page, .text = "wrong");
    tr_test_expect(page, .key = "said", .text = "10 refused");
    tr_test_expect_none(page, .text = "wrong");
}
END_TEST

START_TEST(what_is_moved_is_elsewhere_in_its_list)
{
    tr_test_click(page, .text = "move");
    const char *tree = tr_test_tree(page);
    const char *three = strstr(tree, "three"), *two = strstr(tree, "two"),
               *one = strstr(tree, "one");
    ck_assert_msg(three != NULL && three < two && two < one, "%s", tree);
    expect_results("0 0 -5 -4 -5 0");
    tr_test_click(page, .text = "move sync");
    tree = tr_test_tree(page);
    ck_assert(strstr(tree, "two") < strstr(tree, "three"));
}
END_TEST

START_TEST(what_goes_to_no_control_goes_to_the_view_on_top)
{
    tr_test_click(page, .text = "above");
    tr_test_expect(page, .text = "on top");
    tr_test_expect(page, .text = "Above");
    tr_test_expect_none(page, .text = "above");
}
END_TEST

START_TEST(a_stack_of_views_is_set_as_a_whole)
{
    tr_test_click(page, .key = "views");
    tr_test_expect(page, .text = "third");
    tr_test_expect_none(page, .text = "bottom");
    tr_test_expect_log(page, "TR_EEXISTS");
    tr_test_expect_log(page, "TR_EWRONGTYPE");
    tr_test_expect_log(page, "TR_EINVALID");
    const char *tree = tr_test_tree(page);
    ck_assert_msg(strstr(tree, "third") != NULL && strstr(tree, "views") == NULL, "%s", tree);
}
END_TEST

START_TEST(views_that_stay_keep_what_was_typed)
{
    tr_test_click(page, .text = "fewer");
    tr_test_type(page, "typed", .key = "a");
    tr_test_expect(page, .text = "more of it");
    tr_test_send_page(page, "view_pop", "{\"route\":\"/a\"}");
    tr_test_expect(page, .text = "other bottom");
    tr_test_expect_none(page, .text = "elsewhere");
}
END_TEST

START_TEST(another_first_view_has_nothing_of_the_old_one)
{
    tr_test_click(page, .text = "elsewhere");
    tr_test_expect(page, .text = "elsewhere");
    tr_test_expect_none(page, .key = "views");
}
END_TEST

START_TEST(what_is_changed_after_an_update_goes_out_too)
{
    tr_test_click(page, .text = "update");
    tr_test_expect(page, .key = "said", .text = "second");
    tr_test_expect(page, .key = "two", .text = "alone");
}
END_TEST

START_TEST(signing_in_and_out_is_told_to_the_page)
{
    tr_test_click(page, .text = "sign in");
    tr_test_expect(page, .text = "in: no error, -");
    tr_test_click(page, .text = "fail");
    tr_test_expect(page, .text = "in: access_denied, Not today");
    tr_test_click(page, .text = "sign out");
    tr_test_expect(page, .text = "logout");
}
END_TEST

START_TEST(every_state_of_the_apps_life_has_a_type)
{
    static const char *const states[] = {"show",  "resume", "hide",   "inactive",
                                         "pause", "detach", "restart"};
    for (unsigned i = 0; i < sizeof states / sizeof *states; i++) {
        char json[40];
        snprintf(json, sizeof json, "{\"state\":\"%s\"}", states[i]);
        tr_test_send_page(page, "app_lifecycle_state_change", json);
        tr_test_expect(page, .key = "said", .text = states[i]);
    }
}
END_TEST

Suite *sdk_naming_suite(void);

Suite *sdk_naming_suite(void)
{
    Suite *suite = suite_create("sdk/tree/key_lookup");
    TCase *tests = tcase_create("names");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_loop_test(tests, a_control_without_a_key_is_found_again_by_its_handle, 0, 2);
    tcase_add_loop_test(tests, the_control_that_fired_is_known_and_its_name_dies_with_it, 0, 2);
    tcase_add_test(tests, names_of_nothing_are_refused);
    tcase_add_test(tests, what_is_moved_is_elsewhere_in_its_list);
    tcase_add_test(tests, what_goes_to_no_control_goes_to_the_view_on_top);
    tcase_add_test(tests, a_stack_of_views_is_set_as_a_whole);
    tcase_add_test(tests, views_that_stay_keep_what_was_typed);
    tcase_add_test(tests, another_first_view_has_nothing_of_the_old_one);
    tcase_add_test(tests, what_is_changed_after_an_update_goes_out_too);
    tcase_add_test(tests, signing_in_and_out_is_told_to_the_page);
    tcase_add_test(tests, every_state_of_the_apps_life_has_a_type);
    suite_add_tcase(suite, tests);
    return suite;
}
