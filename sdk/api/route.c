// The functions of troupe/pages/route.h.

#include "troupe/pages/route.h"

#include <string.h>

#include "sdk/api/change_submit.h"
#include "sdk/api/given_list.h"
#include "sdk/catalog/misuse.h"
#include "troupe/err.h"

int tr_push_route(tr_event *ev, const char *route)
{
    tr_change change = {
        .what = TR_CHANGE_PUSH_ROUTE, .is_page = true, .value = tr_value_text(tr_slice_of(route))};
    return tr_submit(ev, &change, NULL);
}

int tr_go_back(tr_event *ev)
{
    tr_change change = {.what = TR_CHANGE_GO_BACK, .is_page = true};
    return tr_submit(ev, &change, NULL);
}

int tr_push_view(tr_event *ev, ui_control *view)
{
    if (view == NULL)
        return tr_misuse_refuse(TR_EINVALID, "there is no view: NULL");
    int result = tr_submit_take(ev, &view, 1);
    if (result < 0)
        return result;
    tr_change change = {
        .what = TR_CHANGE_PUSH_VIEW, .is_page = true, .nodes = &view, .node_count = 1};
    return tr_submit(ev, &change, NULL);
}

int tr_pop_view(tr_event *ev)
{
    tr_change change = {.what = TR_CHANGE_POP_VIEW, .is_page = true};
    return tr_submit(ev, &change, NULL);
}

int tr_set_views(tr_event *ev, ui_control **views)
{
    if (views == NULL)
        return tr_misuse_report(
            &(tr_misuse){.code = TR_EINVALID, .text = "the list of views is NULL"});
    uint32_t count;
    int result = tr_given_list_count(views, &count);
    if (result == 0)
        result = tr_submit_take(ev, views, count);
    if (result < 0)
        return result;
    tr_change change = {
        .what = TR_CHANGE_SET_VIEWS, .is_page = true, .nodes = views, .node_count = count};
    return tr_submit(ev, &change, NULL);
}

static int copy_part(tr_event *ev, const char *name, bool in_query, char *out, size_t size)
{
    tr_buf part = {0};
    tr_change change = {.what = TR_CHANGE_ROUTE_PART,
                        .is_page = true,
                        .property = tr_slice_of(name),
                        .number = in_query};
    int result = tr_submit(ev, &change, &part);
    size_t kept = part.size < size ? part.size : size - 1;
    if (size != 0) {
        if (kept != 0)
            memcpy(out, part.data, kept);
        out[kept] = '\0';
    }
    if (result == 0)
        result = (int)part.size;
    tr_buf_done(&part);
    return result;
}

int tr_route_param(tr_event *ev, const char *name, char *out, size_t size)
{
    TR_GIVEN(ev != NULL && name != NULL && (out != NULL || size == 0));
    return copy_part(ev, name, false, out, size);
}

int tr_route_query(tr_event *ev, const char *name, char *out, size_t size)
{
    TR_GIVEN(ev != NULL && name != NULL && (out != NULL || size == 0));
    return copy_part(ev, name, true, out, size);
}
