#include "tests/support/tree_pair.h"

#include <check.h>

#include "base/log.h"
#include "sdk/tree/encode.h"
#include "wire/writer.h"

tr_tree *pair_tree;
cm_client pair_client;
static const tr_handler pair_handlers[2];

const tr_handler *pair_handler(int which)
{
    return &pair_handlers[which];
}

tr_slice pair_handler_name(const tr_handler *self)
{
    return self == pair_handler(0) ? TR_SLICE("zero") : TR_SLICE("one");
}

const tr_handler *pair_handler_find(tr_slice name)
{
    return tr_slice_is(name, "zero") ? pair_handler(0) : pair_handler(1);
}

void pair_up(void)
{
    tr_log_level_set(TR_LOG_ERROR);
    pair_tree = tr_tree_new(0);
    pair_client = (cm_client){0};
}

void pair_down(void)
{
    tr_tree_free(pair_tree);
    tr_cm_done(&pair_client);
}

tr_node *pair_text(const char *value)
{
    tr_node *node = tr_node_new(TR_CONTROL_TEXT);
    tr_node_set(node, TR_PROP_VALUE, tr_value_text(tr_slice_of(value)));
    return node;
}

tr_node *pair_keyed(tr_node *node, const char *key)
{
    tr_node_set(node, TR_PROP_KEY, tr_value_text(tr_slice_of(key)));
    return node;
}

tr_node *pair_column(void)
{
    return tr_node_new(TR_CONTROL_COLUMN);
}

// The browser gets the whole page, as after a registration.
void pair_send_page(bool explicit_empties)
{
    tr_buf page = {0};
    tr_tree_encode_page(pair_tree, &page, explicit_empties ? TR_ENCODE_EXPLICIT : 0);
    ck_assert_msg(tr_cm_take_page(&pair_client, page.data, page.size) == 0, "%s",
                  pair_client.error);
    tr_tree_clean(pair_tree, NULL);
    tr_buf_done(&page);
}

int pair_flush(void)
{
    tr_buf out = {0};
    int written = tr_tree_flush(pair_tree, &out);
    ck_assert_int_eq(written, out.size != 0);
    if (written)
        ck_assert_msg(tr_cm_take(&pair_client, out.data, out.size) == 0, "%s", pair_client.error);
    tr_buf_done(&out);
    return written;
}

void pair_expect_same(const char *when)
{
    tr_buf page = {0};
    tr_buf why = {0};
    tr_tree_encode_page(pair_tree, &page, 0);
    cm_value *fresh = tr_cm_decode(page.data, page.size);
    bool same = tr_cm_same(fresh, pair_client.page, &why);
    ck_assert_msg(same, "%s: %s", when, tr_buf_text(&why));
    tr_cm_free(fresh);
    tr_buf_done(&page);
    tr_buf_done(&why);
}

cm_value *pair_seen(const tr_node *node)
{
    return tr_cm_find(&pair_client, node->id);
}

void pair_write(tr_buf *out, const char *key, tr_value value)
{
    tr_write_literal(out, key);
    tr_value_write(out, value);
}

void pair_client_sets(uint32_t id, const char *name, tr_value value)
{
    tr_buf props = {0};
    tr_write_map(&props, 1);
    pair_write(&props, name, value);
    tr_tree_apply_client(pair_tree, id, (tr_slice){(char *)props.data, (uint32_t)props.size});
    tr_buf_done(&props);
}
