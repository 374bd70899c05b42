#include "actors/core/unsent.h"

#include <utlist.h>

#include "actors/core/forward.h"
#include "base/log.h"
#include "base/mem.h"
#include "troupe/err.h"
#include "wire/limits.h"

struct tr_unsent_way {
    struct tr_unsent_way *next;
    struct tr_unsent_way *prev;
    tr_message_queue messages; // never empty, except while it is tried
    uint64_t key;
};

typedef struct tr_unsent_way way;

// Receivers of one key, should there ever be any, wait for each other.
static uint64_t key_of(tr_address to)
{
    uint64_t key = to.node ^ (to.actor * 0x9e3779b97f4a7c15u);
    return key != 0 ? key : 1;
}

static bool has_room(const tr_unsent *self, const tr_message *message)
{
    return self->is_bounded_elsewhere ||
           (self->count < TR_UNSENT_CAP &&
            self->bytes + tr_message_memory_size(message) <= TR_UNSENT_CAP_BYTES);
}

static way *way_get(tr_unsent *self, tr_address to)
{
    way *found = tr_map_find(&self->by_receiver, key_of(to));
    if (found != NULL)
        return found;
    found = tr_new(way);
    found->key = key_of(to);
    tr_map_put(&self->by_receiver, found->key, found);
    DL_APPEND(self->ways, found);
    return found;
}

// Said for the first, and then ever more rarely.
static void drop(tr_unsent *self, tr_message *message)
{
    self->dropped++;
    if ((self->dropped & (self->dropped - 1)) == 0)
        tr_log(TR_LOG_ERROR, "event=unsent_dropped message=%s dropped=%llu", message->shape->name,
               (unsigned long long)self->dropped);
    tr_message_free(message);
}

void tr_unsent_keep(tr_unsent *self, tr_message *message)
{
    if (!has_room(self, message)) {
        drop(self, message);
        return;
    }
    self->count++;
    self->bytes += tr_message_memory_size(message);
    tr_message_queue_push(&way_get(self, message->to)->messages, message);
}

bool tr_unsent_send(tr_unsent *self, tr_core *core, tr_message *message)
{
    // Behind one that waits, all for its receiver wait.
    bool must_wait = tr_map_find(&self->by_receiver, key_of(message->to)) != NULL;
    if (must_wait || tr_core_post_message(core, &message) == TR_EFULL) {
        tr_unsent_keep(self, message);
        return false;
    }
    tr_message_free(message);
    return true;
}

static tr_message *take_first(tr_unsent *self, way *from)
{
    tr_message *message = tr_message_queue_pop(&from->messages);
    self->count--;
    self->bytes -= tr_message_memory_size(message);
    return message;
}

static void put_back(tr_unsent *self, way *to, tr_message *message)
{
    tr_message_queue_push_first(&to->messages, message);
    self->count++;
    self->bytes += tr_message_memory_size(message);
}

// Sends until the way is full or there have been enough tries.
static void try_way(tr_unsent *self, tr_core *core, way *of, unsigned *tries)
{
    for (; of->messages.head != NULL && *tries != 0; --*tries) {
        tr_message *message = take_first(self, of);
        if (tr_core_post_message(core, &message) == TR_EFULL) {
            put_back(self, of, message);
            return;
        }
        tr_message_free(message);
    }
}

// Out of the ring, and back to its end while something waits there.
static void close_if_empty(tr_unsent *self, way *of)
{
    if (of->messages.head != NULL) {
        DL_APPEND(self->ways, of);
        return;
    }
    tr_map_take(&self->by_receiver, of->key);
    tr_free(of);
}

static way *next_way(tr_unsent *self)
{
    way *first = self->ways;
    DL_DELETE(self->ways, first);
    return first;
}

void tr_unsent_retry(tr_unsent *self, tr_core *core, unsigned tries)
{
    for (uint32_t left = self->by_receiver.count; left != 0 && tries != 0; left--) {
        way *first = next_way(self);
        try_way(self, core, first, &tries);
        close_if_empty(self, first);
    }
}

static void drop_from(tr_unsent *self, way *from, uint64_t node, int index)
{
    for (uint32_t left = from->messages.count; left != 0; left--) {
        tr_message *message = take_first(self, from);
        if (message->to.node == node &&
            (index < 0 || tr_address_core(message->to) == (unsigned)index)) {
            tr_message_free(message);
            continue;
        }
        tr_message_queue_push(&from->messages, message);
        self->count++;
        self->bytes += tr_message_memory_size(message);
    }
}

void tr_unsent_drop(tr_unsent *self, uint64_t node, int index)
{
    for (uint32_t left = self->by_receiver.count; left != 0; left--) {
        way *first = next_way(self);
        drop_from(self, first, node, index);
        close_if_empty(self, first);
    }
}

void tr_unsent_done(tr_unsent *self)
{
    while (self->by_receiver.count != 0) {
        way *first = next_way(self);
        tr_message_queue_clear(&first->messages);
        close_if_empty(self, first);
    }
    tr_map_done(&self->by_receiver);
    *self = (tr_unsent){.is_bounded_elsewhere = self->is_bounded_elsewhere};
}
