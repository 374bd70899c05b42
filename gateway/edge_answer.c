// The edge's answers: their heads, and short bodies.

#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "gateway/edge_socket.h"
#include "gateway/http.h"
#include "wire/header_text.h"
#include "wire/limits.h"
#include "wire/reader.h"

enum { HEAD_CAP_BYTES = 4096, QUERY_CAP_BYTES = 1024, SHORT_CAP_BYTES = 1536 };

typedef struct head_writer {
    struct lws *wsi;
    unsigned char *start;
    unsigned char *at;
    unsigned char *end;
    bool failed;
} head_writer;

static void add(head_writer *self, const char *name, const char *value)
{
    if (value != NULL && lws_add_http_header_by_name(self->wsi, (const unsigned char *)name,
                                                     (const unsigned char *)value,
                                                     (int)strlen(value), &self->at, self->end) != 0)
        self->failed = true;
}

static void add_ranges(head_writer *self, const tr_http_answer *answer)
{
    char text[80];
    add(self, "accept-ranges:", answer->has_ranges ? "bytes" : NULL);
    if (answer->status == 206)
        snprintf(text, sizeof text, "bytes %zu-%zu/%zu", answer->first,
                 answer->first + answer->body_size - 1, answer->file_size);
    else
        snprintf(text, sizeof text, "bytes */%zu", answer->file_size);
    if (answer->status == 206 || answer->status == 416)
        add(self, "content-range:", text);
}

// To the page's address with its slash. The query was decoded, and may be anything.
static void add_location(head_writer *self, const char *mount)
{
    static const char safe[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~=&+/:,;@";
    char text[TR_MOUNT_CAP_BYTES + QUERY_CAP_BYTES + 2];
    char part[QUERY_CAP_BYTES];
    size_t size = (size_t)snprintf(text, sizeof text, "%s/", mount);
    size_t bare = size;
    for (int i = 0;
         lws_hdr_copy_fragment(self->wsi, part, sizeof part, WSI_TOKEN_HTTP_URI_ARGS, i) >= 0;
         i++) {
        size_t length = strlen(part);
        bool is_safe = strspn(part, safe) == length && size + length + 2 <= sizeof text;
        if (!is_safe) {
            text[bare] = '\0'; // the whole of it, or nothing
            break;
        }
        size += (size_t)snprintf(text + size, sizeof text - size, "%c%s", i == 0 ? '?' : '&', part);
    }
    add(self, "location:", text);
}

static void add_own(head_writer *self, tr_slice headers)
{
    tr_reader in = tr_reader_of(headers);
    for (uint32_t left = headers.size != 0 ? tr_reader_array(&in) : 0; left >= 2; left -= 2) {
        char name[TR_HEADER_NAME_CAP_BYTES + 2];
        tr_slice text = tr_reader_text(&in);
        tr_slice value = tr_reader_text(&in);
        // The process that answers has looked at them; this one believes no other.
        if (!tr_header_name_is(text) || text.size > TR_HEADER_NAME_CAP_BYTES ||
            !tr_header_value_is(value))
            continue;
        snprintf(name, sizeof name, "%.*s:", (int)text.size, text.data);
        if (lws_add_http_header_by_name(self->wsi, (const unsigned char *)name,
                                        (const unsigned char *)value.data, (int)value.size,
                                        &self->at, self->end) != 0)
            self->failed = true;
    }
}

static bool has_own(tr_slice headers, const char *name)
{
    tr_reader in = tr_reader_of(headers);
    for (uint32_t left = headers.size != 0 ? tr_reader_array(&in) : 0; left >= 2; left -= 2) {
        tr_slice text = tr_reader_text(&in);
        (void)tr_reader_text(&in);
        if (tr_slice_is(text, name))
            return true;
    }
    return false;
}

// A policy of its own: browsers hold a page to all of them.
static void add_ancestors(head_writer *self, const char *origins)
{
    char text[TR_POLICY_SOURCES_CAP_BYTES + 32];
    snprintf(text, sizeof text, "frame-ancestors %s", origins != NULL ? origins : "'self'");
    add(self, "content-security-policy:", text);
}

static void add_number(head_writer *self, const char *name, uint64_t number)
{
    char text[24];
    snprintf(text, sizeof text, "%llu", (unsigned long long)number);
    add(self, name, text);
}

// Of tus 1.0.
static void add_upload(head_writer *self, const tr_upload_exchange *exchange)
{
    const tr_upload_reply *reply = &exchange->reply;
    add(self, "tus-resumable:", TR_TUS_VERSION);
    if (reply->status == 412)
        add(self, "tus-version:", TR_TUS_VERSION);
    if (reply->has_offset) {
        add_number(self, "upload-offset:", reply->offset);
        add_number(self, "upload-length:", reply->length);
    }
}

int tr_edge_write_head(const tr_edge *edge, struct lws *wsi, const tr_http_answer *answer)
{
    unsigned char buffer[LWS_PRE + HEAD_CAP_BYTES];
    head_writer head = {.wsi = wsi,
                        .start = buffer + LWS_PRE,
                        .at = buffer + LWS_PRE,
                        .end = buffer + sizeof buffer - 1};
    if (lws_add_http_header_status(wsi, answer->status, &head.at, head.end) != 0)
        return -1;
    // Ours, and not that of the request (RFC 9110 section 2.5), which libwebsockets does not know yet where it is
    // asked for an upgrade.
    memcpy(head.start, "HTTP/1.1", 8);
    if (answer->status != 304 && answer->status != 204) {
        add(&head, "content-type:", answer->content_type);
        add(&head, "content-disposition:", answer->disposition);
        add(&head, "transfer-encoding:", answer->is_chunked ? "chunked" : NULL);
        if (!answer->has_no_length &&
            lws_add_http_header_content_length(wsi, answer->body_size, &head.at, head.end) != 0)
            return -1;
    }
    add(&head, "content-encoding:", answer->is_gzip ? "gzip" : NULL);
    add(&head, "vary:", answer->varies_by_encoding ? "accept-encoding" : NULL);
    add_own(&head, answer->headers);
    add(&head,
        "cache-control:", has_own(answer->headers, "cache-control") ? NULL : answer->cache_control);
    add(&head, "etag:", answer->etag[0] != '\0' ? answer->etag : NULL);
    add(&head, "allow:",
        answer->allow != NULL   ? answer->allow
        : answer->status == 405 ? "GET, HEAD"
                                : NULL);
    add_ranges(&head, answer);
    add(&head, "location:", answer->location);
    add(&head, "set-cookie:", answer->cookie);
    if (answer->upload != NULL)
        add_upload(&head, answer->upload);
    if (answer->status == 307)
        add_location(&head, edge->options.site.mount);
    if (answer->status == 426) {
        add(&head, "upgrade:", "websocket");
        add(&head, "sec-websocket-version:", TR_WEBSOCKET_VERSION);
    }
    bool is_last = answer->is_last || tr_edge_is_old(wsi);
    add(&head, "connection:", answer->status == 426 ? "upgrade" : is_last ? "close" : NULL);
    add(&head, "x-content-type-options:", "nosniff");
    add(&head, "referrer-policy:", "same-origin");
    char hsts[32];
    snprintf(hsts, sizeof hsts, "max-age=%u", edge->options.hsts_s);
    add(&head, "strict-transport-security:", edge->options.hsts_s != 0 ? hsts : NULL);
    const tr_http_site *site = &edge->options.site;
    const char *policy = answer->policy != NULL ? answer->policy : site->content_security_policy;
    if (answer->is_page || answer->policy != NULL)
        add(&head,
            "content-security-policy:", policy != NULL ? policy : TR_HTTP_CONTENT_SECURITY_POLICY);
    if (answer->is_page)
        add_ancestors(&head, site->frame_ancestors);
    // Of a worker's script, too, not of pages alone. A page that opens a window to sign in keeps it,
    // and what that window comes back to (a page with a policy of its own) has none, to close itself.
    bool is_own_page = answer->is_page && answer->policy == NULL;
    add(&head, "cross-origin-opener-policy:",
        site->is_isolated ? "same-origin"
        : is_own_page     ? "same-origin-allow-popups"
                          : NULL);
    add(&head, "cross-origin-embedder-policy:", site->is_isolated ? "require-corp" : NULL);
    if (head.failed)
        return -1;
    return lws_finalize_write_http_header(wsi, head.start, &head.at, head.end) != 0 ? -1 : 0;
}

// Head and body in one go, for bodies that do not outlive the call.
int tr_edge_write_short(const tr_edge *edge, struct lws *wsi, const tr_http_answer *answer)
{
    unsigned char buffer[LWS_PRE + SHORT_CAP_BYTES];
    size_t size = answer->body_size < SHORT_CAP_BYTES ? answer->body_size : SHORT_CAP_BYTES;
    if (tr_edge_write_head(edge, wsi, answer) < 0)
        return -1;
    memcpy(buffer + LWS_PRE, answer->body, size);
    return lws_write(wsi, buffer + LWS_PRE, size, LWS_WRITE_HTTP_FINAL) < (int)size ? -1 : 0;
}

int tr_edge_answer_upload(const tr_edge *edge, struct lws *wsi, const tr_upload_exchange *exchange,
                          bool is_last)
{
    const tr_upload_reply *reply = &exchange->reply;
    tr_buf url = {0};
    tr_http_answer answer = {.status = reply->status,
                             .content_type = "text/plain; charset=utf-8",
                             .cache_control = "no-store",
                             .body = (const unsigned char *)reply->text,
                             .body_size = strlen(reply->text),
                             .upload = exchange->is_resumable ? exchange : NULL,
                             .is_last = is_last};
    if (reply->is_created) {
        tr_upload_url_write(&exchange->grant, &edge->options.uploads, &url);
        answer.location = tr_buf_text(&url);
    }
    bool has_body = !exchange->is_head && answer.body_size != 0;
    int result =
        has_body ? tr_edge_write_short(edge, wsi, &answer) : tr_edge_write_head(edge, wsi, &answer);
    tr_buf_done(&url);
    return result;
}

// Without the space behind it (RFC 9110 section 5.5).
tr_slice tr_edge_header(struct lws *wsi, enum lws_token_indexes token, char *out, size_t cap)
{
    int size = lws_hdr_copy(wsi, out, (int)cap, token);
    while (size > 0 && (out[size - 1] == ' ' || out[size - 1] == '\t'))
        size--;
    return (tr_slice){out, size > 0 ? (uint32_t)size : 0};
}

bool tr_edge_is_old(struct lws *wsi)
{
    char version[16];
    return tr_slice_is(tr_edge_header(wsi, WSI_TOKEN_HTTP, version, sizeof version), "HTTP/1.0");
}

int tr_edge_invite_body(struct lws *wsi)
{
    static const char text[] = "HTTP/1.1 100 Continue\r\n\r\n";
    unsigned char bytes[LWS_PRE + sizeof text];
    char expectation[32];
    if (tr_edge_is_old(wsi) ||
        !tr_slice_is_caseless(
            tr_edge_header(wsi, WSI_TOKEN_HTTP_EXPECT, expectation, sizeof expectation),
            "100-continue"))
        return 0;
    int size = (int)sizeof text - 1;
    memcpy(bytes + LWS_PRE, text, (size_t)size);
    return lws_write(wsi, bytes + LWS_PRE, (size_t)size, LWS_WRITE_HTTP) < size ? -1 : 0;
}
