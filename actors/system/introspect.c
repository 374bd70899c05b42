#include "actors/system/introspect.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "actors/bus/bus.h"
#include "actors/bus/link.h"
#include "actors/core/actor_record.h"
#include "actors/core/core_record.h"
#include "actors/core/coroutine.h"
#include "actors/core/relations.h"
#include "actors/core/supervisor.h"
#include "actors/core/system_record.h"
#include "actors/names/name_claims.h"
#include "wire/writer.h"

// A page of rows under construction.
typedef struct page {
    tr_buf rows;
    uint32_t count;
    uint64_t next;
} page;

static void begin_row(page *self, uint32_t fields)
{
    tr_write_array(&self->rows, fields);
    self->count++;
}

static void write_text(tr_buf *out, const char *text)
{
    tr_write_literal(out, text != NULL ? text : "");
}

static bool has_actor(tr_core *core, uint32_t slot)
{
    return tr_actor_find(core, tr_address_of(core->node, core->index, slot)) != NULL;
}

// -- sections --

static void write_endpoints(const tr_core *core, tr_buf *out)
{
    const tr_system *system = core->system;
    bool reachable = core->bus->endpoint != NULL;
    tr_write_array(out, reachable ? system->core_count : 0);
    for (unsigned i = 0; reachable && i < system->core_count; i++)
        write_text(out, system->threads[i].endpoint);
}

static void write_counters(tr_core *core, tr_buf *out)
{
    tr_pool_stats pool = tr_pool_stats_get(core);
    const tr_core_stats *stats = &core->stats;
    const struct {
        const char *name;
        uint64_t value;
    } counters[] = {
        {"actors", stats->actors},
        {"coroutines", stats->coroutines},
        {"turns", stats->turns},
        {"messages_handled", stats->messages_handled},
        {"messages_local", stats->messages_local},
        {"messages_sent", stats->messages_sent},
        {"messages_received", stats->messages_received},
        {"batches_sent", stats->batches_sent},
        {"batches_received", stats->batches_received},
        {"dead_letters", stats->dead_letters},
        {"refused_full", stats->refused_full},
        {"malformed", stats->malformed},
        {"fenced", stats->fenced},
        {"questions", core->questions.count},
        {"relations", core->relations.count},
        {"links", core->bus->links.count},
        {"pool_threads", pool.threads},
        {"pool_idle", pool.idle},
        {"pool_stuck", pool.stuck},
        {"pool_queued", pool.queued},
        {"pool_calls", pool.calls},
    };
    uint32_t count = sizeof counters / sizeof *counters;
    tr_write_map(out, count);
    for (uint32_t i = 0; i < count; i++) {
        tr_write_literal(out, counters[i].name);
        tr_write_unsigned(out, counters[i].value);
    }
}

static void list_node(tr_core *core, uint64_t at, page *out)
{
    (void)at;
    char host[64] = "";
    char name[96];
    gethostname(host, sizeof host - 1);
    snprintf(name, sizeof name, "%s:%d", host, (int)getpid());
    begin_row(out, 8);
    tr_write_unsigned(&out->rows, core->node);
    tr_write_unsigned(&out->rows, core->index);
    tr_write_unsigned(&out->rows, core->system->core_count);
    write_text(&out->rows, name);
    tr_write_unsigned(&out->rows, core->real_ms - core->started_ms);
    tr_write_boolean(&out->rows, has_actor(core, TR_SLOT_BROKER));
    write_endpoints(core, &out->rows);
    write_counters(core, &out->rows);
}

static void write_names(const tr_actor *actor, tr_buf *out)
{
    const tr_name_claim *first = actor->extras != NULL ? actor->extras->names : NULL;
    uint32_t count = 0;
    for (const tr_name_claim *at = first; at != NULL; at = at->next)
        count += at->is_held;
    tr_write_array(out, count);
    for (const tr_name_claim *at = first; at != NULL; at = at->next)
        if (at->is_held)
            tr_write_text(out, (tr_slice){at->text, at->size});
}

static void list_actors(tr_core *core, uint64_t at, page *out)
{
    static _Thread_local tr_actor_info infos[TR_INSPECT_ROWS];
    uint32_t slot = at < TR_ACTORS_END ? (uint32_t)at : TR_ACTORS_END;
    unsigned count = tr_core_list_actors(core, &slot, infos, TR_INSPECT_ROWS);
    for (unsigned i = 0; i < count; i++) {
        const tr_actor_info *info = &infos[i];
        begin_row(out, 11);
        tr_write_unsigned(&out->rows, info->address.actor);
        write_text(&out->rows, info->behaviour);
        tr_write_unsigned(&out->rows, info->mailbox_length);
        tr_write_unsigned(&out->rows, info->mailbox_cap);
        tr_write_unsigned(&out->rows, info->handled);
        tr_write_unsigned(&out->rows, info->spent_ns);
        tr_write_unsigned(&out->rows, info->relations);
        tr_write_unsigned(&out->rows, info->questions);
        tr_write_unsigned(&out->rows, info->alarms);
        write_text(&out->rows, info->is_stopping ? "stopping" : info->is_asleep ? "asleep" : "up");
        write_names(core->actors[tr_address_slot(info->address)], &out->rows);
    }
    if (slot != TR_ACTORS_END)
        out->next = slot;
}

// `at` is a supervisor's slot and, in the low 16 bits, its child.
static void list_children(tr_core *core, uint64_t at, page *out)
{
    uint64_t slot = at >> 16;
    uint32_t index = at & 0xffff;
    for (unsigned looked = 0; slot < core->slot_count; slot++, index = 0, looked++) {
        if (looked == TR_ACTORS_LOOK) {
            out->next = slot << 16;
            return;
        }
        const tr_actor *actor = core->actors[slot];
        tr_child_info child;
        for (; actor != NULL && tr_supervisor_child_at(actor, index, &child); index++) {
            if (out->count == TR_INSPECT_ROWS) {
                out->next = slot << 16 | index;
                return;
            }
            begin_row(out, 5);
            tr_write_unsigned(&out->rows, tr_actor_address(actor).actor);
            write_text(&out->rows, child.name);
            tr_write_unsigned(&out->rows, child.address.actor);
            write_text(&out->rows, child.state);
            tr_write_unsigned(&out->rows, child.restarts);
        }
    }
}

static void list_coroutines(tr_core *core, uint64_t at, page *out)
{
    static _Thread_local tr_coroutine_info infos[TR_INSPECT_ROWS];
    uint32_t skip = at < UINT32_MAX ? (uint32_t)at : UINT32_MAX;
    unsigned count = tr_coroutines_list(core, skip, infos, TR_INSPECT_ROWS);
    for (unsigned i = 0; i < count; i++) {
        char what[128];
        snprintf(what, sizeof what, "%s%s%s", infos[i].waits_for, infos[i].asks != NULL ? " " : "",
                 infos[i].asks != NULL ? infos[i].asks : "");
        begin_row(out, 3);
        write_text(&out->rows, infos[i].name);
        write_text(&out->rows, what);
        tr_write_unsigned(&out->rows, core->now_ms - infos[i].since_ms);
    }
    if (count == TR_INSPECT_ROWS)
        out->next = at + count;
}

static void list_links(tr_core *core, uint64_t at, page *out)
{
    uint32_t slot = at < UINT32_MAX ? (uint32_t)at : UINT32_MAX;
    void *value;
    while (tr_map_next(&core->bus->links, &slot, NULL, &value)) {
        const tr_bus_link *link = value;
        const tr_bus_link_state *state = &link->state;
        bool was_heard = tr_bus_link_state_is_heard(state);
        begin_row(out, 9);
        tr_write_unsigned(&out->rows, link->node);
        tr_write_unsigned(&out->rows, link->index);
        write_text(&out->rows, tr_bus_link_phase_name(state->phase));
        tr_write_unsigned(&out->rows, tr_bus_link_state_in_flight(state));
        tr_write_unsigned(&out->rows, link->pending.size);
        tr_write_unsigned(&out->rows, state->received);
        tr_write_integer(&out->rows, was_heard && state->heard_ms <= core->real_ms
                                         ? (int64_t)(core->real_ms - state->heard_ms)
                                         : -1);
        tr_write_unsigned(&out->rows, state->incarnation);
        write_text(&out->rows,
                   link->trunk != NULL ? tr_trunk_endpoint(link->trunk) : link->endpoint);
        if (out->count == TR_INSPECT_ROWS) {
            out->next = slot;
            return;
        }
    }
}

static void list_dead_letters(tr_core *core, uint64_t at, page *out)
{
    (void)at;
    tr_dead_letter letters[TR_DEAD_LETTERS_KEPT];
    unsigned count = tr_core_dead_letters(core, letters);
    for (unsigned i = 0; i < count; i++) {
        const tr_shape *shape = tr_shape_find(letters[i].type);
        begin_row(out, 6);
        write_text(&out->rows, shape != NULL ? shape->name : "?");
        tr_write_integer(&out->rows, letters[i].reason);
        tr_write_unsigned(&out->rows, letters[i].from.node);
        tr_write_unsigned(&out->rows, letters[i].from.actor);
        tr_write_unsigned(&out->rows, letters[i].to.node);
        tr_write_unsigned(&out->rows, letters[i].to.actor);
    }
}

void tr_introspect_member(tr_buf *out, uint64_t node, const char *name, uint32_t roles,
                          uint32_t cores, tr_slice endpoints)
{
    tr_write_array(out, 5);
    tr_write_unsigned(out, node);
    write_text(out, name);
    tr_write_unsigned(out, roles);
    tr_write_unsigned(out, cores);
    tr_write_raw(out, endpoints);
}

static void list_members(tr_core *core, uint64_t at, page *out)
{
    for (; at < core->bus->routes.member_count; at++) {
        if (out->count == TR_INSPECT_ROWS) {
            out->next = at;
            return;
        }
        const tr_member *member = &core->bus->routes.members[at];
        tr_buf endpoints = {0};
        if (member->node == core->node) {
            write_endpoints(core, &endpoints);
        } else {
            tr_write_array(&endpoints, member->endpoints != NULL ? member->cores : 0);
            for (uint32_t i = 0; member->endpoints != NULL && i < member->cores; i++)
                write_text(&endpoints, member->endpoints[i]);
        }
        out->count++;
        tr_introspect_member(&out->rows, member->node, member->name, member->roles, member->cores,
                             tr_buf_slice(&endpoints));
        tr_buf_done(&endpoints);
    }
}

static void write_busy(page *out, uint64_t node, uint32_t core, uint64_t ms, const char *handler,
                       const char *place)
{
    begin_row(out, 5);
    tr_write_unsigned(&out->rows, node);
    tr_write_unsigned(&out->rows, core);
    tr_write_unsigned(&out->rows, ms);
    write_text(&out->rows, handler);
    write_text(&out->rows, place);
}

static bool is_busy(const tr_core *core, const tr_bus_link *link)
{
    return link->busy_heard_ms != 0 && core->real_ms - link->busy_heard_ms <= 2 * TR_HEARTBEAT_MS;
}

static void list_busy(tr_core *core, uint64_t at, page *out)
{
    (void)at;
    static _Thread_local tr_busy here[TR_CORES_CAP];
    tr_beats_look(core->system, here);
    for (unsigned i = 0; i < core->system->core_count; i++)
        if (i != core->index && here[i].ms != 0)
            write_busy(out, core->node, i, here[i].ms, here[i].handler,
                       here[i].place[0] != '\0' ? strchr(here[i].place, '=') + 1 : "");
    uint32_t slot = 0;
    void *value;
    while (out->count < TR_INSPECT_ROWS && tr_map_next(&core->bus->links, &slot, NULL, &value)) {
        const tr_bus_link *link = value;
        if (is_busy(core, link))
            write_busy(out, link->node, link->index, core->real_ms - link->busy_since_ms,
                       link->busy_with, "");
    }
}

static void list_metrics(tr_core *core, uint64_t at, page *out)
{
    (void)at;
    tr_metric_rows rows = {0};
    tr_introspect_metrics(core, &rows);
    out->count = rows.count;
    out->rows = rows.rows;
}

// -- the question --

typedef void (*section)(tr_core *core, uint64_t at, page *out);

static const section sections[TR_INSPECT_SECTIONS] = {
    [TR_INSPECT_NODE] = list_node,         [TR_INSPECT_ACTORS] = list_actors,
    [TR_INSPECT_CHILDREN] = list_children, [TR_INSPECT_COROUTINES] = list_coroutines,
    [TR_INSPECT_LINKS] = list_links,       [TR_INSPECT_DEAD_LETTERS] = list_dead_letters,
    [TR_INSPECT_MEMBERS] = list_members,   [TR_INSPECT_BUSY] = list_busy,
    [TR_INSPECT_METRICS] = list_metrics,
};

// Then it is asking just now, and does not wait yet.
static bool is_asked_from_here(const tr_core *core, const tr_message *question)
{
    return question->from.node == core->node && tr_address_core(question->from) == core->index &&
           (question->flags & TR_FLAG_ASK) != 0;
}

static void answer_later(tr_core *core, const tr_message *question, const tr_msg_inspected *body)
{
    tr_message *answer = tr_message_new(TR_MSG_inspected, body);
    answer->from = question->to;
    answer->to = question->from;
    answer->flags = TR_FLAG_ANSWER;
    answer->correlation = question->correlation;
    tr_unsent_keep(&core->unsent, answer); // sent at the end of the turn
}

void tr_introspect_answer(tr_core *core, const tr_message *question, const tr_buf *rows,
                          uint32_t count, uint64_t next)
{
    tr_buf all = {0};
    tr_write_array(&all, count);
    tr_write_raw(&all, tr_buf_slice(rows));
    tr_msg_inspected body = {.next = next, .rows = {(const char *)all.data, (uint32_t)all.size}};
    if (is_asked_from_here(core, question))
        answer_later(core, question, &body);
    else // an asker that cannot be reached hears nothing, which is what its deadline is for
        (void)tr_answer_body(core, question, TR_MSG_inspected, &body);
    tr_buf_done(&all);
}

bool tr_introspect_take(tr_core *core, const tr_message *message)
{
    if (TR_TYPE(message) != TR_MSG_inspect)
        return false;
    const tr_msg_inspect *body = TR_BODY(message, inspect);
    if (body->section == TR_INSPECT_ACTORS && !core->is_accounting) {
        tr_core_accounting(core, true);
        core->accounts_for_inspection = true;
    }
    if (body->section == TR_INSPECT_ACTORS)
        core->inspected_ms = core->real_ms;
    bool is_own = body->section < TR_INSPECT_SECTIONS && sections[body->section] != NULL;
    if (!is_own && tr_core_clerks_take(core, message))
        return true;
    page out = {.next = TR_INSPECT_END};
    if (is_own)
        sections[body->section](core, body->at, &out);
    tr_introspect_answer(core, message, &out.rows, out.count, out.next);
    tr_buf_done(&out.rows);
    return true;
}

void tr_introspect_tick(tr_core *core)
{
    if (!core->accounts_for_inspection ||
        core->real_ms - core->inspected_ms < TR_INSPECT_ACCOUNTING_MS)
        return;
    core->accounts_for_inspection = false;
    tr_core_accounting(core, false);
}
