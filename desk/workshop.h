#ifndef TR_DESK_WORKSHOP_H
#define TR_DESK_WORKSHOP_H

// Where `troupe dev` builds: a folder of its own with a makefile, which compiles what changed and links a program.
// Each program that came out keeps a name of its own while it may run.
//
// Thread: main. Owns: the folder, which is removed in the end.

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

enum { TR_WORKSHOP_SOURCES_CAP = 256, TR_WORKSHOP_PATH_CAP = 512 };

typedef struct tr_workshop {
    char folder[TR_WORKSHOP_PATH_CAP];
    char *sources[TR_WORKSHOP_SOURCES_CAP];
    unsigned source_count;
    char *tests[TR_WORKSHOP_SOURCES_CAP]; // sources of tests
    unsigned test_count;
    unsigned programs;    // that came out so far
    struct timespec made; // when the latest was linked
    bool is_release;      // optimised, without sanitizers
    const char *command;  // "dev", as the author said it
} tr_workshop;

// The C and C++ files of an app: those that are named, or else all of this folder and the ones below it, without
// tests (test_*). 0, or an error that was printed: several of them have a main, too.
int tr_workshop_choose(tr_workshop *self, char *const *names, unsigned count);

// Is that the name of a C or C++ file?
bool tr_workshop_is_source(const char *name);

// A test of the app, each a program of its own. 0, or an error that was printed.
int tr_workshop_add_test(tr_workshop *self, const char *path);

// Makes the folder and its makefile. 0, or an error that was printed.
int tr_workshop_open(tr_workshop *self);

// The same for tests: programs test-0, test-1 … with the app, and, where it replays, replay, which is the app with
// recordings as its arguments (tr_test_run).
int tr_workshop_open_tests(tr_workshop *self, bool replays);

// The command that builds; NULL-terminated, valid as long as the workshop.
const char *const *tr_workshop_command(tr_workshop *self);

// After the command: 1: another program came out (`programs`); 0: nothing had changed; or TR_ESYSTEM.
int tr_workshop_take(tr_workshop *self);

// Where the program of that number is.
void tr_workshop_program(const tr_workshop *self, unsigned number, char *out, size_t cap);

// Calls `each` with the folders that the program's sources lie in; those of the system are left out.
void tr_workshop_folders(const tr_workshop *self, void (*each)(void *arg, const char *folder),
                         void *arg);

void tr_workshop_close(tr_workshop *self);

#endif
