// Two steppers, each with a number of its own, that is made of a text and two buttons.

#include <troupe/troupe.h>

struct stepper {
    const char *key;
    char label[40];
    int count;
};
TR_LAYOUT(struct stepper, key, label, count);

TR_ASYNC(stepper_less)
{
    struct stepper *self = tr_component_state(ev);
    if (self != NULL && self->count > 0)
        self->count--;
}

TR_ASYNC(stepper_more)
{
    struct stepper *self = tr_component_state(ev);
    if (self != NULL)
        self->count++;
}

static ui_control *stepper_build(tr_event *ev)
{
    const struct stepper *self = tr_component_state(ev);
    return ui_row(UI(ui_text(ui_format("%s: %d", self->label, self->count), .key = "count"),
                     ui_text_button("Less", .key = "less", .disabled = self->count == 0,
                                    .on_click = stepper_less),
                     ui_text_button("More", .key = "more", .on_click = stepper_more)));
}

TR_COMPONENT(stepper, struct stepper, .version = 1, .rebuilds = true, .build = stepper_build);
#define stepper(...) TR_CONTROL(stepper, struct stepper, __VA_ARGS__)

static void build(tr_page *page)
{
    ui_add(page, stepper(.key = "adults", .label = "Adults", .count = 2));
    ui_add(page, stepper(.key = "children", .label = "Children"));
}

const tr_app custom_controls_app = {.name = "Guests", .build = build};

int main(int argc, char **argv)
{
    return tr_run(argc, argv, &custom_controls_app);
}
