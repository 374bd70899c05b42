#ifndef TR_ACTORS_TOPICS_TOPIC_PEERS_H
#define TR_ACTORS_TOPICS_TOPIC_PEERS_H

// The messages between topics actors. Within a process: whatever has to arrive. Between processes
// core 0 of each tells core 0 of the others who has subscribers, and who is present. Each side
// counts the changes that it sent and received since it told all. The count is said at each tick
// (topics_hello); who has another one asks for all (topics_resync, topics_begin ... topics_end). So
// a lost connection or message, and a process that one side took for dead, end the same way. So does a
// table that was full (TR_TOPICS_CAP, TR_PRESENCES_CAP): once a sixteenth of it is free, all is asked for.
// Within a process nothing is counted: the same topics_resync has a core thread repeat what it told.
//
// Thread: the core thread; what is about peers, core thread 0.

#include "actors/topics/topics.h"

// Core 0 of another process, as core 0 of this one sees it.
typedef struct tr_topic_peer {
    uint64_t node;
    uint64_t sent;     // changes, since it was told all
    uint64_t received; // since it told all
    bool is_told;
    bool has_told;
    bool is_short; // a table was full, so that not all that it told is known
} tr_topic_peer;

// To the topics actor of another core thread of this process, or of this one.
void tr_topics_post(tr_topics *self, unsigned core, unsigned type, const void *body);

// From now on it ticks.
void tr_topics_arm(tr_topics *self);

// One change, to all peers / to one that is being told all.
void tr_topics_tell_peers(tr_topics *self, unsigned type, const void *body);
void tr_topics_tell_peer(tr_topics *self, tr_topic_peer *peer, unsigned type, const void *body);

// A change about actors of `node` came. False: not to be believed, since its sender has not told
// all and is going to be asked for it, or speaks for another node.
bool tr_topics_count_change(tr_topics *self, const tr_message *message, uint64_t node);

// There was no room for a change that counted. As soon as there is, its sender is asked to tell all.
void tr_topics_refuse(tr_topics *self, const tr_message *message);

// Is it one of this file's messages?
bool tr_topics_take_from_peer(tr_topics *self, const tr_message *message);

void tr_topics_tick_peers(tr_topics *self);

// Makes good what was refused, and what the unsent queue dropped. True: later.
bool tr_topics_make_good(tr_topics *self);

void tr_topics_forget_peers(tr_topics *self);

#endif
