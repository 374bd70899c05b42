#include "sdk/session/move.h"

#include "actors/bus/routes.h"
#include "actors/core/core.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/must.h"
#include "sdk/session/call.h"
#include "sdk/session/channel.h"
#include "sdk/session/client_call.h"
#include "sdk/session/interruption.h"
#include "sdk/session/outgoing_packets.h"
#include "sdk/session/prompts.h"
#include "sdk/session/resume.h"
#include "sdk/session/session_away.h"
#include "sdk/session/session_file.h"
#include "sdk/session/session_timer.h"
#include "sdk/session/snapshot_record.h"
#include "sdk/session/snapshots.h"
#include "sdk/session/state_lending.h"
#include "troupe/err.h"
#include "wire/close_code.h"
#include "wire/writer.h"

// ASK_TRIES: of TR_MOVE_UNWIND_MS; a handlers process on a busy machine takes its time to answer.
enum { SEND_TRIES = 100, ARRIVE_EACH_MS = 100, ANSWER_TRIES = 4, ASK_TRIES = 5 };

enum phase { SETTLING, UNWINDING, HOLDING, SENDING, SENT, ARRIVING };

typedef struct tr_move {
    enum phase phase;
    unsigned tries;
    tr_timer timer;
    tr_address target; // leaving: the sessions actor; arriving: the connection
    uint64_t epoch;
    uint64_t token;
    uint32_t packets; // not yet written to the browser
    uint32_t credit_due;
    bool is_stored; // as it was sent; who took it writes what it does since
    tr_interruption interruption;
} move;

static tr_core *core_of(const tr_session *session)
{
    return session->sessions->core;
}

static void enter(tr_session *session, enum phase phase, uint64_t milliseconds)
{
    session->move->phase = phase;
    session->move->tries = 0;
    tr_timer_start(&session->move->timer, milliseconds, 0);
}

void tr_move_free(tr_session *session)
{
    move *self = session->move;
    if (self == NULL)
        return;
    tr_timer_stop(&self->timer);
    tr_interruption_done(&self->interruption);
    tr_free(self);
    session->move = NULL;
}

// -- leaving --

// Its browser, if any, is told to come again: to where its session is now, or to a new one.
static void end(tr_session *session, const char *why)
{
    tr_log(TR_LOG_WARN, "event=session_not_moved session=%.6s reason=%s", session->id, why);
    tr_session_close(session, TR_CLOSE_RESTART, "this process is going away");
    tr_timer_stop(&session->move->timer);
    session->move->phase = SENT;
    tr_session_leave_index(session);
    tr_actor_stop(session->actor);
}

static unsigned shard_of(const tr_session *session)
{
    return (unsigned)tr_session_id_shard(tr_slice_of(session->id));
}

static void send_file(tr_session *session)
{
    move *self = session->move;
    tr_buf file = {0};
    tr_buf interrupted = {0};
    tr_buf unbegun = {0};
    if (self->phase != SENDING)
        enter(session, SENDING, TR_SESSION_RETRY_MS);
    self->is_stored = tr_session_is_stored(session);
    tr_session_save(session, &file);
    tr_interruption_write(&self->interruption, &interrupted, &unbegun);
    int result = TR_ETOOBIG;
    tr_shard_given given = tr_snapshots_given(session->sessions, shard_of(session));
    if (file.size <= TR_SESSION_FILE_CAP_BYTES)
        result =
            tr_send(core_of(session), tr_actor_address(session->actor), self->target, session_move,
                    .epoch = self->epoch, .token = self->token, .connection = session->connection,
                    .packets = self->packets, .credit_due = session->credit_due,
                    .interrupted = tr_buf_slice(&interrupted), .file = tr_buf_slice(&file),
                    .store_epoch = given.epoch, .store_may_be_next = given.may_be_next,
                    .unbegun = tr_buf_slice(&unbegun));
    bool may_be_redirected = result == TR_EGONE &&
                             tr_routes_is_lost(tr_core_routes(core_of(session)), self->target.node);
    tr_log(TR_LOG_DEBUG, "event=session_sent session=%.6s bytes=%zu result=%d", session->id,
           file.size, result);
    tr_buf_done(&file);
    tr_buf_done(&interrupted);
    tr_buf_done(&unbegun);
    if (result == 0)
        enter(session, SENT, TR_MOVE_ANSWER_MS);
    else if ((result == TR_EFULL || may_be_redirected) && ++self->tries < SEND_TRIES)
        tr_timer_start(&self->timer, TR_SESSION_RETRY_MS, 0);
    else
        end(session, tr_err_name(result));
}

static bool is_attached(const tr_session *session)
{
    return tr_address_is_set(session->connection);
}

// Has the browser been sent all that the page is, and all that was asked of it?
static bool is_told(const tr_session *session)
{
    uint32_t number;
    return !is_attached(session) ||
           (session->unsent == NULL && session->queued == NULL &&
            !tr_tree_is_dirty(session->tree) &&
            (!tr_resume_is_on(session) || tr_resume_next(session, &number) == NULL));
}

static void ask_to_hold(tr_session *session)
{
    (void)tr_send(core_of(session), tr_actor_address(session->actor), session->connection,
                  session_hold, .token = session->move->token);
    tr_timer_start(&session->move->timer, TR_MOVE_HOLD_MS, 0);
}

// A browser that comes again gets the whole page, and need be told nothing before.
static void leave_browser(tr_session *session, uint16_t code, const char *reason)
{
    tr_session_close(session, code, reason);
    tr_session_connect(session, TR_NOWHERE);
    session->credit_due = 0;
    tr_resume_need_page(session);
    tr_session_drop_queued(session);
    tr_channels_end(session);
}

static void hold(tr_session *session)
{
    for (tr_listener *at = session->listeners; at != NULL; at = at->next)
        tr_timer_stop(&at->timer);
    if (!is_told(session))
        leave_browser(session, TR_CLOSE_RESTART, "too slow to be moved");
    session->move->token = tr_core_random(core_of(session));
    enter(session, HOLDING, TR_MOVE_HOLD_MS);
    if (is_attached(session)) {
        ask_to_hold(session);
        return;
    }
    tr_resume_need_page(session); // what changed since it left goes nowhere else
    send_file(session);
}

// Handlers in flight end here: coroutines unwind, sync calls are over for their page. One that has given the state back may
// only have to say that it has ended: it has the time that coroutines have.
static void interrupt(tr_session *session)
{
    move *self = session->move;
    enter(session, UNWINDING, TR_MOVE_UNWIND_MS);
    tr_prompts_close(session);
    tr_prompts_end(session);
    tr_client_calls_end(session, TR_ECANCELLED);
    tr_channels_cancel(session);
    tr_interruption_begin(session, &self->interruption);
    tr_session_wake(session);
}

void tr_move_on_turn_end(tr_session *session)
{
    move *self = session->move;
    if (self != NULL && self->phase == UNWINDING)
        tr_interruption_go_on(session, &self->interruption);
    if (self == NULL || self->phase > UNWINDING || session->call_count != 0 || !is_told(session))
        return;
    if (self->phase == UNWINDING || session->waiting.head == NULL)
        hold(session);
}

// Said until the connection answers: a worker that has just joined may not have heard of the gateway
// yet, nor the gateway of it.
static void tell_arrived(tr_session *session)
{
    move *self = session->move;
    int result =
        tr_send(core_of(session), tr_actor_address(session->actor), self->target, session_moved,
                .token = self->token, .uncredited = self->credit_due + session->waiting.count);
    tr_log(TR_LOG_DEBUG, "event=session_arrived session=%.6s try=%u result=%d", session->id,
           self->tries, result);
    tr_timer_start(&self->timer, ARRIVE_EACH_MS, 0);
}

// Who is listed may have it, or be dead, which may take as long to be known as this was waited for. Until then nobody else may
// be given it; then it is sent on (tr_move_redirect).
static bool may_yet_answer(const tr_session *session)
{
    return tr_routes_find(tr_core_routes(core_of(session)), session->move->target.node) != NULL;
}

static void on_time(tr_timer *timer)
{
    tr_session *session = timer->arg;
    move *self = session->move;
    switch (self->phase) {
    case SETTLING:
        interrupt(session);
        break;
    case UNWINDING:
        if (self->interruption.is_asking && ++self->tries < ASK_TRIES) {
            tr_timer_start(&self->timer, TR_MOVE_UNWIND_MS, 0);
            break;
        }
        tr_interruption_end(session, &self->interruption);
        hold(session);
        break;
    case HOLDING:
        if (++self->tries < TR_MOVE_HOLD_TRIES) {
            ask_to_hold(session);
            break;
        }
        leave_browser(session, TR_CLOSE_RESTART, "did not answer");
        send_file(session);
        break;
    case SENDING:
        send_file(session);
        break;
    case SENT:
        if (++self->tries < ANSWER_TRIES && may_yet_answer(session))
            tr_timer_start(&self->timer, TR_MOVE_ANSWER_MS, 0);
        else
            end(session, "no answer");
        break;
    case ARRIVING:
        if (++session->move->tries < TR_MOVE_ARRIVE_MS / ARRIVE_EACH_MS) {
            tell_arrived(session);
            break;
        }
        // Its browser comes by itself, or not: it is as one that was detached.
        tr_move_free(session);
        tr_session_timer_start(session, TR_SESSION_RETRY, 1);
        break;
    }
}

static move *begin(tr_session *session, enum phase phase, tr_address target, uint64_t milliseconds)
{
    move *self = session->move = tr_new(move);
    self->target = target;
    tr_timer_init(&self->timer, core_of(session), on_time, session);
    enter(session, phase, milliseconds);
    return self;
}

void tr_move_begin(tr_session *session, tr_address target, uint64_t epoch)
{
    tr_must(session->move == NULL);
    begin(session, SETTLING, target, TR_MOVE_SETTLE_MS)->epoch = epoch;
    tr_session_timer_stop(session, TR_SESSION_TIMEOUT);
    if (session->given_up != NULL) // there is no page to go on with
        end(session, "given up");
    tr_session_wake(session);
}

void tr_move_redirect(tr_session *session, tr_address target, uint64_t epoch)
{
    move *self = session->move;
    if (self->phase == ARRIVING || self->epoch >= epoch || session->has_moved)
        return;
    // Who took it may have gone on with it: then the store has more than the file that was sent. What it has
    // not, the file alone may have.
    if (self->phase == SENT && self->is_stored) {
        end(session, "it was sent, and the store has it");
        return;
    }
    self->target = target;
    self->epoch = epoch;
    if (self->phase >= SENDING)
        send_file(session);
}

bool tr_move_is_frozen(const tr_session *session)
{
    return session->move != NULL && session->move->phase != SETTLING;
}

bool tr_move_is_silent(const tr_session *session)
{
    return session->move != NULL && session->move->phase >= HOLDING;
}

bool tr_move_is_leaving(const tr_session *session)
{
    return session->move != NULL && session->move->phase != ARRIVING;
}

// It may come back before its actor has ended.
static void has_left(tr_session *session)
{
    tr_timer_stop(&session->move->timer);
    tr_session_connect(session, TR_NOWHERE);
    session->has_moved = true;
    tr_session_leave_index(session);
    tr_actor_stop(session->actor);
}

bool tr_move_give_way(tr_session *session)
{
    if (session->move == NULL || session->move->phase != SENT)
        return false;
    has_left(session);
    return true;
}

static void on_taken(tr_session *session, const tr_message *message)
{
    int64_t status = TR_BODY(message, session_taken)->status;
    if (session->move->phase != SENT || !tr_address_equal(message->from, session->move->target))
        return;
    if (status < 0) {
        end(session, tr_err_name((int)status));
        return;
    }
    has_left(session);
}

static void on_held(tr_session *session, const tr_msg_session_held *held)
{
    if (session->move->phase != HOLDING || held->token != session->move->token)
        return;
    session->move->packets = held->packets;
    send_file(session);
}

bool tr_move_pass_on(tr_session *session, const tr_message *open)
{
    move *self = session->move;
    if (self == NULL || self->phase == SETTLING || self->phase == ARRIVING)
        return false;
    if (self->phase == UNWINDING || self->phase == HOLDING) {
        leave_browser(session, TR_CLOSE_REPLACED, "opened elsewhere");
        send_file(session);
    }
    tr_open_pass_on(core_of(session), session->actor, self->target, open); // behind the session
    return true;
}

tr_address tr_open_connection(const tr_message *open)
{
    tr_address told = TR_BODY(open, session_open)->connection;
    return tr_address_is_set(told) ? told : open->from;
}

void tr_open_pass_on(tr_core *core, tr_actor *from, tr_address target, const tr_message *open)
{
    tr_msg_session_open body = *TR_BODY(open, session_open);
    body.connection = tr_open_connection(open);
    if (tr_send_body(core, tr_actor_address(from), target, TR_MSG_session_open, &body) != 0)
        (void)tr_send(core, tr_actor_address(from), body.connection, browser_close,
                      .code = TR_CLOSE_RESTART, .reason = TR_SLICE("moved"));
}

// -- arriving --

void tr_move_arrive(tr_session *session, const tr_msg_session_move *message)
{
    move *self = begin(session, ARRIVING, message->connection, TR_MOVE_ARRIVE_MS);
    self->token = message->token;
    self->packets = message->packets;
    self->credit_due = message->credit_due;
    session->has_begun = true;
    for (tr_message *at = session->waiting.head; at != NULL; at = at->next)
        at->from = message->connection;
    tell_arrived(session);
}

void tr_move_close_browser(tr_session *session, uint16_t code, const char *reason)
{
    if (session->move != NULL && session->move->phase == ARRIVING)
        tr_session_connect(session, session->move->target);
    tr_session_close(session, code, reason);
}

static void on_resumed(tr_session *session, const tr_message *message)
{
    const move *self = session->move;
    const tr_msg_session_resumed *resumed = TR_BODY(message, session_resumed);
    if (self->phase != ARRIVING || resumed->token != self->token ||
        !tr_address_equal(message->from, self->target))
        return;
    tr_session_connect(session, message->from);
    bool has_any = self->packets > resumed->written;
    session->packets_out = (uint16_t)(has_any ? self->packets - resumed->written : 0);
    session->credit_due = (uint16_t)self->credit_due;
    tr_session_back(session);
    tr_move_free(session);
    tr_session_timer_start(session, TR_SESSION_RETRY, 0);
}

bool tr_move_take(tr_session *session, const tr_message *message)
{
    if (session->move == NULL)
        return false;
    switch (message->shape->type) {
    case TR_MSG_session_held:
        on_held(session, TR_BODY(message, session_held));
        return true;
    case TR_MSG_session_taken:
        on_taken(session, message);
        return true;
    case TR_MSG_session_resumed:
        on_resumed(session, message);
        return true;
    case TR_MSG_handler_done:
    case TR_MSG_handler_begun:
        return session->move->phase == SENT ||
               (session->move->phase == UNWINDING && tr_interruption_hear(session, message));
    default:
        // The session has left: it ends here. A session that arrives hears all but its browser,
        // which is not there yet.
        return session->move->phase == SENT;
    }
}
