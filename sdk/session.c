#include "sdk/session.h"

#include <string.h>

#include "actors/core.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/must.h"
#include "sdk/call.h"
#include "sdk/handler.h"
#include "sdk/sessions.h"
#include "troupe/err.h"
#include "wire/flet.h"
#include "wire/writer.h"

enum { RETRY_MS = 20, CLOSE_REPLACED = 4001, CLOSE_ERROR = 1011 };

static tr_core *core_of(const tr_session *self)
{
    return self->sessions->core;
}

void tr_session_ref(tr_session *self)
{
    self->references++;
}

void tr_session_unref(tr_session *self)
{
    tr_must(self->references != 0);
    if (--self->references != 0)
        return;
    tr_tree_free(self->tree);
    tr_free(self->state);
    tr_free(self);
}

void tr_session_wake(tr_session *self)
{
    if (self->actor != NULL)
        tr_actor_wake(self->actor);
}

// --- towards the browser --------------------------------------------------------------------------

static void detach(tr_session *self)
{
    self->connection = TR_NOWHERE;
    self->frames_out = 0;
    self->credit_due = 0;
    tr_frame_unref(self->unsent);
    self->unsent = NULL;
    tr_timer_start(&self->timeout, self->sessions->timeout_ms, 0);
}

// The packet goes out, or waits in `unsent`; nothing else is encoded while it does.
static void send_packet(tr_session *self, tr_frame *packet)
{
    tr_address own = tr_actor_address(self->actor);
    int result = tr_send(core_of(self), own, self->connection, browser_frame, .packet = packet);
    if (result == 0) {
        self->frames_out++;
        return;
    }
    if (result == TR_EFULL) {
        self->unsent = packet;
        tr_timer_start(&self->retry, RETRY_MS, 0);
        return;
    }
    tr_frame_unref(packet);
    detach(self);
}

void tr_session_close(tr_session *self, uint16_t code, const char *reason)
{
    if (!tr_address_is_set(self->connection))
        return;
    (void)tr_send(core_of(self), tr_actor_address(self->actor), self->connection, browser_close,
                  .code = code, .reason = tr_slice_of(reason));
    self->connection = TR_NOWHERE;
}

// A packet that no browser could take: the page stays, its browser is told why it sees nothing of it.
static bool is_too_big(tr_session *self, size_t size)
{
    if (size <= TR_OUTBOX_CAP_BYTES)
        return false;
    tr_log(TR_LOG_ERROR, "event=packet_too_big session=%.6s bytes=%zu", self->id, size);
    tr_session_close(self, CLOSE_ERROR, "page too big");
    tr_timer_start(&self->timeout, self->sessions->timeout_ms, 0);
    return true;
}

// One patch for all that changed. A browser that has not taken the last few yet gets none: the
// changes stay recorded in the tree, and the latest values go out when it is ready.
static void flush(tr_session *self)
{
    if (!tr_address_is_set(self->connection) || self->frames_out >= TR_FRAME_WINDOW)
        return;
    if (self->unsent != NULL) {
        tr_frame *packet = self->unsent;
        self->unsent = NULL;
        send_packet(self, packet);
        return;
    }
    if (!tr_tree_is_dirty(self->tree))
        return;
    tr_buf *scratch = &self->sessions->scratch;
    scratch->size = 0;
    if (tr_tree_flush(self->tree, scratch) && !is_too_big(self, scratch->size))
        send_packet(self, tr_frame_of(scratch->data, scratch->size));
    if (scratch->cap > TR_BATCH_CAP_BYTES)
        tr_buf_done(scratch);
}

static void give_credit(tr_session *self)
{
    if (self->credit_due < TR_CONNECTION_WINDOW / 2 || !tr_address_is_set(self->connection))
        return;
    if (tr_send(core_of(self), tr_actor_address(self->actor), self->connection, browser_credit,
                .packets = self->credit_due) == 0)
        self->credit_due = 0;
    else
        tr_timer_start(&self->retry, RETRY_MS, 0);
}

// --- handlers -------------------------------------------------------------------------------------

static int submit_sync(tr_session *self, tr_call *call)
{
    tr_msg_handler_call body = {
        .call = call->number,
        .handler = tr_slice_of(call->handler->name),
        .target = call->target,
        .event = tr_slice_of(call->event),
        .data = {(const char *)call->data.data, (uint32_t)call->data.size},
        .is_payload = call->is_payload};
    int result = tr_pool_submit(core_of(self), tr_actor_address(self->actor), &body);
    if (result < 0)
        return result;
    tr_buf_done(&call->data); // the pool thread has its own copy
    call->next = self->calls;
    if (call->next != NULL)
        call->next->previous = call;
    self->calls = call;
    self->call_count++;
    if (call->listener != NULL)
        call->listener->running++;
    return 0;
}

int tr_session_start_call(tr_session *self, const tr_handler *handler, uint32_t target,
                          const char *event, tr_slice data, bool is_payload, tr_listener *listener)
{
    if (self->call_count >= TR_CALLS_PER_SESSION_CAP)
        return TR_EFULL;
    tr_call *call = tr_new(tr_call);
    call->session = self;
    tr_session_ref(self);
    call->handler = handler;
    call->number = ++self->next_call;
    call->target = target;
    call->event = tr_copy_text(event, strlen(event));
    call->is_payload = is_payload;
    call->listener = listener;
    tr_buf_append(&call->data, data.data, data.size);
    int result = handler->kind == TR_HANDLER_SYNC ? submit_sync(self, call) : tr_call_start(call);
    if (result < 0)
        tr_call_free(call);
    return result;
}

static tr_call *take_call(tr_session *self, uint64_t number)
{
    tr_call *call = self->calls;
    while (call != NULL && call->number != number)
        call = call->next;
    if (call == NULL)
        return NULL;
    if (call->previous != NULL)
        call->previous->next = call->next;
    else
        self->calls = call->next;
    if (call->next != NULL)
        call->next->previous = call->previous;
    self->call_count--;
    if (call->listener != NULL)
        call->listener->running--;
    return call;
}

static int start_event(tr_session *self, const tr_message *message)
{
    const tr_msg_browser_event *event = TR_BODY(message, browser_event);
    const tr_handler *handler = tr_tree_handler(self->tree, event->target, event->name);
    if (handler == NULL)
        return 0;
    char name[TR_EVENT_NAME_CAP_BYTES + 1];
    uint32_t size = event->name.size < sizeof name ? event->name.size : sizeof name - 1;
    memcpy(name, event->name.data, size);
    name[size] = '\0';
    return tr_session_start_call(self, handler, event->target, name, event->data, false, NULL);
}

static void keep_waiting(tr_session *self, const tr_message *message)
{
    if (self->waiting_count >= TR_CALL_WAITING_CAP) {
        // The connection's window is no larger than this queue: only a broken peer gets here.
        tr_log(TR_LOG_WARN, "event=browser_event_dropped session=%.6s", self->id);
        self->credit_due++;
        return;
    }
    tr_message *copy = tr_message_new(message->shape->type, message->body);
    copy->from = message->from;
    if (self->waiting_tail != NULL)
        self->waiting_tail->next = copy;
    else
        self->waiting = copy;
    self->waiting_tail = copy;
    self->waiting_count++;
    tr_timer_start(&self->retry, RETRY_MS, 0);
}

static void drop_waiting(tr_session *self)
{
    tr_message *message = self->waiting;
    self->waiting = message->next;
    if (self->waiting == NULL)
        self->waiting_tail = NULL;
    self->waiting_count--;
    tr_message_free(message);
}

static void start_waiting(tr_session *self)
{
    while (self->waiting != NULL && start_event(self, self->waiting) != TR_EFULL) {
        // A connection that was replaced meanwhile has no use for credit, the new one no claim to it.
        if (tr_address_equal(self->waiting->from, self->connection))
            self->credit_due++;
        drop_waiting(self);
    }
    if (self->waiting != NULL && !tr_timer_is_running(&self->retry))
        tr_timer_start(&self->retry, RETRY_MS, 0);
}

static void on_event(tr_session *self, const tr_message *message)
{
    if (self->waiting != NULL || start_event(self, message) == TR_EFULL)
        keep_waiting(self, message);
    else
        self->credit_due++;
}

static void start_page_event(tr_session *self, const char *name)
{
    const tr_handler *handler = tr_tree_handler(self->tree, TR_ID_PAGE, tr_slice_of(name));
    if (handler != NULL)
        (void)tr_session_start_call(self, handler, TR_ID_PAGE, name, (tr_slice){0}, false, NULL);
}

// --- the state, lent to sync handlers ---------------------------------------------------------------

static void lend(tr_session *self, tr_call *call, tr_address from, uint64_t correlation)
{
    self->state_lent_to = call;
    tr_message question = {.from = from,
                           .to = tr_actor_address(self->actor),
                           .flags = TR_FLAG_ASK,
                           .correlation = correlation};
    // One that cannot be told asks again; then, or when it ends, the state is free again.
    (void)tr_answer(core_of(self), &question, .status = 0,
                    .value = {self->state, (uint32_t)self->sessions->app->state_size});
}

static void forget_borrower(tr_session *self, const tr_call *call)
{
    for (tr_borrower **at = &self->borrowers; *at != NULL; at = &(*at)->next)
        if ((*at)->call == call) {
            tr_borrower *gone = *at;
            *at = gone->next;
            tr_free(gone);
            return;
        }
}

void tr_session_lend_state(tr_session *self, tr_call *call, const tr_message *question)
{
    // It has the state already, or is in the queue: an earlier question of its own timed out.
    forget_borrower(self, call);
    if (self->state_lent_to == NULL || self->state_lent_to == call) {
        lend(self, call, question->from, question->correlation);
        return;
    }
    tr_borrower *borrower = tr_new(tr_borrower);
    *borrower = (tr_borrower){.call = call,
                              .from = question->from,
                              .correlation = question->correlation};
    tr_borrower **at = &self->borrowers;
    while (*at != NULL)
        at = &(*at)->next;
    *at = borrower;
}

int tr_session_return_state(tr_session *self, const tr_call *call, tr_slice value)
{
    if (call == NULL || self->state_lent_to != call)
        return TR_EINVALID;
    if (value.size == self->sessions->app->state_size && value.size != 0)
        memcpy(self->state, value.data, value.size);
    self->state_lent_to = NULL;
    tr_borrower *next = self->borrowers;
    if (next != NULL) {
        self->borrowers = next->next;
        lend(self, next->call, next->from, next->correlation);
        tr_free(next);
        return 0;
    }
    for (tr_call *waiting = self->calls; waiting != NULL; waiting = waiting->next)
        if (waiting->is_waiting_for_state) {
            waiting->is_waiting_for_state = false;
            tr_coroutine_resume(waiting->coroutine, 0);
        }
    return 0;
}

static void on_handler_done(tr_session *self, const tr_msg_handler_done *done)
{
    tr_call *call = take_call(self, done->call);
    if (call == NULL)
        return;
    forget_borrower(self, call);
    (void)tr_session_return_state(self, call, (tr_slice){0});
    tr_call_free(call);
    start_waiting(self);
}

// --- intervals and topics ---------------------------------------------------------------------------

static void on_beat(tr_timer *timer)
{
    tr_listener *listener = timer->arg;
    if (listener->running == 0)
        (void)tr_session_start_call(listener->session, listener->handler, 0, "interval",
                                    (tr_slice){0}, false, listener);
}

static tr_listener **find_listener(tr_session *self, tr_slice topic, const tr_handler *handler)
{
    tr_listener **at = &self->listeners;
    for (; *at != NULL; at = &(*at)->next) {
        tr_listener *one = *at;
        if (topic.size != 0 ? one->topic != NULL && tr_slice_is(topic, one->topic)
                            : one->topic == NULL && one->handler == handler)
            break;
    }
    return at;
}

static void listener_free(tr_listener *listener)
{
    tr_timer_stop(&listener->timer);
    tr_free(listener->topic);
    tr_free(listener);
}

// Calls in flight of a listener that goes away no longer count for anybody.
static void forget_listener(tr_session *self, const tr_listener *listener)
{
    for (tr_call *call = self->calls; call != NULL; call = call->next)
        if (call->listener == listener)
            call->listener = NULL;
}

static int set_listener(tr_session *self, tr_slice topic, const tr_handler *handler,
                        uint64_t interval_ms)
{
    tr_listener **at = find_listener(self, topic, handler);
    bool ends = topic.size != 0 ? handler == NULL : interval_ms == 0;
    if (ends) {
        tr_listener *gone = *at;
        if (gone == NULL)
            return 0;
        *at = gone->next;
        forget_listener(self, gone);
        listener_free(gone);
        return 0;
    }
    tr_listener *listener = *at;
    if (listener == NULL) {
        listener = tr_new(tr_listener);
        listener->session = self;
        listener->topic = topic.size != 0 ? tr_copy_text(topic.data, topic.size) : NULL;
        tr_timer_init(&listener->timer, core_of(self), on_beat, listener);
        *at = listener;
    }
    listener->handler = handler;
    if (interval_ms != 0)
        tr_timer_start(&listener->timer, interval_ms, interval_ms);
    return 0;
}

void tr_session_on_topic(tr_session *self, tr_slice topic, tr_slice payload)
{
    tr_listener *listener = *find_listener(self, topic, NULL);
    if (listener != NULL && listener->topic != NULL && listener->running == 0)
        (void)tr_session_start_call(self, listener->handler, 0, "message", payload, true, listener);
}

// --- page changes -----------------------------------------------------------------------------------

static int target_of(tr_session *self, const tr_change *change, bool for_children, tr_node **out)
{
    *out = change->is_page ? (for_children ? tr_tree_view(self->tree) : tr_tree_page(self->tree))
                           : tr_tree_find_key(self->tree, change->key);
    return *out != NULL ? 0 : TR_ENOTFOUND;
}

// The list a change of children is about; 0: the control's main one.
static int list_of(const tr_change *change, tr_prop_id *out)
{
    *out = change->property.size != 0 ? tr_catalog_find_prop(change->property) : 0;
    return change->property.size != 0 && *out == 0 ? TR_ENOTFOUND : 0;
}

static int change_children(tr_session *self, tr_change *change)
{
    tr_node *node;
    tr_prop_id list;
    int result = target_of(self, change, true, &node);
    if (result == 0)
        result = list_of(change, &list);
    if (result < 0)
        return result;
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
    default:
        return tr_tree_reconcile(self->tree, node, list, change->nodes, change->node_count);
    }
}

static int change_property(tr_session *self, tr_change *change, tr_buf *out_value)
{
    tr_node *node;
    int result = target_of(self, change, false, &node);
    if (result < 0)
        return result;
    // As in Flet, what the page itself does not have (padding, scroll, bgcolor …) is its view's.
    tr_prop_id prop = tr_catalog_find_prop(change->property);
    if (change->is_page && prop != 0 && tr_catalog_prop(node->kind, prop) == NULL)
        node = tr_tree_view(self->tree);
    if (change->what == TR_CHANGE_PUT)
        return prop == 0 ? TR_ENOTFOUND
                         : tr_tree_put(self->tree, node, prop,
                                       change->node_count == 1 ? change->nodes[0] : NULL);
    if (change->what == TR_CHANGE_SET_TEXT)
        return tr_tree_set_text(self->tree, node, change->value.slice);
    if (change->what == TR_CHANGE_SET)
        return tr_tree_set_by_name(self->tree, node, change->property, change->value);
    tr_value value = tr_tree_get_by_name(self->tree, node, change->property);
    if (value.kind == TR_VALUE_NODE || value.kind == TR_VALUE_NODES)
        return TR_EWRONGTYPE;
    tr_value_write(out_value, value);
    return 0;
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

static int apply(tr_session *self, tr_call *call, tr_change *change, tr_buf *out_value)
{
    switch (change->what) {
    case TR_CHANGE_ADD:
    case TR_CHANGE_INSERT:
    case TR_CHANGE_REPLACE:
        return change->node_count == 1 ? change_children(self, change) : TR_EINVALID;
    case TR_CHANGE_REMOVE:
    case TR_CHANGE_CLEAR:
    case TR_CHANGE_CHILDREN:
        return change_children(self, change);
    case TR_CHANGE_PUT:
        if (change->node_count > 1 || change->property.size == 0)
            return TR_EINVALID;
        return change_property(self, change, out_value);
    case TR_CHANGE_SET:
    case TR_CHANGE_SET_TEXT:
    case TR_CHANGE_GET:
        return change_property(self, change, out_value);
    case TR_CHANGE_KEY:
        return tell_key(self, change, out_value);
    case TR_CHANGE_UPDATE:
        flush(self);
        return 0;
    case TR_CHANGE_EVERY:
    case TR_CHANGE_SUBSCRIBE:
        return set_listener(self, change->property,
                            change->value.kind == TR_VALUE_HANDLER ? change->value.handler : NULL,
                            (uint64_t)change->number);
    case TR_CHANGE_START:
        return tr_session_start_call(self, change->value.handler, 0, "start", (tr_slice){0}, false,
                                     NULL);
    case TR_CHANGE_GIVE_STATE:
        return tr_session_return_state(self, call, change->value.slice);
    default:
        return TR_EINVALID;
    }
}

int tr_session_apply(tr_session *self, tr_call *call, tr_change *change, tr_buf *out_value)
{
    int result = self->actor != NULL ? apply(self, call, change, out_value) : TR_EGONE;
    // What the tree did not take is nobody's.
    if (result < 0 && change->what != TR_CHANGE_CHILDREN)
        for (uint32_t i = 0; i < change->node_count; i++)
            if (change->nodes[i]->parent == NULL)
                tr_node_free(change->nodes[i]);
    return result;
}

// --- the actor --------------------------------------------------------------------------------------

static void on_detach(tr_session *self)
{
    detach(self);
    start_page_event(self, "disconnect");
}

static void on_update(tr_session *self, const tr_msg_browser_update *update)
{
    (void)tr_tree_apply_client(self->tree, update->target, update->props);
    self->credit_due++;
}

static void on_browser_message(tr_session *self, tr_message *message)
{
    // A connection that was replaced has nothing to say any more.
    if (!tr_address_equal(message->from, self->connection))
        return;
    switch (message->shape->type) {
    case TR_MSG_browser_event:
        on_event(self, message);
        break;
    case TR_MSG_browser_update:
        on_update(self, TR_BODY(message, browser_update));
        break;
    case TR_MSG_browser_result:
        self->credit_due++; // no call of ours waits: to be ignored (protocol section 10)
        break;
    case TR_MSG_browser_frame_written: {
        uint32_t packets = TR_BODY(message, browser_frame_written)->packets;
        self->frames_out -= packets < self->frames_out ? packets : self->frames_out;
        break;
    }
    case TR_MSG_session_detach:
        on_detach(self);
        break;
    default:
        break;
    }
}

static void on_message(tr_actor *actor, tr_message *message)
{
    tr_session *self = *(tr_session **)tr_actor_state(actor);
    switch (message->shape->type) {
    case TR_MSG_page_change:
        tr_session_on_page_change(self, message);
        break;
    case TR_MSG_handler_done:
        on_handler_done(self, TR_BODY(message, handler_done));
        break;
    case TR_MSG_node_down:
        if (tr_address_is_set(self->connection) &&
            self->connection.node == TR_BODY(message, node_down)->node)
            on_detach(self);
        break;
    default:
        on_browser_message(self, message);
    }
}

static void on_turn_end(tr_actor *actor)
{
    tr_session *self = *(tr_session **)tr_actor_state(actor);
    flush(self);
    give_credit(self);
}

static void leave_index(tr_session *self)
{
    if (self->is_ending)
        return;
    self->is_ending = true;
    HASH_DELETE(by_id, self->sessions->by_id, self);
    self->sessions->count--;
}

void tr_session_end(tr_session *self)
{
    leave_index(self);
    tr_actor_stop(self->actor);
}

static void on_stop(tr_actor *actor)
{
    tr_session *self = *(tr_session **)tr_actor_state(actor);
    leave_index(self);
    self->actor = NULL;
    tr_timer_stop(&self->timeout);
    tr_timer_stop(&self->retry);
    tr_frame_unref(self->unsent);
    while (self->waiting != NULL)
        drop_waiting(self);
    while (self->borrowers != NULL)
        forget_borrower(self, self->borrowers->call);
    while (self->listeners != NULL) {
        tr_listener *listener = self->listeners;
        self->listeners = listener->next;
        forget_listener(self, listener);
        listener_free(listener);
    }
    // Coroutines unwind by themselves; a sync call's record has nobody left to wait for.
    for (tr_call *call = self->calls, *next; call != NULL; call = next) {
        next = call->next;
        if (call->coroutine != NULL)
            tr_coroutine_cancel(call->coroutine);
        else if (call->handler->kind == TR_HANDLER_SYNC)
            tr_call_free(take_call(self, call->number));
    }
    tr_session_unref(self);
}

static int on_start(tr_actor *actor, const void *args)
{
    tr_session *self = (tr_session *)(uintptr_t)args;
    *(tr_session **)tr_actor_state(actor) = self;
    self->actor = actor;
    return 0;
}

static const tr_behaviour session_behaviour = {.name = "session",
                                               .state_size = sizeof(tr_session *),
                                               .on_start = on_start,
                                               .on_message = on_message,
                                               .on_turn_end = on_turn_end,
                                               .on_stop = on_stop};

static void on_timeout(tr_timer *timer)
{
    tr_session *self = timer->arg;
    tr_log(TR_LOG_DEBUG, "event=session_expired session=%.6s", self->id);
    tr_session_end(self);
}

static void on_retry(tr_timer *timer)
{
    tr_session *self = timer->arg;
    start_waiting(self);
    tr_actor_wake(self->actor);
}

tr_session *tr_session_new(tr_sessions *sessions, const char *id, uint32_t first_id)
{
    tr_session *self = tr_new(tr_session);
    self->sessions = sessions;
    self->references = 1;
    memcpy(self->id, id, sizeof self->id);
    self->tree = tr_tree_new(first_id);
    if (sessions->app->state_size != 0)
        self->state = tr_calloc(1, sessions->app->state_size);
    tr_timer_init(&self->timeout, sessions->core, on_timeout, self);
    tr_timer_init(&self->retry, sessions->core, on_retry, self);
    if (tr_spawn(sessions->core, &session_behaviour, self, 0, NULL) < 0) {
        tr_session_unref(self);
        return NULL;
    }
    HASH_ADD_KEYPTR(by_id, sessions->by_id, self->id, TR_SESSION_ID_SIZE, self);
    sessions->count++;
    return self;
}

static void run_build(tr_event *ev)
{
    ev->session->sessions->app->build(ev);
}

static const tr_handler build_handler = {"build", TR_HANDLER_ASYNC, run_build};

static void build_page(tr_session *self)
{
    const char *title = self->sessions->app->name;
    if (title != NULL && tr_tree_set(self->tree, tr_tree_page(self->tree), TR_PROP_TITLE,
                                     tr_value_text(tr_slice_of(title))) < 0)
        tr_log(TR_LOG_WARN, "event=title_refused");
    if (tr_session_start_call(self, &build_handler, 0, "build", (tr_slice){0}, false, NULL) < 0)
        tr_log(TR_LOG_ERROR, "event=build_refused session=%.6s reason=coroutines", self->id);
}

static void answer_registration(tr_session *self, bool is_new, bool has_old_page)
{
    tr_buf page = {0};
    tr_tree_encode_page(self->tree, &page, !is_new || has_old_page);
    tr_tree_clean(self->tree);
    tr_buf *scratch = &self->sessions->scratch;
    scratch->size = 0;
    tr_flet_write_register(scratch, tr_slice_of(self->id),
                           (tr_slice){(const char *)page.data, (uint32_t)page.size}, (tr_slice){0});
    tr_buf_done(&page);
    if (is_too_big(self, scratch->size))
        return;
    tr_frame *answer = tr_frame_of(scratch->data, scratch->size);
    int result = tr_send(core_of(self), tr_actor_address(self->actor), self->connection,
                         session_attached, .answer = answer);
    if (result < 0) {
        tr_frame_unref(answer);
        detach(self);
    }
}

void tr_session_attach(tr_session *self, tr_address connection, const tr_msg_session_open *open,
                       bool is_new)
{
    if (tr_address_is_set(self->connection))
        tr_session_close(self, CLOSE_REPLACED, "opened elsewhere");
    tr_timer_stop(&self->timeout);
    tr_frame_unref(self->unsent);
    self->unsent = NULL;
    self->frames_out = 0;
    self->credit_due = 0;
    (void)tr_tree_register_client(self->tree, open->page, open->client_ip, open->user_agent);
    if (is_new)
        build_page(self);
    // Not sooner: a tr_update in build must not overtake the answer.
    self->connection = connection;
    answer_registration(self, is_new, open->session_id.size != 0);
    if (!is_new)
        start_page_event(self, "connect");
}
