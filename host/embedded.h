#ifndef TR_HOST_EMBEDDED_H
#define TR_HOST_EMBEDDED_H

// An app inside a server of somebody else's, on the app's side: what tr_run asks of the server on the thread
// that runs a program for one (host/embed.c).
//
// Thread: the program's; what the lock guards, the server's, too.

#include <pthread.h>

#include "base/lock.h"
#include "host/process.h"
#include "troupe/embed.h"

enum tr_embed_state { TR_EMBED_STARTING, TR_EMBED_SERVING, TR_EMBED_ENDED };

struct tr_embed {
    pthread_t thread;
    pid_t process_id;
    const tr_app *app;
    int (*main)(int argc, char **argv);
    int argc;
    char **argv;  // owned, texts too
    tr_lock lock; // guards what follows
    pthread_cond_t changed;
    enum tr_embed_state state;
    bool is_stop_wanted;
    tr_process *process; // while it serves
    int exit_code;
    char why[TR_EMBED_WHY_CAP_BYTES];
};

// NULL: this thread runs a program of its own.
tr_embed *tr_embed_here(void);
void tr_embed_here_set(tr_embed *self);

void tr_embed_state_set(tr_embed *self, enum tr_embed_state state, tr_process *process);

// The settings make sense for it; TR_EINVALID and one line in `error`.
int tr_embed_check(const tr_options *options, tr_buf *error) __attribute__((warn_unused_result));

// Why the app will not serve, for the server.
void tr_embed_complain(tr_embed *self, const char *text);

// Takes requests for the process until tr_embed_stop. `look` is called several times a second.
void tr_embed_serve(tr_embed *self, tr_process *process, void (*look)(void *arg), void *arg);

#endif
