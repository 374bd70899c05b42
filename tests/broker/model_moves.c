// Shards of the model that go to another worker, and come from one: what sdk/roles/shards.c and
// sdk/moving/drain.c do.

#include <string.h>

#include "tests/broker/model.h"

// tr_snapshot_is_due
static bool is_due(const model *self, const model_session *session)
{
    bool is_awaited = self->is_sync && (session->is_dirty || session->is_writing);
    return is_awaited || (!session->is_kept && self->bug != GIVES_UNSAVED);
}

// Now and then whoever takes a page dies soon after, and always where it costs most.
static void strike(model *self, unsigned place, bool is_kept)
{
    if (is_kept && !model_chance(self, 25))
        return;
    model_letter letter = model_write(self, W_KILL, NATURE, NATURE);
    letter.shard = place;
    letter.epoch = self->places[place].node;
    model_send_at(self, &letter, self->now + 1 + model_below(self, is_kept ? 100 : 20));
}

bool model_worker_gives(model *self, model_worker *of, unsigned shard, tr_address target)
{
    int to = model_find(self, target.node);
    bool is_kept = true;
    for (unsigned i = 0; i < of->session_count; i++)
        if (of->sessions[i].shard == shard && is_due(self, &of->sessions[i]))
            return false;
    if (to < 0)
        return false;
    model_letter letter = model_write(self, W_HANDED, of->member.place, (unsigned)to);
    letter.to_node = target.node;
    letter.shard = shard;
    letter.epoch = of->ownership.shards[shard].epoch + 1;
    model_hold_forget(&of->holds[shard]);
    letter.store_epoch = of->holds[shard].given;
    for (unsigned i = 0; i < of->session_count; i++) {
        if (of->sessions[i].shard != shard)
            continue;
        letter.word = W_MOVED;
        memcpy(letter.id, of->sessions[i].id, sizeof letter.id);
        model_page_moves(self, letter.id);
        is_kept &= of->sessions[i].is_kept;
        letter.count = of->sessions[i].count;
        letter.taken = of->sessions[i].taken;
        model_send(self, &letter);
    }
    if (letter.word == W_HANDED)
        model_send(self, &letter);
    else
        strike(self, (unsigned)to, is_kept);
    model_sessions_drop(self, of, shard);
    return true;
}

// tr_shards_take
static bool take_over(model *self, model_worker *of, const model_letter *letter)
{
    uint64_t ours = of->ownership.shards[letter->shard].epoch;
    if (ours != 0 && ours >= letter->epoch)
        return ours == letter->epoch;
    model_worker_lose(self, of, letter->shard);
    if (of->member.routes.shards[letter->shard].epoch >= letter->epoch)
        return false;
    tr_ownership_own(&of->ownership, letter->shard, letter->epoch, 0);
    of->ownership.shards[letter->shard].came_ms = self->now;
    return true;
}

// tr_snapshots_arrives
static bool arrives(const model *self, model_hold *hold, uint64_t store_epoch)
{
    bool is_begun = hold->epoch != 0 || hold->doubted != 0 || hold->is_taking;
    if (store_epoch == 0 || hold->from == store_epoch || self->bug == TRUSTS_MOVES)
        return true;
    if (is_begun || hold->from != 0 || store_epoch < hold->highest)
        return false;
    hold->from = hold->doubted = store_epoch;
    return true;
}

void model_worker_is_handed(model *self, model_worker *of, const model_letter *letter)
{
    if (!take_over(self, of, letter))
        return;
    if (letter->word == W_MOVED && model_session_find(of, letter->id) == NULL &&
        arrives(self, &of->holds[letter->shard], letter->store_epoch)) {
        model_session *session = model_session_make(self, of, letter->id);
        session->count = letter->count;
        session->taken = letter->taken;
        session->is_dirty = true;
    }
    model_openings_look(self, of);
}
