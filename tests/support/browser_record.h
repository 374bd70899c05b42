#ifndef TR_TESTS_BROWSER_RECORD_H
#define TR_TESTS_BROWSER_RECORD_H

// What the files of a headless browser know of each other.
//
// Thread: the test's.

#include "bench/websocket.h"
#include "tests/support/browser.h"
#include "tests/support/browser_numbers.h"

struct browser {
    const char *route; // NULL: "/"
    int fd;            // -1: closed
    enum browser_kind kind;
    struct ws_reader reader;
    cm_client page;
    char session_id[65];
    char crash[256];
    unsigned close_code;
    unsigned packets;
    unsigned heard;
    size_t bytes;
    tr_buf page_bytes;
    bool is_registered;
    bool is_stopped;
    bool is_upgrading; // a line that nobody waits for: the answer to its handshake is on its way
    tr_buf answer;     // what has come of that
    browser_numbers *numbers; // of one that counts; NULL: it does not
};

// Takes everything that has arrived.
void browser_take(browser *self);

// What it is and sees, for the message of a test that waited in vain.
void browser_tell(browser *self, tr_buf *out);

// A socket of its own is looked at by browsers_wait from here on, and no more once it has ended.
void browser_remember(browser *self);
void browser_end_socket(browser *self, unsigned code);

void browser_send_frame(browser *self, uint8_t opcode, const void *payload, size_t size);

// ws_on_message; the context is the browser.
int browser_on_message(void *context, uint8_t opcode, const uint8_t *payload, size_t size);

#endif
