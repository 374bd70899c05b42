#ifndef TR_ACTORS_TOPICS_ATTENDANCE_H
#define TR_ACTORS_TOPICS_ATTENDANCE_H

// Where the actors of a core thread are present, and with what: each actor's own list, and the topics
// actor's of them all, from which core 0 is told again what it had no room for.
//
// Thread: the core thread. Owns: the entries.

#include "actors/topics/topics.h"

struct tr_attendance {
    tr_attendance *actor_next;
    tr_attendance *next; // of all actors here
    tr_attendance *prev;
    tr_address who;
    uint32_t size;
    uint32_t meta_size;
    char topic[]; // and the meta behind it
};

// Where the actor's entry is linked in; *NULL: it has none.
tr_attendance **tr_attendance_of(tr_extras *extras, tr_slice topic);

// The first of the actor's list from now on.
void tr_attendance_add(tr_topics *topics, tr_actor *actor, tr_slice topic, tr_slice meta);

// Frees it. `topics` is NULL where they have ended before.
void tr_attendance_end(tr_topics *topics, tr_extras *extras, tr_attendance **place);

// Tells core 0 of one / of all.
void tr_attendance_tell(tr_topics *topics, const tr_attendance *self);
void tr_attendances_repeat(tr_topics *topics);

#endif
