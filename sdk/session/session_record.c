#include "sdk/session/session_record.h"

#include "base/mem.h"
#include "base/must.h"
#include "metrics/count.h"
#include "sdk/session/resume.h"
#include "sdk/session/state.h"
#include "sdk/session/values.h"

// Each page has one: what few of them need has memory of its own, when it is needed.
_Static_assert(sizeof(struct tr_session) <= 472, "an idle session is small");

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
    tr_state_free(self->state, self->state_done);
    tr_values_free(self->values);
    tr_resume_free(self);
    tr_free(self->given_up);
    tr_free(self->snapshot);
    tr_free(self);
}

void tr_session_wake(tr_session *self)
{
    self->is_changed = true;
    if (self->actor != NULL && !self->is_in_turn)
        tr_actor_wake(self->actor);
}

void tr_session_leave_index(tr_session *self)
{
    tr_sessions *all = self->sessions;
    if (self->is_ending)
        return;
    self->is_ending = true;
    HASH_DELETE(by_id, all->by_id, self);
    all->count--;
    if (tr_address_is_set(self->connection))
        all->connected--;
    tr_count(TR_TALLY_session_ended);
}
