// A form: what was typed travels with the event, and is kept by the browser while the server is
// away.

#include <troupe/troupe.h>

TR_ASYNC(greet)
{
    char name[64];
    ui_get_text(ev, "name", "value", name, sizeof name);
    if (name[0] == '\0') {
        ui_set_string(ev, "name", "error", "Please tell your name");
        return;
    }
    ui_unset(ev, "name", "error");
    ui_set_textf(ev, "greeting", "Hello, %s!", name);
}

static void build(tr_page *page)
{
    ui_add(page, ui_text("Who are you?", .theme_style = UI_TEXT_THEME_STYLE_HEADLINE_MEDIUM));
    ui_add(page, ui_text_field("Your name", .key = "name", .on_submit = greet));
    ui_add(page, ui_filled_button("Greet me", .key = "greet", .on_click = greet));
    ui_add(page, ui_text("", .key = "greeting", .size = 20));
}

const tr_app form_app = {.name = "Form", .build = build};

int main(int argc, char **argv)
{
    return tr_run(argc, argv, &form_app);
}
