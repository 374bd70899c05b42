// Lists whose rows are built on demand (troupe/pages/rows.h), as a browser sees them.

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "testing/lab.h"
#include "troupe/troupe.h"
#include "wire/flet.h"
#include "wire/limits.h"
#include "wire/writer.h"

static lab *here;
static const lab_connection *browser;
static unsigned builds;  // calls of the handler
static unsigned built;   // rows it made
static uint32_t shift;   // the subject of row 0
static unsigned refuses; // so many calls of the handler give nothing
static int results[4];

static ui_control *row(tr_event *ev, uint32_t index)
{
    (void)ev;
    built++;
    return ui_row(.key = ui_format("row-%u", index + shift),
                  UI(ui_text(ui_format("%u at %u", index + shift, index))));
}

TR_ASYNC(row_window_build)
{
    builds++;
    if (refuses != 0 && refuses-- != 0)
        return;
    results[0] = tr_rows_build(ev, row);
}

TR_ASYNC(row_window_build_slowly)
{
    builds++;
    (void)tr_sleep(ev, 20);
    results[0] = tr_rows_build(ev, row);
}

TR_SYNC(row_window_build_sync)
{
    uint32_t first, count;
    if (!tr_rows_wanted(ev, &first, &count))
        return;
    for (uint32_t i = 0; i < count; i++)
        tr_rows_give(ev, first + i, UI_LIST(row(ev, first + i)));
    builds++;
}

TR_ASYNC(row_window_insert)
{
    shift -= 2;
    results[0] = tr_rows_inserted(ev, "rows", 0, 2);
}

TR_ASYNC(row_window_insert_here)
{
    results[0] = tr_rows_inserted(ev, "rows", 5, 1);
    results[1] = tr_rows_inserted(ev, "rows", 2000000, 1);
    results[2] = tr_rows_inserted(ev, "nothing", 0, 1);
    results[3] = tr_rows_inserted(ev, "insert", 0, 1);
}

TR_ASYNC(row_window_remove)
{
    shift += 3;
    results[0] = tr_rows_removed(ev, "rows", 0, 3);
    results[1] = tr_rows_removed(ev, "rows", 999997, 1);
}

TR_ASYNC(row_window_change)
{
    results[0] = tr_rows_changed(ev, "rows", 3, 2);
}

TR_ASYNC(row_window_reset)
{
    shift = 100;
    results[0] = tr_rows_reset(ev, "rows", 7);
}

TR_ASYNC(row_window_reorder)
{
    shift = 500;
    results[0] = tr_rows_reset(ev, "rows", 1000000);
}

TR_ASYNC(row_window_give_elsewhere)
{
    uint32_t first, count;
    results[0] = tr_rows_wanted(ev, &first, &count);
    results[1] = tr_rows_give(ev, 0, UI_LIST(ui_text("?")));
    results[2] = tr_rows_build(ev, row);
}

static void add_buttons(tr_page *page)
{
    ui_add(page, ui_button("1", .key = "insert", .on_click = row_window_insert));
    ui_add(page, ui_button("2", .key = "insert_here", .on_click = row_window_insert_here));
    ui_add(page, ui_button("3", .key = "remove", .on_click = row_window_remove));
    ui_add(page, ui_button("4", .key = "change", .on_click = row_window_change));
    ui_add(page, ui_button("5", .key = "reset", .on_click = row_window_reset));
    ui_add(page, ui_button("6", .key = "elsewhere", .on_click = row_window_give_elsewhere));
}

static void build(tr_page *page)
{
    add_buttons(page);
    ui_add(page, ui_button("7", .key = "reorder", .on_click = row_window_reorder));
    ui_add(page, ui_list_view(.key = "rows", .row_count = 1000000, .row_header = true,
                              .on_rows = row_window_build, UI(ui_text("header"))));
}

static void build_slow(tr_page *page)
{
    ui_add(page,
           ui_list_view(.key = "rows", .row_count = 1000000, .on_rows = row_window_build_slowly));
}

static void build_sync(tr_page *page)
{
    ui_add(page,
           ui_list_view(.key = "rows", .row_count = 1000000, .on_rows = row_window_build_sync));
}

static ui_control *view(tr_event *ev)
{
    (void)ev;
    return ui_view(
        UI(ui_text(ui_format("built %u", builds)),
           ui_button("5", .key = "reset", .on_click = row_window_reset),
           ui_list_view(.key = "rows", .row_count = shift == 0 ? 1000000 : 7, .row_header = true,
                        .on_rows = row_window_build, UI(ui_text(ui_format("header %u", shift))))));
}

static const tr_app app = {.name = "Rows", .build = build};
static const tr_app slow_app = {.name = "Rows", .build = build_slow};
static const tr_app sync_app = {.name = "Rows", .build = build_sync};
static const tr_app rebuilt_app = {
    .name = "Rows", .rebuilds = true, TR_ROUTES(TR_ROUTE("/", view))};

// -- looking --

static void start(const tr_app *which, bool can_ask)
{
    builds = built = shift = refuses = 0;
    memset(results, 0x55, sizeof results);
    here = tr_lab_start(which, 3600000);
    tr_lab_open(here, 0, NULL, can_ask);
    browser = tr_lab_look(here, 0);
}

static void tear_down(void)
{
    tr_buf why = {0};
    ck_assert_msg(tr_lab_is_same(here, 0, &why), "%s", tr_buf_text(&why));
    tr_buf_done(&why);
    tr_lab_stop(&here);
}

static cm_value *find_below(cm_value *value, const char *key)
{
    if (value->kind == CM_SCALAR)
        return NULL;
    if (value->kind == CM_MAP) {
        const cm_value *own = tr_cm_get(value, "key");
        if (own != NULL && strcmp(tr_cm_text(own), key) == 0)
            return value;
    }
    for (uint32_t i = 0; i < value->count; i++) {
        cm_value *found =
            find_below(value->kind == CM_LIST ? value->items[i] : value->pairs[i].value, key);
        if (found != NULL)
            return found;
    }
    return NULL;
}

static cm_value *by_key(const char *key)
{
    cm_value *found = find_below(browser->page.page, key);
    ck_assert_ptr_nonnull(found);
    return found;
}

static uint32_t id_of(const char *key)
{
    return (uint32_t)tr_cm_integer(tr_cm_get(by_key(key), "_i"));
}

static cm_value *children(void)
{
    return tr_cm_get(by_key("rows"), "controls");
}

// The text of the n-th child, of which the first may be the header.
static const char *text_of(uint32_t n)
{
    ck_assert_uint_lt(n, children()->count);
    cm_value *child = children()->items[n];
    cm_value *inside = tr_cm_get(child, "controls");
    return tr_cm_text(tr_cm_get(inside != NULL ? inside->items[0] : child, "value"));
}

static int64_t first_row(void)
{
    const cm_value *first = tr_cm_get(by_key("rows"), "_row_first");
    return first != NULL ? tr_cm_integer(first) : 0;
}

static void send(const char *event, unsigned count, const char *const *names, const double *values)
{
    tr_buf data = {0};
    tr_buf packet = {0};
    tr_write_map(&data, count);
    for (unsigned i = 0; i < count; i++) {
        tr_write_text(&data, tr_slice_of(names[i]));
        tr_write_float(&data, values[i]);
    }
    tr_flet_write_client_event(&packet, id_of("rows"), tr_slice_of(event), tr_buf_slice(&data));
    ck_assert_int_eq(tr_lab_packet(here, 0, packet.data, packet.size), 0);
    tr_buf_done(&data);
    tr_buf_done(&packet);
}

static void ask(double first, double count)
{
    send("rows", 2, (const char *const[]){"first", "count"}, (const double[]){first, count});
}

static void click(const char *key)
{
    tr_lab_event(here, 0, id_of(key), "click");
}

// -- asking --

START_TEST(the_first_rows_come_with_the_page)
{
    start(&app, true);
    ck_assert_uint_eq(children()->count, 1 + TR_ROWS_FIRST);
    ck_assert_str_eq(text_of(0), "header");
    ck_assert_str_eq(text_of(1), "0 at 0");
    ck_assert_uint_eq(builds, 1);
    ck_assert_uint_eq(built, TR_ROWS_FIRST);
    ck_assert_int_eq(results[0], 0);
    tear_down();
}
END_TEST

START_TEST(only_what_is_missing_is_built)
{
    start(&app, true);
    uint32_t serial = children()->items[31]->serial;
    ask(30, 40);
    ck_assert_uint_eq(built, TR_ROWS_FIRST + 30);
    ck_assert_uint_eq(children()->count, 41);
    ck_assert_int_eq(first_row(), 30);
    ck_assert_str_eq(text_of(1), "30 at 30");
    ck_assert_str_eq(text_of(40), "69 at 69");
    ck_assert_uint_eq(children()->items[1]->serial, serial);
    ask(25, 40);
    ck_assert_int_eq(first_row(), 25);
    ck_assert_str_eq(text_of(1), "25 at 25");
    ck_assert_str_eq(text_of(40), "64 at 64");
    ck_assert_uint_eq(built, TR_ROWS_FIRST + 35);
    ask(26, 30);
    ck_assert_uint_eq(built, TR_ROWS_FIRST + 35);
    ck_assert_uint_eq(children()->count, 31);
    tear_down();
}
END_TEST

START_TEST(far_away_only_those_are_there)
{
    start(&app, true);
    ask(500000, 60);
    ck_assert_uint_eq(children()->count, 61);
    ck_assert_str_eq(text_of(1), "500000 at 500000");
    ask(999990, 60);
    ck_assert_uint_eq(children()->count, 11);
    ck_assert_str_eq(text_of(10), "999999 at 999999");
    ask(0, 20);
    ck_assert_uint_eq(children()->count, 21);
    ck_assert_int_eq(first_row(), 0);
    tear_down();
}
END_TEST

START_TEST(what_a_browser_may_ask_is_bounded)
{
    start(&app, true);
    static const double wrong[][2] = {{-5, 10}, {1e300, 10}, {0, -1}, {5, 1e300}, {0.0 / 0.0, 3}};
    for (unsigned i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        ask(wrong[i][0], wrong[i][1]);
        ck_assert_uint_le(children()->count, 1 + TR_ROWS_CAP);
    }
    send("rows", 0, NULL, NULL);
    tr_lab_event(here, 0, id_of("insert"), "rows"); // no list
    tr_lab_event(here, 0, 123456, "rows");          // nothing at all
    ask(10, 1000);
    ck_assert_uint_eq(children()->count, 1 + TR_ROWS_CAP);
    ck_assert_int_eq(first_row(), 10);
    tear_down();
}
END_TEST

START_TEST(only_the_latest_wish_is_worked_for)
{
    builds = built = shift = refuses = 0;
    here = tr_lab_start_held(&slow_app, 3600000);
    tr_lab_open(here, 0, NULL, true);
    browser = tr_lab_look(here, 0);
    for (unsigned i = 1; i <= 100; i++)
        ask(i * 1000, 20);
    ck_assert_uint_eq(builds, 1);
    ck_assert_int_eq(tr_lab_advance(here, 20), 0);
    ck_assert_uint_eq(builds, 2);
    ck_assert_int_eq(tr_lab_advance(here, 20), 0);
    ck_assert_uint_eq(builds, 2);
    ck_assert_int_eq(first_row(), 100000);
    ck_assert_uint_eq(children()->count, 20);
    ck_assert_str_eq(text_of(0), "100000 at 100000");
    tear_down();
}
END_TEST

START_TEST(sync_handlers_give_rows_one_by_one)
{
    start(&sync_app, true);
    while (tr_lab_is_busy(here))
        (void)tr_lab_look(here, 0);
    ck_assert_uint_eq(children()->count, TR_ROWS_FIRST);
    ask(700, 10);
    while (tr_lab_is_busy(here))
        (void)tr_lab_look(here, 0);
    ck_assert_int_eq(first_row(), 700);
    ck_assert_uint_eq(children()->count, 10);
    ck_assert_str_eq(text_of(9), "709 at 709");
    tear_down();
}
END_TEST

START_TEST(a_handler_that_gives_nothing_is_not_asked_again_and_again)
{
    start(&app, true);
    refuses = 1;
    ask(1000, 20);
    ck_assert_uint_eq(builds, 2);
    click("change");
    ask(1000, 20);
    ck_assert_uint_eq(children()->count, 21);
    ck_assert_int_eq(first_row(), 1000);
    tear_down();
}
END_TEST

// -- rows come, go and change --

START_TEST(what_is_looked_at_stays_when_rows_come_above)
{
    start(&app, true);
    ask(100, 20);
    uint32_t serial = children()->items[1]->serial;
    unsigned before = built;
    click("insert");
    ck_assert_int_eq(results[0], 0);
    ck_assert_int_eq(first_row(), 102);
    ck_assert_uint_eq(children()->items[1]->serial, serial);
    ck_assert_uint_eq(built, before);
    ck_assert_int_eq(tr_cm_integer(tr_cm_get(by_key("rows"), "row_count")), 1000002);
    click("remove");
    ck_assert_int_eq(first_row(), 99);
    ck_assert_uint_eq(children()->items[1]->serial, serial);
    ck_assert_int_eq(results[1], 0);
    ck_assert_int_eq(tr_cm_integer(tr_cm_get(by_key("rows"), "row_count")), 999998);
    tear_down();
}
END_TEST

START_TEST(rows_in_sight_move_as_the_controls_they_are)
{
    start(&app, true);
    uint32_t serial = children()->items[1]->serial;
    click("insert"); // at the very top: they are in sight
    ck_assert_str_eq(text_of(1), "4294967294 at 0");
    ck_assert_str_eq(text_of(3), "0 at 2");
    ck_assert_uint_eq(children()->items[3]->serial, serial);
    ck_assert_uint_eq(children()->count, 41);
    click("remove");
    ck_assert_str_eq(text_of(1), "1 at 3"); // a row that stays is not built again
    ck_assert_uint_eq(children()->count, 41);
    tear_down();
}
END_TEST

START_TEST(misuse_is_refused)
{
    start(&app, true);
    click("insert_here");
    ck_assert_int_eq(results[0], 0);
    ck_assert_int_eq(results[1], TR_EINVALID);
    ck_assert_int_eq(results[2], TR_ENOTFOUND);
    ck_assert_int_eq(results[3], TR_EWRONGTYPE);
    click("elsewhere");
    ck_assert_int_eq(results[0], 0);
    ck_assert_int_eq(results[1], TR_ENOTFOUND);
    ck_assert_int_eq(results[2], TR_EWRONGTYPE);
    tear_down();
}
END_TEST

START_TEST(changed_rows_are_built_again_and_no_others)
{
    start(&app, true);
    unsigned before = built;
    click("change");
    ck_assert_uint_eq(built, before + 2);
    ask(100, 20);
    before = built;
    click("change"); // out of sight
    ck_assert_uint_eq(built, before);
    tear_down();
}
END_TEST

START_TEST(another_number_of_rows_builds_them_all)
{
    start(&app, true);
    ask(500000, 20);
    click("reset");
    ck_assert_uint_eq(children()->count, 8);
    ck_assert_int_eq(first_row(), 0);
    ck_assert_str_eq(text_of(7), "106 at 6");
    tear_down();
}
END_TEST

START_TEST(rows_in_another_order_are_built_once)
{
    start(&app, true);
    ask(100, 40);
    unsigned before = built;
    click("reorder");
    ck_assert_uint_eq(built, before + 40);
    ck_assert_int_eq(first_row(), 100);
    ck_assert_str_eq(text_of(1), "600 at 100");
    ask(120, 40);
    ck_assert_uint_eq(built, before + 60);
    ck_assert_uint_eq(children()->count, 41);
    tear_down();
}
END_TEST

START_TEST(a_rebuilt_view_keeps_its_rows)
{
    start(&rebuilt_app, true);
    ask(200, 20);
    uint32_t serial = children()->items[1]->serial;
    ck_assert_str_eq(text_of(0), "header 0");
    tr_lab_event(here, 0, id_of("reset"), "nothing");
    ck_assert_int_eq(first_row(), 200);
    ck_assert_uint_eq(children()->items[1]->serial, serial);
    click("reset");
    ck_assert_str_eq(text_of(0), "header 100");
    ck_assert_uint_eq(children()->count, 8);
    tear_down();
}
END_TEST

// -- connections --

START_TEST(a_browser_that_comes_back_has_its_rows)
{
    start(&app, true);
    ask(5000, 20);
    char id[32];
    snprintf(id, sizeof id, "%s", browser->session_id);
    tr_lab_detach(here, 0);
    tr_lab_open(here, 0, id, true);
    ck_assert_int_eq(first_row(), 5000);
    ck_assert_uint_eq(children()->count, 21);
    ask(0, 20);
    ck_assert_str_eq(text_of(1), "0 at 0");
    tear_down();
}
END_TEST

static void scroll_to_end(void)
{
    send("scroll", 3, (const char *const[]){"pixels", "max_scroll_extent", "viewport_dimension"},
         (const double[]){9000, 9100, 600});
}

START_TEST(flets_own_client_gets_more_at_the_end)
{
    start(&app, false);
    ck_assert_uint_eq(children()->count, 1 + TR_ROWS_FIRST);
    ck_assert_ptr_nonnull(tr_cm_get(by_key("rows"), "on_scroll"));
    send("scroll", 3, (const char *const[]){"pixels", "max_scroll_extent", "viewport_dimension"},
         (const double[]){0, 9100, 600});
    ck_assert_uint_eq(children()->count, 1 + TR_ROWS_FIRST);
    scroll_to_end();
    ck_assert_uint_eq(children()->count, 1 + TR_ROWS_FIRST + TR_ROWS_MORE);
    ck_assert_int_eq(first_row(), 0);
    for (unsigned i = 0; i < 100; i++)
        scroll_to_end();
    ck_assert_uint_eq(children()->count, 1 + TR_ROWS_WHOLE_CAP);
    ck_assert_uint_eq(built, TR_ROWS_WHOLE_CAP);
    tear_down();
}
END_TEST

Suite *sdk_row_window_suite(void);

Suite *sdk_row_window_suite(void)
{
    Suite *suite = suite_create("sdk/session/row_window");
    TCase *tc = tcase_create("row_window");
    tcase_set_timeout(tc, 30);
    tcase_add_test(tc, the_first_rows_come_with_the_page);
    tcase_add_test(tc, only_what_is_missing_is_built);
    tcase_add_test(tc, far_away_only_those_are_there);
    tcase_add_test(tc, what_a_browser_may_ask_is_bounded);
    tcase_add_test(tc, only_the_latest_wish_is_worked_for);
    tcase_add_test(tc, sync_handlers_give_rows_one_by_one);
    tcase_add_test(tc, a_handler_that_gives_nothing_is_not_asked_again_and_again);
    tcase_add_test(tc, what_is_looked_at_stays_when_rows_come_above);
    tcase_add_test(tc, rows_in_sight_move_as_the_controls_they_are);
    tcase_add_test(tc, misuse_is_refused);
    tcase_add_test(tc, changed_rows_are_built_again_and_no_others);
    tcase_add_test(tc, another_number_of_rows_builds_them_all);
    tcase_add_test(tc, rows_in_another_order_are_built_once);
    tcase_add_test(tc, a_rebuilt_view_keeps_its_rows);
    tcase_add_test(tc, a_browser_that_comes_back_has_its_rows);
    tcase_add_test(tc, flets_own_client_gets_more_at_the_end);
    suite_add_tcase(suite, tc);
    return suite;
}
