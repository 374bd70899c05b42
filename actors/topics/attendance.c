#include "actors/topics/attendance.h"

#include <string.h>
#include <utlist.h>

#include "actors/topics/topic_peers.h"
#include "base/mem.h"

tr_attendance **tr_attendance_of(tr_extras *extras, tr_slice topic)
{
    tr_attendance **at = &extras->attendances;
    while (*at != NULL && !tr_slice_equal((tr_slice){(*at)->topic, (*at)->size}, topic))
        at = &(*at)->actor_next;
    return at;
}

void tr_attendance_add(tr_topics *topics, tr_actor *actor, tr_slice topic, tr_slice meta)
{
    tr_extras *extras = actor->extras;
    tr_attendance *self = tr_calloc(1, sizeof *self + topic.size + meta.size);
    self->who = tr_actor_address(actor);
    self->size = topic.size;
    self->meta_size = meta.size;
    memcpy(self->topic, topic.data, topic.size);
    if (meta.size != 0)
        memcpy(self->topic + topic.size, meta.data, meta.size);
    LL_PREPEND2(extras->attendances, self, actor_next);
    extras->attendance_count++;
    DL_APPEND(topics->attendances, self);
}

void tr_attendance_end(tr_topics *topics, tr_extras *extras, tr_attendance **place)
{
    tr_attendance *gone = *place;
    *place = gone->actor_next;
    extras->attendance_count--;
    if (topics != NULL)
        DL_DELETE(topics->attendances, gone);
    tr_free(gone);
}

void tr_attendance_tell(tr_topics *topics, const tr_attendance *self)
{
    tr_topics_post(topics, 0, TR_MSG_presence_set,
                   &(tr_msg_presence_set){{self->topic, self->size},
                                          self->who,
                                          {self->topic + self->size, self->meta_size}});
}

void tr_attendances_repeat(tr_topics *topics)
{
    for (const tr_attendance *at = topics->attendances; at != NULL; at = at->next)
        tr_attendance_tell(topics, at);
}
