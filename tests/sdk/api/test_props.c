// Several properties at once, checked by the compiler (ui_set).

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "troupe/err.h"
#include "troupe/test.h"
#include "troupe/troupe.h"

static tr_test_page *page;
static int code;
static char theme_mode[16];

static void change(tr_event *ev)
{
    code = ui_set(
        ev, "go",
        ui_filled_button_props(.content = "Wait", .disabled = true, .icon = "add", .width = 120));
}

TR_ASYNC(props_change)
{
    change(ev);
}

TR_SYNC(props_change_sync)
{
    change(ev);
}

static void change_back(tr_event *ev)
{
    code = ui_set(ev, "go",
                  ui_filled_button_props(.disabled = false, .icon = UI_NONE, .width = UI_DEFAULT,
                                         .on_click = UI_NONE));
}

TR_ASYNC(props_back)
{
    change_back(ev);
}

TR_SYNC(props_back_sync)
{
    change_back(ev);
}

TR_ASYNC(props_any)
{
    code = ui_set(ev, "go", ui_props(.visible = false, .tooltip = "hidden"));
}

TR_ASYNC(props_page)
{
    code = ui_set(ev, NULL,
                  ui_page_props(.title = "Inbox", .theme_mode = UI_THEME_MODE_DARK,
                                .theme = ui_theme(.color_scheme_seed = "teal")));
    code = code != 0 ? code : ui_set(ev, NULL, ui_view_props(.padding = ui_padding(3)));
    ui_get_text(ev, NULL, "theme_mode", theme_mode, sizeof theme_mode);
}

static void change_children(tr_event *ev)
{
    code = ui_set(ev, "box",
                  ui_container_props(ui_text("inside", .key = "inside"), .padding = ui_padding(8)));
    if (code == 0)
        code = ui_set(ev, "list",
                      ui_column_props(.spacing = 3, UI(ui_text("b", .key = "b"), ui_text("c"))));
}

TR_ASYNC(props_children)
{
    change_children(ev);
}

TR_SYNC(props_children_sync)
{
    change_children(ev);
}

TR_ASYNC(props_empty)
{
    code = ui_set(ev, "box", ui_container_props(.content = UI_NONE));
    if (code == 0)
        code = ui_set(ev, "list", ui_column_props(.controls = UI_NONE));
}

TR_ASYNC(props_other_type)
{
    code = ui_set(ev, "go", ui_text_props("text", .size = 3));
}

// The tooltip may be set, the icon is not known: neither is.
TR_ASYNC(props_no_icon)
{
    code = ui_set(ev, "go", ui_filled_button_props("Text", .tooltip = "set", .bgcolor = "\xff"));
}

TR_ASYNC(props_not_there)
{
    code = ui_set(ev, "gone", ui_props(.visible = false));
}

TR_ASYNC(props_has_no_such)
{
    code = ui_set(ev, "span", ui_props(.visible = false, .width = 3));
}

TR_ASYNC(props_handler)
{
    code = ui_set(ev, "go", ui_filled_button_props(.on_click = props_any));
}

static void build(tr_page *ev)
{
    ui_add(ev, ui_filled_button("Go", .key = "go", .on_click = props_change));
    ui_add(ev, ui_container(.key = "box"));
    ui_add(ev, ui_column(.key = "list", UI(ui_text("a", .key = "a"), ui_text("b", .key = "b"))));
    ui_add(ev, ui_text("", .spans = UI_LIST(ui_text_span("span", .key = "span"))));
    static const struct {
        const char *name;
        const tr_handler *handler;
    } buttons[] = {{"change", props_change},
                   {"change sync", props_change_sync},
                   {"back", props_back},
                   {"back sync", props_back_sync},
                   {"any", props_any},
                   {"page", props_page},
                   {"children", props_children},
                   {"children sync", props_children_sync},
                   {"empty", props_empty},
                   {"other type", props_other_type},
                   {"no icon", props_no_icon},
                   {"not there", props_not_there},
                   {"no such", props_has_no_such},
                   {"handler", props_handler}};
    for (unsigned i = 0; i < sizeof buttons / sizeof *buttons; i++)
        ui_add(ev, ui_button(buttons[i].name, .on_click = buttons[i].handler));
}

static const tr_app app = {.name = "Props", .build = build};

static void set_up(void)
{
    code = 1;
    page = tr_test_open(&app, NULL);
}

static void tear_down(void)
{
    tr_test_close(&page);
}

static unsigned lines_with(const char *word)
{
    unsigned count = 0;
    for (const char *at = tr_test_log(page); (at = strstr(at, word)) != NULL; at++)
        count++;
    return count;
}

START_TEST(all_of_them_are_set_at_once_and_put_back)
{
    bool is_sync = _i == 1;
    tr_test_click(page, .text = is_sync ? "change sync" : "change");
    ck_assert_int_eq(code, 0);
    tr_test_expect_property(page, "content", "\"Wait\"", .key = "go");
    tr_test_expect_property(page, "disabled", "true", .key = "go");
    tr_test_expect_property(page, "width", "120", .key = "go");
    tr_test_click(page, .text = is_sync ? "back sync" : "back");
    ck_assert_int_eq(code, 0);
    tr_test_expect_property(page, "content", "\"Wait\"", .key = "go");
    tr_test_expect_property(page, "disabled", NULL, .key = "go");
    tr_test_expect_property(page, "width", NULL, .key = "go");
    tr_test_expect_property(page, "icon", NULL, .key = "go");
    ck_assert_ptr_null(strstr(tr_test_tree(page), "#go content=\"Wait\" on_click"));
    ck_assert_uint_eq(lines_with("page_misuse"), 0);
}
END_TEST

START_TEST(what_all_have_in_common_fits_any)
{
    tr_test_click(page, .text = "any");
    ck_assert_int_eq(code, 0);
    tr_test_expect_none(page, .key = "go");
}
END_TEST

START_TEST(the_page_and_its_view_have_theirs)
{
    tr_test_click(page, .text = "page");
    ck_assert_int_eq(code, 0);
    const char *tree = tr_test_tree(page);
    ck_assert_ptr_nonnull(strstr(tree, "title=\"Inbox\""));
    ck_assert_str_eq(theme_mode, "dark");
    ck_assert_ptr_nonnull(strstr(tree, "View padding=3"));
}
END_TEST

START_TEST(controls_go_where_they_belong)
{
    tr_test_click(page, .text = _i == 1 ? "children sync" : "children");
    ck_assert_int_eq(code, 0);
    tr_test_expect(page, .key = "inside", .within = "box");
    tr_test_expect_property(page, "padding", "8", .key = "box");
    tr_test_expect_none(page, .key = "a");
    tr_test_expect(page, .key = "b", .within = "list");
    tr_test_expect(page, .text = "c", .within = "list");
    tr_test_click(page, .text = "empty");
    ck_assert_int_eq(code, 0);
    tr_test_expect_none(page, .key = "inside");
    tr_test_expect_none(page, .key = "b");
}
END_TEST

static const struct {
    const char *button;
    int code;
    const char *log;
} mistakes[] = {
    {"other type", TR_EWRONGTYPE, "it is a FilledButton: properties of a Text do not fit"},
    {"no icon", TR_EINVALID, "property=\"bgcolor\""},
    {"not there", TR_ENOTFOUND, "key=\"gone\""},
    {"no such", TR_ENOTFOUND, "property=\"width\""},
};

START_TEST(a_mistake_is_one_line_and_changes_nothing)
{
    char *before = strdup(tr_test_tree(page));
    tr_test_click(page, .text = mistakes[_i].button);
    ck_assert_int_eq(code, mistakes[_i].code);
    tr_test_expect_log(page, mistakes[_i].log);
    ck_assert_uint_eq(lines_with("event="), 1);
    ck_assert_str_eq(tr_test_tree(page), before);
    free(before);
}
END_TEST

START_TEST(a_handler_is_a_property_like_others)
{
    tr_test_click(page, .text = "handler");
    ck_assert_int_eq(code, 0);
    tr_test_click(page, .key = "go");
    tr_test_expect_none(page, .key = "go");
}
END_TEST

Suite *sdk_props_suite(void);
Suite *sdk_props_suite(void)
{
    Suite *suite = suite_create("sdk/api/props");
    TCase *tests = tcase_create("tests");
    tcase_set_timeout(tests, 60);
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_loop_test(tests, all_of_them_are_set_at_once_and_put_back, 0, 2);
    tcase_add_test(tests, what_all_have_in_common_fits_any);
    tcase_add_test(tests, the_page_and_its_view_have_theirs);
    tcase_add_loop_test(tests, controls_go_where_they_belong, 0, 2);
    tcase_add_loop_test(tests, a_mistake_is_one_line_and_changes_nothing, 0,
                        sizeof mistakes / sizeof *mistakes);
    tcase_add_test(tests, a_handler_is_a_property_like_others);
    suite_add_tcase(suite, tests);
    return suite;
}
