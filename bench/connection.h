// One simulated browser: TCP, WebSocket handshake, registration, then events out and answers in.
// It knows how many of its events are answered, not when they should be sent: that is load.c.
//
// Echo server: nothing to register; an answer is every `reply_bytes` bytes. App: an answer is one
// step of the number on the page, so that a patch which covers several clicks counts as several.
//
// Thread: one for all connections of a world. Owns: its socket, page and buffers.
#ifndef BENCH_CONNECTION_H
#define BENCH_CONNECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "load_options.h"
#include "page_model.h"
#include "websocket.h"

enum { CONNECTION_READ_BYTES = 256 << 10, CONNECTION_HEAD_MAX = 2048 };

// State that the connections of one run share.
struct connection_world {
    const struct load_options *options;
    int epoll_fd;
    uint8_t *read_buffer;   // CONNECTION_READ_BYTES
    uint64_t replies;       // data messages received after registration
    uint64_t reply_bytes;   // their payload
    uint64_t request_bytes; // payload of the events sent
    uint64_t requests;
    char error[256]; // why a function returned -1
};

enum connection_state {
    CONNECTION_CLOSED,
    CONNECTION_WAITING, // was told to come again; restart at retry_at_ns
    CONNECTION_CONNECTING,
    CONNECTION_HANDSHAKING,
    CONNECTION_REGISTERING,
    CONNECTION_READY,
};

struct connection {
    int fd;
    enum connection_state state;
    bool is_watching_write;
    uint64_t started_ns; // first attempt
    uint64_t retry_at_ns;
    unsigned retries;
    char *head; // handshake answer so far; NULL outside the handshake
    size_t head_len;
    struct ws_reader reader;
    struct page_model *page; // NULL for an echo, or when it is no longer needed
    uint8_t *out;            // handshake, registration, pongs
    size_t out_len, out_cap;
    uint8_t *event; // the frame of one event; all are the same
    size_t event_len, event_payload_len;
    size_t event_offset; // bytes of the current one already written
    uint64_t unsent;     // events to write
    uint64_t sent;       // events given to connection_send
    uint64_t answered;
    int64_t base;         // the number on the page before the first event
    int step;             // +1 or -1 once the first answer told which; before, 0
    uint64_t reply_bytes; // echo: all payload so far
};

uint64_t monotonic_ns(void);

// Begins to open a session. 0, or -1 with the reason in the world.
int connection_start(struct connection *self, struct connection_world *world, uint64_t now_ns);

// Reads and writes what epoll reported. 0, or -1 with the reason in the world.
int connection_on_ready(struct connection *self, struct connection_world *world, uint32_t events);

// Queues `count` events and writes them in as few system calls as possible. 0 or -1.
int connection_send(struct connection *self, struct connection_world *world, unsigned count);

// Drops the page: later answers are not understood any more, only pings. For idle sessions.
void connection_forget_page(struct connection *self);

// Closes with a TCP reset, so that thousands of ports are not left waiting. Ready for a new start.
void connection_reset(struct connection *self);

#endif
