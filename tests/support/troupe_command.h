#ifndef TESTS_SUPPORT_TROUPE_COMMAND_H
#define TESTS_SUPPORT_TROUPE_COMMAND_H

// The program `troupe`, run to its end, and what it wrote.
//
// Thread: a test's.

#include <stdbool.h>

#include "base/buf.h"

extern tr_buf troupe_out;
extern tr_buf troupe_err;

// The exit code.
#define troupe(...) troupe_run((const char *const[]){__VA_ARGS__, NULL})
int troupe_run(const char *const *arguments);

// Is it in what the last run wrote?
bool troupe_shows(const char *text);
bool troupe_complains(const char *text);

void troupe_done(void);

#endif
