#ifndef TR_TESTS_APP_H
#define TR_TESTS_APP_H

// An app with a handler of every kind, for stories. `tests/all --app OPTION...` serves it, as any
// program that calls tr_run does. Each control's effect is written next to its handler.

#include "troupe/pages/app.h"

extern const tr_app test_app;

// Times of its handlers.
enum { APP_NAP_MS = 300, APP_BEAT_MS = 20, APP_LATE_MS = 200, APP_ROUNDS = 25 };

#endif
