#ifndef TR_GATEWAY_ADMIN_VISIT_H
#define TR_GATEWAY_ADMIN_VISIT_H

// A connection to the admin listener until its first request is there: looked at without being read, as
// gateway/accept_filter.h does for everybody else, so that what libwebsockets would close without a word
// (headers that are too large, what is no HTTP) is answered.
//
// Thread: the admin server's. Owns: itself, and the socket until that is handed on.

#include <ev.h>

typedef struct tr_admin_visit tr_admin_visit;

// The head of a request is whole: the socket is the callee's, and the visit is over.
typedef void tr_admin_arrived(void *arg, int socket);
// It has gone, or was answered: socket and visit are over.
typedef void tr_admin_left(void *arg);

tr_admin_visit *tr_admin_visit_begin(struct ev_loop *loop, int socket, unsigned deadline_s,
                                     tr_admin_arrived *arrived, tr_admin_left *left, void *arg);

// Closes it, without a word to anybody.
void tr_admin_visit_cut(tr_admin_visit *self);

#endif
