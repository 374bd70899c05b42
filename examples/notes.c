// Views, routes and dialogs: a list, a view for each note with an address of its own, a question
// before one is deleted, and a theme to choose.

#include <stdlib.h>
#include <troupe/troupe.h>

enum { NOTES = 40 };

struct notes {
    bool is_deleted[NOTES];
};
TR_LAYOUT(struct notes, is_deleted);

TR_ASYNC(open_note)
{
    const int *number = TR_PAYLOAD(ev, int);
    if (number != NULL)
        tr_push_route(ev, ui_format("/note/%d", *number));
}

TR_ASYNC(delete_note)
{
    char id[16];
    tr_route_param(ev, "id", id, sizeof id);
    if (tr_confirm(ev, "Delete this note?", .text = "It cannot be brought back.", .yes = "Delete",
                   .no = "Keep", .is_dangerous = true) != 1)
        return;
    struct notes *state = tr_state(ev);
    state->is_deleted[atoi(id) - 1] = true;
    ui_remove(ev, ui_format("open-%s", id));
    tr_go_back(ev);
    tr_snack(ev, "Note %s deleted", id);
}

TR_ASYNC(choose_theme)
{
    ui_set(ev, NULL,
           ui_page_props(.theme_mode =
                             tr_event_boolean(ev, 0) ? UI_THEME_MODE_DARK : UI_THEME_MODE_LIGHT));
}

static ui_control *home(tr_event *ev)
{
    const struct notes *state = tr_state(ev);
    ui_control *tiles[NOTES + 1] = {0};
    unsigned count = 0;
    for (int number = 1; number <= NOTES; number++)
        if (!state->is_deleted[number - 1])
            tiles[count++] =
                ui_list_tile(.key = ui_format("open-%d", number), .leading = "description_outlined",
                             .title = ui_format("Note %d", number),
                             .on_click = UI_CALL(open_note, &number));
    tiles[count] = UI_END;
    return ui_view(.scroll = UI_SCROLL_MODE_AUTO,
                   .appbar = ui_app_bar(.title = "Notes",
                                        .actions = UI_LIST(ui_switch(.label = "Dark", .key = "dark",
                                                                     .value = tr_page_is_dark(ev),
                                                                     .on_change = choose_theme))),
                   UI(ui_text_field(.key = "search", .label = "Search"),
                      ui_column(.key = "list", .controls = tiles)));
}

static ui_control *note(tr_event *ev)
{
    char id[16];
    tr_route_param(ev, "id", id, sizeof id);
    const struct notes *state = tr_state(ev);
    int number = atoi(id);
    if (number < 1 || number > NOTES || state->is_deleted[number - 1])
        return ui_view(.appbar = ui_app_bar(.title = "No such note"),
                       UI(ui_text("It may have been deleted.")));
    ui_set(ev, NULL, ui_page_props(.title = ui_format("Note %d", number)));
    return ui_view(.appbar = ui_app_bar(.title = ui_format("Note %d", number)),
                   UI(ui_text_field(.key = "text", .label = "Text", .multiline = true,
                                    .expand_loose = true),
                      ui_outlined_button("Delete", .icon = "delete_outlined",
                                         .on_click = delete_note)));
}

const tr_app notes_app = {.name = "Notes",
                          TR_STATE(struct notes),
                          TR_ROUTES(TR_ROUTE("/", home), TR_ROUTE("/note/:id", note)),
                          .first_paint = true};

int main(int argc, char **argv)
{
    return tr_run(argc, argv, &notes_app);
}
