#include "broker/members.h"

#include <stdbool.h>

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
