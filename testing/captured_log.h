#ifndef TR_TESTING_CAPTURED_LOG_H
#define TR_TESTING_CAPTURED_LOG_H

// The log of the process while a test listens, kept as text (the last megabyte or so).
//
// Thread: any may log; the rest on the test's. Owns: the text.

#include "base/buf.h"

void tr_captured_log_open(void);  // counted
void tr_captured_log_close(void); // the last one forgets the text

// Appends all of it.
void tr_captured_log_copy(tr_buf *out);

#endif
