#ifndef TR_DESK_CHILD_H
#define TR_DESK_CHILD_H

// A program that was started, what it prints, and its end.
//
// Thread: main. Owns: the process, which is told to end when this one does (PR_SET_PDEATHSIG), and its pipes.

#include <ev.h>
#include <stdbool.h>
#include <sys/types.h>

#include "base/buf.h"

typedef struct tr_child tr_child;

// A stream of its, standard output or error.
typedef struct tr_child_stream {
    tr_child *child;
    void (*on_line)(tr_child *child, const char *line);
    ev_io pipe;
    tr_buf said; // of a line that is not whole yet
} tr_child_stream;

struct tr_child {
    pid_t pid;  // 0: does not run
    int status; // of waitpid, once it has ended
    bool has_ended;
    void (*on_line)(tr_child *self, const char *line);  // without its end
    void (*on_error)(tr_child *self, const char *line); // of standard error; NULL: it is ours
    void (*on_end)(tr_child *self);                     // after its last line
    void *arg;
    struct ev_loop *loop;
    ev_child process;
    tr_child_stream streams[2];
};

// `argv` ends with NULL. 0, or TR_ESYSTEM when it cannot be started.
int tr_child_start(tr_child *self, struct ev_loop *loop, const char *const *argv);

void tr_child_signal(const tr_child *self, int signal);

// "exit code 3", "SIGSEGV (Segmentation fault)"; in a buffer of this function's.
const char *tr_child_end_text(const tr_child *self);

// Frees what is left of one that does not run.
void tr_child_done(tr_child *self);

#endif
