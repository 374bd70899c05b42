// One browser page of a counter app, as far as a load client must know it: the tree of controls,
// kept up to date by the server's packets, and the answer to "which control takes the click, and
// which number does the page show?". Not a renderer; method calls, data channels and client-side
// updates are ignored.
//
// The whole tree is kept because a patch may address any control by a path from any other
// (docs: protocol section 7), and a path through a list means what stands there at that moment.
//
// Thread: one per model. Owns: its tree.
#ifndef BENCH_PAGE_MODEL_H
#define BENCH_PAGE_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PAGE_ID = 1 };

enum {
    PACKET_REFUSED = -2, // action 1 with an error: no session for now
    PACKET_BROKEN = -1,
    PACKET_IGNORED = 0,
    PACKET_REGISTERED = 1, // action 1: the page was replaced
    PACKET_PATCHED = 2,    // action 2: the page was changed
};

struct page_model;

// The controls of a counter app. Both are looked for generically, in document order: the first
// control that handles clicks and the first Text whose value is a whole number.
struct page_counter {
    int64_t button_id;
    int64_t text_id;
    int64_t value;
};

struct page_model *page_model_new(void);

// Takes NULL.
void page_model_free(struct page_model *self);

// Applies one WebSocket message. PACKET_BROKEN also if it reports a crash or addresses something
// the page does not have. After a negative answer page_model_error() says which.
int page_model_take_packet(struct page_model *self, const uint8_t *packet, size_t len);

const char *page_model_error(const struct page_model *self);

// False while the page has no such pair. Once found, the same two controls are read until one of
// them leaves the page.
bool page_model_counter(struct page_model *self, struct page_counter *out);

#endif
