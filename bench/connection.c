#include "connection.h"

#include <arpa/inet.h>
#include <errno.h>
#include <msgpack.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "registration.h"

enum {
    RETRY_AFTER_MS = 100,
    RETRY_FOR_MS = 10000,
    OUT_MAX = 64 << 10, // a server that only sends pings and never reads
    EVENTS_PER_WRITE = 64,
};

enum { CLOSE_TRY_AGAIN_LATER = 1013, HTTP_SWITCHING = 101, HTTP_UNAVAILABLE = 503 };

// ws_reader_feed: the connection asked to stop reading because it must be opened again.
enum { STOPPED_FOR_RETRY = 1, STOPPED_FOR_ERROR = 2 };

// Masking protects proxies from hostile scripts; here there are neither, so a constant key lets one
// prepared frame serve all events. The server unmasks it all the same.
static const uint8_t mask[4] = {0x5a, 0xc3, 0x17, 0xe9};

uint64_t monotonic_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000U + (uint64_t)now.tv_nsec;
}

__attribute__((format(printf, 2, 3))) static int fail(struct connection_world *world,
                                                      const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(world->error, sizeof world->error, format, args);
    va_end(args);
    return -1;
}

static int watch(struct connection *self, struct connection_world *world, int operation,
                 bool is_watching_write)
{
    struct epoll_event event = {
        .events = EPOLLIN | (is_watching_write ? EPOLLOUT : 0U),
        .data.ptr = self,
    };
    self->is_watching_write = is_watching_write;
    if (epoll_ctl(world->epoll_fd, operation, self->fd, &event) != 0)
        return fail(world, "epoll_ctl: %s", strerror(errno));
    return 0;
}

static void release(struct connection *self)
{
    if (self->fd > 0)
        close(self->fd);
    free(self->head);
    free(self->out);
    free(self->event);
    ws_reader_done(&self->reader);
    page_model_free(self->page);
}

void connection_reset(struct connection *self)
{
    struct linger at_once = {.l_onoff = 1, .l_linger = 0};
    if (self->fd > 0)
        (void)setsockopt(self->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    release(self);
    *self = (struct connection){0};
}

void connection_forget_page(struct connection *self)
{
    page_model_free(self->page);
    self->page = NULL;
}

static bool is_in_time(const struct connection *self)
{
    return monotonic_ns() - self->started_ns < (uint64_t)RETRY_FOR_MS * 1000000U;
}

static void wait_for_retry(struct connection *self)
{
    release(self);
    uint64_t retry_at_ns = monotonic_ns() + (uint64_t)RETRY_AFTER_MS * 1000000U;
    *self = (struct connection){
        .state = CONNECTION_WAITING,
        .started_ns = self->started_ns,
        .retry_at_ns = retry_at_ns,
        .retries = self->retries + 1,
    };
}

static int queue_out(struct connection *self, struct connection_world *world, const void *bytes,
                     size_t len)
{
    if (self->out_len + len > OUT_MAX)
        return fail(world, "the server sends but does not read");
    if (self->out_len + len > self->out_cap) {
        size_t cap = self->out_len + len + 512;
        uint8_t *grown = realloc(self->out, cap);
        if (grown == NULL)
            return fail(world, "out of memory");
        self->out = grown;
        self->out_cap = cap;
    }
    memcpy(self->out + self->out_len, bytes, len);
    self->out_len += len;
    return 0;
}

static int queue_frame(struct connection *self, struct connection_world *world, uint8_t opcode,
                       const void *payload, size_t len)
{
    uint8_t *frame = malloc(len + WS_FRAME_HEAD_MAX);
    if (frame == NULL)
        return fail(world, "out of memory");
    size_t frame_len = ws_client_frame(frame, opcode, mask, payload, len);
    int err = queue_out(self, world, frame, frame_len);
    free(frame);
    return err;
}

// Other bytes may only go between two events, so a half-written event is finished first.
static unsigned gather(const struct connection *self, struct iovec *parts)
{
    unsigned count = 0;
    bool is_mid_event = self->event_offset > 0;
    if (!is_mid_event && self->out_len > 0)
        parts[count++] = (struct iovec){self->out, self->out_len};
    uint64_t events = is_mid_event && self->out_len > 0 ? 1 : self->unsent;
    size_t offset = self->event_offset;
    for (uint64_t i = 0; i < events && count < EVENTS_PER_WRITE; i++) {
        parts[count++] = (struct iovec){self->event + offset, self->event_len - offset};
        offset = 0;
    }
    return count;
}

static void note_written(struct connection *self, size_t written)
{
    if (self->event_offset == 0 && self->out_len > 0) {
        size_t from_out = written < self->out_len ? written : self->out_len;
        self->out_len -= from_out;
        memmove(self->out, self->out + from_out, self->out_len);
        written -= from_out;
    }
    if (written == 0)
        return;
    size_t in_events = self->event_offset + written;
    self->unsent -= in_events / self->event_len;
    self->event_offset = in_events % self->event_len;
}

static int flush(struct connection *self, struct connection_world *world)
{
    while (self->out_len > 0 || self->unsent > 0) {
        struct iovec parts[EVENTS_PER_WRITE];
        struct msghdr message = {.msg_iov = parts, .msg_iovlen = gather(self, parts)};
        ssize_t written = sendmsg(self->fd, &message, MSG_NOSIGNAL);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0 && errno == EAGAIN)
            return self->is_watching_write ? 0 : watch(self, world, EPOLL_CTL_MOD, true);
        if (written < 0)
            return fail(world, "the server broke the connection: %s", strerror(errno));
        note_written(self, (size_t)written);
    }
    return self->is_watching_write ? watch(self, world, EPOLL_CTL_MOD, false) : 0;
}

int connection_start(struct connection *self, struct connection_world *world, uint64_t now_ns)
{
    const struct load_options *options = world->options;
    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons((uint16_t)options->port),
    };
    if (inet_pton(AF_INET, options->host, &address.sin_addr) != 1)
        return fail(world, "not an IPv4 address: %s", options->host);
    if (self->started_ns == 0)
        self->started_ns = now_ns;
    self->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (self->fd < 0)
        return fail(world, "socket: %s", strerror(errno));
    int on = 1;
    (void)setsockopt(self->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    self->state = CONNECTION_CONNECTING;
    int err = connect(self->fd, (struct sockaddr *)&address, sizeof address);
    if (err != 0 && errno != EINPROGRESS)
        return fail(world, "connect to %s:%d: %s", options->host, options->port, strerror(errno));
    return watch(self, world, EPOLL_CTL_ADD, true);
}

static int on_connected(struct connection *self, struct connection_world *world)
{
    const struct load_options *options = world->options;
    int err = 0;
    socklen_t err_len = sizeof err;
    (void)getsockopt(self->fd, SOL_SOCKET, SO_ERROR, &err, &err_len);
    if (err == ECONNREFUSED && is_in_time(self)) {
        wait_for_retry(self);
        return 0;
    }
    if (err != 0)
        return fail(world, "connect to %s:%d: %s", options->host, options->port, strerror(err));
    char request[512];
    int len = ws_request(request, sizeof request, options->host, options->port, options->path);
    if (len < 0)
        return fail(world, "--path is too long");
    self->head = malloc(CONNECTION_HEAD_MAX);
    if (self->head == NULL)
        return fail(world, "out of memory");
    self->state = CONNECTION_HANDSHAKING;
    if (queue_out(self, world, request, (size_t)len) != 0)
        return -1;
    return flush(self, world);
}

static int prepare_event(struct connection *self, struct connection_world *world,
                         const void *payload, size_t len)
{
    self->event = malloc(len + WS_FRAME_HEAD_MAX);
    if (self->event == NULL)
        return fail(world, "out of memory");
    self->event_len = ws_client_frame(self->event, WS_BINARY, mask, payload, len);
    self->event_payload_len = len;
    return 0;
}

static int become_echo(struct connection *self, struct connection_world *world)
{
    size_t len = world->options->request_bytes;
    uint8_t *payload = malloc(len);
    if (payload == NULL)
        return fail(world, "out of memory");
    memset(payload, 'e', len);
    int err = prepare_event(self, world, payload, len);
    free(payload);
    self->state = CONNECTION_READY;
    return err;
}

static int register_session(struct connection *self, struct connection_world *world)
{
    msgpack_sbuffer packet;
    msgpack_sbuffer_init(&packet);
    pack_registration(&packet);
    int err = queue_frame(self, world, WS_BINARY, packet.data, packet.size);
    msgpack_sbuffer_destroy(&packet);
    self->page = page_model_new();
    self->state = CONNECTION_REGISTERING;
    return err != 0 ? err : flush(self, world);
}

static int become_app(struct connection *self, struct connection_world *world,
                      const struct page_counter *counter)
{
    msgpack_sbuffer packet;
    msgpack_sbuffer_init(&packet);
    pack_click(&packet, counter->button_id);
    int err = prepare_event(self, world, packet.data, packet.size);
    msgpack_sbuffer_destroy(&packet);
    self->base = counter->value;
    self->state = CONNECTION_READY;
    return err;
}

static int on_echo_reply(struct connection *self, struct connection_world *world, size_t len)
{
    self->reply_bytes += len;
    uint64_t answered = self->reply_bytes / world->options->reply_bytes;
    if (len == 0 || len % world->options->reply_bytes != 0)
        return fail(world, "echo: a reply of %zu bytes is no multiple of %zu", len,
                    world->options->reply_bytes);
    if (answered > self->sent)
        return fail(world, "echo: more replies than requests");
    self->answered = answered;
    return 0;
}

static int on_counter_value(struct connection *self, struct connection_world *world, int64_t value)
{
    int64_t change = value - self->base;
    if (self->step == 0 && change != 0)
        self->step = change > 0 ? 1 : -1;
    int64_t answered = change * self->step;
    if (answered < (int64_t)self->answered)
        return fail(world, "counter went backwards: it shows %lld after %llu answered clicks",
                    (long long)value, (unsigned long long)self->answered);
    if (answered > (int64_t)self->sent)
        return fail(world, "counter ran ahead: it shows %lld clicks, %llu were sent",
                    (long long)answered, (unsigned long long)self->sent);
    self->answered = (uint64_t)answered;
    return 0;
}

static int on_packet(struct connection *self, struct connection_world *world,
                     const uint8_t *payload, size_t len)
{
    int packet = page_model_take_packet(self->page, payload, len);
    bool is_opening = self->state == CONNECTION_REGISTERING;
    if (packet == PACKET_REFUSED && is_opening && is_in_time(self))
        return STOPPED_FOR_RETRY;
    if (packet < 0)
        return fail(world, "%s", page_model_error(self->page));
    if (packet == PACKET_IGNORED)
        return 0;
    struct page_counter counter;
    if (!page_model_counter(self->page, &counter))
        return self->state == CONNECTION_READY ? fail(world, "the counter left the page") : 0;
    if (is_opening)
        return become_app(self, world, &counter);
    return on_counter_value(self, world, counter.value);
}

static int on_close(struct connection *self, struct connection_world *world, const uint8_t *payload,
                    size_t len)
{
    int code = len >= 2 ? payload[0] << 8 | payload[1] : 1005;
    bool is_opening = self->state != CONNECTION_READY;
    if (code == CLOSE_TRY_AGAIN_LATER && is_opening && is_in_time(self))
        return STOPPED_FOR_RETRY;
    if (len <= 2)
        return fail(world, "the server closed the connection: code %d", code);
    return fail(world, "the server closed the connection: code %d, %.*s", code, (int)(len - 2),
                (const char *)payload + 2);
}

struct delivery {
    struct connection *connection;
    struct connection_world *world;
};

static int on_message(void *context, uint8_t opcode, const uint8_t *payload, size_t len)
{
    struct delivery *delivery = context;
    struct connection *self = delivery->connection;
    struct connection_world *world = delivery->world;
    int result = 0;
    if (opcode == WS_CLOSE) {
        result = on_close(self, world, payload, len);
    } else if (opcode == WS_PING) {
        result = queue_frame(self, world, WS_PONG, payload, len);
    } else if (opcode == WS_TEXT) {
        result = fail(world, "the server sent a text message");
    } else if (opcode == WS_BINARY) {
        if (self->state == CONNECTION_READY) {
            world->replies++;
            world->reply_bytes += len;
        }
        if (world->options->is_echo)
            result = on_echo_reply(self, world, len);
        else if (self->page != NULL)
            result = on_packet(self, world, payload, len);
    }
    return result < 0 ? STOPPED_FOR_ERROR : result;
}

static int on_frames(struct connection *self, struct connection_world *world, const uint8_t *bytes,
                     size_t len)
{
    struct delivery delivery = {self, world};
    int result = ws_reader_feed(&self->reader, bytes, len, on_message, &delivery);
    if (result == STOPPED_FOR_RETRY) {
        wait_for_retry(self);
        return 0;
    }
    if (result == STOPPED_FOR_ERROR)
        return -1;
    if (result < 0)
        return fail(world, "the server broke the WebSocket protocol (%d)", result);
    return self->out_len > 0 ? flush(self, world) : 0;
}

static int on_handshake(struct connection *self, struct connection_world *world,
                        const uint8_t *bytes, size_t len)
{
    size_t room = CONNECTION_HEAD_MAX - self->head_len;
    size_t taken = len < room ? len : room;
    memcpy(self->head + self->head_len, bytes, taken);
    int status = 0;
    size_t head_before = self->head_len;
    self->head_len += taken;
    ssize_t used = ws_read_answer(self->head, self->head_len, &status);
    if (used == 0 && self->head_len < CONNECTION_HEAD_MAX)
        return 0;
    if (used <= 0)
        return fail(world, "the answer to the handshake is not WebSocket");
    if (status == HTTP_UNAVAILABLE && is_in_time(self)) {
        wait_for_retry(self);
        return 0;
    }
    if (status != HTTP_SWITCHING)
        return fail(world, "the handshake was answered with HTTP status %d", status);
    free(self->head);
    self->head = NULL;
    int err = world->options->is_echo ? become_echo(self, world) : register_session(self, world);
    size_t rest = (size_t)used - head_before;
    return err != 0 || rest == len ? err : on_frames(self, world, bytes + rest, len - rest);
}

static int receive(struct connection *self, struct connection_world *world)
{
    ssize_t len = recv(self->fd, world->read_buffer, CONNECTION_READ_BYTES, 0);
    if (len < 0 && (errno == EAGAIN || errno == EINTR))
        return 0;
    if (len < 0)
        return fail(world, "the server broke the connection: %s", strerror(errno));
    if (len == 0)
        return fail(world, "the server closed the connection without a close frame");
    if (self->state == CONNECTION_HANDSHAKING)
        return on_handshake(self, world, world->read_buffer, (size_t)len);
    return on_frames(self, world, world->read_buffer, (size_t)len);
}

int connection_on_ready(struct connection *self, struct connection_world *world, uint32_t events)
{
    if (self->state == CONNECTION_CONNECTING)
        return on_connected(self, world);
    if ((events & EPOLLOUT) != 0 && flush(self, world) != 0)
        return -1;
    if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0)
        return receive(self, world);
    return 0;
}

int connection_send(struct connection *self, struct connection_world *world, unsigned count)
{
    self->sent += count;
    self->unsent += count;
    world->requests += count;
    world->request_bytes += count * self->event_payload_len;
    return flush(self, world);
}
