#ifndef TR_DESK_H
#define TR_DESK_H

// What `troupe` does for an author at work: troupe new, troupe dev, troupe record, troupe test.
//
// Thread: main.

#include <stdbool.h>

// Is it one of them?
bool tr_desk_has(const char *command);

// `argv[1]` is the command. The exit code.
int tr_desk(int argc, char **argv);

#endif
