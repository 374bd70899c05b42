#ifndef TR_TESTS_BROWSER_H
#define TR_TESTS_BROWSER_H

// A headless browser: one WebSocket to 127.0.0.1, the page it was sent (client_model), and what a
// person does with it. It reads whenever it is asked something; between questions it is as idle as
// a real one. Every wait has a deadline, and a wait for another process is a poll(2) of its socket.
//
// A control is named by what can be seen of it: its label, content, tooltip or semantics label
// (keys do not travel).
//
// Thread: the test's. Owns: its socket and its page.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "testing/client_model.h"

typedef struct browser browser;

enum browser_kind {
    BROWSER_OURS, // says that it is Troupe's client: the newest connection wins
    BROWSER_FLET,
    BROWSER_COUNTS // is Troupe's client, and counts (wire/flet.h): what it does goes out again until
                   // it is safe, also what was done while it had no connection
};

// How long anything may take before the test fails. Generous: sanitizers and a busy machine.
#define BROWSER_DEADLINE_MS 60000

// Opens a first visit and waits for the page. Fails the test when there is none.
browser *browser_open(unsigned port);
browser *browser_open_as(unsigned port, enum browser_kind kind, const char *session_id);

// A WebSocket that has not registered yet. NULL: refused.
browser *browser_connect(unsigned port);

// The address that it says it is at when it registers; "/" without this. Static text.
void browser_go_to(browser *self, const char *route);

// Registers; does not wait. NULL: no session id.
void browser_register(browser *self, enum browser_kind kind, const char *session_id);

// The same tab comes again: with nothing in its memory but the session id (reload), or with its old
// page still there (reconnect). Tries again, as browsers do, until it has a page.
void browser_reload(browser *self, unsigned port);
void browser_reconnect(browser *self, unsigned port);

// Nothing waits: a tab without a line, and one that begins a connection, which registers by itself
// once it is a WebSocket, as who it was before. What it does meanwhile is kept. False: refused.
browser *browser_idle(enum browser_kind kind);
bool browser_come(browser *self, unsigned port);
// Is anybody there? Whoever counts is answered.
void browser_ping(browser *self);

// Ends the socket as a browser does that goes away. Fine when it is closed already.
void browser_close(browser *self);
// Gives its connection up, and nobody is told, not even by a reset: that would need a network.
void browser_leave_line(browser *self);
// Without a word: the network is lost.
void browser_cut(browser *self);
// Closes and frees.
void browser_free(browser *self);

// -- looking; each first takes what has arrived --

bool browser_has_page(browser *self);
bool browser_sees(browser *self, const char *text);      // a control whose text this is
unsigned browser_count(browser *self, const char *text); // how many do
const char *browser_text(browser *self,
                         const char *name); // "": no such control; until the next call
// The number its text begins with; 0: none. A number that counts up by itself is waited for with
// >=: patches merge, so a browser need not see every value.
unsigned browser_number(browser *self, const char *name);
uint32_t browser_id(browser *self, const char *name); // 0: no such control
cm_value *browser_control(browser *self, const char *name);
cm_value *browser_page(browser *self); // NULL: it has none yet

// The server's close code; 0 while open, 1006 when it ended without one.
unsigned browser_close_code(browser *self);
const char *browser_session_id(const browser *self);
// Of the last registration answer and all patches: how many, and how many bytes.
unsigned browser_packets(browser *self);
size_t browser_bytes(const browser *self);
// Messages of any kind on all of its lines so far.
unsigned browser_heard(browser *self);
// The page map of the last registration answer, as it came.
tr_buf browser_page_bytes(const browser *self);
// The message of a session_crashed packet, "" without one.
const char *browser_crash(browser *self);

// -- doing --

// Of one that counts: what it did and does not know to be safe.
unsigned browser_unsafe(browser *self);

void browser_click(browser *self, const char *name);
void browser_click_id(browser *self, uint32_t id);
void browser_type(browser *self, const char *name, const char *text);
void browser_event(browser *self, uint32_t target, const char *event, const void *data,
                   size_t size);
void browser_send_raw(browser *self, const void *message, size_t size, bool is_text);
// Bytes as they are, without a frame around them.
void browser_send_bytes(browser *self, const void *bytes, size_t size);
// Does not read any more until told otherwise.
void browser_stop_reading(browser *self, bool stopped);

// -- waiting --

// Waits for whatever comes first: bytes for an open browser, or a few milliseconds. For conditions
// that no socket tells of.
void browsers_wait(void);
uint64_t deadline_in_ms(unsigned milliseconds);
bool deadline_passed(uint64_t deadline);

// What the browsers with a line see, until the next call; for the message of a wait in vain.
const char *browsers_told(void);

#define eventually(condition)                                                                      \
    do {                                                                                           \
        uint64_t until_ = deadline_in_ms(BROWSER_DEADLINE_MS);                                     \
        bool met_ = false;                                                                         \
        while (!(met_ = (condition)) && !deadline_passed(until_))                                  \
            browsers_wait();                                                                       \
        ck_assert_msg(met_, "never: %s%s", #condition, browsers_told());                           \
    } while (0)

#endif
