// The answer to a question that nobody will answer. It comes from no actor, but from the
// process that was asked.

#include "actors/core/ask_refusal.h"

tr_message *tr_refusal_new(const tr_message *question, int error)
{
    tr_message *answer = tr_message_new(TR_MSG_answer, &(tr_msg_answer){.status = error});
    answer->to = question->from;
    answer->flags = TR_FLAG_ANSWER;
    answer->from = (tr_address){question->to.node, 0};
    answer->correlation = question->correlation;
    return answer;
}

bool tr_is_refusal(const tr_message *answer)
{
    return answer->from.actor == 0 && answer->shape->type == TR_MSG_answer &&
           TR_BODY(answer, answer)->status < 0;
}
