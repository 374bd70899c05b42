#include "rows_world.h"

#include <check.h>
#include <string.h>

#include "wire/flet.h"
#include "wire/writer.h"

rows_world rows;

static ui_control *row_of(uint32_t subject, uint32_t index)
{
    rows.built++;
    return ui_row(.key = ui_format("row-%u", subject),
                  UI(ui_text(ui_format("%u at %u", subject, index))));
}

static ui_control *rows_one(tr_event *ev, uint32_t index)
{
    (void)ev;
    return row_of(index + rows.shift, index);
}

TR_ASYNC(row_window_build)
{
    rows.builds++;
    if (rows.refuses != 0 && rows.refuses-- != 0)
        return;
    rows.results[0] = tr_rows_build(ev, rows_one);
}

TR_ASYNC(row_window_build_slowly)
{
    rows.builds++;
    (void)tr_sleep(ev, 20);
    rows.results[0] = tr_rows_build(ev, rows_one);
}

// What it gives is what it read before it waited.
TR_ASYNC(row_window_build_from_before)
{
    uint32_t first, count;
    uint32_t shift = rows.shift;
    if (!tr_rows_wanted(ev, &first, &count))
        return;
    rows.builds++;
    (void)tr_sleep(ev, 20);
    for (uint32_t i = first; i < first + count; i++)
        (void)tr_rows_give(ev, i, UI_LIST(row_of(i + shift, i)));
}

TR_SYNC(row_window_build_sync)
{
    uint32_t first, count;
    if (!tr_rows_wanted(ev, &first, &count))
        return;
    for (uint32_t i = 0; i < count; i++)
        tr_rows_give(ev, first + i, UI_LIST(rows_one(ev, first + i)));
    rows.builds++;
}

TR_ASYNC(row_window_insert)
{
    rows.shift -= 2;
    rows.results[0] = tr_rows_inserted(ev, "rows", 0, 2);
}

TR_ASYNC(row_window_insert_here)
{
    rows.results[0] = tr_rows_inserted(ev, "rows", 5, 1);
    rows.results[1] = tr_rows_inserted(ev, "rows", 2000000, 1);
    rows.results[2] = tr_rows_inserted(ev, "nothing", 0, 1);
    rows.results[3] = tr_rows_inserted(ev, "insert", 0, 1);
}

TR_ASYNC(row_window_remove)
{
    rows.shift += 3;
    rows.results[0] = tr_rows_removed(ev, "rows", 0, 3);
    rows.results[1] = tr_rows_removed(ev, "rows", 999997, 1);
}

TR_ASYNC(row_window_change)
{
    rows.results[0] = tr_rows_changed(ev, "rows", 3, 2);
}

TR_ASYNC(row_window_change_all)
{
    rows.shift = 1000;
    rows.results[0] = tr_rows_changed(ev, "rows", 0, INT32_MAX);
}

TR_ASYNC(row_window_reset)
{
    rows.shift = 100;
    rows.results[0] = tr_rows_reset(ev, "rows", 7);
}

TR_ASYNC(row_window_reorder)
{
    rows.shift = 500;
    rows.results[0] = tr_rows_reset(ev, "rows", 1000000);
}

TR_ASYNC(row_window_give_elsewhere)
{
    uint32_t first, count;
    rows.results[0] = tr_rows_wanted(ev, &first, &count);
    rows.results[1] = tr_rows_give(ev, 0, UI_LIST(ui_text("?")));
    rows.results[2] = tr_rows_build(ev, rows_one);
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

static void build_from_before(tr_page *page)
{
    add_buttons(page);
    ui_add(page, ui_button("7", .key = "reorder", .on_click = row_window_reorder));
    ui_add(page, ui_button("8", .key = "change_all", .on_click = row_window_change_all));
    ui_add(page, ui_list_view(.key = "rows", .row_count = 1000000,
                              .on_rows = row_window_build_from_before));
}

static void build_sync(tr_page *page)
{
    ui_add(page,
           ui_list_view(.key = "rows", .row_count = 1000000, .on_rows = row_window_build_sync));
}

static ui_control *view(tr_event *ev)
{
    (void)ev;
    return ui_view(UI(ui_text(ui_format("built %u", rows.builds)),
                      ui_button("5", .key = "reset", .on_click = row_window_reset),
                      ui_list_view(.key = "rows", .row_count = rows.shift == 0 ? 1000000 : 7,
                                   .row_header = true, .on_rows = row_window_build,
                                   UI(ui_text(ui_format("header %u", rows.shift))))));
}

const tr_app rows_app = {.name = "Rows", .build = build};
const tr_app rows_slow_app = {.name = "Rows", .build = build_slow};
const tr_app rows_from_before_app = {.name = "Rows", .build = build_from_before};
const tr_app rows_sync_app = {.name = "Rows", .build = build_sync};
const tr_app rows_rebuilt_app = {.name = "Rows", .rebuilds = true, TR_ROUTES(TR_ROUTE("/", view))};

void rows_start(const tr_app *which, bool can_ask)
{
    rows.builds = rows.built = rows.shift = rows.refuses = 0;
    memset(rows.results, 0x55, sizeof rows.results);
    rows.here = tr_lab_start(which, 3600000);
    tr_lab_open(rows.here, 0, NULL, can_ask);
    rows.browser = tr_lab_look(rows.here, 0);
}

void rows_end(void)
{
    tr_buf why = {0};
    ck_assert_msg(tr_lab_is_same(rows.here, 0, &why), "%s", tr_buf_text(&why));
    tr_buf_done(&why);
    tr_lab_stop(&rows.here);
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

cm_value *rows_by_key(const char *key)
{
    cm_value *found = find_below(rows.browser->page.page, key);
    ck_assert_ptr_nonnull(found);
    return found;
}

uint32_t rows_id_of(const char *key)
{
    return (uint32_t)tr_cm_integer(tr_cm_get(rows_by_key(key), "_i"));
}

cm_value *rows_children(void)
{
    return tr_cm_get(rows_by_key("rows"), "controls");
}

const char *rows_text_of(uint32_t n)
{
    ck_assert_uint_lt(n, rows_children()->count);
    cm_value *child = rows_children()->items[n];
    cm_value *inside = tr_cm_get(child, "controls");
    return tr_cm_text(tr_cm_get(inside != NULL ? inside->items[0] : child, "value"));
}

int64_t rows_first(void)
{
    const cm_value *first = tr_cm_get(rows_by_key("rows"), "_row_first");
    return first != NULL ? tr_cm_integer(first) : 0;
}

void rows_send(const char *event, unsigned count, const char *const *names, const double *values)
{
    tr_buf data = {0};
    tr_buf packet = {0};
    tr_write_map(&data, count);
    for (unsigned i = 0; i < count; i++) {
        tr_write_text(&data, tr_slice_of(names[i]));
        tr_write_float(&data, values[i]);
    }
    tr_flet_write_client_event(&packet, rows_id_of("rows"), tr_slice_of(event),
                               tr_buf_slice(&data));
    ck_assert_int_eq(tr_lab_packet(rows.here, 0, packet.data, packet.size), 0);
    tr_buf_done(&data);
    tr_buf_done(&packet);
}

void rows_ask(double first, double count)
{
    rows_send("rows", 2, (const char *const[]){"first", "count"}, (const double[]){first, count});
}

void rows_click(const char *key)
{
    tr_lab_event(rows.here, 0, rows_id_of(key), "click");
}
