#ifndef CHAT_STATE_H
#define CHAT_STATE_H

// The state of a session of the chat.

#include <stdbool.h>
#include <stdint.h>
#include <troupe/troupe.h>

#include "keeper.h"

enum { PEOPLE_SHOWN = 60, TYPISTS_CAP = 4 };

struct shown {
    uint64_t id;
    uint64_t time_ms;
    uint32_t author; // a hash
};
TR_LAYOUT(struct shown, id, time_ms, author);

struct person {
    uint64_t id;
    char name[AUTHOR_BYTES];
};
TR_LAYOUT(struct person, id, name);

struct typist {
    char name[AUTHOR_BYTES];
    uint64_t until_ms;
};
TR_LAYOUT(struct typist, name, until_ms);

struct known_room {
    char name[ROOM_BYTES];
    unsigned unread;
};
TR_LAYOUT(struct known_room, name, unread);

struct chat {
    char name[AUTHOR_BYTES]; // "": only reads
    char room[ROOM_BYTES];
    uint64_t self; // tells people of one name apart
    uint64_t entered_ms;
    unsigned visits; // of rooms: a handler that waited finds out that it is late
    bool is_recalling, has_missed, is_away;
    bool is_present; // has joined the room
    bool is_recounting;

    struct shown lines[LINES_KEPT];
    unsigned line_count;
    uint64_t said_ms; // when the last line of one's own was said
    int marker;       // how many lines are above "New"; -1: there is none
    unsigned unread;

    struct person people[PEOPLE_SHOWN];
    unsigned people_count; // of these
    unsigned present;      // in all

    struct typist typists[TYPISTS_CAP];
    uint64_t typed_ms;
    char notice[AUTHOR_BYTES + 16];
    uint64_t notice_until_ms;

    struct known_room rooms[ROOMS_CAP];
    unsigned room_count;
};
TR_LAYOUT(struct chat, name, room, self, entered_ms, visits, is_recalling, has_missed, is_away,
          is_present, is_recounting, (lines, struct shown), line_count, said_ms, marker, unread,
          (people, struct person), people_count, present, (typists, struct typist), typed_ms,
          notice, notice_until_ms, (rooms, struct known_room), room_count);

#endif
