#include "broker/directory.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "troupe/err.h"
#include "wire/reader.h"
#include "wire/rows.h"
#include "wire/writer.h"

void tr_directory_init(tr_directory *self, uint64_t now_ms)
{
    memset(self, 0, sizeof *self);
    self->started_ms = now_ms;
    self->nodes = tr_calloc(TR_PEERS_CAP, sizeof *self->nodes);
}

void tr_directory_done(tr_directory *self)
{
    for (uint32_t i = 0; i < self->count; i++)
        tr_buf_done(&self->nodes[i].endpoints);
    tr_free(self->nodes);
    memset(self, 0, sizeof *self);
}

static tr_directory_node *find(const tr_directory *self, uint64_t node)
{
    for (uint32_t i = 0; i < self->count; i++)
        if (self->nodes[i].agent.node == node)
            return &self->nodes[i];
    return NULL;
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
static bool shards_are_valid(const tr_msg_node_hello *hello)
{
    tr_row_shard row;
    tr_rows in = TR_ROWS(shard, hello->shards);
    while (tr_rows_next(&in, &row))
        if (row.shard >= TR_SHARDS || row.core >= hello->cores)
            return false;
    return tr_rows_are_sound(&in);
}

// Takes over what the node says it owns; true when an owner changed.
static bool merge_shards(tr_directory *self, uint64_t node, tr_slice shards,
                         void (*on_conflict)(void *arg, uint32_t shard, uint64_t epoch), void *arg)
{
    bool changed = false;
    tr_row_shard row;
    for (tr_rows in = TR_ROWS(shard, shards); tr_rows_next(&in, &row);) {
        tr_directory_shard *shard = &self->shards[row.shard];
        if (shard->node != 0 && shard->node != node && shard->epoch >= row.epoch) {
            on_conflict(arg, row.shard, shard->epoch);
        } else if (shard->node != node || shard->epoch != row.epoch || shard->core != row.core) {
            *shard = (tr_directory_shard){node, row.epoch, row.core};
            changed = true;
        }
    }
    return changed;
}

static bool same_bytes(const tr_buf *one, tr_slice two)
{
    return one->size == two.size && (two.size == 0 || memcmp(one->data, two.data, two.size) == 0);
}

int tr_directory_hello(tr_directory *self, tr_address agent, const tr_msg_node_hello *hello,
                       uint64_t now_ms,
                       void (*on_conflict)(void *arg, uint32_t shard, uint64_t epoch), void *arg)
{
    if (!endpoints_are_valid(hello) || !shards_are_valid(hello) ||
        hello->name.size >= TR_NODE_NAME_CAP_BYTES || hello->app.size >= TR_APP_NAME_CAP_BYTES)
        return TR_EMALFORMED;
    tr_directory_node *node = find(self, agent.node);
    bool changed = node == NULL;
    if (node == NULL) {
        if (self->count == TR_PEERS_CAP)
            return TR_EFULL;
        node = &self->nodes[self->count++];
        memset(node, 0, sizeof *node);
        node->agent = agent;
    }
    changed |= node->roles != hello->roles || node->cores != hello->cores ||
               node->draining != hello->draining || !same_bytes(&node->endpoints, hello->endpoints);
    if (hello->name.size != 0)
        memcpy(node->name, hello->name.data, hello->name.size);
    node->name[hello->name.size] = '\0';
    snprintf(node->app, sizeof node->app, "%.*s", (int)hello->app.size, hello->app.data);
    node->roles = hello->roles;
    node->cores = hello->cores;
    node->sessions = hello->sessions;
    node->draining = hello->draining;
    node->token = hello->token;
    node->seen_ms = now_ms;
    node->endpoints.size = 0;
    tr_buf_append(&node->endpoints, hello->endpoints.data, hello->endpoints.size);
    changed |= merge_shards(self, agent.node, hello->shards, on_conflict, arg);
    return changed;
}

const char *tr_directory_app(const tr_directory *self)
{
    for (uint32_t i = 0; i < self->count; i++)
        if (self->nodes[i].app[0] != '\0')
            return self->nodes[i].app;
    return "";
}

bool tr_directory_is_settled(const tr_directory *self, uint64_t now_ms)
{
    return now_ms >= self->started_ms + TR_DIRECTORY_GRACE_MS;
}

bool tr_directory_is_watcher(const tr_directory *self, uint64_t node)
{
    const tr_directory_node *known = find(self, node);
    return known == NULL || known->roles == 0;
}

bool tr_directory_remove(tr_directory *self, uint64_t node)
{
    tr_directory_node *gone = find(self, node);
    if (gone == NULL)
        return false;
    for (uint32_t i = 0; i < TR_SHARDS; i++)
        if (self->shards[i].node == node)
            self->shards[i].node = 0; // the epoch stays: the next owner's is higher
    tr_buf_done(&gone->endpoints);
    *gone = self->nodes[--self->count];
    return true;
}

void tr_directory_was_away(tr_directory *self, uint64_t away_ms)
{
    for (uint32_t i = 0; i < self->count; i++)
        self->nodes[i].seen_ms += away_ms;
}

uint64_t tr_directory_silent(const tr_directory *self, uint64_t now_ms)
{
    for (uint32_t i = 0; i < self->count; i++)
        if (now_ms > self->nodes[i].seen_ms + TR_PEER_SILENCE_MS)
            return self->nodes[i].agent.node;
    return 0;
}

// A shard that a node asks for by number although we have it as its own was lost there, and is its
// again with another epoch.
static bool may_grant(const tr_directory *self, uint64_t node, const tr_msg_shard_claim *claim,
                      uint32_t shard)
{
    uint64_t has_it = self->shards[shard].node;
    if (claim->shard < TR_SHARDS)
        return claim->shard == shard && (has_it == 0 || has_it == node);
    return has_it == 0;
}

int tr_directory_claim(tr_directory *self, uint64_t node, const tr_msg_shard_claim *claim,
                       uint64_t now_ms, tr_buf *out)
{
    const tr_directory_node *owner = find(self, node);
    if (owner == NULL || claim->core >= owner->cores)
        return TR_ENOTFOUND;
    if (!tr_directory_is_settled(self, now_ms))
        return TR_EUNAVAILABLE;
    uint32_t stride = claim->stride != 0 ? claim->stride : 1;
    uint32_t count = claim->count < TR_SHARDS_PER_CLAIM ? claim->count : TR_SHARDS_PER_CLAIM;
    uint32_t granted[TR_SHARDS_PER_CLAIM];
    uint32_t found = 0;
    for (uint32_t i = 0; i < TR_SHARDS && found < count; i++)
        if (i % stride == claim->offset && may_grant(self, node, claim, i))
            granted[found++] = i;
    tr_write_array(out, found);
    for (uint32_t i = 0; i < found; i++) {
        tr_directory_shard *shard = &self->shards[granted[i]];
        *shard = (tr_directory_shard){node, shard->epoch + 1, claim->core};
        tr_row_write(out, shard, granted[i], shard->epoch, shard->core);
    }
    return (int)found;
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

void tr_directory_write(const tr_directory *self, tr_buf *out)
{
    uint32_t listed = 0;
    for (uint32_t i = 0; i < self->count; i++)
        listed += self->nodes[i].roles != 0;
    tr_write_array(out, listed);
    for (uint32_t i = 0; i < self->count; i++) {
        const tr_directory_node *node = &self->nodes[i];
        if (node->roles == 0)
            continue;
        tr_buf shards = {0};
        write_shards(self, node->agent.node, &shards);
        tr_row_write(out, member, .node = node->agent.node, .name = tr_slice_of(node->name),
                     .roles = node->roles, .cores = node->cores,
                     .endpoints = tr_buf_slice(&node->endpoints), .sessions = node->sessions,
                     .shards = tr_buf_slice(&shards), .draining = node->draining);
        tr_buf_done(&shards);
    }
}
