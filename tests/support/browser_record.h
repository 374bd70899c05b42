#ifndef TR_TESTS_BROWSER_RECORD_H
#define TR_TESTS_BROWSER_RECORD_H

// What the files of a headless browser know of each other.
//
// Thread: the test's.

#include "bench/websocket.h"
#include "tests/support/browser.h"
#include "tests/support/browser_numbers.h"

struct browser {
    int fd; // -1: closed
    enum browser_kind kind;
    struct ws_reader reader;
    cm_client page;
    char session_id[65];
    char crash[256];
    unsigned close_code;
    unsigned packets;
    size_t bytes;
    tr_buf page_bytes;
    bool is_registered;
    bool is_stopped;
    browser_numbers *numbers; // of one that counts; NULL: it does not
};

// Takes everything that has arrived.
void browser_take(browser *self);

#endif
