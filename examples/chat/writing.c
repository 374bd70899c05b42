#include "writing.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <troupe/actors.h>

#include "lines.h"
#include "people.h"
#include "texts.h"

enum { TYPING_EVERY_MS = 2000 }; // so often others are told that somebody types

// Lines stand in the order of their times. A line comes after those its author has said and read,
// also within one millisecond, or when another server's clock is ahead.
static uint64_t time_to_say(struct chat *chat)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    uint64_t time_ms = (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
    uint64_t read_ms = chat->line_count != 0 ? chat->lines[chat->line_count - 1].time_ms : 0;
    uint64_t newest_ms = read_ms > chat->said_ms ? read_ms : chat->said_ms;
    chat->said_ms = time_ms > newest_ms ? time_ms : newest_ms + 1;
    return chat->said_ms;
}

TR_ASYNC(chat_send)
{
    struct chat *chat = tr_state(ev);
    struct line line = {0};
    int size = ui_get_text(ev, "text", "value", line.text, sizeof line.text);
    if (size >= TEXT_BYTES) {
        ui_set(
            ev, "text",
            ui_text_field_props(.error = "That is too long. Please say it in several messages."));
        return;
    }
    trim(line.text);
    if (chat->name[0] == 0 || line.text[0] == 0)
        return;
    line.id = tr_core_random(tr_core_current());
    line.time_ms = time_to_say(chat);
    memcpy(line.room, chat->room, sizeof line.room);
    memcpy(line.author, chat->name, sizeof line.author);
    if (tr_publish(ev, TOPIC_SAID, &line, line_size(&line)) < 0) {
        tr_snack(ev, "That could not be sent. Please try again.");
        return;
    }
    ui_unset(ev, "text", "error");
    ui_set_text(ev, "text", "");
    remove_marker(ev, chat);
    chat->typed_ms = 0;
}

TR_ASYNC(chat_typed)
{
    struct chat *chat = tr_state(ev);
    if (chat->name[0] == 0 || tr_event_text(ev, "")[0] == 0 ||
        (chat->typed_ms != 0 && now_ms() < chat->typed_ms + TYPING_EVERY_MS))
        return;
    chat->typed_ms = now_ms();
    (void)tr_publish_others(ev, room_topic("typing", chat->room), chat->name, strlen(chat->name));
}

// -- the name --

static void show_composer(tr_event *ev, const struct chat *chat)
{
    ui_set(ev, "composer", ui_props(.visible = chat->name[0] != 0));
    ui_set(ev, "naming", ui_props(.visible = chat->name[0] == 0));
}

TR_ASYNC(chat_name)
{
    struct chat *chat = tr_state(ev);
    char name[AUTHOR_BYTES];
    ui_get_text(ev, "name", "value", name, sizeof name);
    trim(name);
    if (name[0] == 0)
        return;
    memcpy(chat->name, name, sizeof name);
    show_composer(ev, chat);
    join(ev, chat);
    (void)ui_focus(ev, "text");
    // Where it cannot be kept it is asked for again next time.
    (void)ui_shared_preferences_set(ev, NULL, "chat.name", .value = name);
}

void remember_name(tr_event *ev)
{
    const ui_any *kept = NULL;
    int result = ui_shared_preferences_get(ev, &kept, "chat.name");
    struct chat *chat = tr_state(ev);
    if (chat->name[0] != 0)
        return;
    if (result == 0 && kept != NULL && kept->kind == UI_ANY_TEXT) {
        snprintf(chat->name, sizeof chat->name, "%s", kept->text);
        trim(chat->name);
    }
    show_composer(ev, chat);
    join(ev, chat);
}

// -- the page --

ui_control *writing(void)
{
    ui_control *composer =
        ui_row(.key = "composer", .spacing = 8, .visible = false,
               .vertical_alignment = UI_CROSS_AXIS_ALIGNMENT_END,
               UI(ui_text_field("Message", .key = "text", .expand = 1, .multiline = true,
                                .min_lines = 1, .max_lines = 5, .shift_enter = true,
                                .on_submit = chat_send, .on_change = chat_typed),
                  ui_filled_icon_button("send", .tooltip = "Send", .key = "send",
                                        .margin = ui_margin(.bottom = 8), .on_click = chat_send)));
    ui_control *naming = ui_row(.key = "naming", .spacing = 8, .visible = false,
                                UI(ui_text_field("Your name, to take part", .key = "name",
                                                 .expand = 1, .on_submit = chat_name),
                                   ui_filled_button("Join", .key = "join", .on_click = chat_name)));
    return ui_container(
        ui_column(.spacing = 4, .horizontal_alignment = UI_CROSS_AXIS_ALIGNMENT_STRETCH,
                  UI(ui_container(muted("", "status"), .height = 20), composer, naming)),
        .padding = ui_padding(.left = 16, .right = 16, .bottom = 12));
}
