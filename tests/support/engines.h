#ifndef TESTS_SUPPORT_ENGINES_H
#define TESTS_SUPPORT_ENGINES_H

// Each engine of stores, plain and encrypted: a test of what all promise is run for every way.
//
// Thread: a test's. Owns: a PostgreSQL server of the run, a folder of a test.

#include "tests/support/postgres.h"
#include "tests/support/teller.h"

enum { ENGINES_MEMORY, ENGINES_LMDB, ENGINES_POSTGRES, ENGINES_RANGES, ENGINES_KINDS };
enum { ENGINES_WAYS = 2 * ENGINES_KINDS };

// Fixtures, unchecked: a server is a process, and may be the parent's.
void engines_server_up(void);
void engines_server_down(void);
postgres *engines_server(void);

// A store with nothing in it.
void engines_up(int way, teller *out);
void engines_down(teller *self);

int engines_kind(int way);
const char *engines_url(int way); // good until the next call
const char *engines_path(void);   // of LMDB's file
const tr_record_keys *engines_keys(int way);

#endif
