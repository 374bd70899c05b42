// Questions and their answers: one table per core thread, for coroutines (which wait, ask.c)
// and for actors (which get a message).

#include "actors/core/pending_ask.h"

#include "actors/core/actor_record.h"
#include "actors/core/ask_refusal.h"
#include "actors/core/core_record.h"
#include "actors/core/coroutine.h"
#include "actors/core/enter.h"
#include "actors/core/timer.h"
#include "base/live.h"
#include "base/mem.h"
#include "troupe/err.h"
#include <utlist.h>

// An actor's question is over.
static void close_question(tr_question *self)
{
    tr_actor *asker = self->asker;
    tr_timer_stop(&self->deadline);
    tr_map_take(&asker->core->questions, self->correlation);
    DL_DELETE(asker->extras->questions, self);
    asker->extras->question_count--;
    tr_live_gone(question);
    tr_free(self);
}

static void fail(tr_question *self, int reason)
{
    tr_actor_signal(self->asker, TR_MSG_ask_failed,
                    &(tr_msg_ask_failed){self->correlation, reason});
    close_question(self);
}

static void on_deadline(tr_timer *timer)
{
    fail(timer->arg, TR_ETIMEOUT);
}

int64_t tr_ask_body(tr_actor *self, tr_address to, uint32_t type, const void *body,
                    uint64_t deadline_ms)
{
    TR_ENTER_ACTOR(self);
    tr_core *core = self->core;
    tr_extras *extras = tr_actor_extras(self);
    if (extras->question_count >= TR_QUESTIONS_PER_ACTOR_CAP)
        return TR_EFULL;
    uint64_t correlation = core->next_correlation++;
    int result = tr_core_send(core,
                              &(tr_send_options){.from = tr_actor_address(self),
                                                 .to = to,
                                                 .flags = TR_FLAG_ASK,
                                                 .correlation = correlation},
                              type, body);
    if (result < 0)
        return result == TR_EUNAVAILABLE ? TR_EGONE : result;
    tr_question *question = tr_new(tr_question);
    tr_live_born(question);
    question->asker = self;
    question->to = to;
    question->correlation = correlation;
    question->answer_type = tr_shape_answer(type);
    DL_PREPEND(extras->questions, question);
    extras->question_count++;
    tr_map_put(&core->questions, correlation, question);
    tr_timer_init(&question->deadline, core, on_deadline, question);
    tr_timer_start(&question->deadline, deadline_ms, 0);
    return (int64_t)correlation;
}

void tr_questions_end(tr_actor *asker)
{
    while (asker->extras->questions != NULL)
        close_question(asker->extras->questions);
}

bool tr_answer_is(const tr_message *answer, uint32_t answer_type)
{
    return answer_type == 0 || answer->shape->type == answer_type || tr_is_refusal(answer);
}

static void answer_wrongly(tr_question *self, tr_core *core, tr_message *answer)
{
    tr_core_dead_letter(core, answer, TR_EPROTOCOL);
    tr_message_free(answer);
    if (self->asker != NULL)
        fail(self, TR_EPROTOCOL);
    else
        tr_question_end(self, TR_EPROTOCOL, NULL);
}

static void answer_actor(tr_question *self, tr_message *answer)
{
    if (tr_is_refusal(answer)) {
        fail(self, (int)TR_BODY(answer, answer)->status);
        tr_message_free(answer);
        return;
    }
    tr_actor *asker = self->asker;
    close_question(self);
    if (!asker->is_stopping) {
        tr_actor_push_always(asker, answer); // as many as there may be questions
        return;
    }
    tr_core_dead_letter(asker->core, answer, TR_ECANCELLED);
    tr_message_free(answer);
}

void tr_question_end(tr_question *self, int status, tr_message *answer)
{
    self->is_over = true;
    self->status = status;
    self->answer = answer;
    tr_timer_stop(&self->deadline);
    if (self->waiter != NULL && *self->wanted != 0 && --*self->wanted == 0)
        tr_coroutine_wake(self->waiter, self->wait_key, 0);
}

static void answer_coroutine(tr_question *self, tr_message *answer)
{
    if (tr_is_refusal(answer)) {
        tr_question_end(self, (int)TR_BODY(answer, answer)->status, NULL);
        tr_message_free(answer);
    } else {
        tr_question_end(self, 0, answer);
    }
}

static bool is_alias(const tr_core *self, uint64_t node)
{
    unsigned at = 0;
    while (at < self->alias_count && self->aliases[at] != node)
        at++;
    return at < self->alias_count;
}

// Only the process that was asked answers. Of an alias nobody knows yet which one it is.
bool tr_answer_is_from(const tr_core *self, const tr_message *answer, uint64_t asked_node)
{
    return answer->from.node == asked_node || is_alias(self, asked_node);
}

void tr_question_answer(tr_core *self, tr_message **answer)
{
    tr_question *question =
        (*answer)->correlation != 0 ? tr_map_find(&self->questions, (*answer)->correlation) : NULL;
    if (question != NULL && !tr_answer_is_from(self, *answer, question->to.node)) {
        self->stats.forged++;
        question = NULL;
    }
    if (question == NULL || question->is_over) {
        tr_core_dead_letter(self, *answer, TR_ETIMEOUT); // the asker's deadline has passed
        tr_message_free(*answer);
    } else if (!tr_answer_is(*answer, question->answer_type)) {
        answer_wrongly(question, self, *answer);
    } else if (question->asker != NULL) {
        answer_actor(question, *answer);
    } else {
        answer_coroutine(question, *answer);
    }
    *answer = NULL;
}

void tr_questions_fail(tr_core *self, uint64_t node)
{
    tr_question **actors = NULL; // theirs leave the table, which must not change meanwhile
    uint32_t count = 0;
    uint32_t at = 0;
    void *value;
    while (tr_map_next(&self->questions, &at, NULL, &value)) {
        tr_question *question = value;
        if (question->to.node != node)
            continue;
        if (question->asker == NULL) {
            if (!question->is_over)
                tr_question_end(question, TR_EGONE, NULL);
            continue;
        }
        if (actors == NULL)
            actors = tr_calloc(self->questions.count, sizeof(tr_question *));
        actors[count++] = question;
    }
    for (uint32_t i = 0; i < count; i++)
        fail(actors[i], TR_EGONE);
    tr_free(actors);
}
