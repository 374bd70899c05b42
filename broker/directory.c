#include "broker/directory.h"

#include <stdio.h>
#include <string.h>

#include "actors/bus/routes.h"
#include "base/mem.h"
#include "troupe/err.h"
#include "wire/reader.h"
#include "wire/rows.h"
#include "wire/writer.h"

void tr_directory_init(tr_directory *self, uint64_t now_ms, uint64_t first_epoch,
                       uint64_t first_version)
{
    memset(self, 0, sizeof *self);
    self->started_ms = now_ms;
    self->first_epoch = first_epoch;
    self->first_version = self->version = first_version;
    self->nodes = tr_calloc(TR_PEERS_CAP, sizeof *self->nodes);
}

void tr_directory_done(tr_directory *self)
{
    for (uint32_t i = 0; i < self->count; i++)
        tr_buf_done(&self->nodes[i].endpoints);
    tr_free(self->nodes);
    memset(self, 0, sizeof *self);
}

tr_directory_node *tr_directory_find(const tr_directory *self, uint64_t node)
{
    for (uint32_t i = 0; i < self->count; i++)
        if (self->nodes[i].agent.node == node)
            return &self->nodes[i];
    return NULL;
}

// The node's row is another one from now on.
static void touch(tr_directory *self, uint64_t node)
{
    tr_directory_node *row = node != 0 ? tr_directory_find(self, node) : NULL;
    if (row != NULL)
        row->changed = ++self->version;
}

// It is in no list from now on.
static void note_gone(tr_directory *self, const tr_directory_node *node)
{
    if (node->roles != 0)
        self->gone[self->gone_count++ % TR_DIRECTORY_GONE_KEPT] =
            (tr_directory_gone){node->agent.node, ++self->version};
}

static bool endpoints_are_valid(const tr_msg_node_hello *hello)
{
    tr_reader in = tr_reader_of(hello->endpoints);
    uint32_t count = tr_reader_array(&in);
    for (uint32_t i = 0; i < count && !in.failed; i++)
        if (tr_reader_text(&in).size >= TR_ENDPOINT_CAP_BYTES)
            in.failed = true;
    return !in.failed && tr_reader_at_end(&in) && (count == hello->cores || count == 0) &&
           hello->cores <= TR_CORES_CAP;
}

// The merged list is told to everybody, so all of it is looked at before any of it is taken.
static bool shards_are_valid(uint32_t cores, tr_slice shards)
{
    tr_row_shard row;
    tr_rows in = TR_ROWS(shard, shards);
    while (tr_rows_next(&in, &row))
        if (row.shard >= TR_SHARDS || row.core >= cores || row.epoch > TR_EPOCH_CAP)
            return false;
    return tr_rows_are_sound(&in);
}

// Has the node the shard, if both are right about what they know?
static bool has_it(const tr_directory_shard *shard, uint64_t node, uint64_t epoch)
{
    if (shard->node == 0 || shard->node == node)
        return epoch >= shard->epoch;
    return tr_shard_owner_beats((tr_shard_owner){.node = node, .epoch = epoch},
                                (tr_shard_owner){.node = shard->node, .epoch = shard->epoch});
}

// True when an owner changed.
static bool merge_row(tr_directory *self, uint64_t node, const tr_row_shard *row, uint64_t now_ms)
{
    tr_directory_shard *shard = &self->shards[row->shard];
    bool changed = shard->node != node || shard->epoch != row->epoch || shard->core != row->core;
    if (shard->node != node)
        touch(self, shard->node);
    *shard = (tr_directory_shard){node, row->epoch, row->core, now_ms};
    return changed;
}

static bool free_unsaid(tr_directory *self, uint64_t node, uint64_t now_ms)
{
    bool changed = false;
    for (uint32_t i = 0; i < TR_SHARDS; i++) {
        tr_directory_shard *shard = &self->shards[i];
        if (shard->node != node || now_ms <= shard->sure_ms + TR_SHARD_ON_WAY_MS)
            continue;
        shard->node = 0; // the epoch stays: the next owner's is higher
        changed = true;
    }
    return changed;
}

// Takes over what the node says it owns; true when an owner changed.
static bool merge_shards(tr_directory *self, uint64_t node, tr_slice shards, uint64_t now_ms,
                         void (*on_conflict)(void *arg, uint32_t shard, uint64_t epoch), void *arg)
{
    bool changed = false;
    tr_row_shard row;
    for (tr_rows in = TR_ROWS(shard, shards); tr_rows_next(&in, &row);) {
        const tr_directory_shard *shard = &self->shards[row.shard];
        if (has_it(shard, node, row.epoch))
            changed |= merge_row(self, node, &row, now_ms);
        else if (shard->node != node) // of its own it may not have heard yet
            on_conflict(arg, row.shard, shard->epoch);
    }
    return free_unsaid(self, node, now_ms) || changed;
}

static bool same_bytes(const tr_buf *one, tr_slice two)
{
    return one->size == two.size && (two.size == 0 || memcmp(one->data, two.data, two.size) == 0);
}

int tr_directory_hello(tr_directory *self, tr_address agent, const tr_msg_node_hello *hello,
                       uint64_t now_ms,
                       void (*on_conflict)(void *arg, uint32_t shard, uint64_t epoch), void *arg)
{
    if (!endpoints_are_valid(hello) || !shards_are_valid(hello->cores, hello->shards) ||
        hello->store > TR_STORE_LOST || hello->name.size >= TR_NODE_NAME_CAP_BYTES ||
        hello->app.size >= TR_APP_NAME_CAP_BYTES || hello->trunk.size >= TR_ENDPOINT_CAP_BYTES)
        return TR_EMALFORMED;
    tr_directory_node *node = tr_directory_find(self, agent.node);
    bool changed = node == NULL;
    if (node == NULL) {
        if (self->count == TR_PEERS_CAP)
            return TR_EFULL;
        node = &self->nodes[self->count++];
        memset(node, 0, sizeof *node);
        node->agent = agent;
    }
    changed |= node->is_silent || node->roles != hello->roles || node->cores != hello->cores ||
               node->draining != hello->draining || node->store != hello->store ||
               !same_bytes(&node->endpoints, hello->endpoints) ||
               !tr_slice_equal(tr_slice_of(node->trunk), hello->trunk);
    if (hello->roles == 0)
        note_gone(self, node);
    if (hello->name.size != 0)
        memcpy(node->name, hello->name.data, hello->name.size);
    node->name[hello->name.size] = '\0';
    snprintf(node->app, sizeof node->app, "%.*s", (int)hello->app.size, hello->app.data);
    node->roles = hello->roles;
    node->cores = hello->cores;
    if (node->sessions != hello->sessions)
        node->loaded = ++self->version;
    node->sessions = hello->sessions;
    node->takes_changes = hello->takes_changes;
    node->draining = hello->draining;
    node->is_stored = hello->is_stored;
    node->store = hello->store;
    node->store_identity = hello->store_identity;
    node->is_silent = false;
    node->token = hello->token;
    node->seen_ms = now_ms;
    snprintf(node->trunk, sizeof node->trunk, "%.*s", (int)hello->trunk.size, hello->trunk.data);
    node->endpoints.size = 0;
    tr_buf_append(&node->endpoints, hello->endpoints.data, hello->endpoints.size);
    changed |= merge_shards(self, agent.node, hello->shards, now_ms, on_conflict, arg);
    if (changed)
        touch(self, agent.node);
    return changed;
}

static const tr_directory_gone *gone_at(const tr_directory *self, uint64_t back)
{
    return &self->gone[(self->gone_count - 1 - back) % TR_DIRECTORY_GONE_KEPT];
}

// When it left the list the last time, as far back as is known; 0: never.
static uint64_t gone_in(const tr_directory *self, uint64_t node)
{
    for (uint64_t i = 0; i < self->gone_count && i < TR_DIRECTORY_GONE_KEPT; i++)
        if (gone_at(self, i)->node == node)
            return gone_at(self, i)->version;
    return 0;
}

bool tr_directory_is_late(const tr_directory *self, uint64_t node, const tr_msg_node_hello *hello)
{
    uint64_t version =
        hello->takes_changes && tr_directory_find(self, node) == NULL ? gone_in(self, node) : 0;
    return version != 0 && (hello->list < version || hello->list > self->version);
}

const char *tr_directory_app(const tr_directory *self)
{
    for (uint32_t i = 0; i < self->count; i++)
        if (self->nodes[i].app[0] != '\0')
            return self->nodes[i].app;
    return "";
}

uint64_t tr_directory_store(const tr_directory *self)
{
    for (uint32_t i = 0; i < self->count; i++)
        if (self->nodes[i].store_identity != 0)
            return self->nodes[i].store_identity;
    return 0;
}

bool tr_directory_is_settled(const tr_directory *self, uint64_t now_ms)
{
    return now_ms >= self->started_ms + TR_DIRECTORY_GRACE_MS;
}

bool tr_directory_is_watcher(const tr_directory *self, uint64_t node)
{
    const tr_directory_node *known = tr_directory_find(self, node);
    return known == NULL || known->roles == 0;
}

bool tr_directory_remove(tr_directory *self, uint64_t node)
{
    tr_directory_node *gone = tr_directory_find(self, node);
    if (gone == NULL)
        return false;
    for (uint32_t i = 0; i < TR_SHARDS; i++)
        if (self->shards[i].node == node)
            self->shards[i].node = 0; // the epoch stays
    note_gone(self, gone);
    tr_buf_done(&gone->endpoints);
    *gone = self->nodes[--self->count];
    return true;
}

void tr_directory_was_away(tr_directory *self, uint64_t away_ms)
{
    for (uint32_t i = 0; i < self->count; i++)
        self->nodes[i].seen_ms += away_ms;
    for (uint32_t i = 0; i < TR_SHARDS; i++)
        self->shards[i].sure_ms += away_ms;
}

static bool is_kept(const tr_directory_node *node)
{
    return (node->roles & TR_ROLE_WORKER) != 0 && !node->is_stored;
}

bool tr_directory_is_kept(const tr_directory *self, uint64_t node)
{
    const tr_directory_node *known = tr_directory_find(self, node);
    return known != NULL && known->is_silent && is_kept(known);
}

static bool is_silent_for(const tr_directory_node *node, uint64_t ms, uint64_t now_ms)
{
    return now_ms > node->seen_ms + ms;
}

uint64_t tr_directory_silent(const tr_directory *self, uint64_t now_ms)
{
    for (uint32_t i = 0; i < self->count; i++) {
        const tr_directory_node *node = &self->nodes[i];
        if (is_silent_for(node, is_kept(node) ? TR_SHARD_KEPT_MS : TR_PEER_SILENCE_MS, now_ms))
            return node->agent.node;
    }
    return 0;
}

bool tr_directory_note_silence(tr_directory *self, uint64_t now_ms)
{
    bool changed = false;
    for (uint32_t i = 0; i < self->count; i++) {
        tr_directory_node *node = &self->nodes[i];
        bool is_silent = is_silent_for(node, TR_PEER_SILENCE_MS, now_ms);
        if (!is_silent || node->is_silent)
            continue;
        changed = node->is_silent = true;
        node->changed = ++self->version;
    }
    return changed;
}

static uint64_t greatest(uint64_t a, uint64_t b, uint64_t c)
{
    uint64_t greater = a > b ? a : b;
    return greater > c ? greater : c;
}

static bool grant(tr_directory *self, uint64_t node, const tr_row_shard *row, uint64_t now_ms,
                  tr_buf *out)
{
    tr_directory_shard *shard = &self->shards[row->shard];
    if (shard->node != 0 && shard->node != node)
        return false;
    uint64_t epoch = greatest(shard->epoch, row->epoch, self->first_epoch) + 1;
    *shard = (tr_directory_shard){node, epoch, row->core, now_ms};
    touch(self, node);
    tr_row_write(out, shard, row->shard, epoch, row->core);
    return true;
}

int tr_directory_claim(tr_directory *self, uint64_t node, tr_slice shards, uint64_t now_ms,
                       tr_buf *out)
{
    const tr_directory_node *owner = tr_directory_find(self, node);
    if (owner == NULL)
        return TR_ENOTFOUND;
    if (!shards_are_valid(owner->cores, shards))
        return TR_EMALFORMED;
    if (!tr_directory_is_settled(self, now_ms))
        return TR_EUNAVAILABLE;
    tr_buf rows = {0};
    uint32_t granted = 0;
    tr_row_shard row;
    for (tr_rows in = TR_ROWS(shard, shards); tr_rows_next(&in, &row);)
        granted += grant(self, node, &row, now_ms, &rows);
    tr_write_array(out, granted);
    tr_write_raw(out, tr_buf_slice(&rows));
    tr_buf_done(&rows);
    return (int)granted;
}

static void write_shards(const tr_directory *self, uint64_t node, tr_buf *out)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < TR_SHARDS; i++)
        count += self->shards[i].node == node;
    tr_write_array(out, count);
    for (uint32_t i = 0; i < TR_SHARDS; i++)
        if (self->shards[i].node == node)
            tr_row_write(out, shard, i, self->shards[i].epoch, self->shards[i].core);
}

// As lists say it: a worker without a store reaches none.
static uint32_t store_of(const tr_directory_node *node)
{
    bool has_none = (node->roles & TR_ROLE_WORKER) != 0 && !node->is_stored;
    return has_none ? TR_STORE_NONE : node->store;
}

static void write_node(const tr_directory *self, const tr_directory_node *node, tr_buf *out)
{
    tr_buf shards = {0};
    write_shards(self, node->agent.node, &shards);
    tr_row_write(out, member, .node = node->agent.node, .name = tr_slice_of(node->name),
                 .roles = node->roles, .cores = node->cores,
                 .endpoints = tr_buf_slice(&node->endpoints), .sessions = node->sessions,
                 .shards = tr_buf_slice(&shards), .draining = node->draining || node->is_silent,
                 .store = store_of(node), .trunk = tr_slice_of(node->trunk));
    tr_buf_done(&shards);
}

static bool is_listed_since(const tr_directory_node *node, uint64_t since)
{
    return node->roles != 0 && node->changed > since;
}

// Rows of those that changed since then; since 0 of all.
static void write_nodes(const tr_directory *self, uint64_t since, tr_buf *out)
{
    uint32_t listed = 0;
    for (uint32_t i = 0; i < self->count; i++)
        listed += is_listed_since(&self->nodes[i], since);
    tr_write_array(out, listed);
    for (uint32_t i = 0; i < self->count; i++)
        if (is_listed_since(&self->nodes[i], since))
            write_node(self, &self->nodes[i], out);
}

void tr_directory_write(const tr_directory *self, tr_buf *out)
{
    write_nodes(self, 0, out);
}

static bool is_reached(const tr_directory *self, uint64_t since)
{
    if (since < self->first_version || since > self->version)
        return false;
    const tr_directory_gone *lost = &self->gone[self->gone_count % TR_DIRECTORY_GONE_KEPT];
    return self->gone_count < TR_DIRECTORY_GONE_KEPT || since >= lost->version;
}

static void write_gone(const tr_directory *self, uint64_t since, tr_buf *out)
{
    uint32_t count = 0;
    while (count < self->gone_count && count < TR_DIRECTORY_GONE_KEPT &&
           gone_at(self, count)->version > since)
        count++;
    if (count == 0)
        return;
    tr_write_array(out, count);
    for (uint32_t i = 0; i < count; i++)
        tr_row_write(out, gone, gone_at(self, i)->node);
}

static bool has_load_since(const tr_directory_node *node, uint64_t since)
{
    return node->roles != 0 && node->changed <= since && node->loaded > since;
}

static void write_loads(const tr_directory *self, uint64_t since, tr_buf *out)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < self->count; i++)
        count += has_load_since(&self->nodes[i], since);
    if (count == 0)
        return;
    tr_write_array(out, count);
    for (uint32_t i = 0; i < self->count; i++)
        if (has_load_since(&self->nodes[i], since))
            tr_row_write(out, load, self->nodes[i].agent.node, self->nodes[i].sessions);
}

void tr_directory_write_since(const tr_directory *self, uint64_t since, tr_directory_news *out)
{
    out->since = is_reached(self, since) ? since : 0;
    write_nodes(self, out->since, &out->members);
    if (out->since == 0)
        return;
    write_gone(self, since, &out->gone);
    write_loads(self, since, &out->loads);
}

void tr_directory_news_done(tr_directory_news *self)
{
    tr_buf_done(&self->members);
    tr_buf_done(&self->gone);
    tr_buf_done(&self->loads);
}
