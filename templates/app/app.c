// @NAME@: what is here, and a way to add to it. The state is one struct a session; the page is built from it.

#include <troupe/troupe.h>

enum { THINGS_CAP = 100, TEXT_CAP = 80 };

struct thing {
    char text[TEXT_CAP];
};
TR_LAYOUT(struct thing, text);

struct list {
    int count;
    struct thing things[THINGS_CAP];
};
TR_LAYOUT(struct list, count, (things, struct thing));

static void show(tr_event *ev)
{
    const struct list *list = tr_state(ev);
    ui_control *rows[THINGS_CAP + 1];
    for (int i = 0; i < list->count; i++)
        rows[i] = ui_text(list->things[i].text);
    rows[list->count] = UI_END;
    ui_set_children(ev, "things", rows);
    ui_set_textf(ev, "count", list->count == 1 ? "%d thing" : "%d things", list->count);
}

TR_ASYNC(add)
{
    struct list *list = tr_state(ev);
    struct thing thing = {0};
    (void)ui_get_text(ev, "new", "value", thing.text, sizeof thing.text);
    if (thing.text[0] == '\0' || list->count == THINGS_CAP)
        return;
    list->things[list->count++] = thing;
    ui_set_text(ev, "new", "");
    show(ev);
}

static void build(tr_page *page)
{
    ui_add(page, ui_text("@NAME@", .theme_style = UI_TEXT_THEME_STYLE_HEADLINE_MEDIUM));
    ui_add(page, ui_row(UI(ui_text_field(.key = "new", .label = "Something new", .on_submit = add),
                           ui_filled_button("Add", .key = "add", .on_click = add))));
    ui_add(page, ui_text("0 things", .key = "count"));
    ui_add(page, ui_column(.key = "things"));
    show(page);
}

const tr_app app = {.name = "@NAME@", .build = build, TR_STATE(struct list)};

int main(int argc, char **argv)
{
    return tr_run(argc, argv, &app);
}
