#ifndef TR_TESTING_RECORDED_PAGE_H
#define TR_TESTING_RECORDED_PAGE_H

// A page that is recorded: as its browser has it, and how its packets read as steps.
//
// Thread: one. Owns: its copy of the page.

#include "sdk/tree/tree.h"
#include "testing/client_model.h"
#include "testing/recording.h"
#include "testing/seen.h"
#include "wire/flet.h"

// A method that the app has called, until it is answered.
typedef struct tr_recorded_call {
    struct tr_recorded_call *next;
    char id[64];
    char name[64];
    bool is_secret;
} tr_recorded_call;

// How often a method was answered with nothing before it was answered with something.
typedef struct tr_recorded_method {
    struct tr_recorded_method *next;
    char name[64];
    unsigned nothings;
    bool is_written;
} tr_recorded_method;

typedef struct tr_recorded_page {
    unsigned number; // from 1
    bool is_open;
    bool is_lost;        // a packet did not fit
    uint64_t connection; // 0: it has none now
    char session[64];
    uint64_t document;
    uint32_t taken; // from the browser: the last packet's number
    uint32_t given; // to it
    cm_client model;
    tr_shown shown;          // as it was written last
    char *pushed;            // the address that the app has the browser go to
    tr_recorded_call *calls; // at most 256
    unsigned call_count;
    tr_recorded_method *methods;
} tr_recorded_page;

// A browser is there: `whole` is the packet that answers its registration, `own` what it said of itself.
void tr_recorded_page_begin(tr_recorded_page *self, const char *session, uint64_t document,
                            tr_slice own, tr_slice whole);

// A packet to the browser. False: it did not fit, for the first time.
bool tr_recorded_page_take(tr_recorded_page *self, int64_t action, const cm_value *body,
                           const void *bytes, size_t size);

// Each appends a step's line; false: there is nothing to say.
void tr_recorded_page_say_open(tr_slice own, tr_secrets *secrets, tr_buf *line);
bool tr_recorded_page_say_event(tr_recorded_page *self, const tr_flet_packet *packet,
                                tr_secrets *secrets, tr_buf *line);
bool tr_recorded_page_say_answer(tr_recorded_page *self, const tr_flet_packet *packet,
                                 tr_secrets *secrets, tr_buf *line);

// A value as JSON, in which secrets are hidden; `is_secret`: all of its texts are.
void tr_recorded_put_value(tr_slice value, tr_secrets *secrets, bool is_secret, tr_buf *out);

// The data of an event or properties, in which controls are named and secrets are hidden.
void tr_recorded_page_put_json(const tr_recorded_page *self, tr_slice value, tr_secrets *secrets,
                               tr_buf *out);

void tr_recorded_page_done(tr_recorded_page *self);

#endif
