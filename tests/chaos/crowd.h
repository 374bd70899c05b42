#ifndef TESTS_CHAOS_CROWD_H
#define TESTS_CHAOS_CROWD_H

// A cluster and the people at it: what chaos and the stories of single failures have in common.
//
// Thread: the test's. Owns: the cluster and the visitors.

#include "tests/chaos/cluster.h"
#include "tests/chaos/visitor.h"

enum { CROWD_CAP = 500, CROWD_DEADLINE_MS = 180000 };

// What is done to a cluster.
typedef struct fault {
    const char *name;
    enum part_role role;
    enum {
        KILL,
        KILL_ALL,
        STOP,
        DRAIN,
        CUT,
        CUT_STORE,
        CUT_BROKER,
        CUT_GATEWAY,
        RESTART_STORE
    } does;
    unsigned least_ms; // of being down, stopped or cut, and how much more it may be
    unsigned more_ms;
    unsigned times;
    unsigned touched; // visitors whose line broke
    unsigned count;   // who were answered
    unsigned *waits;  // of those, in milliseconds
} fault;

typedef struct crowd {
    cluster cluster;
    visitor all[CROWD_CAP];
    unsigned count;
    unsigned slow_ms;       // who waits longer is printed; 0: nobody
    fault *owed[CROWD_CAP]; // by visitor: what its next answer comes after; NULL: nothing yet
} crowd;

// All have their pages when it returns.
void crowd_begin(crowd *self, const visitor_app *app, const cluster_options *options,
                 unsigned count);
void crowd_end(crowd *self, bool keeps_logs);

void crowd_turn(crowd *self, unsigned clicks_each_ms);
// Until each of them has made so many more clicks than it had, on average.
void crowd_click(crowd *self, unsigned clicks, unsigned clicks_each_ms);
// Until one of those two parts of the cluster (the same, if there is one) has logged that text.
void crowd_until_logged(crowd *self, const part *one, const part *other, const char *text,
                        unsigned clicks_each_ms);
// Nobody clicks any more, and nothing breaks: everything that was clicked is to be there.
void crowd_settle(crowd *self);

// It is done just now: answers from here on are to clicks behind it.
void crowd_expect(crowd *self, fault *what);
// False: there is nobody to whom it could be done.
bool crowd_strike(crowd *self, fault *what);
void fault_print(fault *self);

// Of all of them; those to whom something happened that must not be are printed.
visitor_faults crowd_faults(const crowd *self);
unsigned crowd_clicks(const crowd *self);
// Settles; fails the test, in whose words `when` is, unless every click is there once and every page stayed.
void crowd_check(crowd *self, const char *when);
unsigned visitor_faults_sum(const visitor_faults *of);

#endif
