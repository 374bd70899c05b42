#ifndef TR_TESTS_SUPPORT_SENDER_H
#define TR_TESTS_SUPPORT_SENDER_H

// A page of tests/programs/uploader.c, and requests with files, byte by byte (raw_browser.h).

#include <stddef.h>

#include "tests/support/browser.h"

// The path of a URL for a file of that name; `button` is what is pressed ("Make"). Good until the
// next call.
const char *sender_url(browser *page, const char *button, const char *name);

// A whole request: the status. `more`: further header lines.
unsigned sender_put(const char *url, const char *more, const void *bytes, size_t size);
unsigned sender_request(const char *method, const char *url, const char *more, const void *bytes,
                        size_t size);

// One that says it has `size` bytes and has yet to send them.
int sender_begin(const char *url, size_t size);
unsigned sender_status(int peer);

// How many files are in the folder, or under way below it.
unsigned folder_count(const char *folder);
unsigned folder_incoming(const char *folder);
// Of a file in the folder; -1: there is none.
long folder_size(const char *folder, const char *name);

#endif
