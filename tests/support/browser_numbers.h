#ifndef TR_TESTS_BROWSER_NUMBERS_H
#define TR_TESTS_BROWSER_NUMBERS_H

// The numbers of a headless browser that counts: what it keeps until it is safe.
//
// Thread: the test's. Owns: copies of the packets.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "troupe/slice.h"

typedef struct browser_numbers browser_numbers;

browser_numbers *browser_numbers_new(void);
void browser_numbers_free(browser_numbers **self);

// The entry of a page map.
void browser_numbers_write(const browser_numbers *self, tr_buf *out);

// A message of the server's: how many bytes of it are the head. All of them: it has no packet.
// Fails the test when a number is not the next.
size_t browser_numbers_take(browser_numbers *self, const uint8_t *bytes, size_t size);

// The body of the registration answer.
void browser_numbers_answered(browser_numbers *self, tr_slice body);

// Puts a head in front of a packet, and keeps it.
void browser_numbers_keep(browser_numbers *self, tr_buf *packet);

// The i-th that the session has not taken, with a head. False: there is none.
bool browser_numbers_kept(const browser_numbers *self, unsigned i, tr_buf *out);

unsigned browser_numbers_unsafe(const browser_numbers *self);

#endif
