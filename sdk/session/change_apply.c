#include "sdk/session/change_apply.h"

#include <string.h>

#include "actors/core/core.h"
#include "base/log.h"
#include "base/mem.h"
#include "sdk/catalog/explain.h"
#include "sdk/catalog/misuse.h"
#include "sdk/session/component.h"
#include "sdk/session/downloads.h"
#include "sdk/session/failure.h"
#include "sdk/session/identity_change.h"
#include "sdk/session/listeners.h"
#include "sdk/session/method_call.h"
#include "sdk/session/open_dialogs.h"
#include "sdk/session/outgoing_packets.h"
#include "sdk/session/prompts.h"
#include "sdk/session/rebuild.h"
#include "sdk/session/renewal.h"
#include "sdk/session/row_window.h"
#include "sdk/session/running_tasks.h"
#include "sdk/session/session_presence.h"
#include "sdk/session/state_lending.h"
#include "sdk/session/typed_texts.h"
#include "sdk/session/uploads.h"
#include "sdk/session/values.h"
#include "sdk/session/views.h"
#include "sdk/tree/key_lookup.h"
#include "sdk/tree/props.h"
#include "troupe/err.h"
#include "wire/trace.h"
#include "wire/writer.h"

static tr_node *find_key(tr_session *self, const tr_call *call, const tr_change *change)
{
    return tr_naming_find(self->tree, tr_call_scope(call), change->key);
}

static int target_of(tr_session *self, const tr_call *call, const tr_change *change,
                     bool for_children, tr_node **out)
{
    *out = change->is_page
               ? (for_children ? tr_naming_top_view(self->tree) : tr_tree_page(self->tree))
               : find_key(self, call, change);
    return *out != NULL ? 0 : tr_naming_explain(self->tree, change->key, change->property);
}

// The list a change of children is about; 0: the control's main one.
static int list_of(const tr_change *change, const tr_node *node, tr_prop_id *out)
{
    *out = change->property.size != 0 ? tr_catalog_find_prop(change->property) : 0;
    return change->property.size != 0 && *out == 0
               ? tr_explain_name(tr_node_subject(node), change->property)
               : 0;
}

static int change_children(tr_session *self, const tr_call *call, tr_change *change)
{
    tr_node *node;
    tr_prop_id list;
    int result = target_of(self, call, change, true, &node);
    if (result == 0)
        result = list_of(change, node, &list);
    if (result < 0)
        return result;
    if (tr_renewal_gather(call, change))
        return 0;
    // A service has no place among what is shown.
    if (change->what == TR_CHANGE_ADD && change->is_page &&
        tr_catalog_kind(change->nodes[0]->kind)->flags & TR_HINT_SERVICE)
        return tr_tree_append(self->tree, tr_tree_find(self->tree, TR_ID_SERVICES),
                              TR_PROP__SERVICES, change->nodes[0]);
    switch (change->what) {
    case TR_CHANGE_ADD:
        return tr_tree_append(self->tree, node, list, change->nodes[0]);
    case TR_CHANGE_INSERT:
        return tr_tree_insert(self->tree, node, list, (uint32_t)change->number, change->nodes[0]);
    case TR_CHANGE_REPLACE:
        return tr_tree_replace(self->tree, node, change->nodes[0]);
    case TR_CHANGE_REMOVE:
        return change->is_page ? TR_EINVALID : tr_tree_remove(self->tree, node);
    case TR_CHANGE_CLEAR:
        return tr_tree_clear(self->tree, node, list);
    case TR_CHANGE_MOVE:
        return change->is_page ? TR_EINVALID
                               : tr_tree_move(self->tree, node, (uint32_t)change->number);
    default:
        change->are_taken = true;
        return tr_tree_reconcile(self->tree, node, list, change->nodes, change->node_count);
    }
}

// A handler for it would wait for ever.
static void say_if_it_never_comes(const tr_node *node, tr_prop_id prop, const tr_change *change)
{
    bool is_never = prop == TR_PROP_ON_VIEWS_POP_UNTIL || prop == TR_PROP_ON_MULTI_VIEW_ADD ||
                    prop == TR_PROP_ON_MULTI_VIEW_REMOVE;
    if (node->kind == TR_CONTROL_PAGE && is_never && change->value.kind == TR_VALUE_HANDLER)
        tr_misuse_say("event_never_comes", "property=%.*s", (int)change->property.size,
                      change->property.data);
}

static int change_property(tr_session *self, tr_call *call, tr_change *change, tr_buf *out_value)
{
    tr_node *node;
    int result = target_of(self, call, change, false, &node);
    if (result < 0)
        return result;
    // As in Flet, what the page itself does not have (padding, scroll, bgcolor …) is its view's.
    tr_prop_id prop = tr_catalog_find_prop(change->property);
    if (change->is_page && prop != 0 && tr_catalog_prop(node->kind, prop) == NULL)
        node = tr_naming_top_view(self->tree);
    if (change->what == TR_CHANGE_PUT)
        return prop == 0 ? tr_explain_name(tr_node_subject(node), change->property)
                         : tr_tree_put(self->tree, node, prop,
                                       change->node_count == 1 ? change->nodes[0] : NULL);
    if (change->what == TR_CHANGE_SET_TEXT)
        return tr_tree_set_text(self->tree, node, change->value.slice);
    say_if_it_never_comes(node, prop, change);
    if (change->what == TR_CHANGE_SET)
        return tr_tree_set_by_name(self->tree, node, change->property, change->value);
    if (prop == 0 || tr_catalog_prop(node->kind, prop) == NULL)
        return tr_explain_name(tr_node_subject(node), change->property);
    tr_value value = tr_tree_get_by_name(self->tree, node, change->property);
    if (value.kind == TR_VALUE_NODE || value.kind == TR_VALUE_NODES)
        return tr_explain(tr_node_subject(node), prop, TR_EWRONGTYPE,
                          "it is a control, not a value to be read");
    tr_value_write(out_value, tr_typed_read(self, call, node, prop, value));
    return 0;
}

// The one that the properties are for: without a key the page, or its view.
static int target_of_props(tr_session *self, const tr_call *call, const tr_change *change,
                           tr_node **out)
{
    bool is_view = change->is_page && change->nodes[0]->kind == TR_CONTROL_VIEW;
    int result = target_of(self, call, change, is_view, out);
    bool is_any = change->number == 1;
    if (result < 0 || is_any || (*out)->kind == change->nodes[0]->kind)
        return result;
    return tr_explain_other_kind(tr_node_subject(*out), change->nodes[0]->kind);
}

static int set_props(tr_session *self, const tr_call *call, tr_change *change)
{
    tr_node *node;
    int result = target_of_props(self, call, change, &node);
    return result < 0 ? result
                      : tr_props_apply(self->tree, node, change->nodes[0], change->property);
}

static int tell_key(tr_session *self, const tr_change *change, tr_buf *out_value)
{
    const tr_node *node = tr_tree_find(self->tree, (uint32_t)change->number);
    if (node == NULL)
        return TR_ENOTFOUND;
    tr_slice key = tr_node_key(node);
    tr_buf_append(out_value, key.data, key.size);
    return 0;
}

static int tell_dragged(tr_session *self, const tr_change *change, tr_buf *out_value)
{
    const tr_node *node = tr_tree_find(self->tree, (uint32_t)change->number);
    if (node == NULL || node->kind != TR_CONTROL_DRAGGABLE)
        return TR_ENOTFOUND;
    tr_value payload = tr_node_value(node, TR_PROP_PAYLOAD);
    tr_write_array(out_value, 2);
    tr_write_text(out_value, tr_node_key(node));
    tr_write_bytes(out_value, payload.kind == TR_VALUE_BYTES ? payload.slice : (tr_slice){NULL, 0});
    return 0;
}

static int update(tr_session *self, const tr_call *call, const tr_change *change)
{
    tr_node *node = change->is_page ? NULL : find_key(self, call, change);
    if (!change->is_page && node == NULL)
        return tr_naming_explain(self->tree, change->key, (tr_slice){0});
    if (node == NULL)
        tr_session_flush(self);
    else
        tr_session_flush_control(self, node);
    return 0;
}

static int apply_store(tr_session *self, const tr_change *change, tr_buf *out_value)
{
    if (change->what == TR_CHANGE_KEEP)
        return tr_values_set(&self->values, change->property, change->value);
    if (change->what == TR_CHANGE_DROP_KEPT)
        return tr_values_remove(self->values, change->property);
    tr_value value = tr_values_get(self->values, change->property);
    if (value.kind == TR_VALUE_NIL)
        return TR_ENOTFOUND;
    tr_value_write(out_value, value);
    return 0;
}

static int apply_dialog(tr_session *self, const tr_change *change)
{
    if (change->what == TR_CHANGE_CLOSE_DIALOG)
        return tr_dialog_close(self);
    if (change->node_count != 1)
        return TR_EINVALID;
    if (change->what == TR_CHANGE_SHOW_DIALOG)
        return tr_dialog_show(self, change->nodes[0]);
    return tr_tree_append(self->tree, tr_tree_find(self->tree, TR_ID_OVERLAY), 0, change->nodes[0]);
}

static int apply_view(tr_session *self, const tr_call *call, tr_change *change, tr_buf *out_value)
{
    switch (change->what) {
    case TR_CHANGE_PUSH_ROUTE:
        return tr_views_push_route(self, change->value.slice);
    case TR_CHANGE_GO_BACK:
        return tr_views_go_back(self);
    case TR_CHANGE_PUSH_VIEW:
        return change->node_count == 1 ? tr_views_push(self, change->nodes[0]) : TR_EINVALID;
    case TR_CHANGE_POP_VIEW:
        return tr_views_pop(self);
    case TR_CHANGE_SET_VIEWS:
        change->are_taken = true;
        return tr_views_set(self, change->nodes, change->node_count);
    case TR_CHANGE_ROUTE_PART:
        return tr_views_find(self, call, change->property, change->number != 0, out_value);
    default:
        return TR_EINVALID;
    }
}

static int start_page_event(tr_session *self, const tr_change *change)
{
    char name[TR_EVENT_NAME_CAP_BYTES + 1];
    const tr_handler *handler = tr_tree_handler(self->tree, TR_ID_PAGE, change->property);
    if (handler == NULL || change->property.size >= sizeof name)
        return 0;
    memcpy(name, change->property.data, change->property.size);
    name[change->property.size] = '\0';
    tr_slice data = change->value.kind == TR_VALUE_BYTES ? change->value.slice : (tr_slice){0};
    return tr_call_start(self, handler, TR_ID_PAGE, name, data, false, NULL);
}

static const tr_handler *handler_in(const tr_change *change)
{
    return change->value.kind == TR_VALUE_HANDLER ? change->value.handler : NULL;
}

static int listen(tr_session *self, const tr_call *call, const tr_change *change)
{
    const tr_handler *handler = handler_in(change);
    bool is_watch = change->what == TR_CHANGE_WATCH;
    bool is_interval = change->what == TR_CHANGE_EVERY;
    tr_instance *instance = is_interval && call != NULL ? call->instance : NULL;
    uint64_t view = call != NULL && instance == NULL ? call->view : 0;
    if (is_interval &&
        handler == NULL) // from the bus: a topic without a handler is one not heard any more
        return TR_EINVALID;
    if (view != 0 && !tr_views_has(self, view))
        return TR_ECANCELLED;
    int result =
        is_watch ? tr_session_watch(self, change->property, handler)
        : is_interval
            ? tr_session_listen(self, instance, handler, (uint64_t)change->number)
            : tr_session_subscribe(self, change->property, handler, (uint32_t)change->number);
    if (result == 0 && instance == NULL)
        tr_session_claim_listener(self, change->property, is_watch, handler, view);
    return result;
}

static int apply(tr_session *self, tr_call *call, tr_change *change, tr_buf *out_value)
{
    tr_renewal_place(call, change);
    switch (change->what) {
    case TR_CHANGE_ADD:
    case TR_CHANGE_INSERT:
    case TR_CHANGE_REPLACE:
        return change->node_count == 1 ? change_children(self, call, change) : TR_EINVALID;
    case TR_CHANGE_REMOVE:
    case TR_CHANGE_CLEAR:
    case TR_CHANGE_MOVE:
    case TR_CHANGE_CHILDREN:
        return change_children(self, call, change);
    case TR_CHANGE_PUT:
        if (change->node_count > 1 || change->property.size == 0)
            return TR_EINVALID;
        return change_property(self, call, change, out_value);
    case TR_CHANGE_SET:
    case TR_CHANGE_SET_TEXT:
    case TR_CHANGE_GET:
        return change_property(self, call, change, out_value);
    case TR_CHANGE_SET_PROPS:
        return change->node_count == 1 ? set_props(self, call, change) : TR_EINVALID;
    case TR_CHANGE_KEY:
        return tell_key(self, change, out_value);
    case TR_CHANGE_DRAGGED:
        return tell_dragged(self, change, out_value);
    case TR_CHANGE_UPDATE:
        return update(self, call, change);
    case TR_CHANGE_EVERY:
    case TR_CHANGE_SUBSCRIBE:
    case TR_CHANGE_WATCH:
        return listen(self, call, change);
    case TR_CHANGE_JOIN:
        return tr_session_join(self, change->property, change->value.slice,
                               &(tr_presence_terms){.stays = change->number != 0,
                                                    .view = call != NULL ? call->view : 0});
    case TR_CHANGE_LEAVE:
        return tr_session_leave(self, change->property);
    case TR_CHANGE_FAIL:
        tr_failure_report(self, call, change->value.slice);
        return 0;
    case TR_CHANGE_START:
        return tr_tasks_start(self, call, change, out_value);
    case TR_CHANGE_CANCEL_TASK:
        return tr_tasks_cancel(self, (uint64_t)change->number);
    case TR_CHANGE_GIVE_STATE:
        return tr_session_return_state(self, call, change->value.slice);
    case TR_CHANGE_COPY_STATE:
        tr_buf_append(out_value, self->state, self->sessions->app->state_size);
        return 0;
    case TR_CHANGE_PAGE_EVENT:
        return start_page_event(self, change);
    case TR_CHANGE_SHOW_DIALOG:
    case TR_CHANGE_CLOSE_DIALOG:
    case TR_CHANGE_ADD_OVERLAY:
        return apply_dialog(self, change);
    case TR_CHANGE_KEEP:
    case TR_CHANGE_KEPT:
    case TR_CHANGE_DROP_KEPT:
        return apply_store(self, change, out_value);
    case TR_CHANGE_UPLOAD_URL:
        return tr_uploads_make(self, change->value.slice, out_value);
    case TR_CHANGE_CANCEL_UPLOAD:
        return tr_uploads_cancel(self, change->value.slice);
    case TR_CHANGE_DOWNLOAD_URL:
        return tr_downloads_make(self, change->value.slice, out_value);
    case TR_CHANGE_CANCEL_DOWNLOAD:
        return tr_downloads_cancel(self, change->value.slice);
    case TR_CHANGE_IDENTITY:
        return tr_identity_apply(self, change, out_value);
    case TR_CHANGE_ROWS_GIVE:
    case TR_CHANGE_ROWS_INSERTED:
    case TR_CHANGE_ROWS_REMOVED:
    case TR_CHANGE_ROWS_CHANGED:
    case TR_CHANGE_ROWS_RESET:
        return tr_row_windows_apply(self, call, change);
    default:
        return apply_view(self, call, change, out_value);
    }
}

// A search that finds nothing is none; nor are refusals because the page ends.
static bool is_misuse(enum tr_change_what what, int result)
{
    bool is_look_up = what == TR_CHANGE_ROUTE_PART || what == TR_CHANGE_KEY ||
                      what == TR_CHANGE_DRAGGED || what == TR_CHANGE_KEPT ||
                      what == TR_CHANGE_DROP_KEPT || what == TR_CHANGE_CANCEL_UPLOAD ||
                      what == TR_CHANGE_CANCEL_DOWNLOAD;
    if (what == TR_CHANGE_IDENTITY)
        return result == TR_EINVALID || result == TR_EUNAVAILABLE;
    return result != TR_EGONE && result != TR_ECANCELLED && !(is_look_up && result == TR_ENOTFOUND);
}

// Names a control that is not there: the state may have it already, though the page, which is built
// again from the state, has not.
static bool is_ahead(tr_session *self, const tr_call *call, const tr_change *change)
{
    if (self->actor == NULL || change->is_page || change->key.size == 0)
        return false;
    bool is_built_again = self->sessions->app->rebuilds || (call != NULL && call->instance != NULL);
    return is_built_again && find_key(self, call, change) == NULL;
}

// For this call: its texts are those that its handler knows (typed_texts.h).
static int apply_for(tr_session *self, tr_call *call, tr_change *change, tr_buf *out_value)
{
    // Gone with its sessions, perhaps.
    if (self->actor == NULL)
        return TR_EGONE;
    tr_sessions *sessions = self->sessions;
    const tr_call *changing = sessions->changing;
    bool is_changing = sessions->is_changing;
    sessions->changing = call;
    sessions->is_changing = true;
    int result = apply(self, call, change, out_value);
    sessions->changing = changing;
    sessions->is_changing = is_changing;
    return result;
}

int tr_session_apply(tr_session *self, tr_call *call, tr_change *change, tr_buf *out_value)
{
    if (is_ahead(self, call, change))
        (void)tr_session_rebuild_for(self, call);
    tr_misuse_place place = {.handler = call != NULL ? call->handler : NULL, .session = self->id};
    tr_misuse_place *before = tr_misuse_swap(&place);
    int result = apply_for(self, call, change, out_value);
    if (result < 0 && !place.is_said && is_misuse(change->what, result))
        (void)tr_misuse_report(
            &(tr_misuse){.code = result, .key = change->key, .property = change->property});
    tr_tree_check_keys(self->tree);
    tr_misuse_swap(before);
    if (tr_tree_has_news(self->tree))
        tr_components_settle(self);
    // The nodes that the tree did not take are freed here.
    if ((result < 0 || change->what == TR_CHANGE_SET_PROPS) && !change->are_taken)
        for (uint32_t i = 0; i < change->node_count; i++)
            if (change->nodes[i]->parent == NULL)
                tr_node_free(change->nodes[i]);
    return result;
}

static bool is_look(enum tr_change_what what)
{
    return what == TR_CHANGE_GET || what == TR_CHANGE_KEY || what == TR_CHANGE_DRAGGED ||
           what == TR_CHANGE_COPY_STATE || what == TR_CHANGE_ROUTE_PART || what == TR_CHANGE_KEPT ||
           what == TR_CHANGE_BORROW_STATE;
}

// What a sync handler changes in one go is written in one go (snapshots.c). That ends where it waits for somebody, or
// has the page shown as it is.
static void note_amid(tr_call *call, enum tr_change_what what, int result)
{
    if (what == TR_CHANGE_CALL || what == TR_CHANGE_AWAIT_TASK || what == TR_CHANGE_PROMPT ||
        what == TR_CHANGE_UPDATE)
        call->is_amid = false;
    else if (result == 0 && !is_look(what))
        call->is_amid = true;
}

static void apply_page_change(tr_session *self, const tr_message *message)
{
    const tr_msg_page_change *body = TR_BODY(message, page_change);
    tr_buf value = {0};
    tr_change change;
    int result = tr_change_decode(body, &change);
    tr_call *call = tr_call_find(self, body->call);
    // A call that is over for its page (late, or its process was given up) changes it no more.
    if (call == NULL || !tr_call_is_on(call, message->from.node))
        result = result == 0 ? TR_ECANCELLED : result;
    else
        note_amid(call, change.what, result);
    if (result == 0 && change.what == TR_CHANGE_BORROW_STATE) {
        tr_session_lend_state(self, call, message); // answers when it is free
        return;
    }
    if (result == 0 && change.what == TR_CHANGE_CALL) {
        (void)tr_session_rebuild_for(self, call);
        tr_misuse_place place = {.handler = call->handler, .session = self->id};
        tr_misuse_place *before = tr_misuse_swap(&place);
        tr_invoke_for_pool(self, call, message, &change); // answers when the browser did
        tr_misuse_swap(before);
        return;
    }
    if (result == 0 && change.what == TR_CHANGE_AWAIT_TASK) {
        tr_tasks_await_for_pool(self, call, message, (uint64_t)change.number);
        return; // answers when it has ended
    }
    bool is_prompt = result == 0 && change.what == TR_CHANGE_PROMPT && change.node_count == 1;
    if (is_prompt)
        result = tr_prompt_keep(self, change.nodes[0], message);
    else if (result == 0)
        result = tr_session_apply(self, call, &change, &value);
    else
        for (uint32_t i = 0; i < change.node_count; i++)
            tr_node_free(change.nodes[i]);
    tr_free(change.nodes);
    if (is_prompt && result == 0)
        return; // answered when the user has answered
    // A sync handler waits at the other end; its pool thread always has room for the one answer.
    (void)tr_answer(self->sessions->core, message, .status = result,
                    .value = {(const char *)value.data, (uint32_t)value.size});
    tr_buf_done(&value);
}

// What it has to say of the change belongs to the handler's trace.
void tr_session_on_page_change(tr_session *self, const tr_message *message)
{
    const tr_call *call = tr_call_find(self, TR_BODY(message, page_change)->call);
    if (call != NULL && call->scope.trace != NULL)
        tr_log_trace_set(call->scope.trace + TR_TRACE_ID_AT);
    apply_page_change(self, message);
    tr_log_trace_set(NULL);
}
