#include "gateway/proxy_header.h"

#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "troupe/err.h"

// -- version 2 (proxy-protocol.txt section 2.2) --

enum {
    SIGNATURE_BYTES = 12,
    FIXED_BYTES = 16,
    VERSION_2 = 2,
    COMMAND_LOCAL = 0,
    COMMAND_PROXY = 1,
    FAMILY_INET = 1,
    FAMILY_INET6 = 2,
    FAMILY_UNIX = 3,
    TRANSPORT_DATAGRAM = 2,
    INET_BYTES = 12, // two addresses and two ports
    INET6_BYTES = 36,
    UNIX_BYTES = 216
};

static const unsigned char signature[SIGNATURE_BYTES] = {0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d,
                                                         0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a};

// A client without an address that we know: nobody's, which no list of trusted proxies has, and which
// has limits (RFC 4291 section 2.5.2, RFC 6890: the unspecified address).
static void set_unknown(tr_proxy_header *out)
{
    out->has_address = true;
    snprintf(out->ip, sizeof out->ip, "0.0.0.0");
}

// The sender's address is the first of the block. That of a unix socket says nothing of where a
// client is.
static int read_block(unsigned family, const unsigned char *block, size_t size,
                      tr_proxy_header *out)
{
    static const size_t needed[] = {0, INET_BYTES, INET6_BYTES, UNIX_BYTES};
    if (family > FAMILY_UNIX || size < needed[family])
        return TR_EMALFORMED;
    set_unknown(out);
    if (family == FAMILY_INET || family == FAMILY_INET6)
        (void)inet_ntop(family == FAMILY_INET ? AF_INET : AF_INET6, block, out->ip, sizeof out->ip);
    return 1;
}

static int read_binary(const unsigned char *bytes, size_t size, tr_proxy_header *out)
{
    if (size < FIXED_BYTES)
        return 0;
    unsigned command = bytes[12] & 0x0fu;
    size_t length = (size_t)bytes[14] << 8 | bytes[15];
    if (bytes[12] >> 4 != VERSION_2 || command > COMMAND_PROXY ||
        (bytes[13] & 0x0fu) > TRANSPORT_DATAGRAM || length > TR_PROXY_HEADER_BYTES - FIXED_BYTES)
        return TR_EMALFORMED;
    if (size < FIXED_BYTES + length)
        return 0;
    out->size = FIXED_BYTES + length;
    return command == COMMAND_LOCAL ? 1
                                    : read_block(bytes[13] >> 4, bytes + FIXED_BYTES, length, out);
}

// -- version 1 (section 2.1) --

static bool take_word(tr_slice *rest, tr_slice *out)
{
    const char *blank = rest->size != 0 ? memchr(rest->data, ' ', rest->size) : NULL;
    uint32_t size = blank != NULL ? (uint32_t)(blank - rest->data) : rest->size;
    *out = (tr_slice){rest->data, size};
    uint32_t skip = size + (blank != NULL);
    *rest = (tr_slice){rest->data + skip, rest->size - skip};
    return size != 0;
}

static bool is_address(int family, tr_slice text, char *out)
{
    unsigned char bytes[16];
    if (text.size >= TR_CLIENT_IP_CAP_BYTES || memchr(text.data, '\0', text.size) != NULL)
        return false;
    memcpy(out, text.data, text.size);
    out[text.size] = '\0';
    return inet_pton(family, out, bytes) == 1;
}

static bool is_port(tr_slice text)
{
    uint64_t number;
    return tr_digits_parse(text, &number) && number <= UINT16_MAX;
}

// "TCP4 192.0.2.1 198.51.100.1 40000 443"
static int read_words(tr_slice rest, tr_proxy_header *out)
{
    tr_slice words[5];
    char other[TR_CLIENT_IP_CAP_BYTES];
    bool is_whole = take_word(&rest, &words[0]);
    if (is_whole && tr_slice_is(words[0], "UNKNOWN")) {
        set_unknown(out);
        return 1; // whatever follows
    }
    for (unsigned i = 1; i < 5; i++)
        is_whole = is_whole && take_word(&rest, &words[i]);
    if (!is_whole || rest.size != 0)
        return TR_EMALFORMED;
    bool is_six = tr_slice_is(words[0], "TCP6");
    int family = is_six ? AF_INET6 : AF_INET;
    if ((!is_six && !tr_slice_is(words[0], "TCP4")) || !is_address(family, words[1], out->ip) ||
        !is_address(family, words[2], other) || !is_port(words[3]) || !is_port(words[4]))
        return TR_EMALFORMED;
    out->has_address = true;
    return 1;
}

static int read_line(const char *bytes, size_t size, tr_proxy_header *out)
{
    static const char start[] = "PROXY ";
    enum { START_BYTES = sizeof start - 1 };
    size_t known = size < START_BYTES ? size : START_BYTES;
    size_t within = size < TR_PROXY_HEADER_LINE_BYTES ? size : TR_PROXY_HEADER_LINE_BYTES;
    if (memcmp(bytes, start, known) != 0)
        return TR_EMALFORMED;
    const char *end = memchr(bytes, '\n', within);
    if (end == NULL)
        return size < TR_PROXY_HEADER_LINE_BYTES ? 0 : TR_EMALFORMED;
    if (end[-1] != '\r' || end - bytes < START_BYTES + 1)
        return TR_EMALFORMED;
    out->size = (size_t)(end - bytes) + 1;
    return read_words((tr_slice){bytes + START_BYTES, (uint32_t)(out->size - START_BYTES - 2)},
                      out);
}

int tr_proxy_header_read(const void *bytes, size_t size, tr_proxy_header *out)
{
    if (size == 0)
        return 0;
    *out = (tr_proxy_header){0};
    size_t known = size < SIGNATURE_BYTES ? size : SIGNATURE_BYTES;
    if (memcmp(bytes, signature, known) == 0)
        return read_binary(bytes, size, out);
    return read_line(bytes, size, out);
}
