#include "sdk/session/running_tasks.h"

#include "actors/core/core.h"
#include "actors/pool/pool.h"
#include "base/mem.h"
#include "sdk/session/listeners.h"
#include "sdk/session/state_lending.h"
#include "sdk/session/views.h"
#include "troupe/err.h"
#include "troupe/pages/task.h"
#include "wire/writer.h"

int tr_tasks_start(tr_session *session, const tr_call *asker, const tr_change *change,
                   tr_buf *out_value)
{
    if (change->value.kind != TR_VALUE_HANDLER)
        return TR_EINVALID;
    tr_instance *owner = NULL;
    bool has_owner = change->number == TR_UNTIL_OWNER && asker != NULL;
    if (has_owner)
        owner = asker->instance;
    if (has_owner && asker->view != 0 && !tr_views_has(session, asker->view))
        return TR_ECANCELLED;
    if (owner != NULL && !owner->is_mounted)
        return TR_ECANCELLED;
    uint64_t number = 0;
    int result = tr_call_start_with(
        session, change->value.handler,
        &(tr_call_options){.event = "start",
                           .data = change->payload,
                           .is_payload = change->payload.size != 0,
                           .is_task = has_owner && (owner != NULL || asker->view != 0),
                           .view = has_owner ? asker->view : 0,
                           // Only then it can call its methods.
                           .is_pending = tr_session_begins_later(session),
                           .asker = asker != NULL && asker->asks_for_outcome ? asker->number : 0,
                           .outlives = change->number == TR_UNTIL_PROCESS,
                           .instance = owner,
                           .out_number = &number});
    if (result == 0)
        tr_write_unsigned(out_value, number);
    return result;
}

// One that has not begun never will. On a pool thread of ours its waits end; what it still asks for
// is refused, as nobody knows its call.
static void end_thread(tr_session *session, tr_call *call, tr_address own)
{
    if (!tr_address_is_set(call->place) && !call->is_pending)
        tr_pool_cancel_call(session->sessions->core, own, call->number);
    (void)tr_call_take(session, call->number);
    tr_session_forget_borrower(session, call);
    if (session->actor != NULL)
        (void)tr_session_return_state(session, call, (tr_slice){0}); // if it had it at all
    tr_call_free(call);
}

static void end(tr_session *session, tr_call *call, tr_address own)
{
    if (call->handler->kind == TR_HANDLER_SYNC || call->is_pending)
        end_thread(session, call, own);
    else if (call->runs_on != NULL)
        tr_coroutine_cancel(call->runs_on);
}

int tr_tasks_cancel(tr_session *session, uint64_t number)
{
    tr_call *call = tr_call_find(session, number);
    if (call == NULL)
        return TR_ENOTFOUND;
    end(session, call, tr_actor_address(session->actor));
    return 0;
}

void tr_tasks_end_with_view(tr_session *session, uint64_t view)
{
    tr_address own = tr_actor_address(session->actor);
    for (tr_call *call = session->calls, *next; call != NULL; call = next) {
        next = call->next;
        if (call->view == view && call->is_task)
            end(session, call, own);
    }
}

void tr_tasks_end_with(tr_session *session, const tr_instance *instance)
{
    tr_session_end_intervals_of(session, instance);
    tr_address own = tr_actor_address(session->actor);
    for (tr_call *call = session->calls, *next; call != NULL; call = next) {
        next = call->next;
        if (call->instance == instance && call->is_task)
            end(session, call, own);
    }
}

// -- waiting for one --

void tr_tasks_await_for_pool(tr_session *session, const tr_call *asker, const tr_message *question,
                             uint64_t number)
{
    if (tr_call_find(session, number) == NULL || number == asker->number) {
        (void)tr_answer(session->sessions->core, question,
                        .status = number == asker->number ? TR_EINVALID : 0);
        return;
    }
    // It waits for one at a time: an earlier question of its own timed out.
    tr_joiner **at = &session->joiners;
    while (*at != NULL && (*at)->call != asker->number)
        at = &(*at)->next;
    if (*at == NULL)
        *at = tr_new(tr_joiner);
    tr_joiner *next = (*at)->next;
    **at = (tr_joiner){.next = next,
                       .task = number,
                       .call = asker->number,
                       .from = question->from,
                       .to = question->to,
                       .correlation = question->correlation};
}

void tr_tasks_end(tr_session *session, tr_address own)
{
    while (session->joiners != NULL) {
        tr_joiner *gone = session->joiners;
        session->joiners = gone->next;
        tr_joiner_answer(session, gone, TR_ECANCELLED);
    }
    for (tr_call *call = session->calls, *next; call != NULL; call = next) {
        next = call->next;
        bool is_sync = call->handler->kind == TR_HANDLER_SYNC;
        if (call->outlives && is_sync)
            tr_call_free(tr_call_take(session, call->number)); // its thread goes on, for nobody
        else if (!call->outlives)
            end(session, call, own);
    }
}
