#include "actors/topics/presence_table.h"

#include <string.h>
#include <utlist.h>

#include "base/mem.h"

tr_slice tr_group_name(const tr_presence_group *self)
{
    return (tr_slice){self->name, self->size};
}

tr_presence_group *tr_group_find(const tr_presence_table *self, tr_slice name)
{
    tr_presence_group *group = NULL;
    if (name.size != 0 && name.size <= TR_TOPIC_NAME_CAP_BYTES)
        HASH_FIND(by_name, self->by_name, name.data, name.size, group);
    return group;
}

tr_presence_group *tr_group_get(tr_presence_table *self, tr_slice name)
{
    tr_presence_group *group = tr_group_find(self, name);
    if (group != NULL || name.size == 0 || name.size > TR_TOPIC_NAME_CAP_BYTES)
        return group;
    group = tr_calloc(1, sizeof *group + name.size);
    group->size = name.size;
    memcpy(group->name, name.data, name.size);
    HASH_ADD_KEYPTR(by_name, self->by_name, group->name, group->size, group);
    return group;
}

void tr_group_tidy(tr_presence_table *self, tr_presence_group *group)
{
    if (group->present != NULL || group->watching != NULL || group->cores != 0)
        return;
    HASH_DELETE(by_name, self->by_name, group);
    tr_free(group);
}

void tr_presence_table_done(tr_presence_table *self)
{
    tr_presence_group *group;
    tr_presence_group *next;
    HASH_ITER (by_name, self->by_name, group, next) {
        while (group->present != NULL)
            tr_group_remove(self, group, group->present);
        for (tr_watching *at = group->watching; at != NULL; at = at->next)
            at->group = NULL;
        group->watching = NULL;
        group->cores = 0;
        tr_group_tidy(self, group);
    }
}

tr_present *tr_group_has(const tr_presence_group *self, tr_address who)
{
    tr_present *present;
    HASH_FIND(by_who, self->present, &who, sizeof who, present);
    return present;
}

enum tr_presence_change tr_group_set(tr_presence_table *self, tr_presence_group *group,
                                     tr_address who, tr_slice meta)
{
    tr_present *old = tr_group_has(group, who);
    if (meta.size > TR_PRESENCE_META_CAP_BYTES || (old == NULL && self->count >= TR_PRESENCES_CAP))
        return TR_PRESENCE_REFUSED;
    if (old != NULL && tr_slice_equal((tr_slice){old->meta, old->size}, meta)) {
        old->is_stale = false;
        return TR_PRESENCE_SAME;
    }
    if (old != NULL)
        tr_group_remove(self, group, old);
    tr_present *present = tr_calloc(1, sizeof *present + meta.size);
    present->who = who;
    present->size = meta.size;
    if (meta.size != 0)
        memcpy(present->meta, meta.data, meta.size);
    HASH_ADD(by_who, group->present, who, sizeof present->who, present);
    self->count++;
    return TR_PRESENCE_NEW;
}

void tr_group_remove(tr_presence_table *self, tr_presence_group *group, tr_present *gone)
{
    HASH_DELETE(by_who, group->present, gone);
    self->count--;
    tr_free(gone);
}

void tr_watchings_move(tr_watching *first, tr_actor *to)
{
    for (tr_watching *at = first; at != NULL; at = at->actor_next)
        at->actor = to;
}

void tr_group_watch(tr_presence_group *self, tr_watching *watching)
{
    watching->group = self;
    DL_PREPEND(self->watching, watching);
}

void tr_group_unwatch(tr_watching *self)
{
    DL_DELETE(self->group->watching, self);
    tr_free(self);
}
