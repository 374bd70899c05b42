// A form: each field says what it lacks, the first one that does gets the focus, and whoever clicks
// twice sends once.

#include <stdio.h>
#include <string.h>
#include <troupe/troupe.h>

struct order {
    bool is_sent;
    char name[80];
};
TR_LAYOUT(struct order, is_sent, name);

static const char *error_of_name(const char *name)
{
    return name[0] != '\0' ? NULL : "Please tell us your name";
}

static const char *error_of_count(const char *count)
{
    unsigned number;
    char rest;
    return sscanf(count, "%u%c", &number, &rest) == 1 && number >= 1 && number <= 10
               ? NULL
               : "A number from 1 to 10";
}

TR_ASYNC(send_order)
{
    char name[80];
    char count[16];
    ui_get_text(ev, "name", "value", name, sizeof name);
    ui_get_text(ev, "count", "value", count, sizeof count);
    const char *name_error = error_of_name(name);
    const char *count_error = error_of_count(count);
    ui_set_string(ev, "name", "error", name_error); // NULL: none
    ui_set_string(ev, "count", "error", count_error);
    if (name_error != NULL || count_error != NULL) {
        ui_focus(ev, name_error != NULL ? "name" : "count");
        return;
    }
    struct order *order = tr_state(ev);
    if (order->is_sent)
        return;
    order->is_sent = true;
    memcpy(order->name, name, sizeof name);
    ui_set(ev, "send", ui_props(.disabled = true));
    ui_set_textf(ev, "status", "Thank you, %s!", name);
}

TR_ASYNC(forgive)
{
    ui_unset(ev, tr_event_key(ev), "error");
}

static void build(tr_page *page)
{
    ui_add(page, ui_text_field("Name", .key = "name", .autofocus = true,
                               .autofill_hints = UI_AUTOFILL_HINT_NAME, .on_change = forgive,
                               .on_submit = send_order));
    ui_add(page, ui_text_field("How many?", .key = "count", .value = "1",
                               .keyboard_type = UI_KEYBOARD_TYPE_NUMBER, .on_change = forgive,
                               .on_submit = send_order));
    ui_add(page, ui_filled_button("Order", .key = "send", .on_click = send_order));
    ui_add(page, ui_text("", .key = "status"));
}

const tr_app forms_app = {.name = "Order", .build = build, TR_STATE(struct order)};

int main(int argc, char **argv)
{
    return tr_run(argc, argv, &forms_app);
}
