// A page in a snapshot: [1, next id, the page with its ids].

#include "base/mem.h"
#include "sdk/tree/children.h"
#include "sdk/tree/node_codec.h"
#include "sdk/tree/tree_private.h"
#include "troupe/err.h"
#include "wire/limits.h"
#include "wire/writer.h"

enum { VERSION = 1 };

void tr_tree_save(const tr_tree *self, tr_slice (*name)(const tr_handler *), tr_buf *out)
{
    tr_write_array(out, 3);
    tr_write_unsigned(out, VERSION);
    tr_write_unsigned(out, self->next_id);
    tr_node_write(self->page, name, true, out);
}

// Puts the node and all below it into the tree's maps. False when an id is missing or there twice.
static bool add_all(tr_tree *self, tr_node *node)
{
    if (node->id == 0 || node->id >= self->next_id || tr_tree_find(self, node->id) != NULL)
        return false;
    tr_node_index_add(&self->ids, node);
    tr_tree_add_key(self, node);
    tr_tree_note_row_list(self, node);
    if (node->id < TR_ID_FIRST)
        node->flags |= TR_NODE_FIXED;
    tr_children children = tr_children_of(node);
    for (tr_node *child; (child = tr_children_next(&children)) != NULL;)
        if (!add_all(self, child))
            return false;
    return true;
}

static bool has_part(const tr_tree *self, uint32_t id, tr_kind_id kind)
{
    const tr_node *node = tr_tree_find(self, id);
    return node != NULL && node->kind == kind;
}

static bool is_whole(const tr_tree *self)
{
    return has_part(self, TR_ID_PAGE, TR_CONTROL_PAGE) &&
           has_part(self, TR_ID_WINDOW, TR_CONTROL_WINDOW) &&
           has_part(self, TR_ID_VIEW, TR_CONTROL_VIEW) &&
           has_part(self, TR_ID_OVERLAY, TR_CONTROL_OVERLAY) &&
           has_part(self, TR_ID_DIALOGS, TR_CONTROL_DIALOGS) &&
           has_part(self, TR_ID_SERVICES, TR_CONTROL_SERVICE_REGISTRY);
}

int tr_tree_load(tr_slice bytes, const tr_handler *(*find)(tr_slice name), tr_tree **out)
{
    tr_node_reading reading = {tr_reader_of(bytes), find, TR_CONTROLS_PER_PAGE_CAP, true, 0};
    uint32_t items = tr_reader_array(&reading.reader);
    uint64_t version = tr_reader_unsigned(&reading.reader);
    uint64_t next_id = tr_reader_unsigned(&reading.reader);
    if (reading.reader.failed)
        return TR_EMALFORMED;
    if (items != 3 || version != VERSION || next_id < TR_ID_FIRST || next_id > UINT32_MAX)
        return TR_EPROTOCOL;
    tr_scope *scope = tr_scope_swap(NULL);
    tr_node *page = tr_node_read(&reading, 1);
    tr_scope_swap(scope);
    if (page == NULL)
        return reading.code;
    tr_tree *self = tr_new(tr_tree);
    self->page = page;
    self->next_id = (uint32_t)next_id;
    if (page->id != TR_ID_PAGE || !add_all(self, page) || !is_whole(self) ||
        !tr_reader_at_end(&reading.reader)) {
        tr_tree_free(self);
        return TR_EPROTOCOL;
    }
    *out = self;
    return 0;
}
