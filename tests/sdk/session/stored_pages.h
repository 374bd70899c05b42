#ifndef TESTS_SDK_SESSION_STORED_PAGES_H
#define TESTS_SDK_SESSION_STORED_PAGES_H

// Pages of an app whose store is in memory, and another process that takes their shards there.
//
// Thread: the test's; what gets a session, the core's (tr_lab_do).

#include "sdk/session/session.h"
#include "sdk/session/snapshots_record.h"
#include "testing/lab.h"

enum { ANOTHER_NODE = 77 };

extern lab *stored_page; // with a page of browser 0, which is in the store

void stored_pages_set_up(void);
void stored_pages_tear_down(void);

unsigned shard_of(const char *id);
// Its shard's, in the store.
uint64_t epoch_of(const tr_session *session);

// Another one takes the shard, if the store has it with that epoch.
void lose_in_store(tr_sessions *sessions, unsigned shard, uint64_t epoch);

// It is saved, and its shard is ours.
void is_in_store(tr_session *session, void *unused);
// Of `wanted`, a tr_store_shard: another one has it in the store, with that epoch.
void is_anothers(tr_session *session, void *wanted);

#endif
