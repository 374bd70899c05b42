#include "ledger.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PLACES = 512, LOOK_AGAIN = 128 };

ledger story;

static tr_lock lock = TR_LOCK_INIT("stress", TR_LOCK_TEST);
static struct {
    tr_address at[PLACES];
    unsigned count;
    unsigned oldest;
} places;

// Each thread's copy, renewed once in a while: a lock per message would order all threads and so
// hide their races.
static _Thread_local struct {
    tr_address at[PLACES];
    unsigned count;
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
    memset(&places, 0, sizeof places);
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

void ledger_move_in(tr_address who)
{
    tr_lock_take(&lock);
    unsigned at = places.count < PLACES ? places.count++ : places.oldest++ % PLACES;
    places.at[at] = who;
    tr_lock_give(&lock);
    copy.looks = 0;
}

void ledger_move_out(tr_address who)
{
    tr_lock_take(&lock);
    for (unsigned i = 0; i < places.count; i++)
        if (tr_address_equal(places.at[i], who)) {
            places.at[i] = places.at[--places.count];
            break;
        }
    tr_lock_give(&lock);
}

tr_address ledger_anybody(uint64_t random)
{
    if (copy.looks == 0 || copy.count == 0) {
        tr_lock_take(&lock);
        copy.count = places.count;
        memcpy(copy.at, places.at, copy.count * sizeof *copy.at);
        tr_lock_give(&lock);
        copy.looks = LOOK_AGAIN;
    }
    copy.looks--;
    return copy.count != 0 ? copy.at[random % copy.count] : TR_NOWHERE;
}
