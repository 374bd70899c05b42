// A counter whose page ends its process, once it is poisoned: each time that it moves to another process, or
// its browser comes back. At /ill it cannot even be built.

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <troupe/troupe.h>

struct dose {
    int count;
    bool is_poisoned;
};
TR_LAYOUT(struct dose, count, is_poisoned);

TR_ASYNC(poison_add)
{
    struct dose *dose = tr_state(ev);
    ui_set_textf(ev, "count", "%d", ++dose->count);
}

TR_ASYNC(poison_take)
{
    struct dose *dose = tr_state(ev);
    dose->is_poisoned = true;
    ui_set_text(ev, "look", "poisoned");
}

TR_ASYNC(poison_work)
{
    const struct dose *dose = tr_state(ev);
    if (dose->is_poisoned)
        abort();
}

static void build(tr_page *page)
{
    char route[32] = "";
    tr_page_route(page, route, sizeof route);
    if (strcmp(route, "/ill") == 0)
        abort();
    ui_on(page, NULL, "connect", poison_work);
    ui_add(page, ui_button("add", .on_click = poison_add));
    ui_add(page, ui_button("poison", .on_click = poison_take));
    ui_add(page, ui_text("0", .key = "count", .tooltip = "count"));
    ui_add(page, ui_text("well", .key = "look", .tooltip = "look"));
}

int main(int argc, char **argv)
{
    return tr_run(
        argc, argv,
        &(tr_app){.name = "Poison", .build = build, .on_move = poison_work, TR_STATE(struct dose)});
}
