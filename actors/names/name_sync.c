// A broker keeps names for nodes; each repeats to it what is theirs.

#include "actors/names/name_sync.h"

#include "actors/core/core.h"
#include "base/mem.h"
#include "wire/rows.h"
#include "wire/writer.h"

void tr_names_count_change(tr_names *self, tr_address from)
{
    tr_known_node *node = tr_names_is_foreign(self, from) && from.node != 0
                              ? tr_map_find(&self->nodes, from.node)
                              : NULL;
    if (node != NULL)
        node->changes++;
}

void tr_names_on_hello(tr_names *self, const tr_message *message)
{
    const tr_msg_names_hello *hello = TR_BODY(message, names_hello);
    const tr_known_node *node =
        message->from.node != 0 ? tr_map_find(&self->nodes, message->from.node) : NULL;
    if (node == NULL || hello->broker != self->core->node || hello->changes != node->changes)
        tr_names_post(self, message->from, TR_MSG_names_resync,
                      &(tr_msg_names_resync){hello->index});
}

// Its answers may be old, and it does not know the registries to tell of changes.
static void forget_cached(tr_names *self, const tr_known_broker *broker)
{
    for (tr_name *at = self->table.by_key, *next; at != NULL; at = next) {
        next = at->by_key.next;
        if (at->scope == TR_NAME_CLUSTER && at->epoch == 0 && tr_address_is_set(at->owner) &&
            tr_names_broker_of(self, at) == broker)
            tr_name_forget_owner(self, at);
    }
}

static void tell_all(tr_names *self, const tr_known_broker *broker)
{
    uint32_t count = 0;
    tr_buf list = {0};
    for (const tr_name *at = self->table.by_key; at != NULL; at = at->by_key.next) {
        if (at->scope != TR_NAME_CLUSTER || at->epoch == 0 ||
            tr_names_broker_of(self, at) != broker)
            continue;
        count++;
        tr_row_write(&list, name, tr_name_text(at), at->owner.actor, at->epoch);
    }
    tr_buf all = {0};
    tr_write_array(&all, count);
    tr_write_raw(&all, tr_buf_slice(&list));
    (void)tr_send(self->core, tr_names_of_core(self, 0),
                  tr_address_of(broker->alias, 0, TR_SLOT_NAMES), names_all,
                  .names = {(const char *)all.data, (uint32_t)all.size});
    tr_buf_done(&list);
    tr_buf_done(&all);
}

void tr_names_on_resync(tr_names *self, const tr_message *message)
{
    uint32_t index = TR_BODY(message, names_resync)->index;
    if (index >= self->broker_count)
        return;
    tr_known_broker *broker = &self->brokers[index];
    broker->node = message->from.node;
    broker->changes = 0;
    forget_cached(self, broker);
    tell_all(self, broker);
}

static void tell_taken(tr_names *self, const tr_name *name, tr_address loser, tr_address winner)
{
    tr_names_post(self, tr_address_of(loser.node, 0, TR_SLOT_NAMES), TR_MSG_name_taken,
                  &(tr_msg_name_taken){tr_name_text(name), name->scope, loser, winner});
}

// A node says that this is its own.
static void renew(tr_names *self, tr_slice text, tr_address owner, uint64_t epoch)
{
    if (epoch > self->table.last_epoch)
        self->table.last_epoch = epoch;
    tr_name *name = tr_names_entry(self, TR_NAME_CLUSTER, text);
    if (name == NULL)
        return;
    name->is_stale = false;
    if (tr_address_equal(name->owner, owner)) {
        name->epoch = epoch;
    } else if (!tr_address_is_set(name->owner)) {
        tr_name_grant(self, name, owner, epoch);
    } else if (tr_name_beats(owner, epoch, name->owner, name->epoch)) {
        tell_taken(self, name, name->owner, owner);
        tr_name_tell_gone(self, name);
        tr_name_grant(self, name, owner, epoch);
    } else {
        tell_taken(self, name, owner, name->owner);
    }
}

static void drop_names_of(tr_names *self, uint64_t node, bool only_stale)
{
    for (tr_name *at = self->table.by_key, *next; at != NULL; at = next) {
        next = at->by_key.next;
        if (!only_stale)
            tr_name_forget_node(at, node);
        if (at->owner.node == node && tr_address_is_set(at->owner) && (at->is_stale || !only_stale))
            tr_name_forget_owner(self, at);
    }
}

void tr_names_on_all(tr_names *self, const tr_message *message)
{
    uint64_t from = message->from.node;
    if (from == 0)
        return;
    tr_known_node *node = tr_map_find(&self->nodes, from);
    if (node == NULL) {
        if (self->nodes.count >= TR_PEERS_CAP)
            return;
        node = tr_new(tr_known_node);
        tr_map_put(&self->nodes, from, node);
    }
    node->changes = 0;
    for (tr_name *at = self->table.by_key; at != NULL; at = at->by_key.next)
        at->is_stale = at->scope == TR_NAME_CLUSTER && at->owner.node == from;
    tr_row_name row;
    for (tr_rows in = TR_ROWS(name, TR_BODY(message, names_all)->names); tr_rows_next(&in, &row);)
        if (row.actor != 0 && row.epoch != 0)
            renew(self, row.name, (tr_address){from, row.actor}, row.epoch);
    drop_names_of(self, from, true);
}

void tr_names_on_node_down(tr_names *self, uint64_t node)
{
    tr_free(tr_map_take(&self->nodes, node));
    drop_names_of(self, node, false);
}

void tr_names_say_hello(tr_names *self)
{
    for (unsigned i = 0; i < self->broker_count; i++)
        (void)tr_send(self->core, tr_names_of_core(self, 0),
                      tr_address_of(self->brokers[i].alias, 0, TR_SLOT_NAMES), names_hello,
                      .index = i, .broker = self->brokers[i].node,
                      .changes = self->brokers[i].changes);
}
