// Somebody else's libwebsockets server: a page of its own at /, and an app of Troupe below /shop. One thread and
// libwebsockets' own loop. For tests/stories/embed_lws.c and tests/e2e/embed.test.mjs, and to read (docs/embedding.md).
//
// An exchange's descriptor is one more of the loop's (a "raw file"). When it is readable, the connection that it
// belongs to is asked to write, and writes one event each time, as libwebsockets wants it.

#include <libwebsockets.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <troupe/embed.h>
#include <troupe/troupe.h>
#include <unistd.h>

enum { HEADERS_CAP = 64, TEXT_CAP_BYTES = 16384, TARGET_CAP_BYTES = 8192 };
enum { MESSAGE_CAP_BYTES = 300000 };

// -- the app --

TR_ASYNC(shop_add)
{
    double count = ui_get_number(ev, "count", "data", 0) + 1;
    ui_set_number(ev, "count", "data", count);
    ui_set_textf(ev, "count", "%.0f", count);
}
TR_HTTP_ASYNC(shop_length)
{
    size_t size;
    (void)tr_request_body(request, &size);
    tr_respond_text(request, 200, ui_format("%zu bytes from %s", size, tr_request_client(request)));
}
TR_HTTP_ASYNC(shop_large)
{
    static char bytes[2000000];
    memset(bytes, 's', sizeof bytes);
    tr_respond_bytes(request, 200, "application/octet-stream", bytes, sizeof bytes);
}

static void build(tr_page *page)
{
    ui_add(page, ui_text("0", .key = "count", .semantics_label = "count"));
    ui_add(page, ui_button("Add one", .on_click = shop_add));
}

static const tr_app shop = {
    .name = "Shop",
    .build = build,
    TR_HTTP_ROUTES(TR_HTTP("POST /length", shop_length, .body_max = 1000000),
                   TR_HTTP("GET /large", shop_large))};

// -- a connection that the app answers --

// In libwebsockets' memory of each connection. Zeroed where the app has nothing to do with it.
typedef struct visitor {
    struct lws *wsi;
    struct lws *descriptor; // of the exchange, in the loop
    tr_exchange *exchange;
    char *waiting; // of the request's body, that the app has no room for yet
    size_t waiting_size;
    char *message; // of a WebSocket, as far as it has come
    size_t message_size;
    bool is_last; // the connection ends with this answer
} visitor;

static tr_embed *embed;
static volatile sig_atomic_t is_ended;

static void forget_exchange(visitor *self)
{
    if (self->descriptor != NULL) {
        lws_set_opaque_user_data(self->descriptor, NULL);
        lws_set_timeout(self->descriptor, PENDING_TIMEOUT_KILLED_BY_PARENT, LWS_TO_KILL_ASYNC);
    }
    tr_exchange_free(&self->exchange);
    free(self->waiting);
    free(self->message);
    *self = (visitor){0};
}

typedef struct request_text {
    char headers[TEXT_CAP_BYTES];
    char target[TARGET_CAP_BYTES];
    size_t size;
    tr_embed_header list[HEADERS_CAP];
    size_t count;
} request_text;

static void add_header(request_text *self, const char *name, size_t name_size, int value_size)
{
    if (value_size <= 0 || self->count == HEADERS_CAP)
        return;
    self->list[self->count++] = (tr_embed_header){
        {name, (uint32_t)name_size}, {self->headers + self->size, (uint32_t)value_size}};
    self->size += (size_t)value_size;
}

// Those that libwebsockets knows, and what Troupe's client sends besides.
static void take_headers(struct lws *wsi, request_text *self)
{
    static const char *const others[] = {
        "upload-offset:", "upload-length:", "upload-metadata:", "tus-resumable:"};
    for (int token = 0; token < WSI_TOKEN_COUNT; token++) {
        const char *name = (const char *)lws_token_to_string((enum lws_token_indexes)token);
        size_t size = name != NULL ? strlen(name) : 0;
        if (size < 2 || name[size - 1] != ':')
            continue;
        int room = (int)(sizeof self->headers - self->size);
        add_header(
            self, name, size - 1,
            lws_hdr_copy(wsi, self->headers + self->size, room, (enum lws_token_indexes)token));
    }
    for (unsigned i = 0; i < sizeof others / sizeof *others; i++) {
        int room = (int)(sizeof self->headers - self->size);
        add_header(self, others[i], strlen(others[i]) - 1,
                   lws_hdr_custom_copy(wsi, self->headers + self->size, room, others[i],
                                       (int)strlen(others[i])));
    }
}

// libwebsockets has decoded path and query.
static size_t put_encoded(char *out, size_t room, const char *text, const char *safe)
{
    size_t size = 0;
    for (; *text != '\0' && size + 4 <= room; text++) {
        bool is_plain = (*text >= '0' && *text <= '9') ||
                        ((*text | 32) >= 'a' && (*text | 32) <= 'z') || strchr(safe, *text) != NULL;
        size += (size_t)snprintf(out + size, 4, is_plain ? "%c" : "%%%02x", (unsigned char)*text);
    }
    return size;
}

static size_t take_target(struct lws *wsi, const char *path, char out[TARGET_CAP_BYTES])
{
    char part[2048];
    size_t size = put_encoded(out, TARGET_CAP_BYTES, path, "/-._~");
    for (int i = 0; lws_hdr_copy_fragment(wsi, part, sizeof part, WSI_TOKEN_HTTP_URI_ARGS, i) > 0 &&
                    size + 1 < TARGET_CAP_BYTES;
         i++) {
        out[size++] = i == 0 ? '?' : '&';
        size += put_encoded(out + size, TARGET_CAP_BYTES - size, part, "=-._~");
    }
    return size;
}

static uint64_t body_size_of(struct lws *wsi)
{
    char text[32] = "";
    (void)lws_hdr_copy(wsi, text, sizeof text, WSI_TOKEN_HTTP_CONTENT_LENGTH);
    return strtoull(text, NULL, 10);
}

static const char *method_of(struct lws *wsi)
{
    static const char *const names[] = {"GET",   "POST",   "OPTIONS", "PUT",
                                        "PATCH", "DELETE", "CONNECT", "HEAD"};
    char *path;
    int size;
    int method = lws_http_get_uri_and_method(wsi, &path, &size);
    return method >= 0 && method < 8 ? names[method] : "GET";
}

static const char *path_of(struct lws *wsi, char *out, size_t cap)
{
    char *path = NULL;
    int size = 0;
    if (lws_http_get_uri_and_method(wsi, &path, &size) < 0)
        size = 0;
    snprintf(out, cap, "%.*s", size, path != NULL ? path : "");
    return out;
}

static bool begin_exchange(visitor *self, struct lws *wsi, bool is_websocket)
{
    static request_text text; // one thread
    char path[2048];
    char client[64] = "";
    text.size = text.count = 0;
    take_headers(wsi, &text);
    size_t size = take_target(wsi, path_of(wsi, path, sizeof path), text.target);
    lws_get_peer_simple(wsi, client, sizeof client);
    tr_embed_request request = {.method = tr_slice_of(method_of(wsi)),
                                .target = {text.target, (uint32_t)size},
                                .headers = text.list,
                                .header_count = text.count,
                                .body_size = is_websocket ? 0 : body_size_of(wsi),
                                .client = client,
                                .is_websocket = is_websocket};
    *self = (visitor){.wsi = wsi};
    if (tr_embed_open(embed, &request, &self->exchange) < 0)
        return false;
    // libwebsockets closes what it has adopted, and so does the exchange.
    lws_sock_file_fd_type fd = {.filefd = dup(tr_exchange_fd(self->exchange))};
    self->descriptor = lws_adopt_descriptor_vhost(lws_get_vhost(wsi), LWS_ADOPT_RAW_FILE_DESC, fd,
                                                  "exchange", NULL);
    if (self->descriptor != NULL)
        lws_set_opaque_user_data(self->descriptor, self);
    return self->descriptor != NULL;
}

// -- towards the app --

// The browser is not read while something waits.
static int put_body(visitor *self, const char *bytes, size_t size)
{
    int taken = tr_exchange_body(self->exchange, bytes, size);
    if (taken == TR_EGONE)
        return 0; // its answer says why
    if (taken < 0)
        return -1;
    self->waiting_size = size - (size_t)taken;
    if (self->waiting_size == 0)
        return lws_rx_flow_control(self->wsi, 1) < 0 ? -1 : 0;
    char *rest = malloc(self->waiting_size);
    if (rest == NULL)
        return -1;
    memcpy(rest, bytes + taken, self->waiting_size);
    free(self->waiting);
    self->waiting = rest;
    (void)lws_rx_flow_control(self->wsi, 0);
    return lws_callback_on_writable(self->descriptor) < 0 ? -1 : 0;
}

static int put_message(visitor *self, const char *bytes, size_t size, bool is_text)
{
    int result = tr_exchange_message(self->exchange, bytes, size, is_text);
    if (result == TR_EGONE)
        return 0; // it closes, and says why
    if (result < 0)
        return -1;
    if (tr_exchange_flush(self->exchange) != TR_EFULL)
        return 0;
    (void)lws_rx_flow_control(self->wsi, 0);
    return lws_callback_on_writable(self->descriptor) < 0 ? -1 : 0;
}

static int on_message_piece(visitor *self, const char *bytes, size_t size)
{
    // What is larger than any message may be is cut: the app refuses it by its size.
    size_t room = MESSAGE_CAP_BYTES - self->message_size;
    memcpy(self->message + self->message_size, bytes, size < room ? size : room);
    self->message_size += size < room ? size : room;
    if (!lws_is_final_fragment(self->wsi) || lws_remaining_packet_payload(self->wsi) != 0)
        return 0;
    size = self->message_size;
    self->message_size = 0;
    return put_message(self, self->message, size, !lws_frame_is_binary(self->wsi));
}

// The exchange's descriptor has room again.
static int on_room(visitor *self)
{
    if (self->waiting_size != 0) {
        char *waiting = self->waiting;
        self->waiting = NULL;
        int result = put_body(self, waiting, self->waiting_size);
        free(waiting);
        return result;
    }
    if (tr_exchange_flush(self->exchange) == TR_EFULL)
        return lws_callback_on_writable(self->descriptor) < 0 ? -1 : 0;
    return lws_rx_flow_control(self->wsi, 1) < 0 ? -1 : 0;
}

// -- from the app --

static int write_head(visitor *self, const tr_exchange_event *event)
{
    static unsigned char buffer[LWS_PRE + TEXT_CAP_BYTES];
    unsigned char *at = buffer + LWS_PRE;
    unsigned char *end = buffer + sizeof buffer - 1;
    bool has_length = event->status == 204 || event->status == 304;
    if (lws_add_http_header_status(self->wsi, event->status, &at, end) != 0)
        return -1;
    for (size_t i = 0; i < event->header_count; i++) {
        char name[256];
        const tr_embed_header *header = &event->headers[i];
        snprintf(name, sizeof name, "%.*s:", (int)header->name.size, header->name.data);
        has_length = has_length || tr_slice_is(header->name, "content-length");
        if (lws_add_http_header_by_name(self->wsi, (const unsigned char *)name,
                                        (const unsigned char *)header->value.data,
                                        (int)header->value.size, &at, end) != 0)
            return -1;
    }
    // Of an answer without a length, the connection's end is that of the body.
    self->is_last = !has_length;
    if (self->is_last &&
        lws_add_http_header_by_name(self->wsi, (const unsigned char *)"connection:",
                                    (const unsigned char *)"close", 5, &at, end) != 0)
        return -1;
    return lws_finalize_write_http_header(self->wsi, buffer + LWS_PRE, &at, end) != 0 ? -1 : 0;
}

static int write_bytes(visitor *self, const tr_exchange_event *event, enum lws_write_protocol how)
{
    unsigned char *copy = malloc(LWS_PRE + event->size + 1);
    if (copy == NULL)
        return -1;
    memcpy(copy + LWS_PRE, event->bytes, event->size);
    int sent = lws_write(self->wsi, copy + LWS_PRE, event->size, how);
    free(copy);
    return sent < (int)event->size ? -1 : 0;
}

static int end_answer(visitor *self)
{
    struct lws *wsi = self->wsi;
    bool is_last = self->is_last;
    forget_exchange(self);
    return is_last || lws_http_transaction_completed(wsi) != 0 ? -1 : 0;
}

static int close_websocket(visitor *self, const tr_exchange_event *event)
{
    unsigned char reason[123];
    size_t size = event->size < sizeof reason ? event->size : sizeof reason;
    memcpy(reason, event->bytes, size);
    lws_close_reason(self->wsi,
                     (enum lws_close_status)(event->status == 1005 ? 1000 : event->status), reason,
                     size);
    return -1;
}

// libwebsockets has taken the handshake already: where the app refuses it, the connection ends.
static int begin_websocket(visitor *self, const tr_exchange_event *event)
{
    return event->status == 101 && lws_rx_flow_control(self->wsi, 1) >= 0 ? 0 : -1;
}

static int write_event(visitor *self, const tr_exchange_event *event)
{
    switch (event->kind) {
    case TR_EXCHANGE_HEAD:
        return self->message != NULL ? begin_websocket(self, event) : write_head(self, event);
    case TR_EXCHANGE_BODY:
        return write_bytes(self, event, LWS_WRITE_HTTP);
    case TR_EXCHANGE_MESSAGE:
        return write_bytes(self, event, event->is_text ? LWS_WRITE_TEXT : LWS_WRITE_BINARY);
    default:
        return close_websocket(self, event);
    }
}

// One event; the descriptor is watched again once there is none.
static int on_writable(visitor *self)
{
    tr_exchange_event event;
    int result = tr_exchange_read(self->exchange, &event);
    if (result < 0)
        return -1;
    if (result == 0)
        return lws_rx_flow_control(self->descriptor, 1) < 0 ? -1 : 0;
    // libwebsockets frees what it has of the connection with the end of a request.
    if (event.kind == TR_EXCHANGE_END)
        return end_answer(self);
    (void)lws_callback_on_writable(self->wsi);
    return write_event(self, &event);
}

// -- libwebsockets' callbacks --

static int on_descriptor(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
                         size_t size)
{
    visitor *self = lws_get_opaque_user_data(wsi);
    (void)user, (void)in, (void)size;
    if (self == NULL)
        return reason == LWS_CALLBACK_RAW_RX_FILE ? -1 : 0;
    if (reason == LWS_CALLBACK_RAW_RX_FILE) {
        (void)lws_rx_flow_control(wsi, 0);
        (void)lws_callback_on_writable(self->wsi);
    } else if (reason == LWS_CALLBACK_RAW_WRITEABLE_FILE) {
        return on_room(self);
    } else if (reason == LWS_CALLBACK_RAW_CLOSE_FILE) {
        self->descriptor = NULL;
    }
    return 0;
}

static int say_own(struct lws *wsi)
{
    static const char page[] =
        "<!doctype html><title>Somebody else's</title><a href=\"/shop/\">The shop</a>\n";
    unsigned char buffer[LWS_PRE + 1024];
    unsigned char *at = buffer + LWS_PRE;
    if (lws_add_http_common_headers(wsi, 200, "text/html", sizeof page - 1, &at,
                                    buffer + sizeof buffer) != 0 ||
        lws_finalize_write_http_header(wsi, buffer + LWS_PRE, &at, buffer + sizeof buffer) != 0)
        return -1;
    memcpy(buffer + LWS_PRE, page, sizeof page - 1);
    if (lws_write(wsi, buffer + LWS_PRE, sizeof page - 1, LWS_WRITE_HTTP_FINAL) < 0)
        return -1;
    return lws_http_transaction_completed(wsi) != 0 ? -1 : 0;
}

static bool is_of_the_app(struct lws *wsi)
{
    char path[2048];
    path_of(wsi, path, sizeof path);
    return strcmp(path, "/shop") == 0 || strncmp(path, "/shop/", 6) == 0;
}

static int on_request(visitor *self, struct lws *wsi)
{
    if (!is_of_the_app(wsi))
        return say_own(wsi);
    if (begin_exchange(self, wsi, false))
        return 0;
    (void)lws_return_http_status(wsi, HTTP_STATUS_SERVICE_UNAVAILABLE, NULL);
    return -1;
}

static int on_established(visitor *self, struct lws *wsi)
{
    if (!begin_exchange(self, wsi, true))
        return -1;
    self->message = malloc(MESSAGE_CAP_BYTES);
    // Not read before the app has taken the handshake, too.
    return self->message != NULL && lws_rx_flow_control(wsi, 0) >= 0 ? 0 : -1;
}

static int on_event(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
                    size_t size)
{
    visitor *self = user;
    bool has_exchange = self != NULL && self->exchange != NULL;
    switch (reason) {
    case LWS_CALLBACK_HTTP:
        return on_request(self, wsi);
    case LWS_CALLBACK_HTTP_BODY:
        return has_exchange ? put_body(self, in, size) : -1;
    case LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION:
        return is_of_the_app(wsi) ? 0 : -1;
    case LWS_CALLBACK_ESTABLISHED:
        return on_established(self, wsi);
    case LWS_CALLBACK_RECEIVE:
        return has_exchange ? on_message_piece(self, in, size) : -1;
    case LWS_CALLBACK_HTTP_WRITEABLE:
    case LWS_CALLBACK_SERVER_WRITEABLE:
        return has_exchange ? on_writable(self) : 0;
    case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE:
        if (has_exchange)
            tr_exchange_close(self->exchange, size >= 2 ? (unsigned)((unsigned char *)in)[0] << 8 |
                                                              ((unsigned char *)in)[1]
                                                        : 1005);
        return 0;
    case LWS_CALLBACK_CLOSED:
    case LWS_CALLBACK_CLOSED_HTTP:
        if (self != NULL)
            forget_exchange(self);
        return 0;
    default:
        return 0;
    }
}

static const struct lws_protocols protocols[] = {
    {.name = "site",
     .callback = on_event,
     .per_session_data_size = sizeof(visitor),
     .rx_buffer_size = 4096},
    {.name = "exchange", .callback = on_descriptor},
    {.name = NULL},
};

static void on_signal(int number)
{
    (void)number;
    is_ended = 1;
}

// Arguments are the app's settings.
int main(int argc, char **argv)
{
    static const char *const mount[] = {"--mount", "/shop"};
    const char **arguments = calloc((size_t)argc + 3, sizeof *arguments);
    memcpy(arguments, mount, sizeof mount);
    for (int i = 1; i < argc; i++)
        arguments[i + 1] = argv[i];
    lws_set_log_level(LLL_ERR, NULL);
    struct lws_context *context = lws_create_context(
        &(struct lws_context_creation_info){.port = 0,
                                            .iface = "127.0.0.1",
                                            .protocols = protocols,
                                            .options = LWS_SERVER_OPTION_DISABLE_IPV6});
    struct lws_vhost *vhost = context != NULL ? lws_get_vhost_by_name(context, "default") : NULL;
    if (vhost == NULL ||
        tr_embed_start(&(tr_embed_options){.app = &shop, .arguments = arguments}, &embed) < 0)
        return 1;
    signal(SIGTERM, on_signal);
    signal(SIGINT, on_signal);
    printf("listening on http://127.0.0.1:%d\n", lws_get_vhost_listen_port(vhost));
    fflush(stdout);
    while (!is_ended && lws_service(context, 0) >= 0)
        ;
    int result = tr_embed_stop(&embed);
    lws_context_destroy(context);
    free(arguments);
    return result < 0;
}
