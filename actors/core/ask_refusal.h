#ifndef TR_ACTORS_CORE_ASK_REFUSAL_H
#define TR_ACTORS_CORE_ASK_REFUSAL_H

// The answer to a question that cannot be answered.

#include "wire/message.h"

// The answer to a question that could not be delivered, or whose receiver ended before it.
tr_message *tr_refusal_new(const tr_message *question, int error);
bool tr_is_refusal(const tr_message *answer);

#endif
