// The client side of RFC 6455 over bytes that somebody else reads and writes: handshake text,
// masked frames out, messages in. Pure: no sockets, no clock. Not a server, no extensions, no TLS.
//
// Server data may arrive cut anywhere; a complete unfragmented message is handed over in place,
// without a copy, because that is every message of a normal run.
//
// Thread: one per reader. Owns: ws_reader owns its buffers.
#ifndef BENCH_WEBSOCKET_H
#define BENCH_WEBSOCKET_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum {
    WS_CONTINUATION = 0x0,
    WS_TEXT = 0x1,
    WS_BINARY = 0x2,
    WS_CLOSE = 0x8,
    WS_PING = 0x9,
    WS_PONG = 0xa,
};

enum {
    WS_FRAME_HEAD_MAX = 14,    // flags, length, 64-bit length, mask
    WS_CONTROL_MAX = 125,      // payload of ping, pong, close
    WS_MESSAGE_MAX = 16 << 20, // far above any page; a guard against nonsense lengths
};

enum {
    WS_E_PROTOCOL = -1,  // the server broke RFC 6455
    WS_E_TOO_LARGE = -2, // message above WS_MESSAGE_MAX
    WS_E_NO_MEMORY = -3,
};

// Writes the upgrade request, NUL-terminated. Its length, or WS_E_TOO_LARGE if `cap` is too small.
int ws_request(char *out, size_t cap, const char *host, int port, const char *path);

// Further lines of every handshake, each with its line end; for tests.
extern const char *ws_more_headers;

// Looks for the end of the server's answer in `data`. Bytes it takes; 0 while it is incomplete;
// WS_E_PROTOCOL if it is not HTTP, or says 101 without accepting this client's key.
ssize_t ws_read_answer(const char *data, size_t len, int *out_status);

// Writes one masked frame with FIN set; `out` must hold len + WS_FRAME_HEAD_MAX. Its length.
size_t ws_client_frame(uint8_t *out, uint8_t opcode, const uint8_t mask[4], const void *payload,
                       size_t len);

struct ws_reader {
    uint8_t *held; // the beginning of a frame whose rest has not arrived
    size_t held_len, held_cap;
    uint8_t *message; // the fragments so far of a fragmented message
    size_t message_len, message_cap;
    uint8_t message_opcode; // 0: no fragmented message in progress
};

// Called for each whole message and each control frame. `payload` is lent for the call. Anything
// but 0 stops the reader and is returned by ws_reader_feed.
typedef int ws_on_message(void *context, uint8_t opcode, const uint8_t *payload, size_t len);

// 0, a WS_E_… code, or what `on_message` returned. After anything but 0 only done is allowed.
int ws_reader_feed(struct ws_reader *self, const uint8_t *data, size_t len,
                   ws_on_message *on_message, void *context);

void ws_reader_done(struct ws_reader *self);

#endif
