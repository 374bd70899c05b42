#ifndef TR_TESTS_STEPS_STAGE_H
#define TR_TESTS_STEPS_STAGE_H

// A page whose files come or go, and what gateways ask of its session meanwhile.
//
// Thread: the test's. Owns: the lab with the page.

#include <stdint.h>

#include "sdk/session/session_record.h"

void steps_set_up(void (*make_urls)(tr_session *session, void *unused));
void steps_tear_down(void);

// With the page's session.
void steps_do(void (*act)(tr_session *session, void *arg), void *arg);

// Asks the sessions of the core thread, as a gateway does. What they answer: 0 or a negative error.
int steps_ask(uint16_t type, const void *body);

#endif
