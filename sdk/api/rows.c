// The functions of troupe/pages/rows.h.

#include "troupe/pages/rows.h"

#include "base/mem.h"
#include "sdk/api/change_submit.h"
#include "sdk/api/given_list.h"
#include "sdk/catalog/misuse.h"
#include "troupe/err.h"
#include "wire/limits.h"

bool tr_rows_wanted(const tr_event *ev, uint32_t *out_first, uint32_t *out_count)
{
    double first = tr_event_field_number(ev, "first", -1);
    double count = tr_event_field_number(ev, "count", -1);
    if (!(first >= 0 && first <= INT32_MAX && count >= 0 && count <= TR_ROWS_CAP))
        return false;
    *out_first = (uint32_t)first;
    *out_count = (uint32_t)count;
    return true;
}

static int give(tr_event *ev, uint32_t first, ui_control **rows, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        tr_node_release(rows[i]);
    tr_change change = {
        .what = TR_CHANGE_ROWS_GIVE, .number = first, .nodes = rows, .node_count = count};
    return tr_submit(ev, &change, NULL);
}

int tr_rows_give(tr_event *ev, uint32_t first, ui_control **rows)
{
    if (rows == NULL)
        return tr_misuse_refuse(TR_EINVALID, "the list of rows is NULL");
    uint32_t count = 0;
    while (rows[count] != UI_END && rows[count] != NULL) {
        if (tr_given_is_gone(&rows[count + 1]))
            return TR_EINVALID;
        count++;
    }
    // A hole would say of the rows behind it that they are others than they are.
    if (rows[count] == NULL)
        return tr_misuse_refuse(TR_EINVALID, "one of the rows is NULL");
    if (count > TR_ROWS_CAP)
        return tr_misuse_refuse(TR_ETOOBIG, "at most 400 rows are given at once");
    ui_control *copy[TR_ROWS_CAP];
    for (uint32_t i = 0; i < count; i++)
        copy[i] = rows[i];
    return give(ev, first, copy, count);
}

int(tr_rows_build)(tr_event *ev, ui_control *(*build)(tr_event *ev, uint32_t index))
{
    uint32_t first, count;
    if (build == NULL)
        return tr_misuse_refuse(TR_EINVALID, "there is no function that builds rows");
    if (!tr_rows_wanted(ev, &first, &count))
        return TR_EWRONGTYPE;
    ui_control *rows[TR_ROWS_CAP];
    for (uint32_t i = 0; i < count; i++) {
        rows[i] = build(ev, first + i);
        if (rows[i] == NULL)
            count = i; // the rows end here
    }
    return count != 0 ? give(ev, first, rows, count) : 0;
}

static int tell(tr_page *page, enum tr_change_what what, const char *key, uint32_t first,
                uint32_t count)
{
    if (key == NULL)
        return tr_misuse_refuse(TR_EINVALID, "NULL names no list");
    tr_change change = {
        .what = what, .key = tr_slice_of(key), .number = first, .value = tr_value_integer(count)};
    return tr_submit(page, &change, NULL);
}

int tr_rows_inserted(tr_page *page, const char *key, uint32_t first, uint32_t count)
{
    return tell(page, TR_CHANGE_ROWS_INSERTED, key, first, count);
}

int tr_rows_removed(tr_page *page, const char *key, uint32_t first, uint32_t count)
{
    return tell(page, TR_CHANGE_ROWS_REMOVED, key, first, count);
}

int tr_rows_changed(tr_page *page, const char *key, uint32_t first, uint32_t count)
{
    return tell(page, TR_CHANGE_ROWS_CHANGED, key, first, count);
}

int tr_rows_reset(tr_page *page, const char *key, uint32_t count)
{
    return tell(page, TR_CHANGE_ROWS_RESET, key, 0, count);
}
