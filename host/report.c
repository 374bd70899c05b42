#include "host/report.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/json_text.h"
#include "base/map.h"
#include "base/mem.h"
#include "host/json_put.h"
#include "host/table.h"
#include "troupe/err.h"

enum { DEPTH_CAP = 64 };

// core:slot.generation, as short as it goes; with the node it is unique in the cluster.
typedef struct short_address {
    char text[32];
} short_address;

static short_address shorten(uint64_t actor)
{
    short_address out;
    unsigned core = (unsigned)(actor >> 56);
    uint32_t generation = (uint32_t)(actor >> 32) & 0xffffffu;
    snprintf(out.text, sizeof out.text, "%u:%" PRIu32 ".%" PRIu32, core, (uint32_t)actor,
             generation);
    return out;
}

// -- the tree --

// The tree of actors: which one is whose child. Indices are kept as pointers, plus one, since NULL
// is none.
typedef struct tree {
    const tr_seen_core *core;
    tr_map actors;      // actor → its row
    tr_map child_rows;  // actor → its row among the children
    tr_map first_child; // supervisor → its first row; the others follow it
} tree;

static void *index_of(uint32_t at)
{
    return (void *)(uintptr_t)(at + 1);
}

static bool find_at(const tr_map *map, uint64_t key, uint32_t *out)
{
    void *found = key != 0 ? tr_map_find(map, key) : NULL;
    if (found != NULL)
        *out = (uint32_t)((uintptr_t)found - 1);
    return found != NULL;
}

static tree tree_of(const tr_seen_core *core)
{
    tree self = {.core = core};
    for (uint32_t i = 0; i < core->actor_count; i++)
        if (core->actors[i].actor != 0)
            tr_map_put(&self.actors, core->actors[i].actor, index_of(i));
    for (uint32_t i = 0; i < core->child_count; i++) {
        const tr_seen_child *child = &core->children[i];
        if (child->actor != 0)
            tr_map_put(&self.child_rows, child->actor, index_of(i));
        uint32_t first;
        if (child->supervisor != 0 && !find_at(&self.first_child, child->supervisor, &first))
            tr_map_put(&self.first_child, child->supervisor, index_of(i));
    }
    return self;
}

static void tree_done(tree *self)
{
    tr_map_done(&self->actors);
    tr_map_done(&self->child_rows);
    tr_map_done(&self->first_child);
}

static const char *const actor_columns[] = {"ADDRESS",  "NAME",     "BEHAVIOUR", "STATE",
                                            ">MAILBOX", ">HANDLED", ">TIME ms",  ">RESTARTS",
                                            ">LINKS",   ">ASKS",    ">ALARMS",   "REGISTERED"};

// Its supervisor knows more, unless all it knows is that it is up.
static const char *state_of(const tr_seen_actor *actor, const tr_seen_child *child)
{
    if (child != NULL && (actor == NULL || strcmp(child->state, "up") != 0))
        return child->state;
    return actor->state;
}

static const char *next_name(const tr_seen_actor *actor, const char *name)
{
    const char *next = name == NULL ? (const char *)actor->names.data : name + strlen(name) + 1;
    return actor->names.size != 0 && next != (const char *)actor->names.data + actor->names.size
               ? next
               : NULL;
}

static void join_names(tr_buf *out, const tr_seen_actor *actor)
{
    for (const char *at = next_name(actor, NULL); at != NULL; at = next_name(actor, at))
        tr_buf_printf(out, "%s%s", out->size != 0 ? ", " : "", at);
}

static void add_actor(tr_table *out, const tr_seen_actor *actor, const tr_seen_child *child,
                      unsigned depth)
{
    tr_table_cell(out, "%s", actor != NULL ? shorten(actor->actor).text : "-");
    tr_table_cell(out, "%*s%s", 2 * (int)depth, "",
                  child != NULL   ? child->name
                  : actor != NULL ? actor->behaviour
                                  : "-");
    tr_table_cell(out, "%s", actor != NULL ? actor->behaviour : "-");
    tr_table_cell(out, "%s", state_of(actor, child));
    if (actor == NULL) {
        tr_table_cell(out, "-");
        tr_table_cell(out, "-");
        tr_table_cell(out, "-");
    } else {
        tr_table_cell(out, "%" PRIu64 "/%" PRIu64, actor->mailbox_length, actor->mailbox_cap);
        tr_table_cell(out, "%" PRIu64, actor->handled);
        tr_table_cell(out, "%.3f", (double)actor->spent_ns / 1e6);
    }
    tr_table_cell(out, child != NULL ? "%" PRIu64 : "-", child != NULL ? child->restarts : 0);
    tr_table_cell(out, "%" PRIu64, actor != NULL ? actor->relations : 0);
    tr_table_cell(out, "%" PRIu64, actor != NULL ? actor->questions : 0);
    tr_table_cell(out, "%" PRIu64, actor != NULL ? actor->alarms : 0);
    tr_buf names = {0};
    if (actor != NULL)
        join_names(&names, actor);
    tr_table_cell(out, "%s", tr_buf_text(&names));
    tr_buf_done(&names);
}

static void add_children(tr_table *out, const tree *self, uint64_t supervisor, unsigned depth)
{
    uint32_t at;
    if (depth > DEPTH_CAP || !find_at(&self->first_child, supervisor, &at))
        return;
    for (; at < self->core->child_count && self->core->children[at].supervisor == supervisor;
         at++) {
        const tr_seen_child *child = &self->core->children[at];
        uint32_t row;
        bool is_there = find_at(&self->actors, child->actor, &row);
        add_actor(out, is_there ? &self->core->actors[row] : NULL, child, depth);
        if (is_there)
            add_children(out, self, child->actor, depth + 1);
    }
}

static void add_actors(tr_table *out, const tr_seen_core *core, bool is_tree)
{
    tree self = tree_of(core);
    for (uint32_t i = 0; i < core->actor_count; i++) {
        const tr_seen_actor *actor = &core->actors[i];
        uint32_t row = 0;
        bool is_child = find_at(&self.child_rows, actor->actor, &row);
        if (is_tree && is_child)
            continue;
        add_actor(out, actor, is_child ? &core->children[row] : NULL, 0);
        if (is_tree)
            add_children(out, &self, actor->actor, 1);
    }
    tree_done(&self);
}

// -- text --

static void write_head(tr_buf *out, const tr_seen_core *core)
{
    tr_buf_printf(out, "%016" PRIx64 "  %s  core %" PRIu64 " of %" PRIu64 "  up %.1f s\n",
                  core->node, core->name, core->core, core->cores, (double)core->age_ms / 1000);
    tr_buf_printf(
        out,
        "  %" PRIu64 " actors, %" PRIu64 " coroutines, %" PRIu64 " messages handled, %" PRIu64
        " dead letters, %" PRIu64 " refused as full; pool: %" PRIu64 " threads, %" PRIu64
        " idle, %" PRIu64 " jobs wait\n",
        tr_seen_counter_of(core, "actors"), tr_seen_counter_of(core, "coroutines"),
        tr_seen_counter_of(core, "messages_handled"), tr_seen_counter_of(core, "dead_letters"),
        tr_seen_counter_of(core, "refused_full"), tr_seen_counter_of(core, "pool_threads"),
        tr_seen_counter_of(core, "pool_idle"), tr_seen_counter_of(core, "pool_queued"));
}

static void write_coroutines(tr_buf *out, const tr_seen_core *core)
{
    static const char *const columns[] = {"COROUTINE", "WAITS FOR", ">SINCE ms"};
    tr_table table;
    tr_table_begin(&table, columns, 3);
    for (uint32_t i = 0; i < core->coroutine_count; i++) {
        const tr_seen_coroutine *each = &core->coroutines[i];
        tr_table_cell(&table, "%s", each->name[0] != '\0' ? each->name : "-");
        tr_table_cell(&table, "%s", each->waits_for);
        tr_table_cell(&table, "%" PRIu64, each->since_ms);
    }
    tr_table_write(&table, 2, out);
}

static void write_links(tr_buf *out, const tr_seen_core *core)
{
    static const char *const columns[] = {"LINK TO",  ">CORE",     "STATE",     ">IN FLIGHT",
                                          ">WAITING", ">RECEIVED", ">HEARD ms", "ENDPOINT"};
    tr_table table;
    tr_table_begin(&table, columns, 8);
    for (uint32_t i = 0; i < core->link_count; i++) {
        const tr_seen_link *each = &core->links[i];
        tr_table_cell(&table, "%016" PRIx64, each->node);
        tr_table_cell(&table, "%" PRIu64, each->core);
        tr_table_cell(&table, "%s", each->state);
        tr_table_cell(&table, "%" PRIu64, each->in_flight);
        tr_table_cell(&table, "%" PRIu64 " B", each->pending_bytes);
        tr_table_cell(&table, "%" PRIu64, each->received);
        tr_table_cell(&table, each->heard_ms < 0 ? "-" : "%" PRId64, each->heard_ms);
        tr_table_cell(&table, "%s", each->endpoint);
    }
    tr_table_write(&table, 2, out);
}

// A thread and its neighbours tell of the same one.
static bool is_told(const tr_inspection *seen, uint32_t core, uint32_t row)
{
    const tr_seen_busy *wanted = &seen->cores[core].busy[row];
    for (uint32_t i = 0; i <= core; i++)
        for (uint32_t j = 0; j < (i < core ? seen->cores[i].busy_count : row); j++)
            if (seen->cores[i].busy[j].node == wanted->node &&
                seen->cores[i].busy[j].core == wanted->core)
                return true;
    return false;
}

static void write_busy(tr_buf *out, const tr_inspection *seen)
{
    static const char *const columns[] = {"BUSY", ">CORE", ">FOR ms", "HANDLER", "AT"};
    tr_table table;
    tr_table_begin(&table, columns, 5);
    bool is_any = false;
    for (uint32_t i = 0; i < seen->count; i++)
        for (uint32_t j = 0; j < seen->cores[i].busy_count; j++) {
            const tr_seen_busy *each = &seen->cores[i].busy[j];
            if (is_told(seen, i, j))
                continue;
            is_any = true;
            tr_table_cell(&table, "%016" PRIx64, each->node);
            tr_table_cell(&table, "%" PRIu64, each->core);
            tr_table_cell(&table, "%" PRIu64, each->ms);
            tr_table_cell(&table, "%s", each->handler[0] != '\0' ? each->handler : "-");
            tr_table_cell(&table, "%s", each->place[0] != '\0' ? each->place : "-");
        }
    tr_buf shown = {0};
    tr_table_write(&table, 0, &shown);
    if (is_any)
        tr_buf_printf(out, "\n%s", tr_buf_text(&shown));
    tr_buf_done(&shown);
}

void tr_report_ps(tr_buf *out, const tr_inspection *seen, bool is_tree)
{
    for (uint32_t i = 0; i < seen->count; i++) {
        const tr_seen_core *core = &seen->cores[i];
        write_head(out, core);
        tr_table table;
        tr_table_begin(&table, actor_columns, 12);
        add_actors(&table, core, is_tree);
        tr_table_write(&table, 2, out);
        if (core->coroutine_count != 0)
            write_coroutines(out, core);
        if (core->link_count != 0)
            write_links(out, core);
        tr_buf_printf(out, "%s", i + 1 < seen->count ? "\n" : "");
    }
    write_busy(out, seen);
}

void tr_report_nodes(tr_buf *out, const tr_inspection *seen)
{
    static const char *const columns[] = {"NODE",     "NAME",        ">CORE",    ">UP s",
                                          ">ACTORS",  ">COROUTINES", ">HANDLED", ">DEAD LETTERS",
                                          ">REFUSED", ">FENCED"};
    static const char *const counters[] = {"actors",       "coroutines",   "messages_handled",
                                           "dead_letters", "refused_full", "fenced"};
    tr_table table;
    tr_table_begin(&table, columns, 10);
    for (uint32_t i = 0; i < seen->count; i++) {
        const tr_seen_core *core = &seen->cores[i];
        tr_table_cell(&table, "%016" PRIx64, core->node);
        tr_table_cell(&table, "%s%s", core->name, core->is_broker ? " (broker)" : "");
        tr_table_cell(&table, "%" PRIu64, core->core);
        tr_table_cell(&table, "%.1f", (double)core->age_ms / 1000);
        for (unsigned j = 0; j < 6; j++)
            tr_table_cell(&table, "%" PRIu64, tr_seen_counter_of(core, counters[j]));
    }
    tr_table_write(&table, 0, out);
}

void tr_report_dead_letters(tr_buf *out, const tr_inspection *seen)
{
    static const char *const columns[] = {"NODE", "MESSAGE", "REASON", "FROM", "TO"};
    tr_table table;
    tr_table_begin(&table, columns, 5);
    for (uint32_t i = 0; i < seen->count; i++)
        for (uint32_t j = 0; j < seen->cores[i].letter_count; j++) {
            const tr_seen_letter *letter = &seen->cores[i].letters[j];
            tr_table_cell(&table, "%016" PRIx64 "/%" PRIu64, seen->cores[i].node,
                          seen->cores[i].core);
            tr_table_cell(&table, "%s", letter->message);
            tr_table_cell(&table, "%s", tr_err_name((int)letter->reason));
            tr_table_cell(&table, "%016" PRIx64 "/%s", letter->from.node,
                          shorten(letter->from.actor).text);
            tr_table_cell(&table, "%016" PRIx64 "/%s", letter->to.node,
                          shorten(letter->to.actor).text);
        }
    tr_table_write(&table, 0, out);
}

// -- JSON --

// As text: numbers of JSON end at 2^53.
static void put_address(tr_buf *out, const char *name, tr_address address)
{
    tr_buf_printf(out, "\"%s\":\"%016" PRIx64 "/%016" PRIx64 "\",", name, address.node,
                  address.actor);
}

static void put_actor(tr_buf *out, const tree *self, const tr_seen_actor *actor)
{
    tr_buf_append(out, "{", 1);
    put_address(out, "address", (tr_address){self->core->node, actor->actor});
    tr_json_put_text(out, "behaviour", actor->behaviour);
    uint32_t row;
    if (find_at(&self->child_rows, actor->actor, &row)) {
        const tr_seen_child *child = &self->core->children[row];
        tr_json_put_text(out, "name", child->name);
        tr_json_put_text(out, "state", state_of(actor, child));
        put_address(out, "supervisor", (tr_address){self->core->node, child->supervisor});
        tr_json_put_number(out, "restarts", child->restarts);
    } else {
        tr_json_put_text(out, "state", state_of(actor, NULL));
    }
    tr_buf_printf(out, "\"names\":[");
    for (const char *at = next_name(actor, NULL); at != NULL; at = next_name(actor, at)) {
        tr_json_text_quote(out, at);
        tr_buf_append(out, ",", 1);
    }
    tr_json_put_end(out, "],");
    tr_json_put_number(out, "mailbox_length", actor->mailbox_length);
    tr_json_put_number(out, "mailbox_cap", actor->mailbox_cap);
    tr_json_put_number(out, "handled", actor->handled);
    tr_json_put_number(out, "spent_ns", actor->spent_ns);
    tr_json_put_number(out, "relations", actor->relations);
    tr_json_put_number(out, "questions", actor->questions);
    tr_json_put_number(out, "alarms", actor->alarms);
    tr_json_put_end(out, "},");
}

// Children that do not live now have no actor's row.
static void put_absent(tr_buf *out, const tr_seen_core *core)
{
    tr_buf_printf(out, "\"absent\":[");
    for (uint32_t i = 0; i < core->child_count; i++) {
        const tr_seen_child *child = &core->children[i];
        if (child->actor != 0)
            continue;
        tr_buf_append(out, "{", 1);
        tr_json_put_text(out, "name", child->name);
        tr_json_put_text(out, "state", child->state);
        put_address(out, "supervisor", (tr_address){core->node, child->supervisor});
        tr_json_put_number(out, "restarts", child->restarts);
        tr_json_put_end(out, "},");
    }
    tr_json_put_end(out, "],");
}

static void put_links(tr_buf *out, const tr_seen_core *core)
{
    tr_buf_printf(out, "\"links\":[");
    for (uint32_t i = 0; i < core->link_count; i++) {
        const tr_seen_link *link = &core->links[i];
        tr_buf_printf(out, "{\"node\":\"%016" PRIx64 "\",\"heard_ms\":%" PRId64 ",", link->node,
                      link->heard_ms);
        tr_json_put_number(out, "core", link->core);
        tr_json_put_text(out, "state", link->state);
        tr_json_put_number(out, "batches_in_flight", link->in_flight);
        tr_json_put_number(out, "bytes_waiting", link->pending_bytes);
        tr_json_put_number(out, "batches_received", link->received);
        tr_json_put_number(out, "incarnation", link->incarnation);
        tr_json_put_text(out, "endpoint", link->endpoint);
        tr_json_put_end(out, "},");
    }
    tr_json_put_end(out, "],");
}

static void put_coroutines(tr_buf *out, const tr_seen_core *core)
{
    tr_buf_printf(out, "\"coroutines\":[");
    for (uint32_t i = 0; i < core->coroutine_count; i++) {
        tr_buf_append(out, "{", 1);
        tr_json_put_text(out, "name", core->coroutines[i].name);
        tr_json_put_text(out, "waits_for", core->coroutines[i].waits_for);
        tr_json_put_number(out, "since_ms", core->coroutines[i].since_ms);
        tr_json_put_end(out, "},");
    }
    tr_json_put_end(out, "],");
}

static void put_letters(tr_buf *out, const tr_seen_core *core)
{
    tr_buf_printf(out, "\"dead_letters\":[");
    for (uint32_t i = 0; i < core->letter_count; i++) {
        const tr_seen_letter *letter = &core->letters[i];
        tr_buf_append(out, "{", 1);
        tr_json_put_text(out, "message", letter->message);
        tr_json_put_text(out, "reason", tr_err_name((int)letter->reason));
        put_address(out, "from", letter->from);
        put_address(out, "to", letter->to);
        tr_json_put_end(out, "},");
    }
    tr_json_put_end(out, "],");
}

static void put_busy(tr_buf *out, const tr_seen_core *core)
{
    tr_buf_printf(out, "\"busy\":[");
    for (uint32_t i = 0; i < core->busy_count; i++) {
        tr_buf_printf(out, "{\"node\":\"%016" PRIx64 "\",", core->busy[i].node);
        tr_json_put_number(out, "core", core->busy[i].core);
        tr_json_put_number(out, "ms", core->busy[i].ms);
        tr_json_put_text(out, "handler", core->busy[i].handler);
        tr_json_put_text(out, "at", core->busy[i].place);
        tr_json_put_end(out, "},");
    }
    tr_json_put_end(out, "],");
}

static void put_core(tr_buf *out, const tr_seen_core *core)
{
    tr_buf_printf(out, "{\"node\":\"%016" PRIx64 "\",\"is_broker\":%s,", core->node,
                  core->is_broker ? "true" : "false");
    tr_json_put_text(out, "name", core->name);
    tr_json_put_number(out, "core", core->core);
    tr_json_put_number(out, "cores", core->cores);
    tr_json_put_number(out, "age_ms", core->age_ms);
    tr_buf_printf(out, "\"counters\":{");
    for (uint32_t i = 0; i < core->counter_count; i++)
        tr_json_put_number(out, core->counters[i].name, core->counters[i].value);
    tr_json_put_end(out, "},\"actors\":[");
    tree self = tree_of(core);
    for (uint32_t i = 0; i < core->actor_count; i++)
        put_actor(out, &self, &core->actors[i]);
    tree_done(&self);
    tr_json_put_end(out, "],");
    put_absent(out, core);
    put_coroutines(out, core);
    put_links(out, core);
    put_busy(out, core);
    put_letters(out, core);
    tr_json_put_end(out, "},");
}

void tr_report_json(tr_buf *out, const tr_inspection *seen)
{
    tr_buf_printf(out, "{\"cores\":[");
    for (uint32_t i = 0; i < seen->count; i++)
        put_core(out, &seen->cores[i]);
    tr_json_put_end(out, "]}\n");
}
