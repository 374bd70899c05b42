#include "ledger.h"
#include "base/lock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PLACES = 512, LOOK_AGAIN = 128, SLEEPER_ODDS = 256 };

typedef struct list {
    tr_address at[PLACES];
    unsigned count;
    unsigned oldest;
} list;

ledger story;

static tr_lock lock = TR_LOCK_INIT("stress", TR_LOCK_TEST);
static list lists[2]; // the wakeful, the sleepers

// Each thread's copy, renewed once in a while: a lock per message would order all threads and so
// hide their races.
static _Thread_local struct {
    list lists[2];
    unsigned looks;
} copy;

void ledger_broken(const char *what, const char *file, int line, const char *function)
{
    fprintf(stderr, "stress: broken promise: %s at %s:%d in %s; SEED=%llu\n", what, file, line,
            function, (unsigned long long)story.seed);
    fflush(stderr);
    abort();
}

void ledger_start(uint64_t seed, uint64_t quota)
{
    memset(&story, 0, sizeof story);
    memset(&lists, 0, sizeof lists);
    memset(&copy, 0, sizeof copy);
    story.seed = seed;
    story.quota = quota;
}

uint64_t ledger_total(const atomic_uint_fast64_t *counts)
{
    uint64_t total = 0;
    for (unsigned i = 0; i < WAYS; i++)
        total += atomic_load_explicit(&counts[i], memory_order_relaxed);
    return total;
}

enum ledger_way ledger_way_of(tr_address from, tr_address to)
{
    uint64_t home = COUNTED(home);
    if (from.node == home)
        return to.node == home ? HOME_HOME : HOME_AWAY;
    return to.node == home ? AWAY_HOME : AWAY_AWAY;
}

void ledger_move_in(tr_address who, bool is_sleeper)
{
    list *into = &lists[is_sleeper];
    tr_lock_take(&lock);
    unsigned at = into->count < PLACES ? into->count++ : into->oldest++ % PLACES;
    into->at[at] = who;
    tr_lock_give(&lock);
    copy.looks = 0;
}

void ledger_move_out(tr_address who, bool is_sleeper)
{
    list *from = &lists[is_sleeper];
    tr_lock_take(&lock);
    for (unsigned i = 0; i < from->count; i++)
        if (tr_address_equal(from->at[i], who)) {
            from->at[i] = from->at[--from->count];
            break;
        }
    tr_lock_give(&lock);
}

tr_address ledger_anybody(uint64_t random)
{
    if (copy.looks == 0) {
        tr_lock_take(&lock);
        memcpy(copy.lists, lists, sizeof lists);
        tr_lock_give(&lock);
        copy.looks = LOOK_AGAIN;
    }
    copy.looks--;
    const list *of = &copy.lists[random / PLACES % SLEEPER_ODDS == 0];
    return of->count != 0 ? of->at[random % of->count] : TR_NOWHERE;
}
