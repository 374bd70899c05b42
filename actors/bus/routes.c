#include "actors/bus/routes.h"

#include <string.h>

#include "actors/bus/rendezvous.h"
#include "base/mem.h"
#include "troupe/err.h"
#include "wire/reader.h"
#include "wire/rows.h"
#include "wire/session_id.h"

void tr_routes_init(tr_routes *self)
{
    memset(self, 0, sizeof *self);
}

static void member_done(tr_member *self)
{
    for (uint32_t i = 0; self->endpoints != NULL && i < self->cores; i++)
        tr_free(self->endpoints[i]);
    tr_free(self->endpoints);
    tr_free(self->trunk);
}

void tr_routes_done(tr_routes *self)
{
    for (uint32_t i = 0; i < self->member_count; i++)
        member_done(&self->members[i]);
    tr_free(self->members);
    tr_routes_init(self);
}

static bool read_endpoints(tr_slice list, tr_member *out)
{
    tr_reader in = tr_reader_of(list);
    uint32_t count = tr_reader_array(&in);
    if (count != 0 && count != out->cores)
        return false;
    if (count != 0)
        out->endpoints = tr_calloc(count, sizeof(char *));
    for (uint32_t i = 0; i < count; i++) {
        tr_slice text = tr_reader_text(&in);
        if (text.size >= TR_ENDPOINT_CAP_BYTES)
            in.failed = true;
        out->endpoints[i] = tr_copy_text(text.data, in.failed ? 0 : text.size);
    }
    return !in.failed;
}

// A shard of a core thread that the node does not have is nobody's, and no reason to stay with what
// was known of all others.
static bool has_core(const tr_member *member, const tr_row_shard *row)
{
    return row->shard < TR_SHARDS && row->core < member->cores && row->epoch <= TR_EPOCH_CAP;
}

static void read_shards(tr_slice list, tr_member *member, tr_shard_owner *shards)
{
    tr_row_shard row;
    for (tr_rows in = TR_ROWS(shard, list); tr_rows_next(&in, &row);) {
        if (!has_core(member, &row))
            continue;
        member->owning_cores |= 1ull << row.core;
        tr_shard_owner owner = {member->node, row.epoch, row.core};
        if (tr_shard_owner_beats(owner, shards[row.shard]))
            shards[row.shard] = owner;
    }
}

static bool are_sound_shards(tr_slice list)
{
    tr_row_shard row;
    tr_rows in = TR_ROWS(shard, list);
    while (tr_rows_next(&in, &row))
        continue;
    return tr_rows_are_sound(&in);
}

// False: the row is broken, and costs itself alone.
static bool read_member(const tr_row_member *row, tr_member *out, tr_shard_owner *shards)
{
    *out = (tr_member){.node = row->node,
                       .roles = row->roles,
                       .cores = row->cores,
                       .sessions = row->sessions,
                       .store = row->store,
                       .draining = row->draining};
    size_t length = row->name.size < sizeof out->name ? row->name.size : sizeof out->name - 1;
    if (length != 0)
        memcpy(out->name, row->name.data, length);
    if (row->node != 0 && row->cores <= TR_CORES_CAP && are_sound_shards(row->shards) &&
        read_endpoints(row->endpoints, out)) {
        if (row->trunk.size != 0 && row->trunk.size < TR_ENDPOINT_CAP_BYTES)
            out->trunk = tr_copy_text(row->trunk.data, row->trunk.size);
        read_shards(row->shards, out, shards);
        return true;
    }
    member_done(out);
    memset(out, 0, sizeof *out);
    return false;
}

static bool works(const tr_member *member)
{
    return (member->roles & TR_ROLE_WORKER) != 0 && !member->draining;
}

// Who has lost the store stands back for those who reach it. Where nobody does, all go on.
static void stand_back(tr_routes *self)
{
    bool is_reached = false;
    for (uint32_t i = 0; i < self->member_count; i++)
        is_reached |= works(&self->members[i]) && self->members[i].store == TR_STORE_REACHED;
    for (uint32_t i = 0; i < self->member_count; i++)
        self->members[i].draining |=
            is_reached && works(&self->members[i]) && self->members[i].store == TR_STORE_LOST;
}

// As while a store is switched on by a rolling deploy.
static bool is_mixed(const tr_routes *self)
{
    bool has[2] = {false, false};
    for (uint32_t i = 0; i < self->member_count; i++)
        if ((self->members[i].roles & TR_ROLE_WORKER) != 0)
            has[self->members[i].store == TR_STORE_NONE] = true;
    return has[0] && has[1];
}

int tr_routes_read(tr_routes *self, tr_slice members)
{
    tr_rows in = TR_ROWS(member, members);
    tr_routes fresh;
    tr_routes_init(&fresh);
    if (in.left != 0)
        fresh.members = tr_calloc(in.left, sizeof *fresh.members);
    tr_row_member row;
    while (tr_rows_next(&in, &row))
        if (read_member(&row, &fresh.members[fresh.member_count], fresh.shards))
            fresh.member_count++;
    if (members.size == 0 || !tr_rows_are_whole(&in)) {
        tr_routes_done(&fresh);
        return TR_EMALFORMED;
    }
    stand_back(&fresh);
    fresh.is_mixed = is_mixed(&fresh);
    tr_routes_done(self);
    *self = fresh;
    return 0;
}

static tr_member *find(const tr_routes *self, uint64_t node)
{
    for (uint32_t i = 0; i < self->member_count; i++)
        if (self->members[i].node == node)
            return &self->members[i];
    return NULL;
}

const tr_member *tr_routes_find(const tr_routes *self, uint64_t node)
{
    return find(self, node);
}

void tr_routes_suspect(tr_routes *self, uint64_t node)
{
    tr_member *member = find(self, node);
    if (member != NULL)
        member->draining = member->is_suspect = true;
}

bool tr_routes_is_silent(const tr_routes *self, uint64_t node)
{
    const tr_member *member = find(self, node);
    return member == NULL || member->is_suspect;
}

bool tr_routes_is_lost(const tr_routes *self, uint64_t node)
{
    const tr_member *member = find(self, node);
    return member == NULL || (self->is_stale && member->is_suspect);
}

tr_address tr_routes_owner(const tr_routes *self, tr_slice session_id)
{
    int shard = tr_session_id_shard(session_id);
    if (shard < 0 || self->shards[shard].node == 0)
        return TR_NOWHERE;
    return tr_address_of(self->shards[shard].node, self->shards[shard].core, TR_SLOT_SESSIONS);
}

static bool takes_sessions(const tr_member *member)
{
    return (member->roles & TR_ROLE_WORKER) != 0 && !member->draining && member->owning_cores != 0;
}

tr_address tr_routes_due(const tr_routes *self, unsigned shard, uint64_t avoid)
{
    tr_candidate best = {0};
    for (uint32_t i = 0; i < self->member_count; i++) {
        const tr_member *member = &self->members[i];
        bool is_one =
            (member->roles & TR_ROLE_WORKER) != 0 && !member->draining && member->node != avoid;
        tr_candidate two[] = {best, {member->node, is_one ? member->cores : 0}};
        uint32_t picked = tr_rendezvous_pick(shard, two, 2);
        if (picked < 2)
            best = two[picked];
    }
    if (best.node == 0)
        return TR_NOWHERE;
    return tr_address_of(best.node, tr_rendezvous_part(shard, best.node, best.weight),
                         TR_SLOT_SESSIONS);
}

// And keeps them, where others do.
static bool takes_kept_sessions(const tr_member *member)
{
    return takes_sessions(member) && member->store != TR_STORE_NONE;
}

typedef bool takes(const tr_member *member);

static uint32_t count_workers(const tr_routes *self, takes *is_one)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < self->member_count; i++)
        count += is_one(&self->members[i]);
    return count;
}

// The n-th worker that takes sessions, n counted round.
static const tr_member *nth_worker(const tr_routes *self, uint64_t n)
{
    bool has_kept = self->is_mixed && count_workers(self, takes_kept_sessions) != 0;
    takes *is_one = has_kept ? takes_kept_sessions : takes_sessions;
    uint32_t workers = count_workers(self, is_one);
    if (workers == 0)
        return NULL;
    n %= workers;
    for (uint32_t i = 0; i < self->member_count; i++)
        if (is_one(&self->members[i]) && n-- == 0)
            return &self->members[i];
    return NULL;
}

// One of its core threads that own shards, n counted round.
static unsigned owning_core(const tr_member *member, uint32_t n)
{
    uint64_t left = member->owning_cores;
    for (n %= (uint32_t)__builtin_popcountll(left); n != 0; n--)
        left &= left - 1;
    return (unsigned)__builtin_ctzll(left);
}

tr_address tr_routes_place(const tr_routes *self, uint64_t here, unsigned near, uint64_t random)
{
    const tr_member *own = find(self, here);
    if (own != NULL && takes_sessions(own) && (own->owning_cores >> near & 1) != 0)
        return tr_address_of(here, near, TR_SLOT_SESSIONS);
    const tr_member *one = nth_worker(self, random & 0xffff);
    const tr_member *two = nth_worker(self, (random >> 16) & 0xffff);
    if (one == NULL)
        return TR_NOWHERE;
    // Per core, without dividing: a/ac < b/bc.
    const tr_member *chosen =
        (uint64_t)two->sessions * one->cores < (uint64_t)one->sessions * two->cores ? two : one;
    return tr_address_of(chosen->node, owning_core(chosen, (uint32_t)(random >> 32)),
                         TR_SLOT_SESSIONS);
}

tr_address tr_routes_place_known(const tr_routes *self, tr_slice session_id, uint64_t here,
                                 unsigned near, uint64_t random)
{
    int shard = tr_session_id_shard(session_id);
    tr_address due = shard >= 0 ? tr_routes_due(self, (unsigned)shard, 0) : TR_NOWHERE;
    const tr_member *member = find(self, due.node);
    bool is_ready = member != NULL && (member->owning_cores >> tr_address_core(due) & 1) != 0;
    return is_ready ? due : tr_routes_place(self, here, near, random);
}

static bool takes_handlers(const tr_member *member, uint64_t avoid)
{
    return (member->roles & TR_ROLE_HANDLERS) != 0 && !member->draining && member->cores != 0 &&
           member->node != avoid;
}

const tr_member *tr_routes_handlers(const tr_routes *self, uint64_t n, uint64_t avoid)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < self->member_count; i++)
        count += takes_handlers(&self->members[i], avoid);
    if (count == 0)
        return NULL;
    n %= count;
    for (uint32_t i = 0; i < self->member_count; i++)
        if (takes_handlers(&self->members[i], avoid) && n-- == 0)
            return &self->members[i];
    return NULL;
}
