// Questions of coroutines. One at a time lives on the asker's stack; several at once are records of
// their own, which end with the coroutine at the latest.

#include "actors/core/core_record.h"
#include "actors/core/coroutine.h"
#include "actors/core/enter.h"
#include "actors/core/pending_ask.h"
#include "actors/core/timer.h"
#include "base/live.h"
#include "base/mem.h"
#include "base/must.h"

struct tr_asking {
    tr_question question;
    tr_coroutine *owner;
    tr_cleanup cleanup;
};

static void on_deadline(tr_timer *timer)
{
    tr_question_end(timer->arg, TR_ETIMEOUT, NULL);
}

static int post(tr_core *core, tr_question *question, tr_address from, unsigned type,
                const void *body, uint64_t deadline_ms)
{
    question->correlation = core->next_correlation++;
    question->answer_type = tr_shape_answer(type);
    // The answer finds the question by its number; to find the way back, it needs an address.
    if (!tr_address_is_set(from))
        from = tr_core_address(core);
    int result = tr_core_send(core,
                              &(tr_send_options){.from = from,
                                                 .to = question->to,
                                                 .flags = TR_FLAG_ASK,
                                                 .correlation = question->correlation},
                              type, body);
    if (result < 0)
        return result;
    tr_map_put(&core->questions, question->correlation, question);
    tr_timer_init(&question->deadline, core, on_deadline, question);
    tr_timer_start(&question->deadline, deadline_ms, 0);
    return 0;
}

// The question is nobody's any more. An answer that came is for the caller, or lost.
static int close_question(tr_core *core, tr_question *self, int result, tr_message **out)
{
    tr_timer_stop(&self->deadline);
    tr_map_take(&core->questions, self->correlation);
    if (result == 0 && self->answer == NULL)
        result = self->status < 0 ? self->status : TR_EGONE;
    if (result == 0) {
        *out = self->answer;
        return 0;
    }
    if (self->answer != NULL) {
        tr_core_dead_letter(core, self->answer, TR_ECANCELLED);
        tr_message_free(self->answer);
    }
    return result;
}

int tr_coroutine_ask(tr_address from, tr_address to, uint32_t type, const void *body,
                     uint64_t deadline_ms, tr_message **out)
{
    int refused = tr_coroutine_enter(__func__);
    if (refused < 0)
        return refused;
    TR_REQUIRE(out != NULL);
    tr_coroutine *self = tr_coroutine_current();
    uint32_t wanted = 1;
    tr_question question = {.waiter = self, .wanted = &wanted, .to = to};
    int result = post(self->core, &question, from, type, body, deadline_ms);
    if (result < 0)
        return result;
    question.wait_key = tr_coroutine_own_wait(self, "ask");
    self->asks = tr_shape_find(type)->name;
    result = tr_coroutine_suspend();
    return close_question(self->core, &question, result, out);
}

static void free_asking(tr_asking *self)
{
    tr_live_gone(question);
    tr_free(self);
}

static void give_up(void *arg)
{
    tr_asking *self = arg;
    tr_message *none;
    (void)close_question(self->owner->core, &self->question, TR_ECANCELLED, &none);
    free_asking(self);
}

int tr_asking_start(tr_address from, tr_address to, uint32_t type, const void *body,
                    uint64_t deadline_ms, tr_asking **out)
{
    int refused = tr_coroutine_enter(__func__);
    if (refused < 0)
        return refused;
    TR_REQUIRE(out != NULL);
    tr_coroutine *owner = tr_coroutine_current();
    if (owner->asking_count >= TR_QUESTIONS_PER_ACTOR_CAP)
        return TR_EFULL;
    tr_asking *self = tr_new(tr_asking);
    tr_live_born(question);
    self->owner = owner;
    self->question.to = to;
    int result = post(owner->core, &self->question, from, type, body, deadline_ms);
    if (result < 0) {
        free_asking(self);
        return result;
    }
    owner->asking_count++;
    tr_cleanup_add(owner, &self->cleanup, give_up, self);
    *out = self;
    return 0;
}

int tr_asking_join(tr_asking *const *list, unsigned count, unsigned wanted)
{
    int refused = tr_coroutine_enter(__func__);
    if (refused < 0)
        return refused;
    TR_REQUIRE(list != NULL || count == 0);
    tr_coroutine *self = tr_coroutine_current();
    uint32_t over = 0;
    uint32_t open = 0;
    for (unsigned i = 0; i < count; i++) {
        if (list[i] == NULL)
            continue;
        if (list[i]->owner != self)
            return tr_enter_refused(__func__, TR_EWRONGTHREAD);
        over += list[i]->question.is_over;
        open += !list[i]->question.is_over;
    }
    if (over >= wanted || open == 0)
        return 0;
    uint32_t left = wanted - over < open ? wanted - over : open;
    uint64_t key = tr_coroutine_own_wait(self, "answers");
    for (unsigned i = 0; i < count; i++)
        if (list[i] != NULL && !list[i]->question.is_over) {
            list[i]->question.wanted = &left;
            list[i]->question.waiter = self;
            list[i]->question.wait_key = key;
        }
    int result = tr_coroutine_suspend();
    for (unsigned i = 0; i < count; i++)
        if (list[i] != NULL)
            list[i]->question.waiter = NULL;
    return result;
}

int tr_asking_take(tr_asking **asking, tr_message **out)
{
    TR_REQUIRE(asking != NULL && *asking != NULL && out != NULL);
    tr_asking *self = *asking;
    tr_coroutine *owner = self->owner;
    if (owner != tr_coroutine_current())
        return tr_enter_refused(__func__, TR_EWRONGTHREAD);
    *asking = NULL;
    tr_cleanup_drop(owner, &self->cleanup);
    owner->asking_count--;
    int result = close_question(owner->core, &self->question,
                                self->question.is_over ? 0 : TR_ECANCELLED, out);
    free_asking(self);
    return result;
}
