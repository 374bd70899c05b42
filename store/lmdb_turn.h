#ifndef TR_STORE_LMDB_TURN_H
#define TR_STORE_LMDB_TURN_H

// Whose turn it is to write to a store's file. LMDB's own lock keeps writers apart and is given up by
// one that is killed, but not by one that is stopped (SIGSTOP): all others would wait for as long as
// that one sleeps, and LMDB does not tell who it is. So a writer holds a record lock on a file of
// its own as well (PATH-writer, fcntl(2)), of which the kernel tells who holds it, and a process
// that is found stopped with it while others wait is ended: what it had begun is undone, and what
// it owned was due to be taken from it (it would learn of that when it wakes).
//
// A writer in another PID namespace, or another user's, is named in the log and left alone.
//
// Thread: one at a time begins and ends; a thread of its own watches while that one waits.
// Owns: the record lock's descriptor, its thread.

#include <lmdb.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/lock.h"

enum { TR_LMDB_PATIENCE_MS = 2000 };

typedef struct tr_lmdb_turn {
    int fd;
    uint64_t
        patience_ms; // before the one whose turn it is, is looked at; set before the first wait
    pthread_t watcher;
    tr_lock lock; // guards what follows
    pthread_cond_t changed;
    uint64_t since_ms; // it has been waited for; 0: nobody waits
    uint32_t looks;    // how often somebody else was seen to have it
    bool is_ending;
} tr_lmdb_turn;

// Makes PATH-writer where it is missing. 0 or an error number of errno.h's.
int tr_lmdb_turn_open(tr_lmdb_turn *self, const char *path);
void tr_lmdb_turn_close(tr_lmdb_turn *self);

// Waits for the turn and begins a transaction that writes. 0 or an error of LMDB's; then the turn is
// over.
int tr_lmdb_turn_begin(tr_lmdb_turn *self, MDB_env *env, MDB_txn **out);

// Commits the transaction, or with an error undoes it, and ends the turn. The error given, or that
// of the commit.
int tr_lmdb_turn_end(tr_lmdb_turn *self, MDB_txn *txn, int error);

#endif
