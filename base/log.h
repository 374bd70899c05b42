#ifndef TR_BASE_LOG_H
#define TR_BASE_LOG_H

// One line a fact, `key=value` pairs, to standard error. Values with blanks or quotes are quoted,
// and control characters are escaped, so that nothing from outside can forge a line. Only the room
// that decides what to do about a failure logs it.
//
//     tr_log(TR_LOG_WARN, "event=connection_closed reason=%s code=%d", TR_Q(reason), code);
//
// Logging waits for nobody: when standard error is a pipe or a socket that is full, the line is
// dropped, and the next one that can be written has `event=log_dropped lines=N` before it.
//
// Thread: any (one write per line).

#include <stdint.h>

#include "troupe/slice.h"

enum tr_log_level { TR_LOG_DEBUG, TR_LOG_INFO, TR_LOG_WARN, TR_LOG_ERROR };

void tr_log(enum tr_log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

// The same in a signal handler: the parts one behind the other, with nothing that is not safe
// there. Control characters become `?`; what is beyond 500 bytes is cut.
void tr_log_in_signal(enum tr_log_level level, const tr_slice *parts, unsigned count);

// Where something can be written now without waiting; -1: nowhere. Safe in a signal handler, as the
// other is, which takes what it returned.
int tr_log_open(void);
void tr_log_close(int fd);

// How many lines were dropped and not yet told of.
uint64_t tr_log_dropped(void);

// Lines below this level are dropped. From the environment: TROUPE_LOG=debug|info|warn|error.
void tr_log_level_set(enum tr_log_level level);
enum tr_log_level tr_log_level_get(void);

// Every line of level info and up, written or not, is heard by at most one listener, on the thread
// that logs; NULL ends it. For tests of apps: `hear` must not log.
void tr_log_listen(void (*hear)(const char *line, size_t size));

// Level by name; -1 when there is no such name.
int tr_log_level_find(const char *name);

// Sets the level by name and says so in the log. 0 or TR_EINVALID: there is no such level.
int tr_log_level_change(const char *name);

// How lines are written: as above, or as JSON objects (base/log_json.h). Listeners hear the former.
enum tr_log_format { TR_LOG_TEXT, TR_LOG_JSON };
void tr_log_format_set(enum tr_log_format format);

// What the calling thread's lines carry as `trace=`, until it is set anew: 32 hexadecimal digits of
// a W3C trace (wire/trace.h). NULL: nothing. Lent while it is set.
void tr_log_trace_set(const char *id);

// The name that the calling thread's lines carry. Static text.
void tr_log_thread_name(const char *name);

// A quoted, escaped copy in one of a few buffers of this thread: good for the current log call.
// At most 200 bytes of the text are kept.
const char *tr_log_quote(const char *text, unsigned size);

#endif
