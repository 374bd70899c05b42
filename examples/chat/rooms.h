#ifndef CHAT_ROOMS_H
#define CHAT_ROOMS_H

// The rooms beside the conversation: a tile for each on a wide window, a chip on a narrow one, with
// the number of unread lines.

#include "state.h"

// Puts the room on the list, unless it is there or the list is full.
void know_room(struct chat *chat, const char *name);

void show_rooms(tr_event *ev, const struct chat *chat);

// The room's name in the app bar, and in the browser's tab with the number of unread lines.
void show_title(tr_event *ev, const struct chat *chat);

// A button that asks for a room's name and opens it.
ui_control *open_room_button(const char *key);

#endif
