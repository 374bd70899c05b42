#ifndef TR_GATEWAY_EDGE_H
#define TR_GATEWAY_EDGE_H

// The rim towards libwebsockets, which only edge*.c know: one context per core thread on the core's
// own libev loop. Sockets are accepted by the listener and adopted here.
//
// libwebsockets' timers misfire under its libev plugin (they are served when something else wakes
// its loop). Time-outs that we leave to them are coarse (headers and keep-alive, of 5 s and more),
// so a kick every TR_EDGE_KICK_MS serves them, and only while there are sockets: without one no
// timer is armed.
//
// Thread: the gateway's core thread. Owns: the context and all sockets.

#include <stdbool.h>

#include "gateway/arrival.h"
#include "gateway/edge_options.h"
#include "gateway/outbox.h"

#define TR_EDGE_KICK_MS 500u

typedef struct tr_edge tr_edge;

// Options are copied. TR_ESYSTEM when libwebsockets cannot start (its libev plugin is missing, for
// one).
int tr_edge_open(const tr_edge_options *options, tr_edge **out) __attribute__((warn_unused_result));

// Closes every socket (each tells its browser) and frees the context.
void tr_edge_close(tr_edge **self);

// Held while a context of libwebsockets is made or freed: that touches what a process has once.
struct tr_lock *tr_edge_making(void);

// Takes over an accepted connection, also on failure.
void tr_edge_adopt(tr_edge *self, const tr_arrival *arrival);

tr_edge_counts tr_edge_counts_get(const tr_edge *self);

// On the socket of a browser. None of them calls back into it.
void tr_socket_read(tr_socket *self, bool is_wanted);
// 0: out; 1: kept, out when `writable` comes; TR_EGONE.
int tr_socket_send(tr_socket *self, const tr_outbox_piece *piece);
void tr_socket_ping(tr_socket *self);
// With a close frame.
void tr_socket_close(tr_socket *self, unsigned code, const char *reason);

// Says so in a close frame, sends nothing any more, and receives until the browser's comes; that
// closes it. `reason` is borrowed for ever.
void tr_socket_leave(tr_socket *self, unsigned code, const char *reason);
// Without one, soon.
void tr_socket_cut(tr_socket *self);
// An upload's answer: sent soon, and nothing more is called for the upload.
void tr_socket_answer(tr_socket *self, const tr_upload_reply *reply);
// A download's: its head, or a refusal, which is all of it then; pieces, each lent until it has been
// sent; the end; or a connection that is closed before the end. Only the piece is followed by a call.
void tr_socket_download_head(tr_socket *self, const tr_download_reply *reply);
void tr_socket_download_send(tr_socket *self, tr_slice piece);
void tr_socket_download_end(tr_socket *self);
void tr_socket_download_cut(tr_socket *self);
// The answer to a browser that is back from a provider: likewise. Takes its location over.
void tr_socket_answer_oauth(tr_socket *self, const tr_oauth_reply *reply);

// What the page says that it asked for, lent for the call; NULL: it goes out without that.
typedef struct tr_painted tr_painted;
void tr_socket_paint(tr_socket *self, const tr_painted *painted);
// What is silent for a good reason is not closed by libwebsockets; to be repeated within 10 s.
void tr_socket_keep(tr_socket *self);
// The browser's actor is gone before its socket: nobody is told any more.
void tr_socket_forget(tr_socket *self);

#endif
