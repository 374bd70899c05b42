// A million orders in SQLite, as a grid: sorted by any column, filtered, edited in place, and what
// one browser saves the others see. Only the rows in sight are asked of the database, by a sync
// handler on a thread of its own. GRID_FOLDER and GRID_ROWS say where the file is and how many rows
// are made at first.

#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <troupe/troupe.h>

#define ROWS_CAP 400
#define SELECTED_CAP 200
#define FILTER_BYTES 120
#define ROW_HEIGHT 52

static const struct column {
    const char *name; // in the table
    const char *title;
    int width;
    bool is_number;
    bool is_edited;
} columns[] = {{"id", "Order", 110, true, false},
               {"customer", "Customer", 240, false, true},
               {"city", "City", 170, false, true},
               {"amount", "Amount", 130, true, true},
               {"day", "Day", 130, false, false}};
enum { ID, CUSTOMER, CITY, AMOUNT, DAY, COLUMNS };

// A cell that can be edited calls its handler with this.
struct place {
    long long order;
    int column;
};

struct grid {
    unsigned count; // of rows that pass the filter
    int sorted_by;
    bool is_descending;
    char filter[FILTER_BYTES];
    unsigned filter_number; // of the latest one typed
    long long edited;       // the order whose cell is a field; 0: none
    int edited_column;
    long long selected[SELECTED_CAP];
    unsigned selected_count;
};
TR_LAYOUT(struct grid, count, sorted_by, is_descending, filter, filter_number, edited,
          edited_column, selected, selected_count);

struct order {
    long long id, cents;
    char customer[80], city[40], day[16];
};

TR_DECLARE(grid_sort);
TR_DECLARE(grid_edit);
TR_DECLARE(grid_save);
TR_DECLARE(grid_select);
TR_DECLARE(grid_key);

// -- the database --

static pthread_mutex_t making = PTHREAD_MUTEX_INITIALIZER;

static bool run(sqlite3 *db, const char *sql)
{
    bool is_done = sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK;
    if (!is_done)
        fprintf(stderr, "grid: %s: %s\n", sql, sqlite3_errmsg(db));
    return is_done;
}

static unsigned wanted_rows(void)
{
    const char *text = getenv("GRID_ROWS");
    unsigned long rows = text != NULL ? strtoul(text, NULL, 10) : 0;
    return rows == 0 || rows > 100000000 ? 1000000 : (unsigned)rows;
}

static bool insert_orders(sqlite3 *db, unsigned rows)
{
    static const char *const first[] = {"Ada",  "Ben",  "Carla", "Dmitri", "Elif", "Farid", "Greta",
                                        "Hugo", "Ines", "Jonas", "Kaori",  "Lena", "Mats"};
    static const char *const last[] = {"Abel",  "Brandt", "Costa", "Dubois", "Evans",   "Fischer",
                                       "Gomez", "Haas",   "Ito",   "Jansen", "Kowalski"};
    static const char *const cities[] = {"Aarhus", "Bergen", "Cork",  "Dresden", "Essen",
                                         "Faro",   "Graz",   "Hanoi", "Izmir"};
    sqlite3_stmt *insert;
    if (sqlite3_prepare_v2(db, "INSERT INTO orders VALUES (?, ?, ?, ?, ?)", -1, &insert, NULL))
        return false;
    unsigned random = 12345;
    bool is_done = true;
    for (unsigned id = 1; id <= rows && is_done; id++) {
        random = random * 1664525 + 1013904223;
        unsigned dice = random >> 8;
        char customer[80], day[16];
        snprintf(customer, sizeof customer, "%s %s", first[dice % 13], last[dice / 13 % 11]);
        snprintf(day, sizeof day, "2026-%02u-%02u", dice % 12 + 1, dice / 12 % 28 + 1);
        sqlite3_bind_int64(insert, 1, id);
        sqlite3_bind_text(insert, 2, customer, -1, SQLITE_TRANSIENT);
        sqlite3_bind_text(insert, 3, cities[dice / 143 % 9], -1, SQLITE_STATIC);
        sqlite3_bind_int64(insert, 4, dice % 1000000);
        sqlite3_bind_text(insert, 5, day, -1, SQLITE_TRANSIENT);
        is_done = sqlite3_step(insert) == SQLITE_DONE;
        sqlite3_reset(insert);
    }
    sqlite3_finalize(insert);
    return is_done;
}

// Into another file first: one that was not finished is not taken for the whole.
static bool make_file(const char *path)
{
    char unfinished[512];
    snprintf(unfinished, sizeof unfinished, "%s.new", path);
    remove(unfinished);
    sqlite3 *db;
    bool is_done = sqlite3_open(unfinished, &db) == SQLITE_OK &&
                   run(db, "PRAGMA synchronous = off; PRAGMA journal_mode = off; BEGIN;"
                           "CREATE TABLE orders (id INTEGER PRIMARY KEY, customer TEXT, city TEXT,"
                           " amount INTEGER, day TEXT)") &&
                   insert_orders(db, wanted_rows()) &&
                   // Each order of the grid is an index: a place in it is found without its rows.
                   run(db, "CREATE INDEX by_customer ON orders (customer);"
                           "CREATE INDEX by_city ON orders (city);"
                           "CREATE INDEX by_amount ON orders (amount);"
                           "CREATE INDEX by_day ON orders (day); COMMIT; ANALYZE;"
                           // Readers and savers then do not wait for each other.
                           "PRAGMA journal_mode = wal");
    sqlite3_close(db);
    return is_done && rename(unfinished, path) == 0;
}

// Opened for each call: it costs a fraction of a millisecond, and no thread keeps a file open.
static sqlite3 *open_orders(void)
{
    const char *folder = getenv("GRID_FOLDER");
    char path[480];
    snprintf(path, sizeof path, "%s/troupe-orders-%u.db", folder != NULL ? folder : "/tmp",
             wanted_rows());
    struct stat found;
    pthread_mutex_lock(&making);
    bool is_there = stat(path, &found) == 0 || make_file(path);
    pthread_mutex_unlock(&making);
    sqlite3 *db = NULL;
    if (!is_there || sqlite3_open(path, &db) != SQLITE_OK ||
        sqlite3_busy_timeout(db, 5000) != SQLITE_OK || !run(db, "PRAGMA synchronous = normal")) {
        sqlite3_close(db);
        return NULL;
    }
    return db;
}

// The typed text is searched for as it is: % and _ mean themselves.
static void bind_filter(sqlite3_stmt *statement, const char *filter)
{
    char pattern[2 * FILTER_BYTES + 3];
    size_t size = 0;
    pattern[size++] = '%';
    for (const char *at = filter; *at != '\0'; at++) {
        if (strchr("%_\\", *at) != NULL)
            pattern[size++] = '\\';
        pattern[size++] = *at;
    }
    pattern[size++] = '%';
    if (filter[0] != '\0')
        sqlite3_bind_text(statement, 1, pattern, (int)size, SQLITE_TRANSIENT);
}

static const char *where(const struct grid *grid)
{
    return grid->filter[0] != '\0'
               ? "WHERE customer LIKE ?1 ESCAPE '\\' OR city LIKE ?1 ESCAPE '\\'"
               : "";
}

static unsigned count_orders(sqlite3 *db, const struct grid *grid)
{
    char sql[256];
    snprintf(sql, sizeof sql, "SELECT count(*) FROM orders %s", where(grid));
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK)
        return 0;
    bind_filter(statement, grid->filter);
    unsigned count =
        sqlite3_step(statement) == SQLITE_ROW ? (unsigned)sqlite3_column_int64(statement, 0) : 0;
    sqlite3_finalize(statement);
    return count;
}

static void copy_column(sqlite3_stmt *statement, int column, char *out, size_t size)
{
    const unsigned char *text = sqlite3_column_text(statement, column);
    snprintf(out, size, "%s", text != NULL ? (const char *)text : "");
}

// The orders from `first` on, as the grid is sorted. Those of its second half are counted from the
// end, so that at most half of the index is passed over.
static unsigned read_orders(sqlite3 *db, const struct grid *grid, unsigned first, unsigned count,
                            struct order *out)
{
    bool is_from_end = first > grid->count / 2;
    unsigned end = first + count < grid->count ? first + count : grid->count;
    const char *direction = grid->is_descending != is_from_end ? "DESC" : "ASC";
    const char *by = columns[grid->sorted_by].name;
    unsigned offset = is_from_end ? grid->count - end : first;
    bool is_by_id = grid->sorted_by == ID && grid->filter[0] == '\0';
    char place[64] = "";
    if (is_by_id) { // numbers without gaps: no counting at all
        bool is_down = grid->is_descending != is_from_end;
        snprintf(place, sizeof place, "WHERE id %s %u", is_down ? "<=" : ">",
                 is_down ? grid->count - offset : offset);
        offset = 0;
    }
    char sql[640];
    snprintf(sql, sizeof sql,
             "SELECT o.id, o.customer, o.city, o.amount, o.day FROM (SELECT id FROM orders %s %s"
             " ORDER BY %s %s, id %s LIMIT %u OFFSET %u) AS p CROSS JOIN orders AS o"
             " ON o.id = p.id ORDER BY o.%s %s, o.id %s",
             where(grid), place, by, direction, direction, end > first ? end - first : 0, offset,
             by, direction, direction);
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK) {
        fprintf(stderr, "grid: %s\n", sqlite3_errmsg(db));
        return 0;
    }
    bind_filter(statement, grid->filter);
    unsigned got = 0;
    for (; got < end - first && sqlite3_step(statement) == SQLITE_ROW; got++) {
        struct order *order = &out[is_from_end ? end - first - 1 - got : got];
        order->id = sqlite3_column_int64(statement, 0);
        copy_column(statement, 1, order->customer, sizeof order->customer);
        copy_column(statement, 2, order->city, sizeof order->city);
        order->cents = sqlite3_column_int64(statement, 3);
        copy_column(statement, 4, order->day, sizeof order->day);
    }
    sqlite3_finalize(statement);
    return got == end - first ? got : 0;
}

// -- what is shown --

static bool is_selected(const struct grid *grid, long long id)
{
    for (unsigned i = 0; i < grid->selected_count; i++)
        if (grid->selected[i] == id)
            return true;
    return false;
}

static const char *text_of(const struct order *order, int column)
{
    switch (column) {
    case ID:
        return ui_format("%lld", order->id);
    case CUSTOMER:
        return order->customer;
    case CITY:
        return order->city;
    case AMOUNT:
        return ui_format("%lld.%02lld", order->cents / 100, order->cents % 100);
    default:
        return order->day;
    }
}

static ui_control *cell(const struct grid *grid, const struct order *order, int column)
{
    const struct column *info = &columns[column];
    if (grid->edited == order->id && grid->edited_column == column)
        return ui_container(ui_text_field(.value = text_of(order, column), .key = "edited",
                                          .tooltip = info->title, .dense = true, .autofocus = true,
                                          .on_submit = grid_save),
                            .width = info->width);
    return ui_container(
        ui_text(text_of(order, column), .max_lines = 1, .overflow = UI_TEXT_OVERFLOW_ELLIPSIS),
        .width = info->width, .height = 40, .padding = ui_padding(.horizontal = 12),
        .alignment = info->is_number ? ui_alignment(1, 0) : ui_alignment(-1, 0),
        .key = info->is_edited ? ui_format("%s-%lld", info->name, order->id) : NULL,
        .on_click =
            info->is_edited ? UI_CALL(grid_edit, &(struct place){order->id, column}) : NULL);
}

static ui_control *order_row(const struct grid *grid, const struct order *order)
{
    ui_control *cells[COLUMNS + 2];
    cells[0] = ui_container(ui_checkbox(.value = is_selected(grid, order->id),
                                        .tooltip = ui_format("Select order %lld", order->id),
                                        .key = ui_format("select-%lld", order->id),
                                        .on_change = UI_CALL(grid_select, &order->id)),
                            .width = 48);
    for (int i = 0; i < COLUMNS; i++)
        cells[i + 1] = cell(grid, order, i);
    cells[COLUMNS + 1] = UI_END;
    return ui_row(.key = ui_format("order-%lld", order->id), .spacing = 0, .height = ROW_HEIGHT,
                  .controls = cells);
}

static ui_control *header(const struct grid *grid)
{
    ui_control *cells[COLUMNS + 2];
    cells[0] = ui_container(ui_text("Pick"), .width = 48, .padding = ui_padding(.horizontal = 8));
    for (int i = 0; i < COLUMNS; i++)
        cells[i + 1] = ui_container(
            ui_text_button(columns[i].title, .key = ui_format("sort-%d", i),
                           .on_click = UI_CALL(grid_sort, &i),
                           .tooltip = ui_format("Sort by %s", columns[i].title),
                           .icon = grid->sorted_by != i  ? NULL
                                   : grid->is_descending ? "arrow_downward"
                                                         : "arrow_upward"),
            .width = columns[i].width,
            .alignment = columns[i].is_number ? ui_alignment(1, 0) : ui_alignment(-1, 0));
    cells[COLUMNS + 1] = UI_END;
    return ui_row(.key = "header", .spacing = 0, .height = ROW_HEIGHT, .controls = cells);
}

static void show_counts(tr_event *ev, const struct grid *grid)
{
    char number[16], spaced[24];
    int size = snprintf(number, sizeof number, "%u", grid->count);
    int out = 0;
    for (int i = 0; i < size; i++) {
        if (i != 0 && (size - i) % 3 == 0)
            spaced[out++] = ' ';
        spaced[out++] = number[i];
    }
    spaced[out] = '\0';
    ui_set_textf(ev, "count", grid->count == 1 ? "%s order" : "%s orders", spaced);
    ui_set_textf(ev, "selected", "%u selected", grid->selected_count);
}

// -- what happens --

TR_SYNC(grid_rows)
{
    uint32_t first, count;
    struct grid grid; // a copy: others need not wait for the database
    if (!tr_rows_wanted(ev, &first, &count) || count > ROWS_CAP ||
        tr_state_copy(ev, &grid, sizeof grid) < 0)
        return;
    sqlite3 *db = open_orders();
    struct order *orders = calloc(ROWS_CAP, sizeof *orders);
    ui_control *rows[ROWS_CAP + 1];
    unsigned got = db != NULL && orders != NULL ? read_orders(db, &grid, first, count, orders) : 0;
    for (unsigned i = 0; i < got; i++)
        rows[i] = order_row(&grid, &orders[i]);
    rows[got] = UI_END;
    tr_rows_give(ev, first, rows);
    free(orders);
    sqlite3_close(db);
}

// Counts what passes the filter, and shows it from its beginning.
TR_SYNC(grid_count)
{
    struct grid grid;
    if (tr_state_copy(ev, &grid, sizeof grid) < 0)
        return;
    sqlite3 *db = open_orders();
    if (db == NULL) {
        ui_set_text(ev, "count", "The orders cannot be read: see the log");
        return;
    }
    grid.count = count_orders(db, &grid);
    sqlite3_close(db);
    bool is_latest = false;
    TR_WITH_STATE(ev, struct grid, state)
    {
        is_latest = state->filter_number == grid.filter_number;
        if (is_latest)
            state->count = grid.count;
    }
    if (!is_latest)
        return; // it is being counted again
    tr_rows_reset(ev, "rows", grid.count);
    ui_set(ev, "waiting", ui_props(.visible = false));
    show_counts(ev, &grid);
}

TR_ASYNC(grid_filter)
{
    struct grid *grid = tr_state(ev);
    snprintf(grid->filter, sizeof grid->filter, "%s", tr_event_text(ev, ""));
    unsigned number = ++grid->filter_number;
    if (tr_sleep(ev, 250) < 0) // there may be more to come
        return;
    grid = tr_state(ev);
    if (grid->filter_number != number)
        return;
    (void)ui_scroll_to(ev, .key = "rows", .offset = 0);
    tr_start(ev, grid_count);
}

TR_ASYNC(grid_sort)
{
    struct grid *grid = tr_state(ev);
    const int *column = TR_PAYLOAD(ev, int);
    if (column == NULL)
        return;
    grid->is_descending = grid->sorted_by == *column && !grid->is_descending;
    grid->sorted_by = *column;
    ui_replace(ev, "header", header(grid));
    tr_rows_reset(ev, "rows", grid->count);
    (void)ui_scroll_to(ev, .key = "rows", .offset = 0);
}

static void edit(tr_event *ev, struct grid *grid, long long id, int column)
{
    grid->edited = id;
    grid->edited_column = column;
    ui_on(ev, NULL, "keyboard_event", grid_key);
    tr_rows_changed(ev, "rows", 0, grid->count);
}

static void stop_editing(tr_event *ev, const struct grid *grid)
{
    ui_on(ev, NULL, "keyboard_event", NULL);
    tr_rows_changed(ev, "rows", 0, grid->count);
}

TR_ASYNC(grid_edit)
{
    struct grid *grid = tr_state(ev);
    const struct place *place = TR_PAYLOAD(ev, struct place);
    if (place != NULL)
        edit(ev, grid, place->order, place->column);
}

TR_ASYNC(grid_key)
{
    struct grid *grid = tr_state(ev);
    if (strcmp(tr_event_field_text(ev, "key", ""), "Escape") != 0)
        return;
    grid->edited = 0;
    stop_editing(ev, grid);
}

// False: what was typed is no amount.
static bool bind_typed(sqlite3_stmt *statement, int column, const char *typed)
{
    if (column != AMOUNT)
        return typed[0] != '\0' &&
               sqlite3_bind_text(statement, 1, typed, -1, SQLITE_TRANSIENT) == SQLITE_OK;
    char *end;
    double amount = strtod(typed, &end);
    return end != typed && *end == '\0' && amount >= 0 && amount < 1e9 &&
           sqlite3_bind_int64(statement, 1, (long long)(amount * 100 + 0.5)) == SQLITE_OK;
}

static bool save(const struct grid *grid, const char *typed)
{
    sqlite3 *db = open_orders();
    char sql[128];
    snprintf(sql, sizeof sql, "UPDATE orders SET %s = ? WHERE id = ?",
             columns[grid->edited_column].name);
    sqlite3_stmt *statement = NULL;
    bool is_done = db != NULL && sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK &&
                   bind_typed(statement, grid->edited_column, typed) &&
                   sqlite3_bind_int64(statement, 2, grid->edited) == SQLITE_OK &&
                   sqlite3_step(statement) == SQLITE_DONE;
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return is_done;
}

TR_SYNC(grid_save)
{
    struct grid grid;
    char typed[80];
    ui_get_text(ev, "edited", "value", typed, sizeof typed);
    if (tr_state_copy(ev, &grid, sizeof grid) < 0 || grid.edited == 0)
        return;
    if (!save(&grid, typed)) {
        ui_set_string(ev, "edited", "error", "That cannot be saved");
        return;
    }
    TR_WITH_STATE(ev, struct grid, state)
    {
        state->edited = 0;
    }
    stop_editing(ev, &grid);
    tr_publish_others(ev, "orders", "", 0);
}

// Somebody else saved: what is in sight is read again, what is out of sight when it comes.
TR_ASYNC(grid_changed)
{
    tr_rows_changed(ev, "rows", 0, INT32_MAX);
}

TR_ASYNC(grid_select)
{
    struct grid *grid = tr_state(ev);
    const long long *id = TR_PAYLOAD(ev, long long);
    if (id == NULL)
        return;
    unsigned at = 0;
    while (at < grid->selected_count && grid->selected[at] != *id)
        at++;
    if (!tr_event_boolean(ev, 0) && at < grid->selected_count)
        grid->selected[at] = grid->selected[--grid->selected_count];
    else if (tr_event_boolean(ev, 0) && at == grid->selected_count && at < SELECTED_CAP)
        grid->selected[grid->selected_count++] = *id;
    show_counts(ev, grid);
}

static void build(tr_page *page)
{
    static const struct grid fresh = {0};
    ui_put(page, NULL, "appbar", ui_app_bar(.title = "Orders"));
    ui_add(page, ui_row(.wrap = true, .vertical_alignment = UI_CROSS_AXIS_ALIGNMENT_CENTER,
                        UI(ui_text_field("Filter by customer or city", .key = "filter",
                                         .width = 300, .on_change = grid_filter),
                           ui_text("Getting the orders ready", .key = "count"),
                           ui_text("0 selected", .key = "selected"),
                           ui_progress_ring(.key = "waiting", .width = 20, .height = 20))));
    ui_add(page, ui_list_view(.key = "rows", .expand = 1, .row_count = 0, .row_height = ROW_HEIGHT,
                              .row_header = true, .row_cells = true, .on_rows = grid_rows,
                              UI(header(&fresh))));
    tr_subscribe(page, "orders", grid_changed);
    tr_start(page, grid_count);
}

const tr_app grid_app = {.name = "Orders", .build = build, TR_STATE(struct grid)};

int main(int argc, char **argv)
{
    return tr_run(argc, argv, &grid_app);
}
