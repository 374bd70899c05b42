#include "broker/members.h"

#include <stdbool.h>

#include "base/mem.h"
#include "troupe/actors/system.h"
#include "wire/limits.h"
#include "wire/rows.h"
#include "wire/writer.h"

void tr_members_endpoints(tr_core *core, tr_buf *out)
{
    const tr_system *system = tr_core_system(core);
    unsigned cores = tr_system_core_count(system);
    bool reachable = tr_system_endpoint(system, 0) != NULL;
    tr_write_array(out, reachable ? cores : 0);
    for (unsigned i = 0; reachable && i < cores; i++)
        tr_write_literal(out, tr_system_endpoint(system, i));
}

static bool has_node(const uint64_t *nodes, uint32_t count, uint64_t node)
{
    for (uint32_t i = 0; i < count; i++)
        if (nodes[i] == node)
            return true;
    return false;
}

uint32_t tr_members_merge(tr_slice list, tr_buf *rows, uint64_t *nodes, uint32_t count)
{
    tr_row_member row;
    tr_rows in = TR_ROWS(member, list);
    while (count < TR_PEERS_CAP && tr_rows_next(&in, &row)) {
        if (row.node == 0 || has_node(nodes, count, row.node))
            continue;
        nodes[count++] = row.node;
        tr_write_raw(rows, in.row);
    }
    return count;
}

bool tr_members_has(tr_slice list, uint64_t node)
{
    tr_row_member row;
    for (tr_rows in = TR_ROWS(member, list); tr_rows_next(&in, &row);)
        if (row.node == node)
            return true;
    return false;
}

typedef struct node_set {
    uint64_t nodes[TR_PEERS_CAP];
    uint32_t count;
} node_set;

static bool add(node_set *self, uint64_t node)
{
    bool is_new =
        self->count < TR_PEERS_CAP && node != 0 && !has_node(self->nodes, self->count, node);
    if (is_new)
        self->nodes[self->count++] = node;
    return is_new;
}

static void add_gone(node_set *self, tr_slice gone)
{
    tr_row_gone row;
    for (tr_rows in = TR_ROWS(gone, gone); tr_rows_next(&in, &row);)
        (void)add(self, row.node);
}

typedef struct load_set {
    tr_row_load rows[TR_PEERS_CAP];
    uint32_t count;
} load_set;

static void read_loads(load_set *self, tr_slice list)
{
    self->count = 0;
    for (tr_rows in = TR_ROWS(load, list);
         self->count < TR_PEERS_CAP && tr_rows_next(&in, &self->rows[self->count]);)
        self->count++;
}

static const tr_row_load *load_of(const load_set *self, uint64_t node)
{
    for (uint32_t i = 0; i < self->count; i++)
        if (self->rows[i].node == node)
            return &self->rows[i];
    return NULL;
}

static uint32_t append_changed(tr_buf *rows, node_set *said, tr_slice members)
{
    uint32_t count = 0;
    tr_row_member row;
    for (tr_rows in = TR_ROWS(member, members); tr_rows_next(&in, &row);)
        if (add(said, row.node)) {
            tr_write_raw(rows, in.row);
            count++;
        }
    return count;
}

static uint32_t append_rest(tr_buf *rows, const node_set *left_out, tr_slice list,
                            const load_set *loads)
{
    uint32_t count = 0;
    tr_row_member row;
    for (tr_rows in = TR_ROWS(member, list); tr_rows_next(&in, &row);) {
        if (has_node(left_out->nodes, left_out->count, row.node))
            continue;
        const tr_row_load *load = load_of(loads, row.node);
        if (load == NULL) {
            tr_write_raw(rows, in.row);
        } else {
            row.sessions = load->sessions;
            tr_row_write_body(rows, &tr_row_shape_member, &row);
        }
        count++;
    }
    return count;
}

void tr_members_apply(tr_slice list, const tr_member_changes *changes, tr_buf *out)
{
    tr_buf rows = {0};
    node_set *left_out = tr_new(node_set);
    load_set *busy = tr_new(load_set);
    uint32_t count = append_changed(&rows, left_out, changes->members);
    add_gone(left_out, changes->gone);
    read_loads(busy, changes->loads);
    count += append_rest(&rows, left_out, list, busy);
    tr_write_array(out, count);
    tr_write_raw(out, tr_buf_slice(&rows));
    tr_free(busy);
    tr_free(left_out);
    tr_buf_done(&rows);
}
