// A WebSocket server that says everything back, on the gateway's own listener, filter and edge: what
// Autobahn's test suite asks of one (tests/autobahn). Its messages are what the edge hands over, text
// as well, which pages refuse.

#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <utlist.h>

#include "actors/core/core.h"
#include "base/mem.h"
#include "gateway/accept_filter.h"
#include "gateway/edge.h"
#include "gateway/edge_socket.h"
#include "gateway/listener.h"
#include "troupe/actors/system.h"
#include "wire/close_code.h"
#include "wire/scan.h"

enum { MESSAGE_CAP_BYTES = 20 << 20 };

typedef struct message {
    struct message *next;
    struct message *prev;
    tr_buf bytes; // behind LWS_PRE
    bool is_binary;
} message;

struct tr_browser {
    tr_socket *socket;
    message *coming;
    message *queue;
};

static tr_edge *edge;
static tr_listener *listener;
static tr_accept_filter *filter;

static message *message_new(bool is_binary)
{
    message *self = tr_new(message);
    self->is_binary = is_binary;
    memset(tr_buf_reserve(&self->bytes, LWS_PRE), 0, LWS_PRE);
    self->bytes.size = LWS_PRE;
    return self;
}

static void message_free(message *self)
{
    if (self != NULL)
        tr_buf_done(&self->bytes);
    tr_free(self);
}

static int on_open(tr_gateway *gateway, const tr_edge_client *client, tr_browser **out)
{
    (void)gateway;
    *out = tr_new(tr_browser);
    (*out)->socket = client->socket;
    return 0;
}

static void on_piece(tr_browser *self, const tr_message_piece *piece)
{
    if (piece->is_first && self->coming == NULL)
        self->coming = message_new(piece->is_binary);
    message *one = self->coming;
    if (one == NULL || one->bytes.size + piece->size > MESSAGE_CAP_BYTES) {
        tr_socket_close(self->socket, TR_CLOSE_PROTOCOL, "a message without a beginning");
        return;
    }
    tr_buf_append(&one->bytes, piece->bytes, piece->size);
    if (!piece->is_last || piece->more != 0)
        return;
    self->coming = NULL;
    if (!one->is_binary && !tr_scan_is_utf8(one->bytes.data + LWS_PRE, one->bytes.size - LWS_PRE)) {
        message_free(one);
        tr_socket_close(self->socket, TR_CLOSE_MALFORMED, "text that is no UTF-8");
        return;
    }
    DL_APPEND(self->queue, one);
    (void)lws_callback_on_writable(self->socket->wsi);
}

static void on_heard(tr_browser *self)
{
    (void)self;
}

static void on_writable(tr_browser *self)
{
    message *one = self->queue;
    if (one == NULL || self->socket->is_peer_closing || self->socket->is_closing)
        return;
    DL_DELETE(self->queue, one);
    size_t size = one->bytes.size - LWS_PRE;
    if (lws_write(self->socket->wsi, one->bytes.data + LWS_PRE, size,
                  one->is_binary ? LWS_WRITE_BINARY : LWS_WRITE_TEXT) < (int)size)
        tr_socket_cut(self->socket);
    message_free(one);
    if (self->queue != NULL)
        (void)lws_callback_on_writable(self->socket->wsi);
}

static void on_closed(tr_browser *self, unsigned code)
{
    (void)code;
    message_free(self->coming);
    while (self->queue != NULL) {
        message *one = self->queue;
        DL_DELETE(self->queue, one);
        message_free(one);
    }
    tr_free(self);
}

static const char *refusal(const tr_gateway *gateway)
{
    (void)gateway;
    return NULL;
}

static const tr_edge_calls calls = {.open = on_open,
                                    .piece = on_piece,
                                    .heard = on_heard,
                                    .writable = on_writable,
                                    .closed = on_closed,
                                    .refusal = refusal};

static void on_accept(void *arg, int socket)
{
    (void)arg;
    tr_arrival arrival = {.socket = socket};
    if (!tr_peer_ip(socket, arrival.ip)) {
        close(socket);
        return;
    }
    tr_accept_filter_take(filter, &arrival, false);
}

static void on_ready(void *arg, const tr_arrival *arrival)
{
    (void)arg;
    tr_edge_adopt(edge, arrival);
}

static int set_up(tr_core *core, void *arg)
{
    (void)arg;
    tr_edge_options options = {.core = core, .calls = &calls, .site = {.socket_path = "/"}};
    int result = tr_edge_open(&options, &edge);
    tr_accept_filter_open(&(tr_accept_options){.core = core, .on_ready = on_ready}, &filter);
    if (result == 0)
        result =
            tr_listener_open(core, "127.0.0.1", 0, TR_LISTEN_ALONE, on_accept, NULL, &listener);
    if (result == 0) {
        printf("listening on http://127.0.0.1:%u\n", tr_listener_port(listener));
        fflush(stdout);
    }
    return result;
}

static void tear_down(tr_core *core, void *arg)
{
    (void)core;
    (void)arg;
    tr_listener_close(&listener);
    tr_accept_filter_close(&filter);
    tr_edge_close(&edge);
}

int main(void)
{
    return tr_system_run(
        &(tr_system_options){.core_count = 1, .setup = set_up, .teardown = tear_down});
}
