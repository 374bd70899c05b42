#include "gateway/exchange_head.h"

#include <string.h>

#include "base/mem.h"
#include "base/number.h"
#include "wire/header_text.h"

static bool is_target(tr_slice text)
{
    for (uint32_t i = 0; i < text.size; i++)
        if (text.data[i] <= ' ' || text.data[i] > '~')
            return false;
    return text.size != 0 && text.data[0] == '/';
}

// Bytes beyond ASCII are let through, as browsers and proxies send some.
static bool is_value(tr_slice text)
{
    for (uint32_t i = 0; i < text.size; i++) {
        unsigned char c = (unsigned char)text.data[i];
        if ((c < ' ' && c != '\t') || c == 0x7f)
            return false;
    }
    return true;
}

// Of the connection with the browser, which ends in the embedding server.
static bool is_of_connection(tr_slice name)
{
    static const char *const names[] = {"connection",
                                        "keep-alive",
                                        "proxy-connection",
                                        "transfer-encoding",
                                        "content-length",
                                        "te",
                                        "trailer",
                                        "upgrade",
                                        "http2-settings",
                                        "expect",
                                        "sec-websocket-key",
                                        "sec-websocket-version",
                                        "sec-websocket-extensions"};
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
        if (tr_slice_is_caseless(name, names[i]))
            return true;
    return false;
}

static void put(tr_buf *out, tr_slice text)
{
    tr_buf_append(out, text.data, text.size);
}

static void put_body(const tr_embed_request *request, tr_buf *out)
{
    bool may_have_none =
        tr_slice_is(request->method, "GET") || tr_slice_is(request->method, "HEAD");
    if (request->body_size == TR_EMBED_BODY_UNKNOWN)
        tr_buf_printf(out, "transfer-encoding: chunked\r\n");
    else if (request->body_size != 0 || !may_have_none)
        tr_buf_printf(out, "content-length: %llu\r\n", (unsigned long long)request->body_size);
}

static void put_connection(const tr_embed_request *request, tr_buf *out)
{
    if (request->is_websocket) {
        // Nobody checks the answer to the key: both ends are in this process.
        tr_buf_printf(out,
                      "connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n"
                      "sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n");
        return;
    }
    put_body(request, out);
    tr_buf_printf(out, "connection: close\r\n\r\n");
}

int tr_exchange_head_write(const tr_embed_request *request, tr_buf *out)
{
    if (!tr_header_name_is(request->method) || !is_target(request->target))
        return TR_EINVALID;
    put(out, request->method);
    tr_buf_printf(out, " ");
    put(out, request->target);
    tr_buf_printf(out, " HTTP/1.1\r\n");
    for (size_t i = 0; i < request->header_count; i++) {
        const tr_embed_header *header = &request->headers[i];
        if (!tr_header_name_is(header->name) || !is_value(header->value))
            return TR_EINVALID;
        if (is_of_connection(header->name))
            continue;
        put(out, header->name);
        tr_buf_printf(out, ": ");
        put(out, header->value);
        tr_buf_printf(out, "\r\n");
    }
    put_connection(request, out);
    return 0;
}
