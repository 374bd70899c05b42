// How the functions of troupe/pages/rows.h find their list: as those of troupe/pages/page.h find a control.

#include <check.h>

#include "troupe/err.h"
#include "troupe/test.h"
#include "troupe/troupe.h"

static tr_test_page *page;
static int codes[4];
static unsigned shift;

static ui_control *row(tr_event *ev, uint32_t index)
{
    (void)ev;
    return ui_text(ui_format("row %u", index + shift), .key = ui_format("row-%u", index + shift));
}

TR_ASYNC(row_names_build)
{
    tr_rows_build(ev, row);
}

static void change(tr_event *ev, const char *key)
{
    shift += 10;
    codes[0] = tr_rows_changed(ev, key, 0, 3);
    codes[1] = tr_rows_inserted(ev, key, 3, 2);
    codes[2] = tr_rows_removed(ev, key, 4, 1);
    codes[3] = tr_rows_reset(ev, key, 2);
}

struct shelf {
    const char *key;
    int unused;
};
TR_LAYOUT(struct shelf, key, unused);

TR_ASYNC(row_names_inside)
{
    change(ev, "rows");
}

static ui_control *build_shelf(tr_event *ev)
{
    (void)ev;
    return ui_column(UI(ui_button("Inside", .on_click = row_names_inside),
                        ui_list_view(.key = "rows", .row_count = 3, .on_rows = row_names_build)));
}

TR_COMPONENT(row_names_shelf, struct shelf, .build = build_shelf);

struct kept {
    ui_handle list;
};
TR_LAYOUT(struct kept, (list, ui_handle));

TR_ASYNC(row_names_by_handle)
{
    change(ev, ((struct kept *)tr_state(ev))->list.name);
}

TR_SYNC(row_names_by_handle_sync)
{
    struct kept kept;
    if (tr_state_copy(ev, &kept, sizeof kept) == 0)
        change(ev, kept.list.name);
}

static void build_with_component(tr_page *ev)
{
    ui_add(ev, TR_CONTROL(row_names_shelf, struct shelf, .key = "shelf"));
}

static void build_with_handle(tr_page *ev)
{
    ui_control *list = ui_list_view(.row_count = 3, .on_rows = row_names_build);
    ((struct kept *)tr_state(ev))->list = ui_handle_of(list);
    ui_add(ev, list);
    ui_add(ev, ui_button("By handle", .on_click = row_names_by_handle));
    ui_add(ev, ui_button("On a thread", .on_click = row_names_by_handle_sync));
}

static const tr_app component_app = {.name = "Rows", .build = build_with_component};
static const tr_app handle_app = {
    .name = "Rows", .build = build_with_handle, TR_STATE(struct kept)};

static const struct {
    const tr_app *app;
    const char *button;
} ways[] = {{&component_app, "Inside"}, {&handle_app, "By handle"}, {&handle_app, "On a thread"}};

START_TEST(a_list_is_found_wherever_a_control_is)
{
    shift = 0;
    page = tr_test_open(ways[_i].app, NULL);
    tr_test_expect(page, .text = "row 2");
    tr_test_click(page, .text = ways[_i].button);
    tr_test_expect(page, .text = "row 10");
    tr_test_expect(page, .text = "row 11");
    tr_test_expect_none(page, .text = "row 2");
    for (int i = 0; i < 4; i++)
        ck_assert_int_eq(codes[i], 0);
    tr_test_close(&page);
}
END_TEST

Suite *row_names_suite(void);
Suite *row_names_suite(void)
{
    Suite *suite = suite_create("sdk/session/row_names");
    TCase *tests = tcase_create("row_names");
    tcase_add_loop_test(tests, a_list_is_found_wherever_a_control_is, 0, 3);
    suite_add_tcase(suite, tests);
    return suite;
}
