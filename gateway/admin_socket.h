#ifndef TR_GATEWAY_ADMIN_SOCKET_H
#define TR_GATEWAY_ADMIN_SOCKET_H

// Where operators' programs ask.
//
// Thread: any.

#include <stdbool.h>

// A socket that listens at that address, the caller's to close; -1: it cannot be, and why is in the log.
// `out_is_loopback`: only this machine reaches it.
int tr_admin_socket_open(const char *host, unsigned port, bool *out_is_loopback);

#endif
