// Alarms of actors (tr_after): a timer each, in a short list of the actor's.

#include "actors/core/alarm.h"
#include "actors/core/actor_record.h"
#include "actors/core/core_record.h"
#include "actors/core/enter.h"
#include "actors/core/timer.h"
#include "base/live.h"
#include "base/mem.h"
#include "base/owner.h"
#include "troupe/err.h"
#include "wire/limits.h"

// A mailbox without room is asked again after this.
enum { FULL_AGAIN_MS = 10 };

struct tr_alarm {
    tr_timer timer;
    tr_actor *actor;
    tr_alarm *next;
    uint64_t tag;
};

static tr_alarm **place_of(tr_actor *self, uint64_t tag)
{
    tr_alarm **at = &tr_actor_extras(self)->alarms;
    while (*at != NULL && (*at)->tag != tag)
        at = &(*at)->next;
    return at;
}

static void remove_at(tr_alarm **place)
{
    tr_alarm *gone = *place;
    *place = gone->next;
    gone->actor->extras->alarm_count--;
    tr_timer_stop(&gone->timer);
    tr_live_gone(alarm);
    tr_free(gone);
}

static void on_fire(tr_timer *timer)
{
    tr_alarm *self = timer->arg;
    tr_actor *actor = self->actor;
    if (!tr_actor_has_room(actor, tr_shape_find(TR_MSG_alarm), 0)) {
        tr_timer_start(timer, FULL_AGAIN_MS, 0);
        return;
    }
    tr_actor_signal(actor, TR_MSG_alarm, &(tr_msg_alarm){self->tag});
    remove_at(place_of(actor, self->tag));
}

static bool is_alarm_of(const tr_message *message, const void *arg)
{
    return TR_TYPE(message) == TR_MSG_alarm &&
           TR_BODY(message, alarm)->tag == *(const uint64_t *)arg;
}

int tr_after(tr_actor *self, uint64_t delay_ms, uint64_t tag)
{
    TR_ENTER_ACTOR(self);
    tr_extras *extras = tr_actor_extras(self);
    tr_alarm **place = place_of(self, tag);
    if (*place == NULL) {
        if (extras->alarm_count >= TR_ALARMS_PER_ACTOR_CAP)
            return TR_EFULL;
        tr_actor_withdraw(self, is_alarm_of, &tag); // moved, not doubled
        *place = tr_new(tr_alarm);
        tr_live_born(alarm);
        (*place)->actor = self;
        (*place)->tag = tag;
        extras->alarm_count++;
        tr_timer_init(&(*place)->timer, self->core, on_fire, *place);
    }
    tr_timer_start(&(*place)->timer, delay_ms, 0);
    return 0;
}

void tr_cancel_alarm(tr_actor *self, uint64_t tag)
{
    TR_ENTER_ACTOR_OR(self, );
    if (self->extras == NULL)
        return;
    tr_alarm **place = place_of(self, tag);
    if (*place != NULL)
        remove_at(place);
    else
        tr_actor_withdraw(self, is_alarm_of, &tag);
}

void tr_alarms_move(tr_actor *to)
{
    for (tr_alarm *at = to->extras->alarms; at != NULL; at = at->next)
        at->actor = to;
}

void tr_alarms_end(tr_actor *self)
{
    while (self->extras->alarms != NULL)
        remove_at(&self->extras->alarms);
}
