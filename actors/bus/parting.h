#ifndef TR_ACTORS_BUS_PARTING_H
#define TR_ACTORS_BUS_PARTING_H

// Sockets of links whose peer's process has left or was given up. They stay open and idle for a while.
//
// A process that has said goodbye closes its inboxes, and libzmq 4.3 may abort it there: while an inbox
// is being closed, a connection that still brings something is no longer read, and where its other end
// hangs up meanwhile, the connection's next heartbeat fails an assertion (`!_io_error`). So whoever hears
// of a goodbye says its last word and then neither says more nor hangs up: the process that leaves does.
//
// Thread: the core thread's. Owns: the sockets.

#include <stdint.h>

enum {
    TR_PARTING_MS = 2000, // longer than a process needs to end behind its goodbye
    TR_PARTINGS_CAP = 64  // beyond, the one that waits longest is closed
};

typedef struct tr_partings {
    struct tr_parting {
        void *socket;
        uint64_t since_ms;
    } waiting[TR_PARTINGS_CAP]; // the one that waits longest first
    uint32_t count;
} tr_partings;

// Takes the socket. Its linger is set.
void tr_partings_add(tr_partings *self, void *socket, uint64_t now_ms);
// Twice a heartbeat: closes those whose other end has hung up, or whose time is over.
void tr_partings_tick(tr_partings *self, uint64_t now_ms);
void tr_partings_close(tr_partings *self);

#endif
