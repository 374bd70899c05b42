// Fields that go from one list to the other when Enter is pressed in them, for tests.

#include <stdbool.h>
#include <troupe/troupe.h>

enum { FIELDS = 3 };

struct lists {
    bool is_right[FIELDS];
};
TR_LAYOUT(struct lists, is_right);

TR_ASYNC(field_move)
{
    struct lists *lists = tr_state(ev);
    const int *number = TR_PAYLOAD(ev, int);
    if (number != NULL)
        lists->is_right[*number] = !lists->is_right[*number];
}

static ui_control *list(const struct lists *lists, bool is_right)
{
    ui_list fields = {0};
    for (int i = 0; i < FIELDS; i++)
        if (lists->is_right[i] == is_right)
            ui_push(&fields,
                    ui_container(ui_text_field(ui_format("Field %d", i),
                                               .on_submit = UI_CALL(field_move, &i)),
                                 .key = ui_format("card-%d", i), .padding = ui_padding(4)));
    return ui_column(.key = is_right ? "right" : "left", .width = 300,
                     .controls = ui_items(&fields));
}

static ui_control *lists_view(tr_event *ev)
{
    const struct lists *lists = tr_state(ev);
    return ui_view(UI(ui_row(UI(list(lists, false), list(lists, true)))));
}

int main(int argc, char **argv)
{
    return tr_run(argc, argv,
                  &(tr_app){.name = "Moving",
                            TR_ROUTES(TR_ROUTE("/", lists_view)),
                            .rebuilds = true,
                            TR_STATE(struct lists)});
}
