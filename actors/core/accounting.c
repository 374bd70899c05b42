// Figures of each actor, for people who look at a running system.

#include "actors/core/actor_record.h"
#include "actors/core/core_record.h"
#include "actors/core/enter.h"

void tr_core_accounting(tr_core *self, bool is_on)
{
    TR_ENTER_OR(self, );
    self->is_accounting = is_on;
    tr_core_account_mark(self);
}

static tr_actor_info info_of(const tr_actor *actor)
{
    tr_actor_info info = {
        .address = tr_actor_address(actor),
        .behaviour = actor->behaviour->name,
        .mailbox_length = actor->user.count + actor->system.count,
        .mailbox_cap = tr_actor_cap(actor),
        .handled = actor->handled,
        .is_stopping = actor->is_stopping,
        .is_asleep = actor->is_asleep,
    };
    const tr_extras *extras = actor->extras;
    if (extras != NULL) {
        info.spent_ns = extras->spent_ns;
        info.relations = extras->relation_count;
        info.questions = extras->question_count;
        info.alarms = extras->alarm_count;
    }
    return info;
}

unsigned tr_core_list_actors(const tr_core *self, uint32_t *at, tr_actor_info *out, unsigned cap)
{
    TR_ENTER_OR(self, 0);
    unsigned count = 0;
    uint32_t slot = *at;
    for (unsigned looked = 0; slot < self->slot_count; looked++, slot++) {
        if (looked == TR_ACTORS_LOOK || count == cap) {
            *at = slot;
            return count;
        }
        if (self->actors[slot] != NULL)
            out[count++] = info_of(self->actors[slot]);
    }
    *at = TR_ACTORS_END;
    return count;
}
