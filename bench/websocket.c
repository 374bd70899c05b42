#include "websocket.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

// The sample nonce of RFC 6455 section 1.3 and its answer. The key only proves that the peer
// speaks WebSocket; a constant one keeps SHA-1 out of the client.
static const char client_key[] = "dGhlIHNhbXBsZSBub25jZQ==";
static const char expected_accept[] = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

const char *ws_more_headers = "";

int ws_request(char *out, size_t cap, const char *host, int port, const char *path)
{
    int len = snprintf(out, cap,
                       "GET %s HTTP/1.1\r\n"
                       "Host: %s:%d\r\n"
                       "Origin: http://%s:%d\r\n"
                       "User-Agent: bench-load\r\n"
                       "Upgrade: websocket\r\n"
                       "Connection: Upgrade\r\n"
                       "Sec-WebSocket-Key: %s\r\n"
                       "Sec-WebSocket-Version: 13\r\n%s\r\n",
                       path, host, port, host, port, client_key, ws_more_headers);
    return len >= 0 && (size_t)len < cap ? len : WS_E_TOO_LARGE;
}

static bool has_accept_header(const char *head, const char *end)
{
    static const char name[] = "\r\nSec-WebSocket-Accept:";
    size_t name_len = sizeof name - 1;
    for (const char *at = head; at + name_len < end; at++) {
        if (strncasecmp(at, name, name_len) != 0)
            continue;
        at += name_len;
        while (at < end && *at == ' ')
            at++;
        size_t value_len = sizeof expected_accept - 1;
        return (size_t)(end - at) >= value_len && memcmp(at, expected_accept, value_len) == 0;
    }
    return false;
}

ssize_t ws_read_answer(const char *data, size_t len, int *out_status)
{
    static const char start[] = "HTTP/1.1 ";
    size_t start_len = sizeof start - 1;
    if (memcmp(data, start, len < start_len ? len : start_len) != 0)
        return WS_E_PROTOCOL;
    const char *end = memmem(data, len, "\r\n\r\n", 4);
    if (end == NULL)
        return 0;
    if ((size_t)(end - data) < start_len + 3)
        return WS_E_PROTOCOL;
    int status = 0;
    for (const char *digit = data + start_len; digit < data + start_len + 3; digit++) {
        if (*digit < '0' || *digit > '9')
            return WS_E_PROTOCOL;
        status = status * 10 + (*digit - '0');
    }
    if (status == 101 && !has_accept_header(data, end))
        return WS_E_PROTOCOL;
    *out_status = status;
    return end + 4 - data;
}

size_t ws_client_frame(uint8_t *out, uint8_t opcode, const uint8_t mask[4], const void *payload,
                       size_t len)
{
    size_t at = 0;
    out[at++] = (uint8_t)(0x80 | opcode);
    unsigned length_bytes = len < 126 ? 0 : len <= UINT16_MAX ? 2 : 8;
    out[at++] = (uint8_t)(0x80 | (length_bytes == 0 ? len : length_bytes == 2 ? 126 : 127));
    for (unsigned left = length_bytes; left > 0; left--)
        out[at++] = (uint8_t)((uint64_t)len >> (8 * (left - 1)));
    memcpy(out + at, mask, 4);
    at += 4;
    const uint8_t *bytes = payload;
    for (size_t i = 0; i < len; i++)
        out[at + i] = bytes[i] ^ mask[i % 4];
    return at + len;
}

struct frame {
    bool is_last;
    uint8_t opcode;
    const uint8_t *payload;
    size_t payload_len;
    size_t total_len;
};

// 1: `out` is a whole frame; 0: more bytes are needed (out->total_len says how many in all, if
// that is known yet); WS_E_… on a broken one.
static int parse_frame(const uint8_t *data, size_t len, struct frame *out)
{
    out->total_len = 2;
    if (len < 2)
        return 0;
    bool has_reserved_bits = (data[0] & 0x70) != 0;
    bool is_masked = (data[1] & 0x80) != 0;
    if (has_reserved_bits || is_masked)
        return WS_E_PROTOCOL;
    out->is_last = (data[0] & 0x80) != 0;
    out->opcode = data[0] & 0x0f;
    uint64_t payload_len = data[1] & 0x7f;
    size_t head = 2;
    if (payload_len >= 126) {
        unsigned length_bytes = payload_len == 126 ? 2 : 8;
        head += length_bytes;
        out->total_len = head;
        if (len < head)
            return 0;
        payload_len = 0;
        for (size_t i = 2; i < head; i++)
            payload_len = payload_len << 8 | data[i];
    }
    bool is_control = (out->opcode & 0x8) != 0;
    if (is_control && (!out->is_last || payload_len > WS_CONTROL_MAX))
        return WS_E_PROTOCOL;
    if (payload_len > WS_MESSAGE_MAX)
        return WS_E_TOO_LARGE;
    out->payload = data + head;
    out->payload_len = (size_t)payload_len;
    out->total_len = head + (size_t)payload_len;
    return len >= out->total_len;
}

static int append(uint8_t **buffer, size_t *len, size_t *cap, const uint8_t *data, size_t more)
{
    if (*len + more > *cap) {
        size_t grown_cap = *cap == 0 ? 512 : *cap;
        while (grown_cap < *len + more)
            grown_cap *= 2;
        uint8_t *grown = realloc(*buffer, grown_cap);
        if (grown == NULL)
            return WS_E_NO_MEMORY;
        *buffer = grown;
        *cap = grown_cap;
    }
    if (more > 0)
        memcpy(*buffer + *len, data, more);
    *len += more;
    return 0;
}

static int take_fragment(struct ws_reader *self, const struct frame *frame,
                         ws_on_message *on_message, void *context)
{
    if (frame->opcode != WS_CONTINUATION)
        self->message_opcode = frame->opcode;
    if (self->message_len + frame->payload_len > WS_MESSAGE_MAX)
        return WS_E_TOO_LARGE;
    int err = append(&self->message, &self->message_len, &self->message_cap, frame->payload,
                     frame->payload_len);
    if (err != 0 || !frame->is_last)
        return err;
    uint8_t opcode = self->message_opcode;
    size_t len = self->message_len;
    self->message_opcode = 0;
    self->message_len = 0;
    return on_message(context, opcode, self->message, len);
}

static int take_frame(struct ws_reader *self, const struct frame *frame, ws_on_message *on_message,
                      void *context)
{
    bool in_message = self->message_opcode != 0;
    switch (frame->opcode) {
    case WS_CLOSE:
    case WS_PING:
    case WS_PONG:
        return on_message(context, frame->opcode, frame->payload, frame->payload_len);
    case WS_TEXT:
    case WS_BINARY:
        if (in_message)
            return WS_E_PROTOCOL;
        if (frame->is_last)
            return on_message(context, frame->opcode, frame->payload, frame->payload_len);
        return take_fragment(self, frame, on_message, context);
    case WS_CONTINUATION:
        return in_message ? take_fragment(self, frame, on_message, context) : WS_E_PROTOCOL;
    default:
        return WS_E_PROTOCOL;
    }
}

// Hands over all whole frames of `data`. 0 or an error; *out_used says how far it came.
static int take_whole_frames(struct ws_reader *self, const uint8_t *data, size_t len,
                             ws_on_message *on_message, void *context, size_t *out_used)
{
    size_t used = 0;
    int result = 0;
    while (result == 0) {
        struct frame frame;
        int is_whole = parse_frame(data + used, len - used, &frame);
        if (is_whole <= 0) {
            result = is_whole;
            break;
        }
        used += frame.total_len;
        result = take_frame(self, &frame, on_message, context);
    }
    *out_used = used;
    return result;
}

// Completes the frame whose beginning is held, taking from the new bytes no more than it needs, so
// that the bytes after it are again read in place.
static int complete_held(struct ws_reader *self, const uint8_t *data, size_t len,
                         ws_on_message *on_message, void *context, size_t *out_used)
{
    size_t used = 0;
    while (self->held_len > 0) {
        struct frame frame;
        int is_whole = parse_frame(self->held, self->held_len, &frame);
        if (is_whole < 0)
            return is_whole;
        if (is_whole) {
            self->held_len = 0;
            int result = take_frame(self, &frame, on_message, context);
            if (result != 0)
                return result;
            break;
        }
        size_t missing = frame.total_len - self->held_len;
        size_t taken = missing < len - used ? missing : len - used;
        if (taken == 0)
            break;
        int err = append(&self->held, &self->held_len, &self->held_cap, data + used, taken);
        if (err != 0)
            return err;
        used += taken;
    }
    *out_used = used;
    return 0;
}

int ws_reader_feed(struct ws_reader *self, const uint8_t *data, size_t len,
                   ws_on_message *on_message, void *context)
{
    size_t used = 0;
    int result = complete_held(self, data, len, on_message, context, &used);
    if (result != 0 || used == len)
        return result;
    size_t in_place = 0;
    result = take_whole_frames(self, data + used, len - used, on_message, context, &in_place);
    used += in_place;
    if (result != 0)
        return result;
    return append(&self->held, &self->held_len, &self->held_cap, data + used, len - used);
}

void ws_reader_done(struct ws_reader *self)
{
    free(self->held);
    free(self->message);
    *self = (struct ws_reader){0};
}
