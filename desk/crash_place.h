#ifndef TR_DESK_CRASH_PLACE_H
#define TR_DESK_CRASH_PLACE_H

// Where in the app's own sources a process crashed, as the backtrace of a sanitizer says. What fails is often deeper:
// in the C library, or in Troupe, which was called with what it cannot take.
//
//     #0 0x7f… in __pthread_kill_implementation nptl/pthread_kill.c:44
//     #6 0x55… in crash /home/me/shop/app.c:20                                this one
//
// Thread: main; reads the file system for the folders of the sources.

#include <stdbool.h>
#include <stddef.h>

#include "desk/board.h"

// Writes "app.c:20", beginning with the working directory where it is another one. False: no frame says it.
bool tr_crash_place(const tr_last_lines *lines, char *const *sources, unsigned count, char *out,
                    size_t size);

#endif
