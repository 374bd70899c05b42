#include "sdk/session/open_dialogs.h"

#include "base/log.h"
#include "sdk/session/outgoing_packets.h"
#include "sdk/tree/encode.h"
#include "troupe/err.h"
#include "wire/flet.h"
#include "wire/reader.h"
#include "wire/writer.h"

enum start_sign { SIGN_BRIGHTNESS = 1, SIGN_MEDIA = 2 };

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
    if (node == NULL || node->parent != stack_of(session))
        return;
    // One that was opened again meanwhile stays.
    tr_value open = tr_node_value(node, TR_PROP_OPEN);
    if (open.kind != TR_VALUE_BOOLEAN || !open.boolean)
        (void)tr_tree_remove(session->tree, node); // cannot fail: it is there, and no fixed part
}

bool tr_dialogs_on_return(tr_session *session, bool is_ours)
{
    const tr_node_list *list = tr_node_children(stack_of(session), TR_PROP_CONTROLS);
    bool has_any = list != NULL && list->count != 0;
    session->start_signs = !is_ours && has_any ? SIGN_BRIGHTNESS | SIGN_MEDIA : 0;
    return session->start_signs != 0;
}

static void send_all(tr_session *session)
{
    tr_node *stack = stack_of(session);
    const tr_node_list *list = tr_node_children(stack, TR_PROP_CONTROLS);
    tr_buf dialogs = {0};
    tr_buf packet = {0};
    tr_encoding encoding = {.flags = TR_ENCODE_COPY};
    tr_write_array(&dialogs, list != NULL ? list->count : 0);
    for (uint32_t i = 0; list != NULL && i < list->count; i++)
        tr_encode_control(&dialogs, list->at[i], &encoding);
    tr_flet_write_set(&packet, stack->id, TR_SLICE("controls"), tr_buf_slice(&dialogs));
    tr_tree_clean_below(session->tree, stack);
    if (tr_session_send(session, tr_packet_of(packet.data, packet.size)) < 0)
        tr_log(TR_LOG_WARN, "event=dialogs_lost session=%.6s", session->id);
    tr_buf_done(&dialogs);
    tr_buf_done(&packet);
}

static bool has(tr_slice props, const char *name)
{
    tr_reader value = tr_reader_find(props, name);
    return !tr_reader_at_end(&value);
}

void tr_dialogs_on_page_update(tr_session *session, tr_slice props)
{
    if (session->start_signs == 0)
        return;
    if (has(props, "platform_brightness"))
        session->start_signs &= (uint8_t)~SIGN_BRIGHTNESS;
    if (has(props, "media"))
        session->start_signs &= (uint8_t)~SIGN_MEDIA;
    if (session->start_signs == 0)
        send_all(session);
}
