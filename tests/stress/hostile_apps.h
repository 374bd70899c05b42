#ifndef TESTS_STRESS_HOSTILE_APPS_H
#define TESTS_STRESS_HOSTILE_APPS_H

// Three small apps that between them wait for all that a handler can wait for: a counter (state,
// pool threads, tasks, a component with an interval), a list (dialogs, views, payloads, rows), a
// chat (topics, presence, methods of the browser).

#include "troupe/pages/app.h"

extern const tr_app hostile_counter;
extern const tr_app hostile_todo;
extern const tr_app hostile_chat;

#endif
