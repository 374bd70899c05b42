// All that a program declares for the library to find (troupe/linker_sets.h), used once. It is linked with the
// shared library and with the static one, by pkg-config and by CMake, and ends with 0.

#include <stdio.h>

#include <troupe/test.h>
#include <troupe/troupe.h>

struct lamp {
    const char *key;
    bool is_on;
};
TR_LAYOUT(struct lamp, key, is_on);

static ui_control *show(tr_event *ev)
{
    const struct lamp *self = tr_component_state(ev);
    return ui_text(self->is_on ? "it shines" : "it is dark");
}

TR_COMPONENT(lamp, struct lamp, .build = show);

struct order {
    char name[32];
    ui_form_status status;
};
TR_LAYOUT(struct order, name, (status, ui_form_status));

TR_DECLARE(send_order);
UI_FORM(order, struct order, status, send_order, UI_FIELD(name, .required = "a name, please"));

TR_SYNC(send_order)
{
    ui_set_text(ev, "said", "sent");
}

TR_ASYNC(add)
{
    ui_set_text(ev, "said", "added");
}

static void build(tr_page *page)
{
    ui_add(page, ui_text("", .key = "said"));
    ui_add(page, ui_button("Add", .on_click = add));
    ui_add(page, TR_CONTROL(lamp, struct lamp, .is_on = true));
    ui_add(page, ui_bound(page, order, name, ui_text_field("Name")));
    ui_add(page, ui_form_button(page, order, ui_filled_button("Send")));
}

int main(void)
{
    const tr_app app = {.name = "Linked", .build = build, TR_STATE(struct order)};
    tr_test_page *page = tr_test_open(&app, NULL);
    tr_test_expect(page, .text = "it shines");
    tr_test_click(page, .text = "Add");
    tr_test_expect(page, .text = "added");
    tr_test_click(page, .text = "Send");
    tr_test_expect(page, .text = "a name, please");
    tr_test_type(page, "Ada", .key = "name");
    tr_test_click(page, .text = "Send");
    tr_test_expect(page, .text = "sent");
    tr_test_close(&page);
    puts("linked");
    return 0;
}
