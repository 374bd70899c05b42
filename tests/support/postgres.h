#ifndef TESTS_SUPPORT_POSTGRES_H
#define TESTS_SUPPORT_POSTGRES_H

// A PostgreSQL server of a test's own: in a temporary folder, on a unix socket only, as the user
// postgres when the test is root.
//
// Thread: a test's. Owns: the server, its folder.

#include <stdbool.h>
#include <sys/types.h>

typedef struct postgres {
    char folder[64];
    pid_t pid; // of the postmaster; 0: not running
} postgres;

// False: PostgreSQL is not installed.
bool postgres_is_there(void);

void postgres_up(postgres *self);
void postgres_down(postgres *self); // ends it and removes its folder

// The server's process: stops and starts again, on what it wrote.
void postgres_stop(postgres *self, const char *mode); // pg_ctl's: fast, immediate
void postgres_start(postgres *self);

// A second server that follows `primary`, which from here on calls nothing committed that this one
// does not have on its disk (synchronous replication). It takes no writes until it is promoted.
void postgres_follow(postgres *self, const postgres *primary);
void postgres_promote(postgres *self);
// SIGKILL, for each of its processes.
void postgres_kill(postgres *self);

// A path that its clients connect to.
const char *postgres_socket(const postgres *self);

// Its URL, for a user of it. Good until the next call.
const char *postgres_url(const postgres *self, const char *user);

// Of two, one of which takes writes.
const char *postgres_pair_url(const postgres *one, const postgres *other, const char *user);

// Runs SQL as its owner, and fails the test when the server does not like it.
void postgres_run(const postgres *self, const char *sql);
bool postgres_try(const postgres *self, const char *sql); // false: it does not like it

#endif
