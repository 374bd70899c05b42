#ifndef TR_TESTING_RECORDING_TEXT_H
#define TR_TESTING_RECORDING_TEXT_H

// The words and texts that a line of a recording is made of (testing/recording.h).
//
// Thread: any; pure.

#include <stdbool.h>

// Moves behind the word, if it stands here.
bool tr_recording_skip(const char **at, const char *word);

// A text between quotes, with the escapes of testing/json.h: moves behind it. 0, and the text is the caller's;
// TR_ENOTFOUND: none stands here; TR_EMALFORMED: it has an escape that is not known, or a zero.
int tr_recording_quoted(const char **at, char **out) __attribute__((warn_unused_result));

#endif
