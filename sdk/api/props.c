// ui_set (troupe/pages/page.h): what is given becomes a control of that type, of which the session takes
// the properties over.

#include <string.h>

#include "base/buf.h"
#include "sdk/api/argument.h"
#include "sdk/api/change_submit.h"
#include "sdk/api/take.h"
#include "sdk/catalog/misuse.h"
#include "troupe/err.h"
#include "troupe/pages/page.h"

// Any control has these; so does a container.
enum { ANY = 0, LIKE_ANY = TR_CONTROL_CONTAINER };

static void add_name(tr_buf *names, tr_prop_id prop)
{
    tr_slice name = tr_catalog_prop_name(prop);
    if (names->size != 0)
        tr_buf_append(names, ",", 1);
    tr_buf_append(names, name.data, name.size);
}

static bool has(const tr_node *node, tr_prop_id prop)
{
    return tr_node_prop(node, prop) != NULL;
}

// A property that is given as its default is not kept in a control: to set it is to put it back.
static int take_all(tr_node *node, const int *args, tr_buf *resets)
{
    const tr_arguments *table = &tr_generated_arguments[*args];
    const char *base = (const char *)args;
    for (unsigned i = 0; i < table->count; i++) {
        const tr_argument *argument = &table->at[i];
        enum tr_given given = tr_argument_given(base + argument->offset, argument->kind);
        int result = tr_take(node, argument, base);
        if (result < 0)
            return result;
        if (given != TR_GIVEN_NOT && !has(node, argument->prop))
            add_name(resets, argument->prop);
    }
    return 0;
}

static int perform(tr_page *page, const char *key, const int *args, tr_node *node,
                   const tr_buf *resets)
{
    int result = tr_submit_take(page, &node, 1);
    if (result < 0)
        return result;
    tr_change change = {.what = TR_CHANGE_SET_PROPS,
                        .is_page = key == NULL,
                        .key = tr_slice_of(key),
                        .property = tr_buf_slice(resets),
                        .number = *args == ANY ? 1 : 0,
                        .nodes = &node,
                        .node_count = 1};
    return tr_submit(page, &change, NULL);
}

int(ui_set)(tr_page *page, const char *key, const int *properties)
{
    if (!tr_submit_is_here(page))
        return TR_EWRONGTHREAD;
    if (properties == NULL || *properties < ANY || *properties >= TR_CONTROL_COUNT)
        return tr_misuse_report(
            &(tr_misuse){.code = TR_EINVALID, .text = "those are no ui_…_props(…)"});
    tr_node *node = tr_node_new(*properties == ANY ? LIKE_ANY : (tr_kind_id)*properties);
    tr_buf resets = {0};
    int result = take_all(node, properties, &resets);
    if (result == 0)
        result = perform(page, key, properties, node, &resets);
    else
        tr_node_free(node);
    tr_buf_done(&resets);
    return result;
}
