#include "rooms.h"

#include <stdio.h>
#include <string.h>

#include "texts.h"

TR_ASYNC(chat_go)
{
    const char *room = tr_payload_text(ev);
    if (room != NULL)
        tr_push_route(ev, ui_format("/%s", room));
}

TR_ASYNC(chat_new_room)
{
    char text[64];
    char room[ROOM_BYTES];
    ui_get_text(ev, "new-room", "value", text, sizeof text);
    if (text[strspn(text, " ")] == 0)
        return;
    room_name(text, room);
    tr_close_dialog(ev);
    tr_push_route(ev, ui_format("/%s", room));
}

TR_ASYNC(chat_cancel)
{
    tr_close_dialog(ev);
}

TR_ASYNC(chat_ask_room)
{
    tr_show_dialog(
        ev, ui_alert_dialog(.title = "Open a room",
                            .content = ui_text_field(
                                "Name of the room", .key = "new-room", .autofocus = true,
                                .max_length = ROOM_BYTES - 1, .on_submit = chat_new_room),
                            .actions = UI_LIST(ui_text_button("Cancel", .on_click = chat_cancel),
                                               ui_text_button("Open", .on_click = chat_new_room))));
}

ui_control *open_room_button(const char *key)
{
    return ui_icon_button("add", .tooltip = "Open a room", .key = key, .on_click = chat_ask_room);
}

void show_rooms(tr_event *ev, const struct chat *chat)
{
    ui_control *tiles[ROOMS_CAP + 1], *chips[ROOMS_CAP + 2];
    for (unsigned i = 0; i < chat->room_count; i++) {
        const struct known_room *room = &chat->rooms[i];
        bool is_here = strcmp(room->name, chat->room) == 0;
        const tr_handler *go = UI_CALL(chat_go, room->name);
        const char *count = room->unread > 99 ? "99+" : ui_format("%u", room->unread);
        tiles[i] =
            ui_list_tile(.key = ui_format("tile %s", room->name),
                         .title = ui_format("# %s", room->name), .dense = true, .selected = is_here,
                         .on_click = go, .selected_tile_color = "secondarycontainer",
                         .selected_color = "onsecondarycontainer",
                         .trailing_control =
                             room->unread != 0
                                 ? ui_text(count, .color = "primary", .weight = UI_FONT_WEIGHT_BOLD)
                                 : NULL,
                         .shape = ui_rounded_rectangle_border(.radius = ui_radius(8)));
        const char *label = room->unread != 0 ? ui_format("# %s (%s)", room->name, count)
                                              : ui_format("# %s", room->name);
        const char *key = ui_format("chip %s", room->name);
        chips[i] = is_here ? ui_filled_tonal_button(label, .key = key, .on_click = go)
                           : ui_text_button(label, .key = key, .on_click = go);
    }
    chips[chat->room_count] = open_room_button("add-chip");
    tiles[chat->room_count] = chips[chat->room_count + 1] = UI_END;
    ui_set_children(ev, "tiles", tiles);
    ui_set_children(ev, "chips", chips);
}

void know_room(struct chat *chat, const char *name)
{
    for (unsigned i = 0; i < chat->room_count; i++)
        if (strcmp(chat->rooms[i].name, name) == 0)
            return;
    if (chat->room_count < ROOMS_CAP)
        snprintf(chat->rooms[chat->room_count++].name, ROOM_BYTES, "%s", name);
}

void show_title(tr_event *ev, const struct chat *chat)
{
    ui_set_textf(ev, "room", "# %s", chat->room);
    ui_set(ev, NULL,
           ui_page_props(.title = chat->unread != 0 ? ui_format("(%u) %s", chat->unread, chat->room)
                                                    : chat->room));
}
