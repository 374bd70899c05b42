#include "actors/topics/topic_table.h"

#include <string.h>
#include <utlist.h>

#include "base/mem.h"

tr_slice tr_topic_name(const tr_topic *self)
{
    return (tr_slice){self->name, self->size};
}

tr_topic *tr_topic_find(const tr_topic_table *self, tr_slice name)
{
    tr_topic *topic = NULL;
    if (name.size != 0 && name.size <= TR_TOPIC_NAME_CAP_BYTES)
        HASH_FIND(by_name, self->by_name, name.data, name.size, topic);
    return topic;
}

tr_topic *tr_topic_get(tr_topic_table *self, tr_slice name)
{
    tr_topic *topic = tr_topic_find(self, name);
    if (topic != NULL || name.size == 0 || name.size > TR_TOPIC_NAME_CAP_BYTES ||
        self->count >= TR_TOPICS_CAP)
        return topic;
    topic = tr_calloc(1, sizeof *topic + name.size);
    topic->size = name.size;
    memcpy(topic->name, name.data, name.size);
    HASH_ADD_KEYPTR(by_name, self->by_name, topic->name, topic->size, topic);
    self->count++;
    return topic;
}

static void drop(tr_topic_table *self, tr_topic *topic)
{
    for (tr_subscription *at = topic->subscribers; at != NULL; at = at->next)
        at->topic = NULL;
    HASH_DELETE(by_name, self->by_name, topic);
    self->count--;
    tr_free(topic->places);
    tr_free(topic->debts);
    tr_free(topic);
}

void tr_topic_tidy(tr_topic_table *self, tr_topic *topic)
{
    if (topic->subscribers == NULL && topic->cores == 0 && topic->place_count == 0)
        drop(self, topic);
}

void tr_topic_table_done(tr_topic_table *self)
{
    tr_topic *topic;
    tr_topic *next;
    HASH_ITER (by_name, self->by_name, topic, next)
        drop(self, topic);
}

void tr_topic_add(tr_topic *self, tr_subscription *subscription)
{
    subscription->topic = self;
    DL_APPEND(self->subscribers, subscription);
}

void tr_topic_remove(tr_subscription *self)
{
    DL_DELETE(self->topic->subscribers, self);
    tr_free(self);
}

void tr_subscriptions_move(tr_subscription *first, tr_actor *to)
{
    for (tr_subscription *at = first; at != NULL; at = at->actor_next)
        at->actor = to;
}

tr_topic_place *tr_topic_place_of(const tr_topic *self, uint64_t node)
{
    for (uint32_t i = 0; i < self->place_count; i++)
        if (self->places[i].node == node)
            return &self->places[i];
    return NULL;
}

static void forget_debts(tr_topic *self, uint64_t node)
{
    for (uint32_t i = 0; i < self->debt_count; i++)
        if (self->debts[i].node == node)
            self->debts[i--] = self->debts[--self->debt_count];
}

void tr_topic_set_place(tr_topic *self, uint64_t node, uint64_t cores)
{
    tr_topic_place *place = tr_topic_place_of(self, node);
    if (cores == 0) {
        if (place != NULL)
            *place = self->places[--self->place_count];
        forget_debts(self, node);
        return;
    }
    if (place == NULL) {
        self->places = tr_realloc(self->places, (self->place_count + 1) * sizeof(tr_topic_place));
        place = &self->places[self->place_count++];
        *place = (tr_topic_place){.node = node};
    }
    place->cores = cores;
    place->is_stale = false;
}

static tr_topic_debt *debt_of(const tr_topic *self, uint64_t node, unsigned core)
{
    for (uint32_t i = 0; i < self->debt_count; i++)
        if (self->debts[i].node == node && self->debts[i].core == core)
            return &self->debts[i];
    return NULL;
}

void tr_topic_owe(tr_topic *self, uint64_t node, unsigned core, uint64_t missed)
{
    tr_topic_debt *debt = debt_of(self, node, core);
    if (debt == NULL) {
        self->debts = tr_realloc(self->debts, (self->debt_count + 1) * sizeof(tr_topic_debt));
        debt = &self->debts[self->debt_count++];
        *debt = (tr_topic_debt){.node = node, .core = core};
    }
    debt->missed += missed;
}

uint64_t tr_topic_take_debt(tr_topic *self, uint64_t node, unsigned core)
{
    tr_topic_debt *debt = debt_of(self, node, core);
    if (debt == NULL)
        return 0;
    uint64_t missed = debt->missed;
    *debt = self->debts[--self->debt_count];
    return missed;
}
