#include <string.h>
#include <troupe/troupe.h>

TR_ASYNC(say)
{
    char text[500];
    ui_get_text(ev, "text", "value", text, sizeof text);
    if (text[0] == 0)
        return;
    tr_publish(ev, "chat", text, strlen(text));
    ui_set_text(ev, "text", "");
}

TR_ASYNC(hear)
{
    size_t size;
    const char *text = tr_event_payload(ev, &size);
    ui_add_to(ev, "lines", ui_text(ui_format("%.*s", (int)size, text)));
}

static void build(tr_page *page)
{
    ui_add(page, ui_column(.key = "lines", .expand = 1, .scroll = UI_SCROLL_MODE_AUTO,
                           .auto_scroll = true));
    ui_add(page, ui_row(UI(ui_text_field("Message", .key = "text", .expand = 1, .autofocus = true,
                                         .on_submit = say),
                           ui_filled_button("Send", .key = "send", .on_click = say))));
    tr_subscribe(page, "chat", hear);
}

int main(int argc, char **argv)
{
    return tr_run(argc, argv, &(tr_app){.name = "Everybody", .build = build});
}
