#ifndef TR_ACTORS_TOPICS_PRESENCE_TABLE_H
#define TR_ACTORS_TOPICS_PRESENCE_TABLE_H

// One core thread's table of the actors that are present on each topic, and those that watch. A
// pure table.
//
// Thread: the core thread. Owns: groups, entries and watches.

#include <stdbool.h>
#include <stdint.h>

#include "base/table.h"
#include "troupe/actors/actor.h"
#include "wire/limits.h"

typedef struct tr_presence_group tr_presence_group;
typedef struct tr_watching tr_watching;

// One who is there.
typedef struct tr_present {
    UT_hash_handle by_who;
    tr_address who;
    bool is_stale; // while what is known is compared with what is told
    uint32_t size;
    char meta[];
} tr_present;

// An actor of this core thread that watches.
struct tr_watching {
    tr_watching *next; // of the same group
    tr_watching *prev;
    tr_watching *actor_next;  // of the same actor
    tr_presence_group *group; // NULL: the table is gone
    tr_actor *actor;
    bool is_behind; // an event did not fit its mailbox
};

// A topic with presence.
struct tr_presence_group {
    UT_hash_handle by_name;
    tr_present *present;
    tr_watching *watching;
    uint64_t cores; // core 0's: which others watch
    uint32_t size;
    char name[];
};

typedef struct tr_presence_table {
    tr_presence_group *by_name;
    uint32_t count; // present, in all groups
} tr_presence_table;

void tr_presence_table_done(tr_presence_table *self);

tr_presence_group *tr_group_find(const tr_presence_table *self, tr_slice name);
tr_presence_group *tr_group_get(tr_presence_table *self,
                                tr_slice name);                        // NULL: no such name can be
void tr_group_tidy(tr_presence_table *self, tr_presence_group *group); // forgets an empty one
tr_slice tr_group_name(const tr_presence_group *self);

enum tr_presence_change { TR_PRESENCE_SAME, TR_PRESENCE_NEW, TR_PRESENCE_REFUSED };

// REFUSED: TR_PRESENCES_CAP, or the bytes are too many.
enum tr_presence_change tr_group_set(tr_presence_table *self, tr_presence_group *group,
                                     tr_address who, tr_slice meta);
tr_present *tr_group_has(const tr_presence_group *self, tr_address who);
void tr_group_remove(tr_presence_table *self, tr_presence_group *group, tr_present *gone);

// Their actor has another place in memory.
void tr_watchings_move(tr_watching *first, tr_actor *to);

void tr_group_watch(tr_presence_group *self, tr_watching *watching);
void tr_group_unwatch(tr_watching *self); // frees it

#endif
