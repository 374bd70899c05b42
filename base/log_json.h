#ifndef TR_BASE_LOG_JSON_H
#define TR_BASE_LOG_JSON_H

// A line of the log (base/log.h) as one JSON object (RFC 8259): the time under "time", every
// `key=value` under its key, whole numbers as numbers, all else as texts; a word without a key is
// "word". What is no UTF-8 reads U+FFFD.
//
// Thread: any; pure, and safe in a signal handler.

#include <stddef.h>

// Writes the object and a line end, at most `cap` bytes (64 or more); what does not fit is cut, at a
// whole value or within a text. Returns the size.
size_t tr_log_json(const char *line, size_t size, char *out, size_t cap);

#endif
