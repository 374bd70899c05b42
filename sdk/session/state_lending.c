#include "sdk/session/state_lending.h"

#include <string.h>
#include <utlist.h>

#include "actors/core/core.h"
#include "base/mem.h"
#include "troupe/err.h"

static void lend(tr_session *self, tr_call *call, tr_address from, uint64_t correlation)
{
    self->state_lent_to = call;
    tr_message question = {.from = from,
                           .to = tr_actor_address(self->actor),
                           .flags = TR_FLAG_ASK,
                           .correlation = correlation};
    // One that cannot be told asks again; then, or when it ends, the state is free again.
    (void)tr_answer(self->sessions->core, &question, .status = 0,
                    .value = {self->state, (uint32_t)self->sessions->app->state_size});
}

void tr_session_forget_borrower(tr_session *self, const tr_call *call)
{
    tr_borrower *gone;
    LL_SEARCH_SCALAR(self->borrowers, gone, call, call);
    if (gone == NULL)
        return;
    LL_DELETE(self->borrowers, gone);
    tr_free(gone);
}

void tr_session_lend_state(tr_session *self, tr_call *call, const tr_message *question)
{
    // It has the state already, or is in the queue: an earlier question of its own timed out.
    tr_session_forget_borrower(self, call);
    if (self->state_lent_to == NULL || self->state_lent_to == call) {
        lend(self, call, question->from, question->correlation);
        return;
    }
    tr_borrower *borrower = tr_new(tr_borrower);
    *borrower =
        (tr_borrower){.call = call, .from = question->from, .correlation = question->correlation};
    LL_APPEND(self->borrowers, borrower);
}

int tr_session_return_state(tr_session *self, tr_call *call, tr_slice value)
{
    if (call == NULL || self->state_lent_to != call)
        return TR_EINVALID;
    if (value.size == self->sessions->app->state_size && value.size != 0) {
        memcpy(self->state, value.data, value.size);
        call->has_given_back = true;
    }
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
            tr_call_wake(waiting);
        }
    return 0;
}
