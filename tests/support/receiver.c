#include "tests/support/receiver.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/gateway/raw_browser.h"

const char *received_header(const received *self, const char *name)
{
    static char value[1024];
    char wanted[64];
    snprintf(wanted, sizeof wanted, "\r\n%s: ", name);
    const char *at = strcasestr(self->head, wanted);
    snprintf(value, sizeof value, "%.*s", at != NULL ? (int)strcspn(at + strlen(wanted), "\r") : 0,
             at != NULL ? at + strlen(wanted) : "");
    return value;
}

int receiver_begin(const char *method, const char *url, const char *more, received *out)
{
    char head[4096];
    int peer = raw_dial();
    ck_assert_int_ge(peer, 0);
    int length = snprintf(head, sizeof head, "%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\n%s\r\n", method,
                          url, more);
    raw_put(peer, head, (size_t)length);
    *out = (received){.is_pattern = true};
    snprintf(out->head, sizeof out->head, "%s", raw_take_head(peer));
    out->status = raw_status_of(out->head);
    return peer;
}

static void look_at(received *io, const unsigned char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        uint64_t at = io->size + i;
        if (bytes[i] != at % 251)
            io->is_pattern = false;
        if (at + 1 < sizeof io->body)
            io->body[at] = (char)bytes[i];
    }
    io->size += size;
}

// Fewer than `size`: the connection has ended.
static uint64_t take_bytes(int peer, uint64_t size, received *io)
{
    unsigned char bytes[65536];
    uint64_t taken = 0;
    while (taken < size) {
        uint64_t left = size - taken;
        ssize_t got = recv(peer, bytes, left < sizeof bytes ? left : sizeof bytes, 0);
        if (got <= 0)
            break;
        look_at(io, bytes, (size_t)got);
        taken += (uint64_t)got;
    }
    return taken;
}

// The head of the next chunk; below zero: the connection has ended.
static long take_chunk_head(int peer)
{
    char line[32];
    size_t size = 0;
    while (size < 2 || memcmp(line + size - 2, "\r\n", 2) != 0) {
        ck_assert_uint_lt(size, sizeof line - 1);
        if (recv(peer, line + size, 1, 0) != 1)
            return -1;
        size++;
    }
    line[size] = '\0';
    return strtol(line, NULL, 16);
}

static void take_chunks(int peer, received *io)
{
    char end[2];
    for (long size; (size = take_chunk_head(peer)) >= 0;) {
        if (size != 0 && take_bytes(peer, (uint64_t)size, io) < (uint64_t)size)
            return;
        raw_take(peer, end, sizeof end);
        ck_assert_mem_eq(end, "\r\n", 2);
        io->is_whole = size == 0;
        if (size == 0)
            return;
    }
}

void receiver_take(int peer, uint64_t limit, received *io)
{
    if (strcmp(received_header(io, "transfer-encoding"), "chunked") == 0) {
        take_chunks(peer, io);
    } else {
        uint64_t size = strtoull(received_header(io, "content-length"), NULL, 10);
        uint64_t wanted = size < limit ? size : limit;
        io->is_whole = take_bytes(peer, wanted, io) == size;
    }
    close(peer);
}

received receiver_ask(const char *method, const char *url, const char *more)
{
    received answer;
    int peer = receiver_begin(method, url, more, &answer);
    if (strcmp(method, "HEAD") == 0)
        close(peer);
    else
        receiver_take(peer, UINT64_MAX, &answer);
    return answer;
}

received receiver_get(const char *url, const char *more)
{
    return receiver_ask("GET", url, more);
}
