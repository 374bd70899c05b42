#ifndef TESTS_SUPPORT_NAMER_H
#define TESTS_SUPPORT_NAMER_H

// An actor that has names and looks names up, and keeps what it was told.
//
// Thread: a test's.

#include "tests/support/place.h"
#include "troupe/actors/names.h"

typedef struct namer {
    script script;
    tr_system *system;
    unsigned core;
    // Guarded by the tallies: read them after having waited.
    int64_t status; // of the last name_registered or name_found
    tr_address who; // of the last name_found or name_lost
    uint64_t sum;   // of the probes' numbers, each times ten plus the next: their order
    tally registered;
    tally lost;
    tally found;
    tally probes;
} namer;

void namer_init(namer *self);
void namer_spawn(namer *self, tr_system *system, unsigned core);

// The result of tr_name_register.
int namer_register(namer *self, const char *name, enum tr_name_scope scope);
int namer_unregister(namer *self, const char *name, enum tr_name_scope scope);

// Registers and waits for the answer.
int64_t namer_gets(namer *self, const char *name, enum tr_name_scope scope);

// Looks up and waits for the answer; *out_who may be NULL.
int64_t namer_finds(namer *self, const char *name, enum tr_name_scope scope, tr_address *out_who);

// Looks up until it finds this, or the test fails. TR_NOWHERE: nobody.
void namer_eventually_finds(namer *self, const char *name, enum tr_name_scope scope,
                            tr_address who);

// Sends probes numbered first .. last by name; each must be accepted.
void namer_sends(namer *self, const char *name, enum tr_name_scope scope, unsigned first,
                 unsigned last);

void namer_fails(namer *self, int64_t reason);

#endif
