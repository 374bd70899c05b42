#ifndef CHAT_LINES_H
#define CHAT_LINES_H

// The conversation: lines in the order of their times, grouped by author, with a mark before the
// first one that came while the page was hidden.

#include "state.h"

// Hears what is said in all rooms, as long as the page lives.
void hear_lines(tr_page *page);

// Asks the keeper for the lines of the room and shows them.
void show_history(tr_event *ev);

void remove_marker(tr_event *ev, struct chat *chat);

#endif
