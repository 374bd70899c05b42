#ifndef TROUPE_TEST_H
#define TROUPE_TEST_H

// Tests of an app without a browser, a port or a wait: the app runs in the test's process, the test
// plays the browser, and time stands still until the test lets it pass.
//
//     tr_test_page *page = tr_test_open(&todo_app, NULL);
//     tr_test_type(page, "Milk", .key = "new");
//     tr_test_submit(page, .key = "new");
//     tr_test_expect(page, .text = "Milk", .type = "checkbox");
//     tr_test_close(&page);
//
// Every call first lets the app come to rest: async handlers run until they wait for a time, sync
// ones until they are done (at most `patience_ms` of real time). An expectation that fails, or an
// action that a user could not do (a control that is not there, not in sight, disabled, behind a
// dialog, does not listen), prints place, reason, the page as text and the app's log, and aborts;
// `on_fail` hands that to a test framework. There is nothing else to link, and no framework is
// needed.
//
// The app under test is the program without its main: compile it with -Dmain=app_main.
//
// Thread: all calls from one thread. Texts that are returned are lent until the next call on the
// page.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "troupe/pages/app.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

// A tab of a browser, with the session behind it.
typedef struct tr_test_page tr_test_page;

typedef struct tr_test_options {
    const char *route;           // NULL: "/"
    int width;                   // of the window, in pixels; 0: 1 280
    int height;                  // 0: 800
    bool is_dark;                // the system setting of the user
    uint64_t patience_ms;        // real time for sync handlers; 0: 10 000
    uint64_t session_timeout_ms; // how long a dropped page's session is kept; 0: 1 hour
    bool is_stored; // pages are kept in a store, as with --store: for tr_test_kill_worker
    // Called with the report instead of printing it; when it returns, the test aborts.
    void (*on_fail)(void *arg, const char *report);
    void *arg;
} tr_test_options;

// Starts the app and opens a page of it. NULL options: all of them 0. An app that cannot start
// aborts the test.
tr_test_page *tr_test_open(const tr_app *app, const tr_test_options *options);

// Another user's page of the same running app; at most 4 at once. Its `patience_ms`,
// `session_timeout_ms`, `is_stored`, `on_fail` and `arg` are the first one's.
tr_test_page *tr_test_open_another(tr_test_page *page, const tr_test_options *options);

// The last page that closes stops the app. Safe with NULL inside.
void tr_test_close(tr_test_page **page);

// -- recorded sessions --

// Plays a recording of `troupe record` again (docs/howto/testing.md): opens its pages as they were, does what people
// did, at their times by the app's clock, and holds what the pages show against what they showed then. What is
// different fails the test, with the recording's line, what was recorded and what is there; with TROUPE_REPLAY=write in
// the environment it is written into the recording instead. Where the recording says "<secret 1>",
// TROUPE_TEST_SECRET_1 is taken, if the environment has it. Route, size and theme of `options` are the recording's.
//
// The page on which it began, as it is in the end: to go on with, and to be closed.
tr_test_page *tr_test_replay(const tr_app *app, const char *file, const tr_test_options *options);

// What `troupe test` has programs call in place of tr_run: plays the recordings that are its arguments. 0.
int tr_test_run(int argc, char **argv, const tr_app *app);

// -- which control --

// All that is given must hold, and only what a user could see is looked at: the topmost view and
// the dialogs that are open, without controls that are not visible.
typedef struct tr_test_query {
    const char *key;
    const char *text;   // one of its texts (value, label, title, content, error, hint …) is this
    const char *has;    // one of its texts contains this
    const char *type;   // as its constructor is called ("text_field") or as Flet does ("TextField")
    const char *within; // it is below the control with this key
    unsigned nth;       // of several, from 1; 0: an action wants it to be the only one
} tr_test_query;

typedef struct tr_test_place {
    const char *file;
    int line;
} tr_test_place;

#define TR_TEST_HERE_ TR_GIVEN_(tr_test_place, __FILE__, __LINE__)
#define TR_TEST_QUERY_(...) (&TR_GIVEN_(tr_test_query, __VA_ARGS__))

// -- what a user does --

// Presses a button or any control that hears "click"; toggles a checkbox or a switch; picks a radio
// button.
#define tr_test_click(page, ...) tr_test_click_at(page, TR_TEST_HERE_, TR_TEST_QUERY_(__VA_ARGS__))

// Types into a field, in place of the text that is there.
#define tr_test_type(page, text, ...)                                                              \
    tr_test_type_at(page, TR_TEST_HERE_, text, TR_TEST_QUERY_(__VA_ARGS__))

// Presses Enter in a field.
#define tr_test_submit(page, ...)                                                                  \
    tr_test_submit_at(page, TR_TEST_HERE_, TR_TEST_QUERY_(__VA_ARGS__))

// Chooses a value: an option's key in a dropdown, a radio button's value in its group, a number (as
// text, within its range) on a slider.
#define tr_test_choose(page, value, ...)                                                           \
    tr_test_choose_at(page, TR_TEST_HERE_, value, TR_TEST_QUERY_(__VA_ARGS__))

// Scrolls a list whose rows are built on demand (troupe/pages/rows.h) to a row, counted from 0: that row
// and some around it are asked for, 40 in all, and others may go.
#define tr_test_scroll_to_row(page, row, ...)                                                      \
    tr_test_scroll_to_row_at(page, TR_TEST_HERE_, row, TR_TEST_QUERY_(__VA_ARGS__))

// Drags a control (a draggable, or what is in one) onto the one with that key (a drag target, or what
// is in one) of the same group, and drops it there.
#define tr_test_drag(page, onto_key, ...)                                                          \
    tr_test_drag_at(page, TR_TEST_HERE_, onto_key, TR_TEST_QUERY_(__VA_ARGS__))

// Any event of a control, by Flet's name without "on_", with its data as JSON text or NULL.
#define tr_test_send(page, event, json, ...)                                                       \
    tr_test_send_at(page, TR_TEST_HERE_, event, json, TR_TEST_QUERY_(__VA_ARGS__))

// An event of the page itself ("resize", "app_lifecycle_state_change" …).
#define tr_test_send_page(page, event, json) tr_test_send_page_at(page, TR_TEST_HERE_, event, json)

// Goes to an address ("/todo/3?x=1"): a link, a bookmark, the browser's back and forward.
#define tr_test_go(page, route) tr_test_go_at(page, TR_TEST_HERE_, route)

// Presses a key anywhere on the page ("Escape", "A"), with modifiers as in "Ctrl+Shift+S".
#define tr_test_press(page, key) tr_test_press_at(page, TR_TEST_HERE_, key)

// Puts the focus there: a control that had it hears "blur", this one "focus", as far as they listen.
// Clicks and typing do so by themselves, and so does the app's ui_focus.
#define tr_test_focus(page, ...) tr_test_focus_at(page, TR_TEST_HERE_, TR_TEST_QUERY_(__VA_ARGS__))

// The focus leaves the page: whoever has it hears "blur".
void tr_test_blur(tr_test_page *page);

// The key of the control that has the focus; "": it has no key; NULL: none has it.
const char *tr_test_focused(tr_test_page *page);

// -- what the browser answers --

// The next call of that method of the browser ("pick_files", "get", "get_current_position" …) is
// answered with this, as JSON text (NULL: with nothing); those of several answers in their order, for
// whichever control it is called. Calls without an answer of their own are answered with nothing.
#define tr_test_answer(page, method, json) tr_test_answer_at(page, TR_TEST_HERE_, method, json)

// It is refused: the app has TR_EREFUSED, and `why` by tr_call_error.
void tr_test_refuse(tr_test_page *page, const char *method, const char *why);

// The person chooses these files when the app next asks (ui_pick_files); none: closes the dialog.
//
//     tr_test_pick_files(page, {.name = "a.csv", .data = "x;y\n1;2\n"}, {.name = "b.csv"});
typedef struct tr_test_file {
    const char *name;
    const char *data; // NULL: none, and the app gets no bytes
    size_t size;      // of `data`, bytes; 0: it is a text
} tr_test_file;
#define tr_test_pick_files(page, ...)                                                              \
    tr_test_pick_files_at(page, TR_LIST_(const tr_test_file, __VA_ARGS__, {.name = NULL}))

// -- what a user sees --

// Some control is (none is) as the query says.
#define tr_test_expect(page, ...)                                                                  \
    tr_test_expect_at(page, TR_TEST_HERE_, TR_TEST_QUERY_(__VA_ARGS__))
#define tr_test_expect_none(page, ...)                                                             \
    tr_test_expect_none_at(page, TR_TEST_HERE_, TR_TEST_QUERY_(__VA_ARGS__))

// Exactly so many are.
#define tr_test_expect_count(page, count, ...)                                                     \
    tr_test_expect_count_at(page, TR_TEST_HERE_, count, TR_TEST_QUERY_(__VA_ARGS__))

// A control's property is this, written as tr_test_tree writes it: `"Milk"` with its quotes,
// `true`, `12`; NULL: it is not set, or has its default.
#define tr_test_expect_property(page, property, value, ...)                                        \
    tr_test_expect_property_at(page, TR_TEST_HERE_, property, value, TR_TEST_QUERY_(__VA_ARGS__))

// Lets the clock go on, in steps of 10 ms and by at most `within_ms`, until some control is so.
#define tr_test_wait_for(page, within_ms, ...)                                                     \
    tr_test_wait_for_at(page, TR_TEST_HERE_, within_ms, TR_TEST_QUERY_(__VA_ARGS__))

// How many are so: for assertions of one's own.
#define tr_test_count(page, ...) tr_test_count_of(page, TR_TEST_QUERY_(__VA_ARGS__))

// A control's main text: the one it shows, or the one in the field.
#define tr_test_text(page, ...) tr_test_text_at(page, TR_TEST_HERE_, TR_TEST_QUERY_(__VA_ARGS__))

// The page as text, one control a line, indented, with its key and all that is not default; the
// same for the same page, so that it can be compared with one that was kept.
//
//     Page title="Todo"
//       View
//         TextField #new label="What is to be done?" on_submit
const char *tr_test_tree(tr_test_page *page);

// -- requests of other programs, downloads --

// To an address of the app's own (troupe/pages/http_route.h), or to one that tr_download_url made.
typedef struct tr_test_question {
    tr_test_place at;
    const char *method;         // "GET"
    const char *target;         // path and query, encoded: "/api/orders/7?note=two%20cups"
    const char *body;           // of POST, PUT and PATCH; NULL: none
    size_t size;                // of `body`, bytes; 0: it is a text
    const char *const *headers; // names in small letters and values in turn, NULL-ended
    const char *client;         // its address; NULL: "127.0.0.1"
} tr_test_question;

#define TR_TEST_HEADERS(...) TR_LIST_(const char *const, __VA_ARGS__, NULL)

typedef struct tr_test_answer {
    unsigned status;
    const char *type; // media type
    const char *name; // that a browser saves it under; NULL: none
    const char *body; // with a zero byte behind it
    size_t size;      // of the body, bytes; over 64 MiB fail the test
    bool is_broken;   // it ended too early: a browser shows a failed download
} tr_test_answer;

// Asks what a gateway would ask, and waits for the answer: statuses of its own (404, 405, 413, 504,
// those of docs/downloads.md) are as there, and headers that neither HTTP nor the route names do not
// arrive. While the handler waits, time passes in steps of 10 ms.
//
//     const tr_test_answer *answer = tr_test_request(page, "POST", "/api/orders", .body = "tea");
//     assert(answer->status == 201);
#define tr_test_request(page, ...)                                                                 \
    tr_test_request_at(page, &TR_GIVEN_(tr_test_question, .at = TR_TEST_HERE_, __VA_ARGS__))

// A header of the last answer, by its name in small letters; of several the first. NULL: there is
// none.
const char *tr_test_header(tr_test_page *page, const char *name);

// Takes the file that the app last had the page's browser download under that name (tr_download).
// Its URL is good once, here too: the next time is 410.
#define tr_test_download(page, name) tr_test_download_at(page, TR_TEST_HERE_, name)

// -- time, connection, log --

// Lets time pass for all pages of the app; intervals, sleeps and timeouts go by it. (A sync
// handler's thread has the real time.)
void tr_test_advance(tr_test_page *page, uint64_t milliseconds);

// The connection breaks; the session stays. Until tr_test_resume the page shows what it did then,
// and actions fail.
void tr_test_drop(tr_test_page *page);

// The browser comes back to its session, or to a new one if that has timed out.
void tr_test_resume(tr_test_page *page);

// The worker is killed (`is_stored` only), and another one goes on with what the store has: of the last
// 100 ms before, that may be nothing, and handlers in flight are told by the app's `on_move`. Browsers that
// are connected come back at once. What the process has besides (its statics, its actors) stays here.
#define tr_test_kill_worker(page) tr_test_kill_worker_at(page, TR_TEST_HERE_)

// How often the app called a method of the browser ("focus", "scroll_to" …) on the control with
// that key (NULL: any).
unsigned tr_test_calls(tr_test_page *page, const char *key, const char *method);

// The app's log since the first page opened.
const char *tr_test_log(tr_test_page *page);

#define tr_test_expect_log(page, part) tr_test_expect_log_at(page, TR_TEST_HERE_, part)

// -- what the macros call --

void tr_test_click_at(tr_test_page *page, tr_test_place at, const tr_test_query *query);
void tr_test_type_at(tr_test_page *page, tr_test_place at, const char *text,
                     const tr_test_query *query);
void tr_test_submit_at(tr_test_page *page, tr_test_place at, const tr_test_query *query);
void tr_test_choose_at(tr_test_page *page, tr_test_place at, const char *value,
                       const tr_test_query *query);
void tr_test_scroll_to_row_at(tr_test_page *page, tr_test_place at, uint32_t row,
                              const tr_test_query *query);
void tr_test_drag_at(tr_test_page *page, tr_test_place at, const char *onto_key,
                     const tr_test_query *query);
void tr_test_send_at(tr_test_page *page, tr_test_place at, const char *event, const char *json,
                     const tr_test_query *query);
void tr_test_send_page_at(tr_test_page *page, tr_test_place at, const char *event,
                          const char *json);
void tr_test_go_at(tr_test_page *page, tr_test_place at, const char *route);
void tr_test_press_at(tr_test_page *page, tr_test_place at, const char *key);
void tr_test_focus_at(tr_test_page *page, tr_test_place at, const tr_test_query *query);
void tr_test_answer_at(tr_test_page *page, tr_test_place at, const char *method, const char *json);
void tr_test_pick_files_at(tr_test_page *page, const tr_test_file *files);
void tr_test_kill_worker_at(tr_test_page *page, tr_test_place at);
void tr_test_expect_at(tr_test_page *page, tr_test_place at, const tr_test_query *query);
void tr_test_expect_none_at(tr_test_page *page, tr_test_place at, const tr_test_query *query);
void tr_test_expect_count_at(tr_test_page *page, tr_test_place at, unsigned count,
                             const tr_test_query *query);
void tr_test_expect_property_at(tr_test_page *page, tr_test_place at, const char *property,
                                const char *value, const tr_test_query *query);
void tr_test_wait_for_at(tr_test_page *page, tr_test_place at, uint64_t within_ms,
                         const tr_test_query *query);
unsigned tr_test_count_of(tr_test_page *page, const tr_test_query *query);
const char *tr_test_text_at(tr_test_page *page, tr_test_place at, const tr_test_query *query);
void tr_test_expect_log_at(tr_test_page *page, tr_test_place at, const char *part);
const tr_test_answer *tr_test_request_at(tr_test_page *page, const tr_test_question *question);
const tr_test_answer *tr_test_download_at(tr_test_page *page, tr_test_place at, const char *name);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
