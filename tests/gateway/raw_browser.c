#include "raw_browser.h"

#include <arpa/inet.h>
#include <check.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "raw_tls.h"

enum { WAIT_S = 60, RECEIVE_BUFFER_BYTES = 65536, SLOW_BUFFER_BYTES = 2048 };

unsigned raw_port;
bool raw_may_be_closed;
bool raw_is_encrypted;

static int dial(int buffer)
{
    int peer = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ck_assert_int_ge(peer, 0);
    setsockopt(peer, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
    struct timeval wait = {.tv_sec = WAIT_S};
    setsockopt(peer, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
    setsockopt(peer, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait);
    struct sockaddr_in place = {.sin_family = AF_INET,
                                .sin_port = htons((uint16_t)raw_port),
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (connect(peer, (struct sockaddr *)&place, sizeof place) != 0) {
        close(peer);
        return -1;
    }
    if (raw_is_encrypted)
        raw_tls_shake_hands(peer);
    return peer;
}

static ssize_t put_some(int peer, const void *bytes, size_t size)
{
    return raw_is_encrypted ? raw_tls_send(peer, bytes, size)
                            : send(peer, bytes, size, MSG_NOSIGNAL);
}

// A test that is stopped and goes on has its wait interrupted, as SO_RCVTIMEO is set.
static ssize_t take_some(int peer, void *bytes, size_t size)
{
    ssize_t got;
    do
        got = raw_is_encrypted ? raw_tls_recv(peer, bytes, size) : recv(peer, bytes, size, 0);
    while (got < 0 && errno == EINTR);
    return got;
}

int raw_dial(void)
{
    return dial(RECEIVE_BUFFER_BYTES);
}

int raw_dial_slow(void)
{
    return dial(SLOW_BUFFER_BYTES);
}

void raw_put(int peer, const void *bytes, size_t size)
{
    const char *at = bytes;
    while (size != 0) {
        ssize_t sent = put_some(peer, at, size);
        if (sent < 0 && raw_may_be_closed && (errno == EPIPE || errno == ECONNRESET))
            return;
        ck_assert_msg(sent > 0, "send: %s", strerror(errno));
        at += sent;
        size -= (size_t)sent;
    }
}

void raw_take(int peer, void *bytes, size_t size)
{
    char *at = bytes;
    while (size != 0) {
        ssize_t got = take_some(peer, at, size);
        ck_assert_msg(got > 0, "recv: %s", got == 0 ? "closed" : strerror(errno));
        at += got;
        size -= (size_t)got;
    }
}

// The answer's head, up to and with the empty line.
char *raw_take_head(int peer)
{
    static char head[8192];
    size_t size = 0;
    while (size < 4 || memcmp(head + size - 4, "\r\n\r\n", 4) != 0) {
        ck_assert_uint_lt(size + 1, sizeof head);
        raw_take(peer, head + size, 1);
        size++;
    }
    head[size] = '\0';
    return head;
}

unsigned raw_status_of(const char *head)
{
    ck_assert_msg(strncmp(head, "HTTP/1.", 7) == 0, "%s", head);
    return (unsigned)strtoul(head + 9, NULL, 10);
}

unsigned raw_handshake(int peer, const char *path, const char *more)
{
    char request[8192];
    int size = snprintf(request, sizeof request,
                        "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nUpgrade: websocket\r\n"
                        "Connection: keep-alive, Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n%s\r\n",
                        path, raw_port, more);
    raw_put(peer, request, (size_t)size);
    return raw_status_of(raw_take_head(peer));
}

void raw_put_frame(int peer, unsigned head, const void *bytes, size_t size)
{
    static const unsigned char mask[4] = {0x12, 0x34, 0x56, 0x78};
    unsigned char *frame = tr_alloc(14 + size);
    size_t at = 0;
    frame[at++] = (unsigned char)head;
    if (size < 126) {
        frame[at++] = (unsigned char)(0x80 | size);
    } else {
        frame[at++] = 0x80 | 127;
        for (int shift = 56; shift >= 0; shift -= 8)
            frame[at++] = (unsigned char)((uint64_t)size >> shift);
    }
    memcpy(frame + at, mask, 4);
    at += 4;
    for (size_t i = 0; i < size; i++)
        frame[at++] = ((const unsigned char *)bytes)[i] ^ mask[i % 4];
    raw_put(peer, frame, at);
    tr_free(frame);
}

void raw_put_buf(int peer, tr_buf *packet)
{
    raw_put_frame(peer, RAW_FIN | RAW_BINARY, packet->data, packet->size);
    tr_buf_done(packet);
}

raw_message raw_take_message(int peer)
{
    raw_message message = {0};
    for (bool is_last = false; !is_last;) {
        unsigned char head[10];
        raw_take(peer, head, 2);
        is_last = (head[0] & RAW_FIN) != 0;
        if ((head[0] & 0x0f) != RAW_CONTINUATION)
            message.opcode = head[0] & 0x0fu;
        size_t size = head[1] & 0x7fu;
        ck_assert_uint_eq(head[1] & 0x80u, 0);
        unsigned more = size == 126 ? 2 : size == 127 ? 8 : 0;
        raw_take(peer, head + 2, more);
        if (more != 0)
            size = 0;
        for (unsigned i = 0; i < more; i++)
            size = size << 8 | head[2 + i];
        message.bytes = tr_realloc(message.bytes, message.size + size + 1);
        raw_take(peer, message.bytes + message.size, size);
        message.size += size;
    }
    return message;
}

void raw_expect_message(int peer, const void *bytes, size_t size)
{
    raw_message message = raw_take_message(peer);
    ck_assert_uint_eq(message.opcode, RAW_BINARY);
    ck_assert_uint_eq(message.size, size);
    ck_assert_mem_eq(message.bytes, bytes, size);
    tr_free(message.bytes);
}

void raw_expect_end(int peer)
{
    char byte;
    ssize_t got = take_some(peer, &byte, 1);
    ck_assert_msg(got == 0 || (got < 0 && errno == ECONNRESET), "not closed: %zd", got);
    close(peer);
}

void raw_expect_close(int peer, unsigned code)
{
    raw_message message = raw_take_message(peer);
    ck_assert_uint_eq(message.opcode, RAW_CLOSE);
    ck_assert_uint_ge(message.size, 2);
    ck_assert_uint_eq((unsigned)message.bytes[0] << 8 | message.bytes[1], code);
    raw_put_frame(peer, RAW_FIN | RAW_CLOSE, message.bytes, 2);
    tr_free(message.bytes);
    raw_expect_end(peer);
}
