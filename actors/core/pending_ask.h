#ifndef TR_ACTORS_CORE_PENDING_ASK_H
#define TR_ACTORS_CORE_PENDING_ASK_H

// Questions that wait for their answers: tr_ask of actors, tr_coroutine_ask of coroutines.
//
// Thread: the core thread's. Owns: the answers that have come.

#include "actors/core/actor_record.h"
#include "actors/core/coroutine.h"
#include "actors/core/timer.h"

// A question that waits for its answer: a coroutine's or an actor's.
struct tr_question {
    tr_actor *asker;      // NULL: a coroutine's
    tr_coroutine *waiter; // a coroutine's: joins it now
    uint64_t wait_key;    // of its wait
    uint32_t *wanted;     // by the waiter: how many more it waits for
    tr_message *answer;
    int status; // once it is over
    bool is_over;
    tr_address to;
    tr_question *next; // of the same actor
    tr_question *prev;
    uint64_t correlation;
    uint32_t answer_type; // 0: any
    tr_timer deadline;
};

// Is this an answer to a question that is answered by this type (0: any)? A refusal is one to all.
bool tr_answer_is(const tr_message *answer, uint32_t answer_type);
// Does it come from the process that was asked?
bool tr_answer_is_from(const tr_core *self, const tr_message *answer, uint64_t asked_node);

// A coroutine's: it is over, with an answer or a status.
void tr_question_end(tr_question *self, int status, tr_message *answer);
void tr_question_answer(tr_core *self, tr_message **answer);
void tr_questions_fail(tr_core *self, uint64_t node);
void tr_questions_end(tr_actor *asker);

#endif
