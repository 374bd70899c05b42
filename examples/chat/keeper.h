#ifndef CHAT_KEEPER_H
#define CHAT_KEEPER_H

// The keeper remembers the lines of the rooms: an actor in every process with pages, named "keeper"
// there. Each hears all that is said and keeps the last lines of each room, in one order; when two
// keepers first see each other, each tells the other what it has. So all of them keep the same,
// none is more than another, and what was said is lost only with the last of them.

#include <stdint.h>
#include <troupe/actors.h>

#include "line.h"

#define KEEPER "keeper"

// A page's question, and the answer: the rooms, each ended by a zero byte, and the room's lines,
// each behind its size of four bytes.
TR_MESSAGE(chat_recall, 1001, (text, room));
TR_MESSAGE(chat_recalled, 1002, (bytes, rooms), (bytes, lines));
// From keeper to keeper: a struct line.
TR_MESSAGE(chat_kept, 1003, (bytes, line));

int keeper_start(tr_core *core);

#endif
