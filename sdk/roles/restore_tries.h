#ifndef TR_SDK_ROLES_RESTORE_TRIES_H
#define TR_SDK_ROLES_RESTORE_TRIES_H

// A page that ends each process which restores it (a crash in a handler of "connect", in `migrate`, in a
// component's build …) would go through a cluster, process by process, for as long as its browser comes.
//
//     the shard's former owner is gone   the restore is marked in the store before it begins, and the mark
//                                        deleted when the page has been well for a moment
//     it has a mark                      a process ended on it, or on one that it restored beside it: it is
//                                        marked again and restored alone in its process
//     TR_RESTORE_TRIES marks             it is set aside (set_aside.h)
//
// A handler that ends its process runs again, too, and is given up after as many runs (TR_RUNS_CAP). So tries
// count for one cause alone: another one begins when the client, or the page's file, has given one up.
//
// Thread: the core thread's; the turn is the process's. Owns: the tries that are under way.

#include "metrics/metric.h"
#include "sdk/session/restore_mark.h"

#define TR_RESTORE_TRIES 3u
#define TR_RESTORE_ALL_TRIES 12u // whatever their cause
#define TR_RESTORE_MARK_MS 600000u
// A page was well for so long.
#define TR_RESTORE_WELL_MS 1000u

typedef struct tr_restore_try {
    char id[TR_SESSION_ID_SIZE + 1];
    tr_restore_mark mark;
    bool is_alone; // has the process's turn
} tr_restore_try;

enum tr_restore_verdict {
    TR_RESTORE_NOW,
    TR_RESTORE_MARKED, // once `out` is marked
    TR_RESTORE_ALONE, // another one has the turn: it is to be read again when tr_restore_tries_has_room
    TR_RESTORE_NEVER
};

// What a page that was read goes on with: its handlers in flight, and what its browser sends again.
uint64_t tr_restore_cause(tr_slice snapshot, tr_slice page);

// Of a page that was read, and its mark.
enum tr_restore_verdict tr_restore_tries_judge(tr_sessions *sessions, tr_slice id, uint64_t cause,
                                               tr_slice marked, tr_restore_try *out);
bool tr_restore_tries_has_room(const tr_sessions *sessions);

// Who is told when one of this core thread's has had its turn.
void tr_restore_tries_tell(tr_sessions *sessions, void (*on_turn)(tr_sessions *sessions));

// Writes the mark; negative: `done` does not run, and it is over. Otherwise tr_restore_tries_begin says
// whether the page is restored now.
int tr_restore_tries_mark(tr_sessions *sessions, const tr_restore_try *what,
                          tr_restore_marked *done, void *arg) __attribute__((warn_unused_result));
void tr_restore_tries_begin(tr_sessions *sessions, const tr_restore_try *what, bool is_restored);

// How many are set aside.
void tr_restore_tries_put_metrics(const tr_sessions *sessions, tr_metric_rows *out);

// With the list of those that are set aside.
void tr_restore_tries_free(tr_sessions *sessions);

#endif
