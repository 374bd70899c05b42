#ifndef TESTS_SUPPORT_PEER_H
#define TESTS_SUPPORT_PEER_H

// A process of actors without the web, started for a test. Its first core thread's actor, the mate,
// monitors whoever sends it a probe, and from then on sends that one a probe every PEER_BEAT_MS; the
// numbers count up. When it is told `down` it stops sending and prints a line with the time. A probe
// of PEER_BLOCK keeps its core thread until peer_release; one with a payload is answered by
// PEER_WEIGHED and its bytes. The second core thread's actor, the echo,
// sends back every probe that it gets.
//
// Thread: the test's. Owns: the process, ended by the kernel should the test die first.

#include <stdint.h>
#include <sys/types.h>

#include "troupe/actors/address.h"
#include "wire/limits.h"

enum { PEER_BEAT_MS = 20, PEER_BLOCK = 1000000, PEER_WEIGHED = 1000000000 };

typedef struct peer {
    pid_t pid; // 0: none
    int out;
    tr_address mate;
    tr_address echo;
    char echo_endpoint[TR_ENDPOINT_CAP_BYTES];
    char endpoint[TR_ENDPOINT_CAP_BYTES];
    char trunk[TR_ENDPOINT_CAP_BYTES]; // of both, by one connection
} peer;

// The program of the process. `bus` as in tr_system_options.
int peer_main(const char *bus);

void peer_start(peer *self, const char *bus);
// When (monotonic clock) the mate was next told `down`. Fails the test after its deadline.
uint64_t peer_down_ms(peer *self);
void peer_release(const peer *self);
void peer_kill(peer *self);

#endif
