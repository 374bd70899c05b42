#include "sdk/session/durability.h"

#include "sdk/session/call.h"
#include "sdk/session/resume.h"
#include "sdk/session/snapshot_record.h"

static bool is_sync(const tr_session *session)
{
    return session->sessions->durability == TR_DURABILITY_SYNC &&
           (session->snapshot == NULL || !session->snapshot->is_too_big);
}

static bool answers_person(const tr_session *session)
{
    if (!session->is_changed)
        return false;
    if (session->is_answering)
        return true;
    for (const tr_call *call = session->calls; call != NULL; call = call->next)
        if (call->is_by_person)
            return true;
    return false;
}

bool tr_durable_is_open(const tr_session *session)
{
    if (!is_sync(session))
        return true;
    const tr_durable *self = session->snapshot != NULL ? &session->snapshot->durable : NULL;
    return (self == NULL || self->turn == self->safe_turn) && !answers_person(session);
}

bool tr_durable_on_turn(tr_session *session)
{
    if (!is_sync(session) || session->snapshot == NULL || !answers_person(session))
        return false;
    session->snapshot->durable.turn++;
    return true;
}

bool tr_durable_hold_answer(tr_session *session, unsigned flags)
{
    if (!is_sync(session) || session->snapshot == NULL)
        return false;
    tr_durable *self = &session->snapshot->durable;
    self->turn++;
    self->answer_flags = (uint16_t)flags;
    self->is_answer_due = true;
    return true;
}

bool tr_durable_take_answer(tr_session *session, unsigned *out_flags)
{
    tr_durable *self = session->snapshot != NULL ? &session->snapshot->durable : NULL;
    if (self == NULL || !self->is_answer_due || !tr_durable_is_open(session))
        return false;
    *out_flags = self->answer_flags;
    self->is_answer_due = false;
    return true;
}

void tr_durable_forget_answer(tr_session *session)
{
    if (session->snapshot != NULL)
        session->snapshot->durable.is_answer_due = false;
}

void tr_durable_on_call_end(tr_session *session, const tr_call *call)
{
    session->is_answering |= call->is_by_person;
}

void tr_durable_on_taken(tr_session *session)
{
    session->is_answering = true;
    if (session->sessions->durability == TR_DURABILITY_NONE ||
        (session->snapshot != NULL && session->snapshot->is_too_big))
        tr_resume_set_safe(session, tr_resume_document(session), tr_resume_taken(session));
}

void tr_durable_on_write(tr_session *session, tr_durable *self)
{
    self->turn_on_its_way = self->turn;
    self->document = tr_resume_document(session);
    self->taken = tr_resume_taken(session);
}

void tr_durable_on_written(tr_session *session, tr_durable *self)
{
    self->safe_turn = self->turn_on_its_way;
    tr_resume_set_safe(session, self->document, self->taken);
    if (session->actor != NULL)
        tr_actor_wake(session->actor); // what waited for this goes out
}
