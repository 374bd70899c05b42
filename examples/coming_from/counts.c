// A number that everybody sees change at once.

#include <troupe/troupe.h>

struct counter {
    int count;
};
TR_LAYOUT(struct counter, count);

TR_ASYNC(count_add)
{
    struct counter *counter = tr_state(ev);
    const int *by = TR_PAYLOAD(ev, int);
    counter->count += by != NULL ? *by : 0;
    tr_publish_others(ev, "count", &counter->count, sizeof counter->count);
}

TR_ASYNC(count_heard)
{
    struct counter *counter = tr_state(ev);
    const int *count = TR_PAYLOAD(ev, int);
    if (count != NULL)
        counter->count = *count;
}

TR_ASYNC(counter_enter)
{
    tr_subscribe(ev, "count", count_heard);
}

static ui_control *counter_view(tr_event *ev)
{
    const struct counter *counter = tr_state(ev);
    int one = 1;
    return ui_view(UI(ui_text(ui_format("%d", counter->count), .key = "count"),
                      ui_button("Add one", .on_click = UI_CALL(count_add, &one))));
}

const tr_app counts_app = {.name = "Counter",
                           TR_ROUTES(TR_ROUTE("/", counter_view, .on_enter = counter_enter)),
                           .rebuilds = true,
                           TR_STATE(struct counter)};

int main(int argc, char **argv)
{
    return tr_run(argc, argv, &counts_app);
}
