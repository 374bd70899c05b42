#ifndef TR_ACTORS_SYSTEM_DESCRIPTORS_H
#define TR_ACTORS_SYSTEM_DESCRIPTORS_H

// The number of ZeroMQ sockets and of file descriptors that a system needs when everything that its
// options allow is in use: every core thread talks to every other, every pool is full. Connections
// from outside (browsers, links to other processes) are not counted.
//
// Thread: any.

#include "troupe/actors/system.h"

// One for each of the sockets, and what the loops have.
unsigned tr_descriptors_needed(unsigned core_count, const tr_pool_options *pool);

// The cap for the process's ZeroMQ context: those, and links to other processes.
unsigned tr_descriptors_sockets(unsigned core_count, const tr_pool_options *pool);

// Raises the process's limit on open files to what is needed. TR_ESYSTEM, with a line in the log:
// the hard limit is lower, or ZeroMQ can have no context with so many sockets.
int tr_descriptors_reserve(unsigned core_count, const tr_pool_options *pool)
    __attribute__((warn_unused_result));

#endif
