// A number and a button that adds one to it. The number lives in the session's state.

#include <troupe/troupe.h>

struct counter {
    int count;
};
TR_LAYOUT(struct counter, count);

TR_ASYNC(add_one)
{
    struct counter *counter = tr_state(ev);
    ui_set_textf(ev, "count", "%d", ++counter->count);
}

static void build(tr_page *page)
{
    ui_add(page, ui_text("0", .key = "count", .size = 40));
    ui_add(page, ui_filled_button("Add one", .key = "add", .on_click = add_one));
}

const tr_app counter_app = {.name = "Counter", .build = build, TR_STATE(struct counter)};

int main(int argc, char **argv)
{
    return tr_run(argc, argv, &counter_app);
}
