// A chat: rooms with addresses of their own, who is here, who is typing, what was said before one
// came. Pages hear each other over topics and presence, in whatever process they live; an actor in
// each process (chat/keeper.c) keeps the last lines. The name is the browser's to remember.
//
// This file is the page and its room; chat/ has its parts: rooms, people, lines, writing.

#include <string.h>
#include <troupe/actors.h>
#include <troupe/troupe.h>

#include "chat/lines.h"
#include "chat/people.h"
#include "chat/rooms.h"
#include "chat/texts.h"
#include "chat/writing.h"

static const double WIDE_PX = 840;

// -- entering a room --

static void leave_room(tr_event *ev, struct chat *chat)
{
    if (chat->room[0] == 0)
        return;
    leave(ev, chat);
    unwatch_people(ev, chat->room);
    remove_marker(ev, chat);
    ui_clear(ev, "lines");
    chat->line_count = chat->unread = chat->people_count = chat->present = 0;
    chat->notice_until_ms = 0;
    memset(chat->typists, 0, sizeof chat->typists);
}

// The address says which room.
TR_ASYNC(chat_enter)
{
    struct chat *chat = tr_state(ev);
    char route[128];
    char room[ROOM_BYTES] = ""; // all of it goes into the state
    tr_page_route(ev, route, sizeof route);
    room_name(route + strspn(route, "/"), room);
    if (strcmp(room, chat->room) == 0)
        return;
    leave_room(ev, chat);
    memcpy(chat->room, room, sizeof room);
    chat->visits++;
    chat->entered_ms = now_ms();
    know_room(chat, room);
    for (unsigned i = 0; i < chat->room_count; i++)
        if (strcmp(chat->rooms[i].name, room) == 0)
            chat->rooms[i].unread = 0;
    show_title(ev, chat);
    show_rooms(ev, chat);
    show_people(ev, chat);
    show_status(ev, chat);
    watch_people(ev, room);
    join(ev, chat);
    show_history(ev);
}

TR_ASYNC(chat_arrive)
{
    remember_name(ev);
}

// -- the browser --

TR_ASYNC(chat_lifecycle)
{
    struct chat *chat = tr_state(ev);
    const char *state = tr_event_field_text(ev, "state", "");
    if (strcmp(state, "hide") == 0 || strcmp(state, "pause") == 0) {
        chat->is_away = true;
    } else if (strcmp(state, "show") == 0 || strcmp(state, "resume") == 0) {
        chat->is_away = false;
        chat->unread = 0;
        show_title(ev, chat);
    }
}

static void fit(tr_event *ev)
{
    bool is_wide = tr_page_width(ev) >= WIDE_PX;
    ui_set(ev, "side", ui_props(.visible = is_wide));
    ui_set(ev, "chips", ui_props(.visible = !is_wide));
}

TR_ASYNC(chat_resize)
{
    fit(ev);
}

// -- the page --

static ui_control *side(void)
{
    ui_control *rooms =
        ui_row(UI(ui_text("Rooms", .expand = 1, .theme_style = UI_TEXT_THEME_STYLE_TITLE_SMALL),
                  open_room_button("add-room")));
    return ui_container(
        ui_column(.spacing = 8, .scroll = UI_SCROLL_MODE_AUTO,
                  .horizontal_alignment = UI_CROSS_AXIS_ALIGNMENT_STRETCH,
                  UI(rooms,
                     ui_column(.key = "tiles", .spacing = 2,
                               .horizontal_alignment = UI_CROSS_AXIS_ALIGNMENT_STRETCH),
                     ui_divider(),
                     ui_text("In this room", .theme_style = UI_TEXT_THEME_STYLE_TITLE_SMALL),
                     ui_column(.key = "people", .spacing = 8,
                               .horizontal_alignment = UI_CROSS_AXIS_ALIGNMENT_STRETCH))),
        .key = "side", .width = 240, .padding = ui_padding(16), .bgcolor = "surfacecontainerlow");
}

static ui_control *conversation(void)
{
    ui_control *lines =
        ui_column(.key = "lines", .expand = 1, .spacing = 4, .scroll = UI_SCROLL_MODE_AUTO,
                  .auto_scroll = true, .horizontal_alignment = UI_CROSS_AXIS_ALIGNMENT_STRETCH);
    ui_control *empty = ui_container(muted("Nothing has been said here yet.", NULL), .key = "empty",
                                     .visible = false, .padding = ui_padding(16));
    return ui_column(
            .expand = 1, .spacing = 0, .horizontal_alignment = UI_CROSS_AXIS_ALIGNMENT_STRETCH,
            UI(ui_container(ui_row(.key = "chips", .spacing = 4, .scroll = UI_SCROLL_MODE_HIDDEN),
                            .padding = ui_padding(.left = 8, .top = 8, .right = 8)),
               empty,
               ui_container(lines, .expand = 1, .padding = ui_padding(.left = 16, .right = 8)),
               writing()));
}

static void build(tr_page *page)
{
    struct chat *chat = tr_state(page);
    chat->self = tr_core_random(tr_core_current());
    chat->marker = -1;
    know_room(chat, "general");
    know_room(chat, "random");
    know_room(chat, "help");
    ui_set(page, NULL, ui_view_props(.padding = ui_padding(0)));
    ui_put(page, NULL, "appbar",
           ui_app_bar(.title_control = ui_text("", .key = "room"),
                      .actions = UI_LIST(people_button())));
    ui_add(page,
           ui_row(.expand = 1, .spacing = 0, .vertical_alignment = UI_CROSS_AXIS_ALIGNMENT_STRETCH,
                  UI(side(), conversation())));
    fit(page);
    ui_on(page, NULL, "resize", chat_resize);
    ui_on(page, NULL, "route_change", chat_enter);
    ui_on(page, NULL, "app_lifecycle_state_change", chat_lifecycle);
    hear_lines(page);
    (void)tr_run_task(page, chat_enter);
    (void)tr_run_task(page, chat_arrive);
}

const tr_app chat_app = {
    .name = "Chat", .build = build, .setup = keeper_start, TR_STATE(struct chat)};

int main(int argc, char **argv)
{
    return tr_run(argc, argv, &chat_app);
}
