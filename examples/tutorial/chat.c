#include <stdio.h>
#include <string.h>
#include <troupe/troupe.h>

struct chat {
    char name[32];
    int present;
};
TR_LAYOUT(struct chat, name, present);

TR_ASYNC(join)
{
    struct chat *chat = tr_state(ev);
    ui_get_text(ev, "name", "value", chat->name, sizeof chat->name);
    if (chat->name[0] == 0) {
        ui_set_string(ev, "name", "error", "Everybody has a name");
        return;
    }
    tr_presence_join(ev, "chat", chat->name, strlen(chat->name));
    ui_set(ev, "joining", ui_props(.visible = false));
    ui_set(ev, "talking", ui_props(.visible = true));
    ui_focus(ev, "text");
}

TR_ASYNC(say)
{
    struct chat *chat = tr_state(ev);
    char text[500];
    char line[600];
    ui_get_text(ev, "text", "value", text, sizeof text);
    if (text[0] == 0)
        return;
    snprintf(line, sizeof line, "%s: %s", chat->name, text);
    tr_publish(ev, "chat", line, strlen(line));
    ui_set_text(ev, "text", "");
}

TR_ASYNC(hear)
{
    size_t size;
    const char *line = tr_event_payload(ev, &size);
    ui_add_to(ev, "lines", ui_text(ui_format("%.*s", (int)size, line)));
}

TR_ASYNC(meet)
{
    struct chat *chat = tr_state(ev);
    if (strcmp(tr_event_name(ev), "join") == 0)
        chat->present++;
    else if (strcmp(tr_event_name(ev), "leave") == 0)
        chat->present--;
    else
        chat->present = 0; // "reset": too much at once, or the page has moved; all come anew
    ui_set_textf(ev, "present", "%d here", chat->present);
}

static void build(tr_page *page)
{
    ui_put(page, NULL, "appbar",
           ui_app_bar(.title = "Chat", .actions = UI_LIST(ui_text("0 here", .key = "present"))));
    ui_add(page, ui_column(.key = "lines", .expand = 1, .scroll = UI_SCROLL_MODE_AUTO,
                           .auto_scroll = true));
    ui_add(page, ui_row(.key = "joining", UI(ui_text_field("Your name", .key = "name", .expand = 1,
                                                           .autofocus = true, .on_submit = join),
                                             ui_filled_button("Join", .on_click = join))));
    ui_add(page, ui_row(.key = "talking", .visible = false,
                        UI(ui_text_field("Message", .key = "text", .expand = 1, .on_submit = say),
                           ui_filled_button("Send", .on_click = say))));
    tr_subscribe(page, "chat", hear);
    tr_presence_watch(page, "chat", meet);
}

const tr_app chat_app = {.name = "Chat", .build = build, TR_STATE(struct chat)};

int main(int argc, char **argv)
{
    return tr_run(argc, argv, &chat_app);
}
