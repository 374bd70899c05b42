#ifndef TR_TESTS_SUPPORT_OPERATOR_H
#define TR_TESTS_SUPPORT_OPERATOR_H

// An operator's HTTP client: asks admin listeners, and reads metrics.
//
// Thread: the test's. Owns: the last answer's body.

#include <stdbool.h>

#include "tests/support/world.h"

// Where the process's admin listener is, by the line of its output that follows `line`.
unsigned operator_port(world_process *process);

// The status; 0: the connection ended without an answer. `more`: header lines.
unsigned operator_ask(unsigned port, const char *method, const char *path, const char *more);

// The body of the last answer.
const char *operator_body(void);
void operator_done(void);

// The value of the sample whose name and labels are these, in the last answer; -1: there is none.
double operator_sample(const char *name);

// The same, asked anew.
double operator_metric(unsigned port, const char *name);

#endif
