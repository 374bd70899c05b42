#ifndef CHAT_TEXTS_H
#define CHAT_TEXTS_H

// Texts of the chat, and the two small controls that all parts of its page use.

#include <stdint.h>
#include <troupe/troupe.h>

#include "line.h"

uint64_t now_ms(void);

// Cuts blanks around it off, and half a character that a limit left at its end.
void trim(char *text);

// A room's name as it stands in an address: small letters, digits, dashes.
void room_name(const char *text, char out[ROOM_BYTES]);

// The topic of a room's people ("here") or of those who type ("typing").
const char *room_topic(const char *what, const char *room);

uint32_t hash_of(const char *text);

ui_control *muted(const char *text, const char *key);
ui_control *avatar(const char *name, double size);

#endif
