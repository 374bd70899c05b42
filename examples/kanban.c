// Kanban boards that everybody sees change at once: cards in SQLite, dragged or moved by buttons,
// edited in a dialog; who is looking, a filter, a name and a theme that the browser remembers.
// kanban/kanban.py is the same app in Flet. KANBAN_DB names the database's file.
//
// Needs: sqlite3

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <troupe/actors.h>
#include <troupe/sqlite.h>
#include <troupe/troupe.h>

enum { COLUMNS = 3, NAME_BYTES = 40, TITLE_BYTES = 80, TEXT_BYTES = 400 };
static const char *const titles[COLUMNS] = {"To do", "Doing", "Done"};

static tr_sqlite db = {
    .file = "kanban.db",
    .file_variable = "KANBAN_DB",
    .schema = "CREATE TABLE IF NOT EXISTS boards (id INTEGER PRIMARY KEY, name TEXT NOT NULL);"
              "CREATE TABLE IF NOT EXISTS cards (id INTEGER PRIMARY KEY, board INTEGER NOT NULL,"
              " col INTEGER NOT NULL, place REAL NOT NULL, title TEXT NOT NULL, text TEXT);"
              "CREATE INDEX IF NOT EXISTS cards_of ON cards (board, place)"};

struct person {
    uint64_t number;
    char name[NAME_BYTES];
};
TR_LAYOUT(struct person, number, name);

struct card { // the one in the dialog; id 0: a new one
    int64_t id;
    int column;
    char title[TITLE_BYTES], text[TEXT_BYTES];
    ui_form_status status;
};
TR_LAYOUT(struct card, id, column, title, text, (status, ui_form_status));

struct kanban {
    int64_t board;
    char filter[TITLE_BYTES];
    struct person me;
    struct card card;
};
TR_LAYOUT(struct kanban, board, filter, (me, struct person), (card, struct card));

struct move {
    int64_t id; // 0: the one that is dragged
    int column;
    int64_t before; // 0: to the end
};

TR_DECLARE(card_move);
TR_DECLARE(card_edit);
TR_DECLARE(card_save);
TR_DECLARE(card_delete);

UI_FORM(card_form, struct kanban, card.status, card_save,
        UI_FIELD(card.title, .required = "A card has a title"), UI_FIELD(card.text));

static const char *topic_of(int64_t board)
{
    return ui_format("board/%lld", (long long)board);
}

// -- a board --

static ui_control *step_button(const char *side, int64_t id, int column, const char *title)
{
    return ui_icon_button(ui_format("chevron_%s", side),
                          .tooltip = ui_format("%s to the %s", title, side),
                          .key = ui_format("%s-%lld", side, (long long)id),
                          .disabled = column < 0 || column == COLUMNS,
                          .on_click = UI_CALL(card_move, (&(struct move){id, column, 0})));
}

static ui_control *card_view(int64_t id, int column, const char *title, const char *text)
{
    ui_control *face = ui_card(ui_container(
        ui_column(.spacing = 4, .horizontal_alignment = UI_CROSS_AXIS_ALIGNMENT_STRETCH,
                  UI(ui_text(title, .weight = UI_FONT_WEIGHT_W_500),
                     ui_text(text, .size = 13, .max_lines = 3, .visible = text[0] != '\0',
                             .color = "on_surface_variant", .overflow = UI_TEXT_OVERFLOW_ELLIPSIS),
                     ui_row(.alignment = UI_MAIN_AXIS_ALIGNMENT_END, .spacing = 0,
                            UI(step_button("left", id, column - 1, title),
                               step_button("right", id, column + 1, title))))),
        .padding = ui_padding(12), .on_click = UI_CALL(card_edit, (&(struct move){.id = id}))));
    return ui_drag_target(ui_draggable(face, .key = ui_format("card-%lld", (long long)id),
                                       .group = "cards", .payload = UI_PAYLOAD(&id)),
                          .key = ui_format("drop-%lld", (long long)id), .group = "cards",
                          .on_accept = UI_CALL(card_move, (&(struct move){0, column, id})));
}

static ui_control *column_view(int column, const ui_list *cards)
{
    struct move end = {.column = column};
    ui_control *content =
        ui_column(.horizontal_alignment = UI_CROSS_AXIS_ALIGNMENT_STRETCH,
                  UI(ui_row(.alignment = UI_MAIN_AXIS_ALIGNMENT_SPACE_BETWEEN,
                            UI(ui_text(titles[column], .size = 18, .weight = UI_FONT_WEIGHT_W_500),
                               ui_text(ui_format("%u", cards->count),
                                       .key = ui_format("count-%d", column)))),
                     ui_column(.spacing = 4,
                               .horizontal_alignment = UI_CROSS_AXIS_ALIGNMENT_STRETCH,
                               .controls = ui_items(cards)),
                     ui_text_button("Add a card", .icon = "add", .key = ui_format("add-%d", column),
                                    .on_click = UI_CALL(card_edit, &end))));
    return ui_drag_target(ui_container(content, .padding = ui_padding(12),
                                       .bgcolor = "surface_container",
                                       .border_radius = ui_radius(12)),
                          .key = ui_format("column-%d", column), .group = "cards",
                          .on_accept = UI_CALL(card_move, &end));
}

TR_SYNC(board_show)
{
    struct kanban k;
    ui_list cards[COLUMNS] = {0}, columns = {0};
    if (tr_state_copy(ev, &k, sizeof k) < 0)
        return;
    TR_SQLITE_ROWS(ev, &db, row,
                   "SELECT id, col, title, text FROM cards WHERE board = ?1 AND"
                   " (title LIKE ?2 OR text LIKE ?2) ORDER BY place, id",
                   k.board, ui_format("%%%s%%", k.filter))
    {
        int column = sqlite3_column_int(row, 1);
        ui_push(&cards[column], card_view(sqlite3_column_int64(row, 0), column,
                                          tr_sqlite_text(row, 2), tr_sqlite_text(row, 3)));
    }
    for (int i = 0; i < COLUMNS; i++)
        ui_push(&columns, ui_container(column_view(i, &cards[i]), .key = ui_format("box-%d", i),
                                       .col_sizes = ui_breakpoints(.xs = 12, .md = 4)));
    ui_set_children(ev, "columns", ui_items(&columns));
}

static void board_changed(tr_event *ev, const struct kanban *k)
{
    board_show->run(ev);
    tr_publish_others(ev, topic_of(k->board), "", 0);
}

// -- cards --

TR_SYNC(card_move)
{
    const struct move *to = TR_PAYLOAD(ev, struct move);
    const int64_t *id = to->id != 0 ? &to->id : TR_DRAGGED(ev, int64_t);
    struct kanban k;
    if (id == NULL || *id == to->before || tr_state_copy(ev, &k, sizeof k) < 0)
        return;
    double place =
        to->before != 0
            ? tr_sqlite_number(ev, &db, 1, "SELECT place FROM cards WHERE id = ?", to->before)
            : tr_sqlite_number(ev, &db, 1, "SELECT max(place) + 1 FROM cards WHERE board = ?",
                               k.board);
    if (tr_sqlite_run(ev, &db,
                      "UPDATE cards SET col = CASE id WHEN ?1 THEN ?2 ELSE col END,"
                      " place = CASE id WHEN ?1 THEN ?3 ELSE place + 1 END"
                      " WHERE id = ?1 OR (board = ?4 AND place >= ?3)",
                      *id, to->column, place, k.board) < 0)
        return;
    board_changed(ev, &k);
    if (to->id != 0) // the button was removed with its card
        ui_focus(
            ev, ui_format("%s-%lld", to->column == COLUMNS - 1 ? "left" : "right", (long long)*id));
}

TR_ASYNC(dialog_close)
{
    tr_close_dialog(ev);
}

TR_SYNC(card_edit)
{
    const struct move *which = TR_PAYLOAD(ev, struct move);
    struct card card = {.id = which->id, .column = which->column};
    TR_SQLITE_ROWS(ev, &db, row, "SELECT title, text FROM cards WHERE id = ?", card.id)
    {
        snprintf(card.title, sizeof card.title, "%s", tr_sqlite_text(row, 0));
        snprintf(card.text, sizeof card.text, "%s", tr_sqlite_text(row, 1));
    }
    TR_WITH_STATE(ev, struct kanban, k)
    {
        k->card = card;
    }
    ui_control *title = ui_text_field("Title", .autofocus = true, .max_length = TITLE_BYTES - 1);
    ui_control *text = ui_text_field("Text", .multiline = true, .min_lines = 3, .max_lines = 8,
                                     .max_length = TEXT_BYTES - 1);
    tr_show_dialog(
        ev, ui_alert_dialog(
                card.id != 0 ? "Edit card" : ui_format("New card: %s", titles[card.column]),
                .content = ui_column(.tight = true, .width = 420,
                                     UI(ui_bound(ev, card_form, card.title, title),
                                        ui_bound(ev, card_form, card.text, text))),
                .actions = UI_LIST(ui_text_button("Delete", .key = "delete",
                                                  .visible = card.id != 0, .on_click = card_delete),
                                   ui_text_button("Cancel", .on_click = dialog_close),
                                   ui_form_button(ev, card_form, ui_filled_button("Save")))));
}

TR_SYNC(card_save)
{
    struct kanban k;
    if (tr_state_copy(ev, &k, sizeof k) < 0)
        return;
    int result =
        k.card.id != 0
            ? tr_sqlite_run(ev, &db, "UPDATE cards SET title = ?, text = ? WHERE id = ?",
                            k.card.title, k.card.text, k.card.id)
            : tr_sqlite_run(
                  ev, &db,
                  "INSERT INTO cards (board, col, title, text, place) SELECT ?1, ?2, ?3, ?4,"
                  " coalesce(max(place), 0) + 1 FROM cards WHERE board = ?1",
                  k.board, k.card.column, k.card.title, k.card.text);
    if (result < 0)
        return;
    tr_close_dialog(ev);
    board_changed(ev, &k);
}

TR_SYNC(card_delete)
{
    struct kanban k;
    if (tr_state_copy(ev, &k, sizeof k) < 0 ||
        tr_confirm(ev, "Delete this card?",
                   .text = ui_format("\"%s\" cannot be brought back.", k.card.title),
                   .yes = "Delete", .is_dangerous = true) != 1)
        return;
    if (tr_sqlite_run(ev, &db, "DELETE FROM cards WHERE id = ?", k.card.id) < 0)
        return;
    tr_close_dialog(ev);
    board_changed(ev, &k);
}

// -- who is here --

static void add_person(void *list, const char *who, const void *meta, size_t size)
{
    const struct person *person = meta;
    if (size == sizeof *person)
        ui_push(list, ui_chip(.label = person->name, .key = ui_format("person-%s", who)));
}

TR_ASYNC(people_show)
{
    const struct kanban *k = tr_state(ev);
    ui_list people = {0};
    if (tr_presence_list(ev, topic_of(k->board), add_person, &people) >= 0)
        ui_set_children(ev, "people", ui_items(&people));
}

static void join(tr_event *ev, const struct kanban *k)
{
    if (k->board != 0)
        tr_presence_join(ev, topic_of(k->board), &k->me, sizeof k->me);
}

TR_ASYNC(name_ask)
{
    struct kanban *k = tr_state(ev);
    char name[NAME_BYTES];
    if (tr_prompt(ev, name, sizeof name, "Your name", .label = "Name", .value = k->me.name,
                  .required = "Others see it beside the board") != 1)
        return;
    memcpy(k->me.name, name, sizeof name);
    join(ev, k);
    (void)ui_shared_preferences_set(ev, NULL, "kanban.name", .value = name);
}

TR_ASYNC(theme_switch)
{
    const char *mode = tr_page_is_dark(ev) ? "light" : "dark";
    ui_set_string(ev, NULL, "theme_mode", mode);
    (void)ui_shared_preferences_set(ev, NULL, "kanban.theme", .value = mode);
}

TR_ASYNC(recall)
{
    const ui_any *name = NULL, *mode = NULL;
    if (ui_shared_preferences_get(ev, &mode, "kanban.theme") == 0 && mode != NULL)
        ui_set_string(ev, NULL, "theme_mode", mode->text);
    if (ui_shared_preferences_get(ev, &name, "kanban.name") < 0 || name == NULL)
        return;
    struct kanban *k = tr_state(ev);
    snprintf(k->me.name, sizeof k->me.name, "%s", name->text);
    join(ev, k);
}

// -- the views --

static ui_control *app_bar(const char *title)
{
    return ui_app_bar(
        title, .bgcolor = "surface_container",
        .actions = UI_LIST(
            ui_icon_button("person", .tooltip = "Your name", .on_click = name_ask),
            ui_icon_button("contrast", .tooltip = "Light or dark", .on_click = theme_switch)));
}

TR_ASYNC(filter_typed)
{
    struct kanban *k = tr_state(ev);
    snprintf(k->filter, sizeof k->filter, "%s", tr_event_text(ev, ""));
    tr_start(ev, board_show);
}

TR_SYNC(board_name)
{
    struct kanban k;
    if (tr_state_copy(ev, &k, sizeof k) < 0)
        return;
    TR_SQLITE_ROWS(ev, &db, row, "SELECT name FROM boards WHERE id = ?", k.board)
    {
        ui_set_string(ev, NULL, "title", tr_sqlite_text(row, 0));
        ui_set_text(ev, "board", tr_sqlite_text(row, 0));
    }
}

TR_ASYNC(board_enter)
{
    struct kanban *k = tr_state(ev);
    char id[24];
    tr_route_param(ev, "id", id, sizeof id);
    k->board = atoll(id);
    k->filter[0] = '\0';
    tr_subscribe(ev, topic_of(k->board), board_show);
    tr_presence_watch(ev, topic_of(k->board), people_show);
    join(ev, k);
    tr_start(ev, board_name);
    ui_load(ev, "columns", board_show);
}

static ui_control *board_view(tr_event *ev)
{
    (void)ev;
    return ui_view(.appbar = app_bar("Board"), .scroll = UI_SCROLL_MODE_AUTO,
                   UI(ui_row(.wrap = true,
                             UI(ui_text("", .key = "board", .size = 24),
                                ui_text_field("Filter", .key = "filter", .width = 240,
                                              .dense = true, .on_change = filter_typed),
                                ui_row(.key = "people", .wrap = true, .spacing = 4))),
                      ui_responsive_row(.key = "columns")));
}

TR_ASYNC(board_open)
{
    tr_push_route(ev, ui_format("/board/%lld", (long long)*TR_PAYLOAD(ev, int64_t)));
}

TR_SYNC(boards_show)
{
    ui_list tiles = {0};
    TR_SQLITE_ROWS(ev, &db, row, "SELECT id, name FROM boards ORDER BY name")
    {
        int64_t id = sqlite3_column_int64(row, 0);
        ui_push(&tiles, ui_list_tile(tr_sqlite_text(row, 1), .leading = "view_kanban",
                                     .key = ui_format("open-%lld", (long long)id),
                                     .on_click = UI_CALL(board_open, &id)));
    }
    if (tiles.count == 0)
        ui_push(&tiles,
                ui_text("No boards yet: make the first one.", .color = "on_surface_variant"));
    ui_set_children(ev, "boards", ui_items(&tiles));
}

TR_SYNC(board_new)
{
    char name[NAME_BYTES];
    if (tr_prompt(ev, name, sizeof name, "New board", .label = "Name", .yes = "Create",
                  .required = "A board has a name") != 1 ||
        tr_sqlite_run(ev, &db, "INSERT INTO boards (name) VALUES (?)", name) < 0)
        return;
    tr_publish(ev, "boards", "", 0);
}

TR_ASYNC(home_enter)
{
    tr_subscribe(ev, "boards", boards_show);
    ui_load(ev, "boards", boards_show);
}

static ui_control *home_view(tr_event *ev)
{
    ui_set_string(ev, NULL, "title", "Boards");
    return ui_view(.appbar = app_bar("Boards"), .scroll = UI_SCROLL_MODE_AUTO,
                   UI(ui_filled_button("New board", .icon = "add", .on_click = board_new),
                      ui_column(.key = "boards")));
}

static void build(tr_page *page)
{
    struct kanban *k = tr_state(page);
    k->me.number = tr_core_random(tr_core_current());
    snprintf(k->me.name, sizeof k->me.name, "Guest %u", (unsigned)(k->me.number % 1000));
    tr_start(page, recall);
}

const tr_app kanban_app = {.name = "Kanban",
                           .build = build,
                           TR_ROUTES(TR_ROUTE("/", home_view, .on_enter = home_enter),
                                     TR_ROUTE("/board/:id", board_view, .on_enter = board_enter)),
                           TR_STATE(struct kanban)};

int main(int argc, char **argv)
{
    return tr_run(argc, argv, &kanban_app);
}
