#include "gateway/first_bytes.h"

#include <stdio.h>
#include <string.h>

#include "gateway/head_judge.h"
#include "wire/limits.h"

enum { METHOD_CAP_BYTES = 16 };

bool tr_first_has_head(const char *bytes, size_t size)
{
    for (const char *at = bytes; (at = memchr(at, '\n', size - (size_t)(at - bytes))) != NULL;
         at++) {
        size_t left = size - (size_t)(at + 1 - bytes);
        if ((left >= 1 && at[1] == '\n') || (left >= 2 && at[1] == '\r' && at[2] == '\n'))
            return true;
    }
    return false;
}

static bool is_known_method(const char *bytes, size_t size)
{
    static const char *const known[] = {
        "GET ",   "HEAD ",   "POST ",    "PUT ",
        "PATCH ", "DELETE ", "OPTIONS /"}; // "OPTIONS *" is none that libwebsockets knows
    for (unsigned i = 0; i < sizeof known / sizeof *known; i++) {
        size_t length = strlen(known[i]);
        if (memcmp(bytes, known[i], size < length ? size : length) == 0)
            return true;
    }
    return false;
}

// A method is capital letters (RFC 9110 section 9.1 allows more, which nobody has).
static bool looks_like_http(const char *bytes, size_t size)
{
    size_t at = 0;
    while (at < size && at < METHOD_CAP_BYTES && bytes[at] >= 'A' && bytes[at] <= 'Z')
        at++;
    return at == size || (at > 0 && bytes[at] == ' ');
}

const tr_first_refusal *tr_first_judge_http(const char *bytes, size_t size)
{
    static const tr_first_refusal no_http = {400, "Bad Request", "This is no HTTP request.\n"};
    static const tr_first_refusal no_method = {
        405, "Method Not Allowed", "This server answers GET and HEAD here, and no other method.\n"};
    static const tr_first_refusal too_large = {
        431, "Request Header Fields Too Large",
        "The headers of this request are larger than the 16 KiB that are taken here.\n"};
    if (!looks_like_http(bytes, size))
        return &no_http;
    if (!is_known_method(bytes, size))
        return &no_method;
    size_t looked_at = size < TR_HTTP_HEAD_CAP_BYTES ? size : TR_HTTP_HEAD_CAP_BYTES;
    if (tr_first_has_head(bytes, looked_at))
        return tr_head_judge(bytes, looked_at);
    return size > TR_HTTP_HEAD_CAP_BYTES ? &too_large : tr_head_judge_part(bytes, size);
}

size_t tr_first_refusal_write(const tr_first_refusal *why, char out[TR_FIRST_ANSWER_CAP_BYTES])
{
    int size = snprintf(out, TR_FIRST_ANSWER_CAP_BYTES,
                        "HTTP/1.1 %u %s\r\nserver: troupe\r\ncontent-type: text/plain; "
                        "charset=utf-8\r\ncontent-length: %zu\r\n%sconnection: close\r\n\r\n%s",
                        why->status, why->phrase, strlen(why->text),
                        why->status == 405 ? "allow: GET, HEAD\r\n" : "", why->text);
    return (size_t)size;
}

// A record of TLS with a handshake: type, version, length.
enum { RECORD_HEAD_BYTES = 5, RECORD_HANDSHAKE = 22, RECORD_CAP_BYTES = 16384 };

static bool looks_like_tls(const char *bytes, size_t size)
{
    return size == 0 || bytes[0] == RECORD_HANDSHAKE;
}

bool tr_first_has_hello(const char *bytes, size_t size)
{
    if (size < RECORD_HEAD_BYTES)
        return false;
    size_t length = (size_t)(unsigned char)bytes[3] << 8 | (unsigned char)bytes[4];
    return length > RECORD_CAP_BYTES || size >= RECORD_HEAD_BYTES + length ||
           size > TR_HTTP_HEAD_CAP_BYTES;
}

const tr_first_refusal *tr_first_judge_tls(const char *bytes, size_t size)
{
    static const tr_first_refusal plain = {400, "Bad Request",
                                           "TLS is spoken here: use https://\n"};
    return looks_like_tls(bytes, size) ? NULL : &plain;
}
