#ifndef TR_SDK_SESSION_PROGRAM_ID_H
#define TR_SDK_SESSION_PROGRAM_ID_H

// Tells two builds of an app apart.
//
// Thread: any. Owns: nothing.

#include <stdint.h>

#include "troupe/pages/app.h"

// Of the build ID (an ELF note) of the program, or shared object, that has the app. 0: it has none.
uint64_t tr_program_id(const tr_app *app);

#endif
