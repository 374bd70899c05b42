// Notes in SQLite, for everybody: written by one, seen by all.
//
// Needs: sqlite3

#include <troupe/sqlite.h>
#include <troupe/troupe.h>

static tr_sqlite notes = {
    .file = "notes.db",
    .file_variable = "NOTES_DB",
    .schema = "CREATE TABLE IF NOT EXISTS notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL)"};

TR_DECLARE(note_delete);

TR_SYNC(notes_show)
{
    ui_list tiles = {0};
    TR_SQLITE_ROWS(ev, &notes, row, "SELECT id, text FROM notes ORDER BY id DESC LIMIT ?", 100)
    {
        int64_t id = sqlite3_column_int64(row, 0);
        const char *text = tr_sqlite_text(row, 1);
        ui_control *button = ui_icon_button("delete", .tooltip = ui_format("Delete %s", text),
                                            .on_click = UI_CALL(note_delete, &id));
        ui_push(&tiles, ui_list_tile(text, .key = ui_format("note-%lld", (long long)id),
                                     .trailing_control = button));
    }
    ui_set_children(ev, "notes", ui_items(&tiles));
}

TR_SYNC(note_add)
{
    if (tr_sqlite_run(ev, &notes, "INSERT INTO notes (text) VALUES (?)", tr_event_text(ev, "")) < 0)
        return; // the log and the page say why
    ui_set_text(ev, "new", "");
    tr_publish(ev, "notes", "", 0);
}

TR_SYNC(note_delete)
{
    if (tr_sqlite_run(ev, &notes, "DELETE FROM notes WHERE id = ?", *TR_PAYLOAD(ev, int64_t)) > 0)
        tr_publish(ev, "notes", "", 0);
}

static void build(tr_page *page)
{
    ui_add(page, ui_text_field("A note", .key = "new", .on_submit = note_add));
    ui_add(page, ui_column(.key = "notes"));
    tr_subscribe(page, "notes", notes_show);
    ui_load(page, "notes", notes_show);
}

const tr_app sqlite_app = {.name = "Notes", .build = build};

int main(int argc, char **argv)
{
    return tr_run(argc, argv, &sqlite_app);
}
