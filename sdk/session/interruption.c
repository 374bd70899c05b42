#include "sdk/session/interruption.h"

#include "actors/core/core.h"
#include "actors/core/coroutine.h"
#include "actors/pool/pool.h"
#include "sdk/session/call.h"
#include "sdk/session/snapshots.h"
#include "sdk/session/state_lending.h"
#include "sdk/session/unbegun.h"
#include "troupe/err.h"
#include "wire/writer.h"

// Its bytes are where it waited alone.
static void take_back(tr_session *session, tr_call *call)
{
    tr_message *waited =
        tr_pool_take_back(session->sessions->core, tr_actor_address(session->actor), call->number);
    call->is_taken_back |= waited != NULL;
    if (waited != NULL && call->data.size == 0)
        tr_buf_append(&call->data, TR_BODY(waited, handler_call)->data.data,
                      TR_BODY(waited, handler_call)->data.size);
    tr_message_free(waited);
}

static void ask_back(tr_session *session, tr_call *call)
{
    call->is_asked_back = tr_send(session->sessions->core, tr_actor_address(session->actor),
                                  call->place, handler_take_back, .call = call->number) == 0;
}

// What has changed the state does not run again: an async one, which hears that it is to end, or a sync one
// that gave back what it had borrowed.
static void note(tr_interruption *self, const tr_call *call)
{
    bool runs_again = call->handler->kind == TR_HANDLER_SYNC && !call->has_given_back;
    if (tr_unbegun_is_dropped(call))
        return;
    if (tr_unbegun_is(call)) {
        tr_unbegun_write(call, &self->unbegun);
        self->unbegun_count++;
        return;
    }
    tr_interrupted_write(call, runs_again, &self->interrupted);
    self->interrupted_count++;
}

static void end_sync_calls(tr_session *session, tr_interruption *self,
                           bool with_those_that_gave_back)
{
    // Oldest first, as they begin where the page is next: the list has the newest first.
    tr_call *before;
    for (tr_call *call = session->calls != NULL ? session->calls->prev : NULL; call != NULL;
         call = before) {
        before = call != session->calls ? call->prev : NULL;
        if (call->handler->kind != TR_HANDLER_SYNC ||
            (call->has_given_back && !with_those_that_gave_back))
            continue;
        // One that came since the others were taken back: a task that a handler starts as it unwinds.
        if (!tr_address_is_set(call->place))
            take_back(session, call);
        note(self, call);
        tr_session_forget_borrower(session, call);
        tr_call_free(tr_call_take(session, call->number));
    }
    session->state_lent_to = NULL;
}

void tr_interruption_begin(tr_session *session, tr_interruption *self)
{
    for (tr_call *call = session->calls, *next; call != NULL; call = next) {
        next = call->next;
        if (call->handler->kind == TR_HANDLER_SYNC)
            continue;
        note(self, call);
        if (call->coroutine != NULL)
            tr_coroutine_cancel(call->coroutine);
    }
    for (tr_call *call = session->calls; call != NULL; call = call->next) {
        if (call->handler->kind != TR_HANDLER_SYNC || call->has_given_back)
            continue;
        if (!tr_address_is_set(call->place))
            take_back(session, call);
        else
            ask_back(session, call);
    }
    self->is_asking = true;
    tr_interruption_go_on(session, self);
}

bool tr_interruption_hear(tr_session *session, const tr_message *message)
{
    bool has_begun = message->shape->type == TR_MSG_handler_begun;
    int64_t status = has_begun ? 0 : TR_BODY(message, handler_done)->status;
    tr_call *call = tr_call_find(session, has_begun ? TR_BODY(message, handler_begun)->call
                                                    : TR_BODY(message, handler_done)->call);
    if (call == NULL || !tr_address_is_set(call->place) || call->place.node != message->from.node)
        return has_begun;
    if (!has_begun && status != TR_ECANCELLED && status != TR_EFULL)
        return false; // it has ended, as any
    call->is_asked_back = false;
    if (has_begun)
        return true;
    call->is_taken_back = true;
    tr_call_leave_place(call);
    return true;
}

void tr_interruption_go_on(tr_session *session, tr_interruption *self)
{
    if (!self->is_asking)
        return;
    for (const tr_call *call = session->calls; call != NULL; call = call->next)
        if (call->is_asked_back)
            return;
    self->is_asking = false;
    end_sync_calls(session, self, false);
}

void tr_interruption_end(tr_session *session, tr_interruption *self)
{
    self->is_asking = false;
    end_sync_calls(session, self, true);
}

void tr_interruption_write(const tr_interruption *self, tr_buf *interrupted, tr_buf *unbegun)
{
    tr_write_array(interrupted, self->interrupted_count);
    tr_write_raw(interrupted, tr_buf_slice(&self->interrupted));
    tr_write_array(unbegun, self->unbegun_count);
    tr_write_raw(unbegun, tr_buf_slice(&self->unbegun));
}

void tr_interruption_done(tr_interruption *self)
{
    tr_buf_done(&self->interrupted);
    tr_buf_done(&self->unbegun);
}
