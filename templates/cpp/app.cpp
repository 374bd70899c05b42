// @NAME@: what is here, and a way to add to it. The state is one struct a session; the page is built from it.

#include <iterator>
#include <span>
#include <vector>

#include <troupe/troupe.h>

struct thing {
    char text[80];
};
TR_LAYOUT(thing, text);

// Plain bytes, as in C: they are saved and moved, and begin as zeros.
struct everything {
    thing things[100];
    unsigned count;

    std::span<const thing> all() const { return {things, count}; }
};
TR_LAYOUT(everything, (things, thing), count);

static void show(tr_event *ev)
{
    const everything *state = tr_state(ev);
    std::vector<ui_control *> rows;
    for (const thing &each : state->all())
        rows.push_back(ui_text(.value = each.text));
    rows.push_back(UI_END);
    ui_set_children(ev, "things", rows.data());
    ui_set_textf(ev, "count", state->count == 1 ? "%u thing" : "%u things", state->count);
}

TR_ASYNC(add)
{
    everything *state = tr_state(ev);
    thing added = {};
    (void)ui_get_text(ev, "new", "value", added.text, sizeof added.text);
    if (added.text[0] == '\0' || state->count == std::size(state->things))
        return;
    state->things[state->count++] = added;
    ui_set_text(ev, "new", "");
    show(ev);
}

static void build(tr_page *page)
{
    ui_add(page, ui_text(.value = "@NAME@", .theme_style = UI_TEXT_THEME_STYLE_HEADLINE_MEDIUM));
    ui_add(page, ui_row(UI(ui_text_field(.label = "Something new", .on_submit = add, .key = "new"),
                           ui_filled_button(.content = "Add", .on_click = add, .key = "add"))));
    ui_add(page, ui_text(.value = "0 things", .key = "count"));
    ui_add(page, ui_column(.key = "things"));
    show(page);
}

// `extern`: for the test. Objects that are const belong to their file in C++.
extern const tr_app app;
const tr_app app = {.name = "@NAME@", .build = build, TR_STATE(everything)};

int main(int argc, char **argv)
{
    return tr_run(argc, argv, &app);
}
