// The functions of troupe/actors/presence.h.

#include "troupe/actors/presence.h"

#include "actors/core/core_record.h"
#include "actors/core/coroutine.h"
#include "actors/core/enter.h"
#include "actors/pool/pool.h"
#include "actors/pool/pool_thread.h"
#include "actors/topics/attendance.h"
#include "actors/topics/presence.h"
#include "actors/topics/topic_peers.h"
#include "base/mem.h"
#include "troupe/err.h"
#include "wire/rows.h"

int tr_topic_join(tr_actor *self, const char *topic, const void *meta, size_t size)
{
    TR_ENTER_ACTOR(self);
    TR_REQUIRE(meta != NULL || size == 0);
    tr_slice text;
    if (!tr_topic_read_name(topic, &text))
        return TR_EINVALID;
    if (size > TR_PRESENCE_META_CAP_BYTES)
        return TR_ETOOBIG;
    tr_topics *topics = tr_topics_state_here(self->core);
    if (topics == NULL)
        return TR_ECANCELLED;
    tr_extras *extras = tr_actor_extras(self);
    tr_attendance **place = tr_attendance_of(extras, text);
    if (*place != NULL)
        tr_attendance_end(topics, extras, place);
    else if (extras->attendance_count >= TR_PRESENCES_PER_ACTOR_CAP)
        return TR_EFULL;
    tr_attendance_add(topics, self, text, (tr_slice){meta, (uint32_t)size});
    tr_attendance_tell(topics, extras->attendances);
    return 0;
}

static void leave(tr_actor *self, tr_attendance **place, tr_topics *topics)
{
    const tr_attendance *gone = *place;
    if (topics != NULL)
        tr_topics_post(topics, 0, TR_MSG_presence_gone,
                       &(tr_msg_presence_gone){{gone->topic, gone->size}, gone->who});
    tr_attendance_end(topics, self->extras, place);
}

int tr_topic_leave(tr_actor *self, const char *topic)
{
    TR_ENTER_ACTOR(self);
    tr_attendance **place =
        self->extras != NULL ? tr_attendance_of(self->extras, tr_slice_of(topic)) : NULL;
    if (place == NULL || *place == NULL)
        return TR_ENOTFOUND;
    leave(self, place, tr_topics_state_here(self->core));
    return 0;
}

// -- watching --

static tr_watching **watching_of(tr_extras *extras, tr_slice topic)
{
    tr_watching **at = &extras->watchings;
    while (*at != NULL && !tr_slice_equal(tr_group_name((*at)->group), topic))
        at = &(*at)->actor_next;
    return at;
}

// Core 0 knows all; the others have to say that they want to.
static void tell_core_0(tr_topics *self, const tr_presence_group *group, bool is_on)
{
    if (self->core->index != 0)
        tr_topics_post(self, 0, TR_MSG_presence_watch,
                       &(tr_msg_presence_watch){tr_group_name(group), is_on});
}

int tr_topic_watch(tr_actor *self, const char *topic)
{
    TR_ENTER_ACTOR(self);
    tr_slice text;
    if (!tr_topic_read_name(topic, &text))
        return TR_EINVALID;
    tr_topics *topics = tr_topics_state_here(self->core);
    if (topics == NULL)
        return TR_ECANCELLED;
    tr_extras *extras = tr_actor_extras(self);
    if (*watching_of(extras, text) != NULL)
        return TR_EEXISTS;
    if (extras->watching_count >= TR_PRESENCES_PER_ACTOR_CAP)
        return TR_EFULL;
    tr_presence_group *group = tr_group_get(&topics->presence, text);
    bool is_first = group->watching == NULL;
    tr_watching *watching = tr_new(tr_watching);
    watching->actor = self;
    watching->actor_next = extras->watchings;
    extras->watchings = watching;
    extras->watching_count++;
    tr_group_watch(group, watching);
    tr_presence_tell_all_to(watching);
    if (is_first)
        tell_core_0(topics, group, true);
    return 0;
}

static void unwatch(tr_extras *extras, tr_watching **place, tr_topics *topics)
{
    tr_watching *gone = *place;
    tr_presence_group *group = gone->group;
    *place = gone->actor_next;
    extras->watching_count--;
    if (group == NULL || topics == NULL) {
        tr_free(gone);
        return;
    }
    tr_group_unwatch(gone);
    if (group->watching != NULL)
        return;
    tell_core_0(topics, group, false);
    while (topics->core->index != 0 && group->present != NULL)
        tr_group_remove(&topics->presence, group, group->present);
    tr_group_tidy(&topics->presence, group);
}

int tr_topic_unwatch(tr_actor *self, const char *topic)
{
    TR_ENTER_ACTOR(self);
    tr_topics *topics = tr_topics_state_here(self->core);
    tr_watching **place = self->extras != NULL && topics != NULL
                              ? watching_of(self->extras, tr_slice_of(topic))
                              : NULL;
    if (place == NULL || *place == NULL)
        return TR_ENOTFOUND;
    unwatch(self->extras, place, topics);
    return 0;
}

void tr_presence_end(tr_actor *self)
{
    tr_extras *extras = self->extras;
    bool has_any = extras->attendances != NULL || extras->watchings != NULL;
    tr_topics *topics = has_any ? tr_topics_state_here(self->core) : NULL;
    while (extras->attendances != NULL)
        leave(self, &extras->attendances, self->core->is_closing ? NULL : topics);
    while (extras->watchings != NULL)
        unwatch(extras, &extras->watchings, topics);
}

// -- the list --

int64_t tr_topic_ask_present(tr_actor *self, const char *topic, uint64_t deadline_ms)
{
    TR_ENTER_ACTOR(self);
    tr_msg_presence_find body;
    if (!tr_topic_read_name(topic, &body.topic))
        return TR_EINVALID;
    return tr_ask_body(self, tr_address_of(self->core->node, 0, TR_SLOT_TOPICS),
                       TR_MSG_presence_find, &body, deadline_ms);
}

int tr_topic_read_present(const tr_message *list,
                          void (*each)(void *arg, tr_address who, tr_slice meta), void *arg)
{
    TR_REQUIRE(list != NULL && each != NULL);
    if (TR_TYPE(list) != TR_MSG_presence_list)
        return TR_EWRONGTYPE;
    tr_row_present row;
    tr_rows in = TR_ROWS(present, TR_BODY(list, presence_list)->present);
    while (tr_rows_next(&in, &row))
        each(arg, (tr_address){row.node, row.actor}, row.meta);
    return !tr_rows_are_sound(&in) ? TR_EMALFORMED : (int)TR_BODY(list, presence_list)->count;
}

int tr_topic_present(const char *topic, uint64_t deadline_ms,
                     void (*each)(void *arg, tr_address who, tr_slice meta), void *arg)
{
    tr_msg_presence_find body;
    tr_pool_thread *thread = tr_pool_thread_current();
    if (tr_coroutine_current() == NULL && thread == NULL)
        return tr_enter_refused(__func__, TR_EWRONGTHREAD);
    TR_REQUIRE(each != NULL);
    if (!tr_topic_read_name(topic, &body.topic))
        return TR_EINVALID;
    tr_message *list = NULL;
    int result;
    if (thread != NULL) {
        tr_address home = tr_pool_thread_home(thread, TR_SLOT_TOPICS);
        result = tr_pool_ask(thread, tr_address_of(home.node, 0, TR_SLOT_TOPICS),
                             TR_MSG_presence_find, &body, deadline_ms, &list);
    } else {
        const tr_core *core = tr_core_here;
        result =
            tr_coroutine_ask(tr_core_address(core), tr_address_of(core->node, 0, TR_SLOT_TOPICS),
                             TR_MSG_presence_find, &body, deadline_ms, &list);
    }
    if (result < 0)
        return result;
    result = tr_topic_read_present(list, each, arg);
    tr_message_free(list);
    return result;
}
