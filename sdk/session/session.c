#include "sdk/session/session.h"

#include <stdio.h>
#include <string.h>

#include "actors/core/core.h"
#include "base/log.h"
#include "base/mem.h"
#include "metrics/count.h"
#include "sdk/session/browser_events.h"
#include "sdk/session/call.h"
#include "sdk/session/change_apply.h"
#include "sdk/session/channel.h"
#include "sdk/session/client_call.h"
#include "sdk/session/component.h"
#include "sdk/session/deferred_events.h"
#include "sdk/session/downloads.h"
#include "sdk/session/durability.h"
#include "sdk/session/failure.h"
#include "sdk/session/listeners.h"
#include "sdk/session/move.h"
#include "sdk/session/open_dialogs.h"
#include "sdk/session/outgoing_packets.h"
#include "sdk/session/painting.h"
#include "sdk/session/prompts.h"
#include "sdk/session/rebuild.h"
#include "sdk/session/resume.h"
#include "sdk/session/row_window.h"
#include "sdk/session/running_tasks.h"
#include "sdk/session/session_away.h"
#include "sdk/session/session_presence.h"
#include "sdk/session/session_timer.h"
#include "sdk/session/sign_ins.h"
#include "sdk/session/snapshots.h"
#include "sdk/session/state.h"
#include "sdk/session/state_lending.h"
#include "sdk/session/typed_texts.h"
#include "sdk/session/views.h"
#include "sdk/tree/encode.h"
#include "troupe/err.h"
#include "wire/close_code.h"
#include "wire/reader.h"
#include "wire/writer.h"

static void start_page_event(tr_session *self, const char *name)
{
    const tr_handler *handler = tr_tree_handler(self->tree, TR_ID_PAGE, tr_slice_of(name));
    if (handler != NULL)
        (void)tr_call_start(self, handler, TR_ID_PAGE, name, (tr_slice){0}, false, NULL);
}

static void end_call(tr_session *self, tr_call *call, int64_t status)
{
    self->is_touched = true;
    tr_durable_on_call_end(self, call);
    (void)tr_call_take(self, call->number);
    tr_session_forget_borrower(self, call);
    (void)tr_session_return_state(self, call, (tr_slice){0});
    if (call->instance != NULL)
        tr_instance_touch(self, call->instance, false);
    if (status < 0)
        tr_failure_at_end(self, call, (int)status);
    tr_call_free(call);
    tr_session_start_waiting(self);
}

static void on_handler_done(tr_session *self, const tr_message *message)
{
    const tr_msg_handler_done *done = TR_BODY(message, handler_done);
    tr_call *call = tr_call_find(self, done->call);
    if (call == NULL || !tr_call_is_on(call, message->from.node))
        return;
    int64_t status = done->status;
    if ((status == TR_EFULL || status == TR_ECANCELLED) && tr_address_is_set(call->place)) {
        status = tr_call_move(call, (int)status);
        if (status == 0)
            return;
    }
    end_call(self, call, status);
}

// The call that ran there is lost; the state, if it was lent there, is as it was.
static void fail_calls_on(tr_session *self, uint64_t node)
{
    tr_call *call;
    while ((call = tr_call_find_on(self, node)) != NULL)
        end_call(self, call, TR_EGONE);
}

// -- the actor --

// Ends the questions that only the browser which was attached could answer.
static void end_questions(tr_session *self)
{
    tr_channels_end(self);
    tr_client_calls_end(self, TR_EGONE);
}

static void on_detach(tr_session *self, unsigned code)
{
    tr_session_detach(self);
    tr_channels_end(self);
    // What was asked of a document waits for it to come back.
    if (!tr_resume_is_on(self))
        end_questions(self);
    start_page_event(self, "disconnect");
    // Nobody knows of a session whose browser never had its answer. And a page that could not be
    // built would be seen half: another try is another session.
    if ((code == TR_CLOSE_NEVER_THERE && self->is_unheard) || self->given_up != NULL)
        tr_session_end(self);
}

void tr_session_on_node_down(tr_session *self, const tr_message *message)
{
    uint64_t node = TR_BODY(message, node_down)->node;
    if (tr_move_take(self, message))
        return;
    if (tr_address_is_set(self->connection) && self->connection.node == node)
        on_detach(self, 0);
    fail_calls_on(self, node);
    tr_session_wake(self);
}

static void on_browser_message(tr_session *self, tr_message *message)
{
    // A connection that was replaced has nothing to say any more.
    if (!tr_address_equal(message->from, self->connection))
        return;
    self->is_unheard &= message->shape->type == TR_MSG_session_detach;
    tr_session_note_use(self, message);
    if (!tr_session_take_number(self, message)) {
        self->credit_due++;
        return;
    }
    switch (message->shape->type) {
    case TR_MSG_browser_event:
        tr_count(TR_TALLY_event);
        tr_session_on_event(self, message);
        break;
    case TR_MSG_browser_update:
        tr_count(TR_TALLY_event_update);
        tr_session_on_update(self, TR_BODY(message, browser_update));
        break;
    case TR_MSG_browser_result:
        tr_count(TR_TALLY_event_result);
        tr_client_call_on_result(self, TR_BODY(message, browser_result));
        self->credit_due++;
        break;
    case TR_MSG_browser_channel:
        tr_count(TR_TALLY_event_channel);
        tr_channel_on_packet(self, TR_BODY(message, browser_channel));
        self->credit_due++;
        break;
    case TR_MSG_browser_packet_written: {
        uint32_t packets = TR_BODY(message, browser_packet_written)->packets;
        self->packets_out =
            packets < self->packets_out ? (uint16_t)(self->packets_out - packets) : 0;
        break;
    }
    case TR_MSG_browser_seen:
        tr_resume_on_seen(self, TR_BODY(message, browser_seen)->number);
        break;
    case TR_MSG_session_detach:
        on_detach(self, TR_BODY(message, session_detach)->code);
        break;
    default:
        break;
    }
}

static void on_message(tr_actor *actor, tr_message *message)
{
    tr_session *self = *(tr_session **)tr_actor_state(actor);
    self->is_in_turn = true;
    if (tr_move_take(self, message))
        return;
    self->is_changed |= tr_session_is_changed_by(self, message);
    switch (message->shape->type) {
    case TR_MSG_page_change:
        tr_session_on_page_change(self, message);
        break;
    case TR_MSG_handler_done:
        on_handler_done(self, message);
        break;
    case TR_MSG_topic_message:
        tr_session_on_topic(self, message, !tr_move_is_frozen(self));
        break;
    case TR_MSG_presence_joined:
    case TR_MSG_presence_left:
    case TR_MSG_presence_reset:
        tr_session_on_presence(self, message);
        break;
    default:
        on_browser_message(self, message);
    }
}

static void on_turn_end(tr_actor *actor)
{
    tr_session *self = *(tr_session **)tr_actor_state(actor);
    self->is_in_turn = false;
    if (!tr_move_is_frozen(self)) {
        tr_session_rebuild(self);
        tr_components_rebuild(self);
        if (self->is_painted) {
            tr_painting_on_turn(self);
            return;
        }
        tr_session_hear(self);
        tr_row_windows_hear(self);
    }
    if (self->is_changed)
        (void)tr_snapshot_begin(self);
    bool is_awaited = tr_durable_on_turn(self);
    bool is_changed = self->is_changed;
    self->is_changed = self->is_answering = false;
    unsigned flags;
    if (tr_durable_take_answer(self, &flags) && !tr_session_answer_registration(self, flags)) {
        tr_session_end(self);
        return;
    }
    if (!tr_move_is_silent(self)) {
        tr_session_flush(self);
        tr_session_tell_seen(self, false);
        tr_session_give_credit(self);
    }
    tr_move_on_turn_end(self);
    if (is_changed || self->is_changed)
        tr_snapshot_touch(self, is_awaited);
    self->is_changed = false;
}

void tr_session_end(tr_session *self)
{
    tr_session_leave_index(self);
    tr_actor_stop(self->actor);
}

// On the caller's stack: nothing can wait any more.
static void run_end(tr_session *self)
{
    const tr_app *app = self->sessions->app;
    if (app->on_end == NULL || !self->has_begun || self->has_moved || tr_snapshot_outlives(self))
        return;
    static const tr_handler end_handler = {.name = "on_end", .kind = TR_HANDLER_ASYNC};
    tr_call *call = tr_new(tr_call);
    tr_session_ref(self);
    call->session = self;
    call->handler = &end_handler;
    call->scope.handler = &end_handler;
    call->event = tr_copy_text("end", strlen("end"));
    tr_scope *scope = tr_scope_swap(&call->scope);
    app->on_end(call);
    tr_scope_swap(scope);
    tr_call_free(call);
}

static void on_stop(tr_actor *actor)
{
    tr_session *self = *(tr_session **)tr_actor_state(actor);
    tr_session_leave_index(self);
    run_end(self);
    tr_painting_end(self);
    tr_address own = tr_actor_address(actor);
    self->actor = NULL;
    tr_move_free(self);
    tr_session_timer_done(self);
    tr_session_drop_queued(self);
    end_questions(self);
    tr_resume_free(self);
    while (self->waiting.head != NULL)
        tr_waiting_drop(self);
    tr_prompts_end(self);
    while (self->borrowers != NULL)
        tr_session_forget_borrower(self, self->borrowers->call);
    tr_session_listen_to_nothing(self);
    tr_session_presences_end(self);
    tr_tasks_end(self, own);
    tr_components_end(self);
    tr_views_free(self);
    tr_row_windows_free(self);
    tr_session_urls_free(self);
    tr_sign_ins_free(self);
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

tr_session *tr_session_find(const tr_sessions *sessions, tr_slice id)
{
    tr_session *session = NULL;
    if (id.size == TR_SESSION_ID_SIZE)
        HASH_FIND(by_id, sessions->by_id, id.data, id.size, session);
    return session;
}

tr_session *tr_session_find_actor(tr_core *core, tr_address address)
{
    tr_actor *actor = tr_actor_find(core, address);
    bool is_one = actor != NULL && tr_actor_behaviour(actor) == &session_behaviour;
    return is_one ? *(tr_session **)tr_actor_state(actor) : NULL;
}

static void on_timeout(tr_session *self)
{
    tr_log(TR_LOG_DEBUG, "event=session_expired session=%.6s", self->id);
    start_page_event(self, "close");
    tr_snapshot_drop(self);
    tr_session_end(self);
}

static void on_due(tr_session *self, enum tr_session_due due)
{
    if (due == TR_SESSION_TIMEOUT)
        on_timeout(self);
    else if (due == TR_SESSION_AWAY)
        tr_session_on_away(self);
    else if (due == TR_SESSION_SEEN)
        tr_session_tell_seen(self, true);
    else
        tr_session_start_waiting(self);
    tr_actor_wake(self->actor);
}

tr_session *tr_session_new(tr_sessions *sessions, const char *id, uint32_t first_id)
{
    tr_session *self = tr_new(tr_session);
    self->sessions = sessions;
    self->references = 1;
    self->began_min = (uint16_t)(tr_core_now_ms(sessions->core) / 60000);
    memcpy(self->id, id, sizeof self->id);
    self->tree = tr_tree_new(first_id);
    self->state = tr_state_new(sessions->app);
    self->state_done = sessions->app->state.done;
    tr_session_timer_init(self, on_due);
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
    ev->is_rebuild = true;
    if (ev->session->sessions->app->build != NULL)
        ev->session->sessions->app->build(ev);
    tr_views_build(ev);
}

static const tr_handler build_handler = {
    .name = "build", .kind = TR_HANDLER_ASYNC, .run = run_build};

static void build_page(tr_session *self)
{
    const char *title = self->sessions->app->name;
    if (title != NULL && tr_tree_set(self->tree, tr_tree_page(self->tree), TR_PROP_TITLE,
                                     tr_value_text(tr_slice_of(title))) < 0)
        tr_log(TR_LOG_WARN, "event=title_refused");
    if (tr_call_start(self, &build_handler, 0, "build", (tr_slice){0}, false, NULL) < 0)
        tr_log(TR_LOG_ERROR, "event=build_refused session=%.6s reason=coroutines", self->id);
}

static void build_first(tr_session *self)
{
    tr_views_begin(self);
    self->sessions->building = self;
    build_page(self);
    tr_components_rebuild(self);
    self->sessions->building = NULL;
}

tr_session *tr_session_paint(tr_sessions *sessions, const char *id, const tr_msg_session_open *open)
{
    tr_session *self = tr_session_new(sessions, id, TR_ID_FIRST);
    if (self == NULL)
        return NULL;
    self->is_painted = true;
    tr_count(TR_TALLY_session_painted);
    tr_session_leave_index(self);
    (void)tr_tree_register_client(self->tree, open->page, open->client_ip, open->user_agent);
    tr_identity_on_attach(self, open);
    build_first(self);
    return self;
}

// A browser that comes back may be at another address than the one that left.
static void on_return(tr_session *self)
{
    start_page_event(self, "connect");
    tr_value route = tr_node_value(tr_tree_page(self->tree), TR_PROP_ROUTE);
    if (route.kind != TR_VALUE_TEXT)
        return;
    tr_buf data = {0};
    tr_buf copy = {0}; // the tree may change meanwhile
    tr_buf_append(&copy, route.slice.data, route.slice.size);
    tr_slice where = {(const char *)copy.data, (uint32_t)copy.size};
    tr_write_map(&data, 1);
    tr_write_literal(&data, "route");
    tr_write_text(&data, where);
    if (tr_views_on_route(self, where, tr_buf_slice(&data)) < 0)
        tr_log(TR_LOG_WARN, "event=route_change_lost session=%.6s", self->id);
    tr_buf_done(&data);
    tr_buf_done(&copy);
}

// Does the browser have all but what was kept for it? Else it gets the whole page.
static bool is_page_there(tr_session *self, const tr_msg_session_open *open, bool is_new)
{
    tr_flet_resume resume;
    bool counts = tr_flet_page_resume(open->page, &resume);
    if (!tr_resume_begin(self, counts ? &resume : NULL) || is_new)
        return false;
    tr_channels_end(self);
    tr_session_keep_changes(self);
    return tr_resume_reaches(self);
}

static bool answer(tr_session *self, unsigned flags, bool has_page, bool is_new)
{
    if (has_page) {
        tr_actor_wake(self->actor); // what is kept goes out behind it
        return tr_session_answer_resumed(self);
    }
    if (!is_new || !tr_snapshot_begin(self) || !tr_durable_hold_answer(self, flags))
        return tr_session_answer_registration(self, flags);
    tr_snapshot_touch(self, true);
    return true;
}

void tr_session_attach(tr_session *self, tr_address connection, const tr_msg_session_open *open,
                       bool is_new)
{
    if (tr_address_is_set(self->connection))
        tr_session_close(self, TR_CLOSE_REPLACED, "opened elsewhere");
    if (!tr_move_is_leaving(self))
        tr_move_free(self); // it arrived, and its browser by another way
    self->packets_out = 0;
    self->credit_due = 0;
    (void)tr_tree_register_client(self->tree, open->page, open->client_ip, open->user_agent);
    tr_identity_on_attach(self, open);
    bool has_page = is_page_there(self, open, is_new);
    tr_typed_on_attach(self, has_page);
    if (!has_page) {
        tr_session_drop_queued(self);
        end_questions(self);
        tr_row_windows_on_attach(self, open->newest_wins);
    }
    if (is_new)
        build_first(self);
    // Not sooner: a tr_update in build must not overtake the answer.
    tr_session_connect(self, connection);
    self->has_begun = true;
    tr_session_back(self);
    self->is_unheard = is_new;
    bool has_old_page = !is_new || open->session_id.size != 0;
    bool may_hold_dialogs = !is_new && tr_dialogs_on_return(self, open->newest_wins);
    unsigned flags =
        (has_old_page ? TR_ENCODE_EXPLICIT : 0) | (may_hold_dialogs ? TR_ENCODE_HELD : 0);
    bool is_answered = answer(self, flags, has_page, is_new);
    if (!is_answered && is_new) {
        // Nobody knows of it: the next try is another session.
        tr_session_end(self);
        return;
    }
    // On its own: a client that has lost the dialogs trips over it, and over nothing else.
    if (may_hold_dialogs)
        tr_session_flush_control(self, tr_tree_find(self->tree, TR_ID_DIALOGS));
    tr_failure_tell(self);
    if (is_new) {
        tr_calls_begin_pending(self);
        return;
    }
    on_return(self);
    tr_identity_settle(self);
    tr_session_start_waiting(self);
}
