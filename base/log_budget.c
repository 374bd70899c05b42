#include "base/log_budget.h"

#include "base/clock.h"
#include "base/hash.h"

typedef struct place {
    uint64_t second;
    uint32_t said;
    uint32_t left_out;
} place;

bool tr_log_may(uint64_t kind, uint32_t *out_left_out)
{
    static _Thread_local place places[TR_LOG_KINDS];
    place *at = &places[kind % TR_LOG_KINDS];
    uint64_t second = tr_clock_ms() / 1000;
    if (at->second != second) {
        at->second = second;
        at->said = 0;
    }
    if (at->said >= TR_LOG_LINES_PER_SECOND) {
        at->left_out++;
        return false;
    }
    at->said++;
    *out_left_out = at->left_out;
    at->left_out = 0;
    return true;
}

uint64_t tr_log_kind(uint64_t before, const char *text, uint32_t size)
{
    return tr_hash_more(tr_hash_more(before ^ TR_HASH_BEGIN, text, size), &size, sizeof size);
}
