#include "gateway/fatal_openings.h"

#include "base/hash.h"
#include "base/lock.h"
#include "base/mem.h"
#include "base/table.h"

typedef struct entry {
    uint32_t key; // 0: nobody
    uint32_t count;
    uint64_t last_ms;
    uint64_t node; // the last one that ended
} entry;

struct tr_fatal_openings {
    tr_lock lock;
    entry entries[TR_FATAL_OPENINGS_CAP];
};

tr_fatal_openings *tr_fatal_openings_new(void)
{
    tr_fatal_openings *self = tr_new(tr_fatal_openings);
    tr_lock_init(&self->lock, "fatal openings", TR_LOCK_FATAL_OPENINGS);
    return self;
}

void tr_fatal_openings_free(tr_fatal_openings **self)
{
    if (*self == NULL)
        return;
    tr_lock_done(&(*self)->lock);
    tr_free(*self);
    *self = NULL;
}

static uint64_t add(uint64_t hash, tr_slice text)
{
    return tr_mix(hash ^ tr_hash_keyed(text.data, text.size));
}

uint32_t tr_fatal_visitor_key(const tr_fatal_visitor *visitor)
{
    uint64_t hash = add(0, visitor->ip);
    hash = add(hash, visitor->user_agent);
    hash = add(hash, visitor->page_name);
    hash = add(hash, visitor->route);
    hash = add(hash, visitor->session_id);
    return (uint32_t)hash | 1;
}

static entry *at(tr_fatal_openings *self, uint32_t key)
{
    return &self->entries[(key >> 1) % TR_FATAL_OPENINGS_CAP];
}

static uint32_t least(bool has_session)
{
    return has_session ? TR_FATAL_RESTORES : TR_FATAL_OPENINGS;
}

// 0: none is due yet.
static uint64_t pause_ms(const entry *of, bool has_session)
{
    uint32_t first = least(has_session);
    if (of->count < first)
        return 0;
    uint32_t doubled = of->count - first;
    uint64_t pause = doubled < 16 ? (uint64_t)TR_FATAL_PAUSE_MS << doubled : TR_FATAL_PAUSE_CAP_MS;
    return pause < TR_FATAL_PAUSE_CAP_MS ? pause : TR_FATAL_PAUSE_CAP_MS;
}

static bool is_in_a_row(const entry *of, bool has_session, uint64_t now_ms)
{
    return now_ms < of->last_ms + pause_ms(of, has_session) + TR_FATAL_ROW_MS;
}

bool tr_fatal_openings_note(tr_fatal_openings *self, uint32_t key, bool has_session, uint64_t node,
                            uint64_t now_ms)
{
    tr_lock_take(&self->lock);
    entry *of = at(self, key);
    bool is_known = of->key == key && of->node == node;
    bool goes_on = of->key == key && is_in_a_row(of, has_session, now_ms);
    if (!is_known)
        *of = (entry){key, goes_on ? of->count + 1 : 1, now_ms, node};
    bool is_put_off = !is_known && of->count == least(has_session);
    tr_lock_give(&self->lock);
    return is_put_off;
}

void tr_fatal_openings_forgive(tr_fatal_openings *self, uint32_t key)
{
    tr_lock_take(&self->lock);
    entry *of = at(self, key);
    if (of->key == key)
        *of = (entry){0};
    tr_lock_give(&self->lock);
}

bool tr_fatal_openings_may(tr_fatal_openings *self, uint32_t key, bool has_session, uint64_t now_ms)
{
    tr_lock_take(&self->lock);
    const entry *of = at(self, key);
    bool may = of->key != key || now_ms >= of->last_ms + pause_ms(of, has_session);
    tr_lock_give(&self->lock);
    return may;
}
