#include "sdk/dialogs.h"

#include "troupe/err.h"

static tr_node *stack_of(tr_session *session)
{
    return tr_tree_find(session->tree, TR_ID_DIALOGS);
}

int tr_dialog_show(tr_session *session, tr_node *dialog)
{
    int result = TR_EWRONGTYPE;
    if (tr_catalog_kind(dialog->kind)->flags & TR_HINT_DIALOG)
        result = tr_node_set(dialog, TR_PROP_OPEN, tr_value_boolean(true));
    if (result == 0)
        result = tr_tree_append(session->tree, stack_of(session), TR_PROP_CONTROLS, dialog);
    return result;
}

int tr_dialog_close(tr_session *session)
{
    const tr_node_list *list = tr_node_children(stack_of(session), TR_PROP_CONTROLS);
    for (uint32_t i = list != NULL ? list->count : 0; i-- > 0;) {
        tr_value open = tr_node_value(list->at[i], TR_PROP_OPEN);
        if (open.kind == TR_VALUE_BOOLEAN && open.boolean)
            return tr_tree_set(session->tree, list->at[i], TR_PROP_OPEN, tr_value_boolean(false));
    }
    return TR_ENOTFOUND;
}

void tr_dialog_on_dismissed(tr_session *session, uint32_t control)
{
    tr_node *node = tr_tree_find(session->tree, control);
    if (node != NULL && node->parent == stack_of(session))
        (void)tr_tree_remove(session->tree, node); // cannot fail: it is there, and no fixed part
}
