#ifndef TR_TESTS_HOST_COMMAND_LINE_H
#define TR_TESTS_HOST_COMMAND_LINE_H

// Options as a command line gives them, read as a program reads them.
//
// Thread: the test's.

#include "base/buf.h"
#include "host/options.h"

// The environment where the tests run may set any of them: what it sets is forgotten.
void command_line_stands_alone(void);

// `words` end with NULL; the program's name is not among them. What `options` and `error` had before is
// let go of. As tr_options_read.
int command_line_read(tr_options *options, const char *const *words, tr_buf *error);

#endif
