// An actor that sleeps is its head with what was saved in place of the state, in a block of that
// size: so falling asleep and waking move it, and whoever points to it is told.

#include <string.h>

#include "actors/core/actor_record.h"
#include "actors/core/alarm.h"
#include "actors/core/core_record.h"
#include "actors/core/enter.h"
#include "actors/core/fd_watch.h"
#include "actors/core/idle_list.h"
#include "actors/core/relations.h"
#include "actors/system/passivation.h"
#include "actors/topics/presence_table.h"
#include "actors/topics/topic_table.h"
#include "base/mem.h"
#include "troupe/err.h"

struct tr_saving {
    tr_buf bytes;
};

int tr_save(tr_saving *self, const void *bytes, size_t size)
{
    TR_REQUIRE(self != NULL && (bytes != NULL || size == 0));
    if (size > TR_SAVED_CAP_BYTES - self->bytes.size)
        return TR_ETOOBIG;
    tr_buf_append(&self->bytes, bytes, size);
    return 0;
}

// The head in a new block; the old one is the caller's to free.
static tr_actor *move(tr_actor *self, size_t state_size)
{
    tr_core *core = self->core;
    tr_actor *to = tr_calloc(1, sizeof *to + state_size);
    memcpy(to, self, sizeof *to);
    core->actors[to->slot] = to;
    if (to->is_ready) {
        tr_core_unready(core, self);
        to->is_ready = false;
        tr_core_ready(core, to);
    }
    if (to->extras != NULL) {
        tr_relations_move(to);
        tr_alarms_move(to);
        tr_watches_move(to);
        tr_subscriptions_move(to->extras->subscriptions, to);
        tr_watchings_move(to->extras->watchings, to);
    }
    return to;
}

static bool is_idle(const tr_actor *self)
{
    return !self->is_ready && !self->is_stopping && self->extras->question_count == 0;
}

// Made of zeros, they were never used, or are no more.
static void drop_empty_extras(tr_actor *self)
{
    static const tr_extras empty;
    if (memcmp(self->extras, &empty, sizeof empty) == 0)
        tr_actor_forget_extras(self);
}

void tr_actor_passivate(tr_actor *self)
{
    if (!is_idle(self))
        return;
    const tr_behaviour *behaviour = self->behaviour;
    tr_saving saving = {0};
    int result = 0;
    if (behaviour->on_passivate != NULL)
        result = behaviour->on_passivate(self, &saving);
    else if (behaviour->on_stop != NULL)
        behaviour->on_stop(self);
    if (result == 0) {
        tr_idle_remove(self);
        tr_actor *asleep = move(self, saving.bytes.size);
        asleep->is_asleep = true;
        asleep->saved_size = (uint32_t)saving.bytes.size;
        if (saving.bytes.size != 0)
            memcpy(asleep->state, saving.bytes.data, saving.bytes.size);
        drop_empty_extras(asleep);
        asleep->core->stats.asleep++;
        tr_free(self);
    }
    tr_buf_done(&saving.bytes);
}

tr_actor *tr_actor_wake_up(tr_actor *self)
{
    const tr_behaviour *behaviour = self->behaviour;
    tr_actor *awake = move(self, behaviour->state_size);
    awake->is_asleep = false;
    awake->core->stats.asleep--;
    int result = 0;
    if (behaviour->on_wake != NULL)
        result = behaviour->on_wake(awake, (tr_slice){(const char *)self->state, self->saved_size});
    else if (behaviour->on_start != NULL)
        result = behaviour->on_start(awake, NULL);
    tr_free(self);
    if (result < 0) {
        awake->is_asleep = true; // there is no state for on_stop
        awake->core->stats.asleep++;
        tr_actor_fail(awake, result);
        return NULL;
    }
    tr_actor_extras(awake);
    tr_idle_add(awake);
    return awake;
}
