#ifndef TR_GATEWAY_ADMIN_SERVER_H
#define TR_GATEWAY_ADMIN_SERVER_H

// A small HTTP server on a thread and a port of its own, for operators: so it answers while core
// threads are kept by code of the app, and in processes that serve no browsers. Its answers are
// made by one function, one after the other; a client that is slow holds nobody up.
//
// Thread: started and stopped by main; `answer` runs on the server's. Owns: the thread, its sockets.

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "troupe/slice.h"

typedef struct tr_admin_server tr_admin_server;

// Texts are lent for the call.
typedef struct tr_admin_request {
    bool is_put; // or else GET or HEAD: others are refused before
    tr_slice path;
    tr_slice query; // behind the `?`; empty: none
} tr_admin_request;

typedef struct tr_admin_answer {
    unsigned status;
    const char *type; // static text
    tr_buf body;      // the server frees it
} tr_admin_answer;

typedef void tr_admin_function(void *arg, const tr_admin_request *request, tr_admin_answer *out);

// `host` is an address or a name, port 0 any that is free. TR_EINVALID: it cannot be bound (the log
// says why); TR_ESYSTEM.
int tr_admin_server_start(const char *host, unsigned port, tr_admin_function *answer, void *arg,
                          tr_admin_server **out) __attribute__((warn_unused_result));

unsigned tr_admin_server_port(const tr_admin_server *self);

// Waits for an answer that is being made. NULL inside is fine.
void tr_admin_server_stop(tr_admin_server **self);

#endif
