// A form: its fields are members of the state, each says what it lacks, the first one that does gets
// the focus, and whoever clicks twice sends once.

#include <troupe/troupe.h>

struct order {
    char name[80];
    int count;
    bool is_read; // the terms
    ui_form_status status;
};
TR_LAYOUT(struct order, name, count, is_read, (status, ui_form_status));

TR_DECLARE(order_send);
UI_FORM(order_form, struct order, status, order_send,
        UI_FIELD(name, .required = "Please tell us your name"),
        UI_FIELD(count, .least = 1, .most = 10),
        UI_FIELD(is_read, .required = "Please read the terms first"));

// Runs once all that was entered is right.
TR_ASYNC(order_send)
{
    const struct order *order = tr_state(ev);
    if (order->count == 7) {
        ui_form_error(ev, order_form, count, "We have six left");
        return;
    }
    ui_set_textf(ev, "thanks", "Thank you, %s! %d are on their way.", order->name, order->count);
}

static void build(tr_page *page)
{
    struct order *order = tr_state(page);
    order->count = 1;
    ui_add(page, ui_bound(page, order_form, name,
                          ui_text_field("Name", .autofocus = true,
                                        .autofill_hints = UI_AUTOFILL_HINT_NAME)));
    ui_add(page, ui_bound(page, order_form, count,
                          ui_text_field("How many?", .keyboard_type = UI_KEYBOARD_TYPE_NUMBER)));
    ui_add(page,
           ui_bound(page, order_form, is_read, ui_checkbox(.label = "I have read the terms")));
    ui_add(page, ui_form_button(page, order_form, ui_filled_button("Order")));
    ui_add(page, ui_text("", .key = "thanks"));
}

const tr_app forms_app = {.name = "Order", .build = build, TR_STATE(struct order)};

int main(int argc, char **argv)
{
    return tr_run(argc, argv, &forms_app);
}
