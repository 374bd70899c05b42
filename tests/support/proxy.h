#ifndef TESTS_SUPPORT_PROXY_H
#define TESTS_SUPPORT_PROXY_H

// A network to cut: a proxy on a TCP port of 127.0.0.1. While a direction is cut its bytes go nowhere, and
// nobody is told: connections stay open, as behind a pulled cable.
//
// Thread: the test's; the proxy has one of its own. Owns: its sockets.

#include "wire/limits.h"

typedef struct proxy proxy;

enum proxy_direction { PROXY_THERE = 1, PROXY_BACK = 2 }; // as seen from who dials

// Towards tcp://127.0.0.1:PORT, or a unix socket: ipc:///PATH, ipc://@NAME (an abstract one).
proxy *proxy_start(const char *target);
// At that path, where nothing is yet, in place of a port. The socket's file stays.
proxy *proxy_start_at(const char *path, const char *target);
void proxy_stop(proxy **self);

const char *proxy_endpoint(const proxy *self);
// New connections lead there: to another TCP port.
void proxy_aim(proxy *self, const char *target);
// A set of directions; 0 heals.
void proxy_cut(proxy *self, unsigned directions);
// From who dials each connection carries so many bytes a second; 0: all there are.
void proxy_slow(proxy *self, unsigned bytes_a_second);

#endif
