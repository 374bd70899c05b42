#ifndef TR_TESTS_GATEWAY_RAW_BROWSER_H
#define TR_TESTS_GATEWAY_RAW_BROWSER_H

// A browser's end of HTTP and WebSocket, byte by byte and blocking, so that a test can send what no
// library would. Fails the test when something does not come within ten seconds.

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

extern unsigned raw_port;      // where everything below connects to
extern bool raw_may_be_closed; // sending to a server that has closed is no failure then
extern bool raw_is_encrypted;  // see raw_tls.h

// Heads of frames: FIN or not, and what they carry.
enum {
    RAW_FIN = 0x80,
    RAW_CONTINUATION = 0,
    RAW_TEXT = 1,
    RAW_BINARY = 2,
    RAW_CLOSE = 8,
    RAW_PING = 9,
    RAW_PONG = 10
};

typedef struct raw_message {
    unsigned opcode;
    size_t size;
    unsigned char *bytes; // the caller's
} raw_message;

// -1 when nobody listens. Small receive buffers, so that a slow reader is noticed soon.
int raw_dial(void);
// Its kernel takes so little that the server cannot send it all of a large answer.
int raw_dial_slow(void);
void raw_put(int peer, const void *bytes, size_t size);
void raw_take(int peer, void *bytes, size_t size);

// The next answer's head, up to and with the empty line; good until the next call.
char *raw_take_head(int peer);
unsigned raw_status_of(const char *head);

// Asks for a WebSocket with further header lines; returns the status.
unsigned raw_handshake(int peer, const char *path, const char *more);

// One masked frame; the packet is freed.
void raw_put_frame(int peer, unsigned head, const void *bytes, size_t size);
void raw_put_buf(int peer, tr_buf *packet);

// The next message, fragments joined.
raw_message raw_take_message(int peer);
void raw_expect_message(int peer, const void *bytes, size_t size);

// The socket ends; closes ours.
void raw_expect_end(int peer);

// The server closes with this code; we answer as a browser does, and the socket ends.
void raw_expect_close(int peer, unsigned code);

#endif
