#include "actors/names/name_table.h"

#include <string.h>
#include <utlist.h>

#include "base/hash.h"
#include "base/mem.h"
#include "troupe/err.h"

// The scope and the bytes, as they lie in an entry.
enum { KEY_AT = offsetof(tr_name, size), TEXT_AT = offsetof(tr_name, text) };

typedef struct key {
    uint32_t size;
    uint16_t scope;
    char text[TR_NAME_CAP_BYTES];
} key;

_Static_assert(offsetof(key, text) == TEXT_AT - KEY_AT, "a key is the end of an entry");

tr_slice tr_name_text(const tr_name *self)
{
    return (tr_slice){self->text, self->size};
}

uint64_t tr_name_hash(tr_slice text)
{
    return tr_hash(text.data, text.size);
}

tr_name *tr_registry_find(const tr_registry *self, uint16_t scope, tr_slice text)
{
    if (text.size > TR_NAME_CAP_BYTES)
        return NULL;
    key wanted = {.scope = scope, .size = text.size};
    if (text.size != 0)
        memcpy(wanted.text, text.data, text.size);
    tr_name *name;
    HASH_FIND(by_key, self->by_key, &wanted, offsetof(key, text) + text.size, name);
    return name;
}

bool tr_name_is_pending(const tr_name *self)
{
    return self->waiters != NULL || self->wanting_cores != 0 || tr_address_is_set(self->claimant);
}

static void unlist(tr_registry *self, tr_name *name)
{
    if (!name->is_listed)
        return;
    DL_DELETE2(self->pending, name, pending_prev, pending_next);
    name->is_listed = false;
}

static void list(tr_registry *self, tr_name *name)
{
    if (name->is_listed)
        return;
    DL_PREPEND2(self->pending, name, pending_prev, pending_next);
    name->is_listed = true;
}

static void drop(tr_registry *self, tr_name *name)
{
    unlist(self, name);
    HASH_DELETE(by_key, self->by_key, name);
    self->count--;
    tr_name_waiter *waiter;
    while ((waiter = tr_name_take_waiter(name)) != NULL) {
        tr_message_free(waiter->message);
        tr_free(waiter);
    }
    tr_free(name->told_nodes);
    tr_free(name);
}

tr_name *tr_registry_oldest_cached(const tr_registry *self)
{
    tr_name *name = self->by_key;
    while (name != NULL && (name->epoch != 0 || tr_name_is_pending(name)))
        name = name->by_key.next;
    return name;
}

tr_name *tr_registry_get(tr_registry *self, uint16_t scope, tr_slice text)
{
    tr_name *name = tr_registry_find(self, scope, text);
    if (name != NULL || text.size > TR_NAME_CAP_BYTES || self->count >= TR_NAMES_CAP)
        return name;
    name = tr_calloc(1, sizeof *name + text.size);
    name->scope = scope;
    name->size = text.size;
    if (text.size != 0)
        memcpy(name->text, text.data, text.size);
    HASH_ADD_KEYPTR(by_key, self->by_key, (char *)name + KEY_AT,
                    (size_t)(TEXT_AT - KEY_AT) + text.size, name);
    self->count++;
    return name;
}

void tr_registry_tidy(tr_registry *self, tr_name *name)
{
    if (tr_name_is_pending(name))
        list(self, name);
    else if (tr_address_is_set(name->owner))
        unlist(self, name);
    else
        drop(self, name);
}

bool tr_name_beats(tr_address one, uint64_t one_epoch, tr_address two, uint64_t two_epoch)
{
    if (one_epoch != two_epoch)
        return one_epoch > two_epoch;
    return one.node != two.node ? one.node < two.node : one.actor < two.actor;
}

static uint32_t place_of(const tr_name *self, uint64_t node)
{
    uint32_t at = 0;
    while (at < self->told_node_count && self->told_nodes[at] != node)
        at++;
    return at;
}

void tr_name_tell_node(tr_name *self, uint64_t node)
{
    if (place_of(self, node) != self->told_node_count || self->told_node_count >= TR_PEERS_CAP)
        return;
    self->told_nodes =
        tr_realloc(self->told_nodes, (self->told_node_count + 1) * sizeof *self->told_nodes);
    self->told_nodes[self->told_node_count++] = node;
}

void tr_name_forget_node(tr_name *self, uint64_t node)
{
    uint32_t at = place_of(self, node);
    if (at != self->told_node_count)
        self->told_nodes[at] = self->told_nodes[--self->told_node_count];
}

int tr_name_wait(tr_name *self, tr_message *message, tr_address from, uint64_t correlation)
{
    if (self->waiter_count >= TR_NAME_WAITERS_CAP)
        return TR_EFULL;
    tr_name_waiter *waiter = tr_new(tr_name_waiter);
    *waiter = (tr_name_waiter){.message = message, .from = from, .correlation = correlation};
    DL_APPEND(self->waiters, waiter);
    self->waiter_count++;
    return 0;
}

tr_name_waiter *tr_name_take_waiter(tr_name *self)
{
    tr_name_waiter *waiter = self->waiters;
    if (waiter == NULL)
        return NULL;
    DL_DELETE(self->waiters, waiter);
    self->waiter_count--;
    return waiter;
}

void tr_registry_done(tr_registry *self)
{
    tr_name *name;
    tr_name *next;
    HASH_ITER (by_key, self->by_key, name, next)
        drop(self, name);
    *self = (tr_registry){0};
}
