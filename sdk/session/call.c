#include "sdk/session/call.h"

#include <string.h>
#include <utlist.h>

#include "actors/core/core.h"
#include "actors/core/coroutine.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/must.h"
#include "metrics/count.h"
#include "sdk/catalog/misuse.h"
#include "sdk/session/durability.h"
#include "sdk/session/handler_placement.h"
#include "sdk/session/resume.h"
#include "sdk/session/views.h"
#include "troupe/err.h"
#include "wire/trace.h"

static _Thread_local char incoming[TR_TRACE_BYTES]; // "": none

void tr_calls_trace(tr_slice traceparent)
{
    if (!tr_trace_read(traceparent, incoming))
        incoming[0] = '\0';
}

static char *copy_trace(void)
{
    const char *trace = incoming[0] != '\0' ? incoming : tr_scope_trace();
    return trace != NULL ? tr_copy_text(trace, TR_TRACE_CHARACTERS) : NULL;
}

void tr_call_free(tr_call *self)
{
    if (self == NULL)
        return;
    tr_free(self->scope.trace);
    tr_scope_clear(&self->scope);
    tr_buf_done(&self->data);
    tr_buf_done(&self->payload);
    tr_buf_done(&self->key);
    tr_buf_done(&self->idempotency_key);
    tr_buf_done(&self->reads);
    tr_buf_done(&self->state);
    tr_buf_done(&self->error);
    tr_scratch_clear(&self->results);
    tr_instance_unref(self->instance);
    tr_free(self->event);
    tr_free(self->view_path);
    if (self->session != NULL)
        tr_session_unref(self->session);
    tr_free(self);
}

uint32_t tr_call_scope(const tr_call *self)
{
    const tr_instance *instance = self != NULL ? self->instance : NULL;
    if (instance == NULL)
        return 0;
    // Of one that was removed nothing is left but what lies around it.
    return instance->is_ending ? instance->around : instance->id;
}

static void link_call(tr_call *self)
{
    tr_session *session = self->session;
    DL_PREPEND(session->calls, self);
    session->call_count++;
    if (self->listener != NULL)
        self->listener->running++;
}

void tr_joiner_answer(tr_session *session, tr_joiner *joiner, int status)
{
    tr_message question = {.from = joiner->from,
                           .to = joiner->to,
                           .flags = TR_FLAG_ASK,
                           .correlation = joiner->correlation};
    // Its pool thread always has room for the one answer.
    (void)tr_answer(session->sessions->core, &question, .status = status);
    tr_free(joiner);
}

// The calls that wait for the end of this one go on.
static void tell_waiting(tr_call *self)
{
    tr_session *session = self->session;
    for (tr_call *call = session->calls; call != NULL; call = call->next)
        if (call->awaited == self->number) {
            call->awaited = 0;
            tr_call_wake(call);
        }
    for (tr_joiner **at = &session->joiners; *at != NULL;) {
        tr_joiner *joiner = *at;
        if (joiner->task != self->number) {
            at = &joiner->next;
            continue;
        }
        *at = joiner->next;
        tr_joiner_answer(session, joiner, 0);
    }
}

static void record_time(const tr_call *self)
{
    uint64_t took_ns = tr_clock_ns() - self->began_ns;
    tr_handler_time_record(self->handler->name,
                           self->handler->kind == TR_HANDLER_SYNC ? "sync" : "async", took_ns);
    // One that outlives its page may outlive all of them.
    if (self->session->actor != NULL && self->session->sessions->says_times)
        tr_log(TR_LOG_INFO, "event=handler_took%s session=%.6s on=%s us=%llu",
               tr_misuse_where(self->handler), self->session->id,
               tr_log_quote(self->event, (unsigned)strlen(self->event)),
               (unsigned long long)(took_ns / 1000));
}

static void unlink_call(tr_call *self)
{
    tr_session *session = self->session;
    if (self->began_ns != 0)
        record_time(self);
    if (self->scope.trace != NULL)
        tr_log(TR_LOG_DEBUG, "event=handler_ended trace=%.32s handler=%s session=%.6s",
               self->scope.trace + TR_TRACE_ID_AT, self->handler->name, session->id);
    DL_DELETE(session->calls, self);
    session->call_count--;
    if (self->listener != NULL)
        self->listener->running--;
    tell_waiting(self);
}

tr_call *tr_call_find(tr_session *session, uint64_t number)
{
    for (tr_call *call = session->calls; call != NULL; call = call->next)
        if (call->number == number)
            return call;
    return NULL;
}

tr_call *tr_call_take(tr_session *session, uint64_t number)
{
    tr_call *self = tr_call_find(session, number);
    if (self != NULL) {
        tr_call_leave_place(self);
        unlink_call(self);
    }
    return self;
}

// The state may be another one now.
static void touch(tr_call *self)
{
    if (self->is_rebuild)
        return;
    self->session->is_touched = true;
    if (self->instance != NULL)
        tr_instance_touch(self->session, self->instance, false);
}

static void end_coroutine(void *arg)
{
    tr_call *self = arg;
    tr_scope_swap(NULL);
    tr_durable_on_call_end(self->session, self);
    unlink_call(self);
    touch(self);
    tr_session_wake(self->session);
    tr_call_free(self);
}

static void run_coroutine(void *arg)
{
    tr_call *self = arg;
    // A cleanup: also when the handler is ended by force in one of its waits.
    self->runs_on = tr_coroutine_current();
    tr_cleanup_add(self->runs_on, &self->at_end, end_coroutine, self);
    tr_scope_swap(&self->scope);
    self->handler->run(self);
}

// Runs the call on its own coroutine.
static int start_coroutine(tr_call *self)
{
    tr_session *session = self->session;
    // We may be in a handler ourselves: its scope is current again when the new one waits or ended.
    // So is what a page function of ours was about.
    tr_scope *mine = tr_scope_swap(NULL);
    tr_misuse_place *place = tr_misuse_swap(NULL);
    int result =
        tr_coroutine_start(session->sessions->core, self->handler->name, run_coroutine, self, NULL);
    tr_misuse_swap(place);
    tr_scope_swap(mine);
    return result;
}

static tr_msg_handler_call message_of(const tr_call *self)
{
    return (tr_msg_handler_call){.call = self->number,
                                 .handler = tr_slice_of(self->handler->name),
                                 .target = self->target,
                                 .trace = tr_slice_of(self->scope.trace),
                                 .event = tr_slice_of(self->event),
                                 .data = {(const char *)self->data.data, (uint32_t)self->data.size},
                                 .is_payload = self->is_payload,
                                 .deadline_ms = self->handler->timeout_ms,
                                 .state_size = (uint32_t)self->session->sessions->app->state_size,
                                 .payload = tr_buf_slice(&self->payload),
                                 .document = self->document,
                                 .number = self->event_number,
                                 .runs = self->runs};
}

static int submit_here(tr_call *self)
{
    tr_session *session = self->session;
    tr_msg_handler_call body = message_of(self);
    int result = tr_pool_submit(session->sessions->core, tr_actor_address(session->actor), &body);
    // The pool thread has its own copy; a run in the process that has the page next needs one, too.
    if (result == 0 && self->event_number == 0) {
        tr_buf_done(&self->data);
        tr_buf_done(&self->payload);
    }
    return result;
}

// Has a pool thread run it, here or in another process, on a call of its own.
static int submit(tr_call *self, uint64_t avoid)
{
    tr_session *session = self->session;
    tr_address place;
    int result = tr_place_call(session->sessions, avoid, &place);
    if (result < 0 || !tr_address_is_set(place))
        return result < 0 ? result : submit_here(self);
    tr_msg_handler_call body = message_of(self);
    result = tr_send_body(session->sessions->core, tr_actor_address(session->actor), place,
                          TR_MSG_handler_call, &body);
    if (result < 0 && session->sessions->handlers == TR_HANDLERS_PREFER)
        return submit_here(self);
    if (result < 0)
        return result == TR_EFULL ? result : TR_EUNAVAILABLE;
    self->place = place;
    tr_place_begin(session->sessions, place);
    return 0;
}

void tr_call_leave_place(tr_call *self)
{
    if (tr_address_is_set(self->place))
        tr_place_end(self->session->sessions, self->place);
    self->place = TR_NOWHERE;
}

int tr_call_move(tr_call *self, int why)
{
    uint64_t refused = self->place.node;
    tr_call_leave_place(self);
    if (why == TR_ECANCELLED)
        tr_place_leaves(self->session->sessions, refused);
    else
        self->tries++;
    int result = self->tries < TR_CALL_TRIES ? submit(self, refused) : TR_EUNAVAILABLE;
    if (result == 0 || self->session->sessions->handlers != TR_HANDLERS_PREFER)
        return result == TR_EUNAVAILABLE && why == TR_EFULL ? TR_EFULL : result;
    return submit_here(self);
}

bool tr_call_is_on(const tr_call *self, uint64_t node)
{
    if (self->handler->kind != TR_HANDLER_SYNC || self->is_pending)
        return false; // runs on the session's own thread, or does not run yet
    return tr_address_is_set(self->place) ? self->place.node == node
                                          : tr_core_node(self->session->sessions->core) == node;
}

tr_call *tr_call_find_on(tr_session *session, uint64_t node)
{
    for (tr_call *call = session->calls; call != NULL; call = call->next)
        if (tr_address_is_set(call->place) && call->place.node == node)
            return call;
    return NULL;
}

// The call, which is linked, may be over when this returns; when it could not begin, it is.
static int begin(tr_call *self)
{
    self->began_ns = tr_clock_ns();
    int result = self->handler->kind == TR_HANDLER_SYNC ? submit(self, 0) : start_coroutine(self);
    if (result < 0) {
        self->began_ns = 0;
        tr_call_free(tr_call_take(self->session, self->number));
    }
    return result;
}

int tr_call_start(tr_session *session, const tr_handler *handler, uint32_t target,
                  const char *event, tr_slice data, bool is_payload, tr_listener *listener)
{
    return tr_call_start_with(session, handler,
                              &(tr_call_options){.target = target,
                                                 .event = event,
                                                 .data = data,
                                                 .is_payload = is_payload,
                                                 .listener = listener});
}

// Is one of its handlers called with a payload?
static bool has_payload(const tr_node *node)
{
    uint32_t count;
    const tr_prop *entries = tr_node_props(node, &count);
    for (uint32_t i = 0; i < count; i++)
        if (entries[i].kind == TR_VALUE_HANDLER && entries[i].inside == TR_PROP_OUTSIDE)
            return true;
    return false;
}

// The payload with which the control that fired calls this handler.
static tr_slice payload_of(const tr_session *session, const tr_handler *handler, uint32_t target,
                           const char *event)
{
    const tr_node *node = target != 0 ? tr_tree_find(session->tree, target) : NULL;
    bool may_have = node != NULL && has_payload(node);
    tr_prop_id prop = may_have ? tr_catalog_find_event(node->kind, tr_slice_of(event)) : 0;
    tr_value value = prop != 0 ? tr_node_value(node, prop) : TR_NIL;
    bool is_same = value.kind == TR_VALUE_HANDLER && value.handler == handler;
    return is_same ? tr_value_payload(value) : (tr_slice){0};
}

// Tasks that a handler begins are nobody's event.
static void note_event(tr_call *self, const tr_call_options *options)
{
    const tr_sessions *sessions = self->session->sessions;
    self->is_by_person = sessions->taking == self->session && !options->is_task &&
                         !options->is_pending && options->listener == NULL;
    if (!self->is_by_person || sessions->taking_number == 0)
        return;
    self->event_number = sessions->taking_number;
    self->document = tr_resume_document(self->session);
    self->runs = sessions->taking_runs + 1u;
}

int tr_call_start_with(tr_session *session, const tr_handler *handler,
                       const tr_call_options *options)
{
    if (session->call_count >= TR_CALLS_PER_SESSION_CAP)
        return TR_EFULL;
    tr_call *self = tr_new(tr_call);
    self->session = session;
    tr_session_ref(session);
    self->handler = handler;
    self->scope.handler = handler;
    self->scope.trace = copy_trace();
    self->number = ++session->next_call;
    self->target = options->target;
    self->event = tr_copy_text(options->event, strlen(options->event));
    self->is_payload = options->is_payload;
    note_event(self, options);
    self->is_task = options->is_task;
    self->outlives = options->outlives;
    self->listener = options->listener;
    self->asker = options->asker;
    self->view = options->view;
    const char *path =
        options->view_path != NULL ? options->view_path : tr_views_path(session, options->view);
    if (path != NULL)
        self->view_path = tr_copy_text(path, strlen(path));
    self->instance = tr_instance_ref(options->instance != NULL || options->target == 0
                                         ? options->instance
                                         : tr_instance_around(session, options->target));
    tr_buf_append(&self->data, options->data.data, options->data.size);
    tr_slice payload = payload_of(session, handler, options->target, options->event);
    tr_buf_append(&self->payload, payload.data, payload.size);
    // Before it runs: afterwards it may be gone.
    if (options->out_number != NULL)
        *options->out_number = self->number;
    self->is_pending = options->is_pending;
    link_call(self);
    return self->is_pending ? 0 : begin(self);
}

static tr_call *oldest_pending(tr_session *session)
{
    tr_call *oldest = NULL;
    for (tr_call *call = session->calls; call != NULL; call = call->next)
        if (call->is_pending)
            oldest = call; // the list has the newest first
    return oldest;
}

void tr_calls_begin_pending(tr_session *session)
{
    tr_call *call;
    while (session->actor != NULL && (call = oldest_pending(session)) != NULL) {
        const char *name = call->handler->name;
        call->is_pending = false;
        if (begin(call) < 0)
            tr_log(TR_LOG_WARN, "event=start_refused session=%.6s handler=%s", session->id, name);
    }
}

void tr_call_wake(tr_call *self)
{
    if (self->coroutine != NULL)
        tr_coroutine_resume(self->coroutine, 0);
}

int tr_call_begin_wait(tr_call *self)
{
    // Only a will_unmount at the page's end runs in no coroutine.
    if (tr_coroutine_current() == NULL)
        return TR_ECANCELLED;
    if (self->session->actor == NULL && !self->outlives) {
        tr_coroutine_cancel(tr_coroutine_current());
        return tr_coroutine_check();
    }
    self->has_waited = true;
    touch(self);
    tr_session_wake(self->session);
    tr_texts_on_wait(&self->scope.texts);
    tr_scope_swap(NULL);
    self->coroutine = tr_coroutine_current();
    return 0;
}

int tr_call_end_wait(tr_call *self, int result)
{
    self->coroutine = NULL;
    tr_scope_swap(&self->scope);
    if (self->session->actor == NULL && !self->outlives)
        return TR_ECANCELLED;
    tr_session_wake(self->session);
    return result;
}

int tr_call_sleep(tr_call *self, uint64_t milliseconds)
{
    int result = tr_call_begin_wait(self);
    return result < 0 ? result : tr_call_end_wait(self, tr_coroutine_sleep(milliseconds));
}

int tr_call_wait(tr_call *self)
{
    int result = tr_call_begin_wait(self);
    return result < 0 ? result : tr_call_end_wait(self, tr_coroutine_suspend());
}

int tr_call_await(tr_call *self, uint64_t number, uint64_t deadline_ms)
{
    if (tr_call_find(self->session, number) == NULL)
        return tr_coroutine_check();
    int result = tr_call_begin_wait(self);
    if (result < 0)
        return result;
    self->awaited = number;
    result = tr_call_end_wait(self, tr_coroutine_suspend_until(deadline_ms));
    self->awaited = 0;
    return result;
}

int tr_call_ask(tr_call *self, tr_address to, unsigned type, const void *body, uint64_t deadline_ms,
                tr_message **out)
{
    int result = tr_call_begin_wait(self);
    if (result < 0)
        return result;
    tr_message *answer = NULL;
    tr_address from =
        self->session->actor != NULL ? tr_actor_address(self->session->actor) : TR_NOWHERE;
    result = tr_call_end_wait(self, tr_coroutine_ask(from, to, type, body, deadline_ms, &answer));
    if (result < 0)
        tr_message_free(answer);
    else
        *out = answer;
    return result;
}
