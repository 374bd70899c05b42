#include "fuzz.h"

#include <string.h>

#include "actors/bus/routes.h"
#include "base/must.h"
#include "wire/rows.h"
#include "wire/writer.h"

// Every row that was read is written and read again as the same.
static void read_all(const tr_row_shape *shape, tr_slice list)
{
    union {
        tr_row_member member;
        tr_row_shard shard;
        tr_row_name name;
        tr_row_present present;
    } row;
    uint32_t count = 0;
    tr_rows in = tr_rows_of(shape, list);
    tr_buf first = {0};
    tr_buf second = {0};
    while (tr_rows_next(&in, &row)) {
        count++;
        tr_row_write_body(&first, shape, &row);
    }
    tr_must(count <= shape->cap && in.left == 0);
    tr_buf again = {0};
    tr_write_array(&again, count);
    tr_write_raw(&again, tr_buf_slice(&first));
    in = tr_rows_of(shape, tr_buf_slice(&again));
    while (tr_rows_next(&in, &row))
        tr_row_write_body(&second, shape, &row);
    tr_must(tr_rows_are_sound(&in) && first.size == second.size);
    tr_must(first.size == 0 || memcmp(first.data, second.data, first.size) == 0);
    tr_buf_done(&first);
    tr_buf_done(&second);
    tr_buf_done(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static tr_routes routes;
    tr_slice list = {(const char *)data, (uint32_t)size};
    read_all(&tr_row_shape_member, list);
    read_all(&tr_row_shape_shard, list);
    read_all(&tr_row_shape_name, list);
    read_all(&tr_row_shape_present, list);
    tr_routes_init(&routes);
    if (tr_routes_read(&routes, list) == 0)
        for (uint32_t i = 0; i < routes.member_count; i++)
            tr_must(routes.members[i].node != 0 && routes.members[i].cores <= TR_CORES_CAP);
    tr_routes_done(&routes);
    return 0;
}
