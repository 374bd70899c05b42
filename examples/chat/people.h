#ifndef CHAT_PEOPLE_H
#define CHAT_PEOPLE_H

// The people of a room: who is here (presence), who is typing (a topic of its own), who came and went.

#include "state.h"

// A page takes part in its room once it has a name.
void join(tr_event *ev, struct chat *chat);
void leave(tr_event *ev, struct chat *chat);

// Hears from now on who comes, goes and types in the room, or no longer hears it.
void watch_people(tr_event *ev, const char *room);
void unwatch_people(tr_event *ev, const char *room);

void show_people(tr_event *ev, const struct chat *chat);

// The people who type, or else those who came and went, in the line above the field.
void show_status(tr_event *ev, struct chat *chat);

void forget_typist(struct chat *chat, const char *name);

// How many are here; a click lists them.
ui_control *people_button(void);

#endif
