#ifndef TR_TESTS_GOLDEN_TALK_H
#define TR_TESTS_GOLDEN_TALK_H

// One conversation under way: the session in its lab, what the two clients hold (ours and the one
// of the recording), and what happened on the server.
//
// Thread: the runner's; ops that change the page run on the core thread while the runner waits.

#include "sdk/session/session_record.h"
#include "testing/lab.h"
#include "tests/golden/compare.h"
#include "tests/golden/view.h"
#include "troupe/pages/event.h"

enum { TALK_NAMES_CAP = 1024 };

// The effects on the server side, to be held against the recording's notes.
enum talk_effect_kind { EFFECT_HANDLER, EFFECT_RETURNED, EFFECT_RAISED, EFFECT_VALUE };

typedef struct talk_effect {
    struct talk_effect *next;
    enum talk_effect_kind kind;
    char name[128];   // event, or what was read
    uint32_t control; // handler
    tr_kind_id class; // of that control
    uint32_t view;    // handler of an event that names a route: the view that has it
    cm_value *data;   // handler, returned, value
    char error[256];  // raised
} talk_effect;

// A handler that an app of the recording attached: a list of ops.
typedef struct talk_handler {
    tr_handler handler; // first: the session's numbers
    struct talk_handler *next;
    struct talk *run;
    json_t *ops;
} talk_handler;

typedef struct talk {
    lab *lab;
    void (*run_ops)(struct talk *self, tr_session *session, const json_t *ops); // of a handler
    const json_t *client_page; // the client's account of itself, if the file does not say otherwise
    compare compare;
    cm_client ours;
    cm_client recorded;
    struct {
        const char *name;
        uint32_t id;
    } names[TALK_NAMES_CAP];
    unsigned name_count;
    const json_t *messages; // the recording's
    size_t at;              // the next of them
    tr_buf *packets;        // of our session
    unsigned packet_count;
    unsigned next; // of them, not yet looked at
    tr_buf *calls; // our method calls that the client has not answered, oldest first
    unsigned call_count;
    talk_effect *effects; // oldest first
    talk_handler *handlers;
    json_t *main_ops; // to be run while the page is built
    int counted;      // by the component
    json_t *kept;     // specifications made on the way
    size_t our_bytes;
    size_t recorded_bytes;
    tr_buf why; // not empty: it failed
} talk;

// Notes a failure; only the first one counts. Returns false.
bool talk_fail(talk *self, const char *format, ...) __attribute__((format(printf, 2, 3)));

static inline bool talk_failed(const talk *self)
{
    return self->why.size != 0;
}

talk_effect *talk_add_effect(talk *self, enum talk_effect_kind kind, const char *name);

// The number of a control by its name in the ops ("page": the page); 0 when unknown.
uint32_t talk_find(const talk *self, const char *name);
void talk_name(talk *self, const char *name, uint32_t id);

#endif
