// A list of things to do: add, tick, edit, delete, filter. It lives in the session's state, so that
// a reload, a lost connection or a duplicated tab has it as it was. The keyboard is enough: Enter
// adds and saves, Escape leaves an edit.

#include <stdio.h>
#include <string.h>
#include <troupe/troupe.h>

#define ITEM_CAP 100
#define TEXT_BYTES 400

enum filter { ALL, ACTIVE, DONE };

struct item {
    unsigned id;
    bool is_done;
    char text[TEXT_BYTES];
};
TR_LAYOUT(struct item, id, is_done, text);

struct todo {
    struct item items[ITEM_CAP];
    unsigned count;
    unsigned last_id;
    unsigned edited_id; // 0: none
    enum filter filter;
};
TR_LAYOUT(struct todo, (items, struct item), count, last_id, edited_id, filter);

TR_DECLARE(todo_tick);
TR_DECLARE(todo_edit);
TR_DECLARE(todo_save);
TR_DECLARE(todo_cancel);
TR_DECLARE(todo_delete);
TR_DECLARE(todo_key);

static ui_control *shown_row(const struct item *item)
{
    return ui_row(.key = ui_format("item-%u", item->id),
                  UI(ui_container(ui_checkbox(.label = item->text, .value = item->is_done,
                                              .on_change = UI_CALL(todo_tick, &item->id)),
                                  .expand = 1),
                     ui_icon_button("edit", .tooltip = ui_format("Edit %s", item->text),
                                    .on_click = UI_CALL(todo_edit, &item->id)),
                     ui_icon_button("delete", .tooltip = ui_format("Delete %s", item->text),
                                    .on_click = UI_CALL(todo_delete, &item->id))));
}

static ui_control *edited_row(const struct item *item)
{
    return ui_row(.key = ui_format("editing-%u", item->id),
                  .vertical_alignment = UI_CROSS_AXIS_ALIGNMENT_START,
                  UI(ui_text_field("Edit", .value = item->text, .key = "text", .autofocus = true,
                                   .expand = 1, .max_length = TEXT_BYTES / 4,
                                   .on_submit = todo_save),
                     ui_icon_button("check", .tooltip = "Save", .key = "save",
                                    .on_click = todo_save),
                     ui_icon_button("close", .tooltip = "Cancel", .key = "cancel",
                                    .on_click = todo_cancel)));
}

static bool is_shown(const struct todo *todo, const struct item *item)
{
    return todo->filter == ALL || item->is_done == (todo->filter == DONE);
}

// Rows keep their controls by key: only what differs travels.
static void show(tr_event *ev, const struct todo *todo)
{
    ui_control *rows[ITEM_CAP + 1];
    unsigned shown = 0;
    unsigned left = 0;
    for (unsigned i = 0; i < todo->count; i++) {
        const struct item *item = &todo->items[i];
        left += !item->is_done;
        if (item->id == todo->edited_id)
            rows[shown++] = edited_row(item);
        else if (is_shown(todo, item))
            rows[shown++] = shown_row(item);
    }
    rows[shown] = UI_END;
    ui_set_children(ev, "items", rows);
    ui_set_textf(ev, "left", left == 1 ? "1 thing left" : "%u things left", left);
    ui_set(ev, "clear", ui_props(.visible = left < todo->count));
    ui_on(ev, NULL, "keyboard_event", todo->edited_id != 0 ? todo_key : NULL);
}

// The item whose control fired.
static struct item *item_of(tr_event *ev, struct todo *todo)
{
    const unsigned *id = TR_PAYLOAD(ev, unsigned);
    for (unsigned i = 0; id != NULL && i < todo->count; i++)
        if (todo->items[i].id == *id)
            return &todo->items[i];
    return NULL; // deleted meanwhile
}

// The typed text, without blanks around it. False when nothing is left.
static bool read_text(tr_event *ev, const char *key, char out[TEXT_BYTES])
{
    char typed[TEXT_BYTES];
    ui_get_text(ev, key, "value", typed, sizeof typed);
    const char *start = typed + strspn(typed, " \t");
    size_t size = strlen(start);
    while (size != 0 && strchr(" \t", start[size - 1]) != NULL)
        size--;
    snprintf(out, TEXT_BYTES, "%.*s", (int)size, start);
    return size != 0;
}

TR_ASYNC(todo_add)
{
    struct todo *todo = tr_state(ev);
    char text[TEXT_BYTES] = ""; // all of it goes into the state, and so to the store
    if (!read_text(ev, "new", text))
        return;
    if (todo->count == ITEM_CAP) {
        ui_set(ev, "new",
               ui_text_field_props(.error = "That is enough for one list: do something first"));
        return;
    }
    struct item *item = &todo->items[todo->count++];
    *item = (struct item){.id = ++todo->last_id};
    memcpy(item->text, text, sizeof text);
    ui_unset(ev, "new", "error");
    ui_set_text(ev, "new", "");
    show(ev, todo);
}

TR_ASYNC(todo_tick)
{
    struct todo *todo = tr_state(ev);
    struct item *item = item_of(ev, todo);
    if (item == NULL)
        return;
    item->is_done = tr_event_boolean(ev, item->is_done);
    show(ev, todo);
}

TR_ASYNC(todo_edit)
{
    struct todo *todo = tr_state(ev);
    struct item *item = item_of(ev, todo);
    if (item == NULL)
        return;
    todo->edited_id = item->id;
    show(ev, todo);
}

TR_ASYNC(todo_save)
{
    struct todo *todo = tr_state(ev);
    char text[TEXT_BYTES] = "";
    if (!read_text(ev, "text", text))
        return;
    for (unsigned i = 0; i < todo->count; i++)
        if (todo->items[i].id == todo->edited_id)
            memcpy(todo->items[i].text, text, sizeof text);
    todo->edited_id = 0;
    show(ev, todo);
}

static void stop_editing(tr_event *ev)
{
    struct todo *todo = tr_state(ev);
    todo->edited_id = 0;
    show(ev, todo);
}

TR_ASYNC(todo_cancel)
{
    stop_editing(ev);
}

TR_ASYNC(todo_key)
{
    if (strcmp(tr_event_field_text(ev, "key", ""), "Escape") == 0)
        stop_editing(ev);
}

TR_ASYNC(todo_delete)
{
    struct todo *todo = tr_state(ev);
    struct item *item = item_of(ev, todo);
    if (item == NULL)
        return;
    struct item *end = &todo->items[todo->count--];
    memmove(item, item + 1, (size_t)(end - item - 1) * sizeof *item);
    show(ev, todo);
}

TR_ASYNC(todo_filter)
{
    struct todo *todo = tr_state(ev);
    const char *name = tr_event_text(ev, "all");
    todo->filter = strcmp(name, "active") == 0 ? ACTIVE : strcmp(name, "done") == 0 ? DONE : ALL;
    show(ev, todo);
}

TR_ASYNC(todo_clear)
{
    struct todo *todo = tr_state(ev);
    unsigned kept = 0;
    for (unsigned i = 0; i < todo->count; i++)
        if (!todo->items[i].is_done)
            todo->items[kept++] = todo->items[i];
    todo->count = kept;
    show(ev, todo);
}

static void build(tr_page *page)
{
    ui_control *filter = ui_radio_group(
        ui_row(.wrap = true, UI(ui_radio(.value = "all", .label = "All", .key = "all"),
                                ui_radio(.value = "active", .label = "To do", .key = "active"),
                                ui_radio(.value = "done", .label = "Done", .key = "finished"))),
        .value = "all", .key = "filter", .on_change = todo_filter);
    ui_control *list =
        ui_column(.col_sizes = ui_breakpoints(.xs = 12, .md = 8, .xl = 6),
                  .horizontal_alignment = UI_CROSS_AXIS_ALIGNMENT_STRETCH,
                  UI(ui_row(.vertical_alignment = UI_CROSS_AXIS_ALIGNMENT_START,
                            UI(ui_text_field("What is to be done?", .key = "new", .expand = 1,
                                             .autofocus = true, .max_length = TEXT_BYTES / 4,
                                             .on_submit = todo_add),
                               ui_icon_button("add", .tooltip = "Add", .key = "add",
                                              .on_click = todo_add))),
                     filter, ui_column(.key = "items", .spacing = 4),
                     ui_row(.alignment = UI_MAIN_AXIS_ALIGNMENT_SPACE_BETWEEN,
                            UI(ui_text("0 things left", .key = "left"),
                               ui_text_button("Clear what is done", .key = "clear",
                                              .visible = false, .on_click = todo_clear)))));
    ui_put(page, NULL, "appbar", ui_app_bar(.title = "Todo"));
    ui_set(page, NULL, ui_view_props(.scroll = UI_SCROLL_MODE_AUTO));
    ui_add(page, ui_responsive_row(.alignment = UI_MAIN_AXIS_ALIGNMENT_CENTER, UI(list)));
}

const tr_app todo_app = {.name = "Todo", .build = build, TR_STATE(struct todo)};

int main(int argc, char **argv)
{
    return tr_run(argc, argv, &todo_app);
}
