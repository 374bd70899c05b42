#ifndef TR_GATEWAY_FD_STATE_H
#define TR_GATEWAY_FD_STATE_H

// What a connection's socket is, when it wakes the loop, and how it ends, for those who look at its
// bytes before libwebsockets does.
//
// Thread: any. Owns: nothing.

#include <stdbool.h>
#include <stddef.h>

// Has its sender closed, at least for sending? Data that is not read yet hides that from a peek.
bool tr_fd_has_ended(int socket);

// Has it closed for both ways, or is the connection broken?
bool tr_fd_is_gone(int socket);

// Is it a unix socket? Poll does not heed SO_RCVLOWAT there: it wakes for the first byte.
bool tr_fd_is_local(int socket);

// The last that is said: what of the text can be sent at once, and the end. Closed behind it, a client
// that still sends would lose the answer.
void tr_fd_say_last(int socket, const char *text, size_t size);

// Reads and drops what has come, 16 KiB at most. False: the connection has ended.
bool tr_fd_drop_bytes(int socket);

// From now on poll wakes once so many bytes are there (SO_RCVLOWAT).
void tr_fd_wake_for(int socket, int bytes);

#endif
