#ifndef TESTS_CHAOS_VISITOR_H
#define TESTS_CHAOS_VISITOR_H

// A person with Troupe's client, for whom nothing waits: clicks all the time, also while there is no
// connection, comes back as client/src/core/connection.ts does, and counts what came of each click.
//
// Thread: the test's. Owns: its tab.

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "tests/support/browser.h"

enum { VISITOR_SAID_CAP = 64 };

// What must not be. Each is counted once for each time that it happens.
typedef struct visitor_faults {
    unsigned pages_lost;   // another session, or one that is for good somebody else's
    unsigned lost;         // increments that never came
    unsigned doubled;      // increments too many
    unsigned taken_back;   // a number that was shown, and then a smaller one
    unsigned never_served; // did not answer within the time that a test gives it
} visitor_faults;

// Where a visitor may go: the ports that a balancer would offer now.
typedef struct visitor_doors {
    unsigned ports[8];
    unsigned count;
} visitor_doors;

struct visitor;

// What people do at an app, and how it is counted.
typedef struct visitor_app {
    const char *name;
    const char *program;                    // NULL: the test app
    const char *sign;                       // a control that its page has
    bool (*act)(struct visitor *self);      // does one thing; false: it cannot just now
    unsigned (*look)(struct visitor *self); // how many of all that it did the page shows
} visitor_app;
// Of any app that counts clicks on "add" in "count".
bool visitor_adds(struct visitor *self);
unsigned visitor_sees_count(struct visitor *self);
extern const visitor_app visitor_counts; // clicks on a counter, also while nothing is answered
extern const visitor_app visitor_lists;  // adds things to a list and deletes them, one at a time

typedef struct visitor {
    const visitor_app *app;
    browser *tab;
    unsigned index;
    unsigned added; // of one that lists; so is the next
    unsigned deleted;
    bool must_stay;   // what was shown
    char session[65]; // "": none yet
    bool has_come;    // has had its page
    unsigned clicks;
    unsigned shown;
    unsigned packets;
    unsigned attempt;  // as in connection.ts; so are the next five, in milliseconds of the clock
    uint64_t come_at;  // 0: it has a line
    uint64_t begun_at; // of this line
    uint64_t ready_at; // 0: this line has no page yet
    uint64_t heard_at;
    uint64_t asked_at;
    uint64_t click_at;   // the next one
    unsigned owed;       // the first click behind a fault; 0: none, or it is answered
    uint64_t owed_since; // the fault
    uint64_t owed_click; // when that was made
    bool is_touched;     // its line broke meanwhile
    visitor_faults faults;
    char said[VISITOR_SAID_CAP][96]; // the last lines of what happened to it
    unsigned said_count;
} visitor;

void visitor_begin(visitor *self, const visitor_app *app, unsigned index);
void visitor_end(visitor *self);

// Does what it would do by now. `clicks_each_ms`: on average; 0: it does not click.
void visitor_turn(visitor *self, const visitor_doors *doors, unsigned clicks_each_ms);

// Something was broken just now: the next click is to be answered. False: one already is.
bool visitor_expects(visitor *self);
// Milliseconds from the fault until its answer, once; 0: not yet, or said already.
uint64_t visitor_answered(visitor *self);

// Every click is shown, and known to be safe.
bool visitor_is_settled(visitor *self);
// It should be by now; what is not is counted.
void visitor_must_be_settled(visitor *self);

void visitor_print(const visitor *self, FILE *out);

// Numbers of the seed.
void chaos_seed(uint64_t seed);
unsigned chaos_below(unsigned bound);

#endif
