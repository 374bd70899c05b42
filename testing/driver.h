#ifndef TR_TESTING_DRIVER_H
#define TR_TESTING_DRIVER_H

// Declarations that the parts of troupe/test.h share. Each part needs only parts further down:
//
//     replay                   recordings that are played again
//     actions, expectations    what a user does; what he sees
//     requests                 what other programs ask; downloads
//     worker_death             a worker that is killed
//     driver                   opening, time, connection; the app at rest
//     focus, answers           events; where the focus is; what the browser answers to its methods
//     report                   a failure
//     exchange, seen, json, captured_log, lab, client_model
//
// Thread: the test's. Owns: the running app, counted by its pages; each page its copy of what it
// shows.

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "testing/answers.h"
#include "testing/lab.h"
#include "testing/seen.h"
#include "troupe/test.h"

typedef struct tr_test_program {
    lab *lab;
    const tr_app *app;
    tr_test_options options; // of the first page
    tr_test_page *pages[LAB_CONNECTIONS];
    tr_buf report; // of the last failure
} tr_test_program;

// A method that the app called on the browser.
typedef struct tr_test_call {
    struct tr_test_call *next;
    uint32_t target;
    char *key; // the control's, when it was called
    char name[64];
    char id[64];
    char *route; // that push_route goes to
    char *url;   // that launch_url opens
    bool is_answered;
} tr_test_call;

struct tr_test_page {
    tr_test_program *program;
    unsigned n; // of its connection
    tr_test_options options;
    bool is_dropped;
    bool is_replayed;       // its focus moves as it did then (testing/replay.c), and not by itself
    cm_value *seen;         // the page in the browser, as of the last rest
    tr_buf broken;          // why it cannot show it
    tr_buf crashed;         // the session's last words before it gave up
    tr_test_call *calls;    // the latest first; the core thread's, but for tr_lab_touch
    tr_test_reply *replies; // what calls are answered with; others with nothing
    uint32_t focused;       // the control that has the focus; 0: none
    char session_id[32];
    tr_buf route;                      // where the browser is; "" by then: at the options' route
    tr_buf text;                       // lent to the author
    struct tr_test_exchange *exchange; // the last one; NULL: none
    tr_test_answer answer;             // of it: lent to the author
};

// The app comes to rest, and `seen` is what the browser shows then.
void tr_test_settle(tr_test_page *self);

// The one control that a user would act on, as the query says; fails the test where a user could not.
const cm_value *tr_test_target(tr_test_page *self, tr_test_place at, const char *what,
                               const tr_test_query *query);

// The browser sends an event; `data` is msgpack, or empty.
void tr_test_tell(tr_test_page *self, uint32_t target, const char *event, tr_slice data);

// The browser changes properties itself (a msgpack map), and reports it.
void tr_test_change(tr_test_page *self, uint32_t target, tr_slice props);

// A person gives the control another value; it hears "select" and "change", as far as it listens.
void tr_test_change_value(tr_test_page *self, const cm_value *control, tr_slice value);

// The focus goes to that control (0: to none); who hears of that is told.
void tr_test_move_focus(tr_test_page *self, uint32_t to);

// Hands the report to the author, and does not return. NULL options: all of them 0.
void tr_test_end(const tr_test_options *options, const char *report) __attribute__((noreturn));

// Says what went wrong, with the page, and does not return.
void tr_test_fail(tr_test_page *self, tr_test_place at, const char *format, ...)
    __attribute__((format(printf, 3, 4), noreturn));

#endif
