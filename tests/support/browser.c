#include "tests/support/browser.h"

#include <arpa/inet.h>
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/must.h"
#include "tests/support/browser_record.h"
#include "wire/flet.h"
#include "wire/reader.h"
#include "wire/writer.h"

enum { READ_BYTES = 64 * 1024, OPEN_CAP = 4096, WAIT_MS = 10, RETRY_MS = 20 };

// Those with a socket, for browsers_wait.
static browser *opened[OPEN_CAP];
static unsigned opened_count;

uint64_t deadline_in_ms(unsigned milliseconds)
{
    return tr_clock_ms() + milliseconds;
}

bool deadline_passed(uint64_t deadline)
{
    return tr_clock_ms() >= deadline;
}

static void remember(browser *self)
{
    tr_must(opened_count < OPEN_CAP);
    opened[opened_count++] = self;
}

static void end_socket(browser *self, unsigned code)
{
    if (self->fd < 0)
        return;
    close(self->fd);
    self->fd = -1;
    self->close_code = code;
    ws_reader_done(&self->reader);
    self->reader = (struct ws_reader){0};
    for (unsigned i = 0; i < opened_count; i++)
        if (opened[i] == self) {
            opened[i] = opened[--opened_count];
            return;
        }
}

void browsers_wait(void)
{
    static struct pollfd fds[OPEN_CAP];
    static browser *readers[OPEN_CAP];
    unsigned count = 0;
    for (unsigned i = 0; i < opened_count; i++)
        if (!opened[i]->is_stopped) {
            readers[count] = opened[i];
            fds[count++] = (struct pollfd){.fd = opened[i]->fd, .events = POLLIN};
        }
    if (poll(fds, count, WAIT_MS) <= 0)
        return;
    // What nobody reads would make the next wait none.
    for (unsigned i = 0; i < count; i++)
        if (fds[i].revents != 0)
            browser_take(readers[i]);
}

// -- from the server --

static void take_registration(browser *self, tr_slice body)
{
    if (self->numbers != NULL)
        browser_numbers_answered(self->numbers, body);
    tr_reader value = tr_reader_find(body, "session_id");
    tr_slice id = tr_reader_text(&value);
    ck_assert_uint_lt(id.size, sizeof self->session_id);
    memcpy(self->session_id, id.data, id.size);
    self->session_id[id.size] = '\0';
    value = tr_reader_find(body, "page_patch");
    tr_slice page = tr_reader_skip(&value);
    self->page_bytes.size = 0;
    tr_buf_append(&self->page_bytes, page.data, page.size);
    self->is_registered = true;
}

static void take_packet(browser *self, const uint8_t *bytes, size_t size)
{
    self->packets++;
    self->bytes += size;
    tr_reader in = tr_reader_of((tr_slice){(const char *)bytes + 1, (uint32_t)size - 1});
    ck_assert_uint_eq(tr_reader_array(&in), 2);
    int64_t action = tr_reader_integer(&in);
    tr_slice body = tr_reader_skip(&in);
    if (action == TR_FLET_REGISTER)
        take_registration(self, body);
    if (action == TR_FLET_CRASHED) {
        cm_value *crashed = tr_cm_decode(body.data, body.size);
        strncpy(self->crash, tr_cm_text(tr_cm_get(crashed, "message")), sizeof self->crash - 1);
        tr_cm_free(crashed);
        return;
    }
    ck_assert_msg(tr_cm_take(&self->page, bytes, size) == 0, "the page broke: %s",
                  self->page.error);
}

static void send_frame(browser *self, uint8_t opcode, const void *payload, size_t size);

static void send_again(browser *self);

static void take_numbered(browser *self, const uint8_t *bytes, size_t size)
{
    bool was_registered = self->is_registered;
    size_t head = browser_numbers_take(self->numbers, bytes, size);
    if (head == size)
        return;
    take_packet(self, bytes + head, size - head);
    if (!was_registered && self->is_registered)
        send_again(self);
}

static int on_message(void *context, uint8_t opcode, const uint8_t *payload, size_t size)
{
    browser *self = context;
    if (opcode == WS_PING)
        send_frame(self, WS_PONG, payload, size);
    else if (opcode == WS_CLOSE)
        self->close_code = size >= 2 ? (unsigned)payload[0] << 8 | payload[1] : 1005;
    else if (opcode == WS_BINARY && size != 0 && self->numbers != NULL)
        take_numbered(self, payload, size);
    else if (opcode == WS_BINARY && size != 0)
        take_packet(self, payload, size);
    return 0;
}

// Everything that has arrived.
void browser_take(browser *self)
{
    static uint8_t bytes[READ_BYTES];
    while (self->fd >= 0 && !self->is_stopped) {
        ssize_t got = recv(self->fd, bytes, sizeof bytes, MSG_DONTWAIT);
        if (got < 0 && (errno == EAGAIN || errno == EINTR))
            return;
        if (got <= 0) {
            end_socket(self, self->close_code != 0 ? self->close_code : 1006);
            return;
        }
        ck_assert_int_eq(ws_reader_feed(&self->reader, bytes, (size_t)got, on_message, self), 0);
        if (self->close_code != 0) {
            unsigned code = self->close_code;
            uint8_t answer[2] = {(uint8_t)(code >> 8), (uint8_t)code};
            send_frame(self, WS_CLOSE, answer, code == 1005 ? 0 : 2);
            end_socket(self, code);
        }
    }
}

// -- to the server --

// While the server does not read, neither may we forget to: it could be waiting for that.
void browser_send_bytes(browser *self, const void *bytes, size_t size)
{
    const uint8_t *at = bytes;
    uint64_t deadline = deadline_in_ms(BROWSER_DEADLINE_MS);
    while (size != 0 && self->fd >= 0) {
        ssize_t sent = send(self->fd, at, size, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (sent > 0) {
            at += sent;
            size -= (size_t)sent;
            continue;
        }
        if (sent < 0 && errno != EAGAIN && errno != EINTR)
            return; // the server's last packets are still to be read
        ck_assert_msg(!deadline_passed(deadline), "the server does not read");
        struct pollfd pollfd = {.fd = self->fd, .events = POLLOUT};
        (void)poll(&pollfd, 1, WAIT_MS);
        browser_take(self);
    }
}

static void send_frame(browser *self, uint8_t opcode, const void *payload, size_t size)
{
    static const uint8_t mask[4] = {0x5a, 0xa5, 0x3c, 0xc3};
    uint8_t *frame = malloc(size + WS_FRAME_HEAD_MAX);
    tr_must(frame != NULL);
    browser_send_bytes(self, frame, ws_client_frame(frame, opcode, mask, payload, size));
    free(frame);
}

void browser_send_raw(browser *self, const void *message, size_t size, bool is_text)
{
    send_frame(self, is_text ? WS_TEXT : WS_BINARY, message, size);
}

static void send_packet(browser *self, tr_buf *packet)
{
    if (self->numbers != NULL && self->is_registered)
        browser_numbers_keep(self->numbers, packet);
    if (self->fd >= 0)
        send_frame(self, WS_BINARY, packet->data, packet->size);
    tr_buf_done(packet);
}

// What the session has not taken, as it says.
static void send_again(browser *self)
{
    tr_buf packet = {0};
    for (unsigned i = 0; browser_numbers_kept(self->numbers, i, &packet); i++)
        send_frame(self, WS_BINARY, packet.data, packet.size);
    tr_buf_done(&packet);
}

// -- coming and going --

static int dial(unsigned port)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ck_assert_int_ge(fd, 0);
    int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    struct timeval limit = {.tv_sec = BROWSER_DEADLINE_MS / 1000};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(fd, (struct sockaddr *)&to, sizeof to) == 0)
        return fd;
    close(fd);
    return -1;
}

// True when it is a WebSocket now.
static bool upgrade(browser *self, unsigned port)
{
    char text[1024];
    int length = ws_request(text, sizeof text, "127.0.0.1", (int)port, "/ws");
    ck_assert_int_gt(length, 0);
    if (send(self->fd, text, (size_t)length, MSG_NOSIGNAL) != length)
        return false;
    char answer[4096];
    size_t size = 0;
    for (;;) {
        ssize_t got = recv(self->fd, answer + size, sizeof answer - size, 0);
        if (got <= 0)
            return false;
        size += (size_t)got;
        int status = 0;
        ssize_t used = ws_read_answer(answer, size, &status);
        ck_assert_int_ge(used, 0);
        if (used == 0)
            continue;
        return status == 101 && ws_reader_feed(&self->reader, (uint8_t *)answer + used,
                                               size - (size_t)used, on_message, self) == 0;
    }
}

static bool open_socket(browser *self, unsigned port)
{
    self->fd = dial(port);
    if (self->fd < 0)
        return false;
    self->close_code = 0;
    self->is_registered = false;
    remember(self);
    if (upgrade(self, port))
        return true;
    end_socket(self, 1006);
    return false;
}

browser *browser_connect(unsigned port)
{
    browser *self = calloc(1, sizeof *self);
    tr_must(self != NULL);
    if (open_socket(self, port))
        return self;
    free(self);
    return NULL;
}

static void write_page(const browser *self, tr_buf *out, enum browser_kind kind)
{
    tr_write_map(out, kind == BROWSER_OURS ? 5 : kind == BROWSER_COUNTS ? 6 : 4);
    tr_write_literal(out, "route");
    tr_write_literal(out, "/");
    tr_write_literal(out, "web");
    tr_write_boolean(out, true);
    tr_write_literal(out, "width");
    tr_write_integer(out, 1280);
    tr_write_literal(out, "height");
    tr_write_integer(out, 720);
    if (kind == BROWSER_FLET)
        return;
    tr_write_literal(out, "troupe");
    tr_write_integer(out, 1);
    if (kind == BROWSER_COUNTS)
        browser_numbers_write(self->numbers, out);
}

void browser_register(browser *self, enum browser_kind kind, const char *session_id)
{
    tr_buf page = {0};
    tr_buf packet = {0};
    self->kind = kind;
    if (kind == BROWSER_COUNTS && self->numbers == NULL)
        self->numbers = browser_numbers_new();
    write_page(self, &page, kind);
    tr_flet_write_client_register(&packet, tr_slice_of(session_id), (tr_slice){0},
                                  (tr_slice){(const char *)page.data, (uint32_t)page.size});
    tr_buf_done(&page);
    send_packet(self, &packet);
}

// Waits for the page; false when the server closed instead.
static bool wait_for_page(browser *self)
{
    uint64_t deadline = deadline_in_ms(BROWSER_DEADLINE_MS);
    while (self->fd >= 0 && !browser_has_page(self)) {
        ck_assert_msg(!deadline_passed(deadline), "no page");
        browsers_wait();
    }
    return self->is_registered;
}

browser *browser_open_as(unsigned port, enum browser_kind kind, const char *session_id)
{
    uint64_t deadline = deadline_in_ms(BROWSER_DEADLINE_MS);
    for (;;) {
        browser *self = browser_connect(port);
        ck_assert_msg(self != NULL, "no WebSocket on port %u", port);
        browser_register(self, kind, session_id);
        if (wait_for_page(self))
            return self;
        // 1013 asks to try again later: a worker that has no shards yet.
        ck_assert_msg(self->close_code == 1013 && !deadline_passed(deadline),
                      "closed with %u instead of a page", self->close_code);
        browser_free(self);
        (void)poll(NULL, 0, RETRY_MS);
    }
}

browser *browser_open(unsigned port)
{
    return browser_open_as(port, BROWSER_OURS, NULL);
}

// Until there is a page; the pause between two tries is a poll without sockets.
static void come_again(browser *self, unsigned port)
{
    uint64_t deadline = deadline_in_ms(BROWSER_DEADLINE_MS);
    browser_close(self);
    for (;;) {
        if (open_socket(self, port)) {
            browser_register(self, self->kind, self->session_id);
            if (wait_for_page(self))
                return;
        }
        ck_assert_msg(!deadline_passed(deadline), "cannot come back, last code %u",
                      self->close_code);
        (void)poll(NULL, 0, RETRY_MS);
    }
}

void browser_reconnect(browser *self, unsigned port)
{
    come_again(self, port);
}

void browser_reload(browser *self, unsigned port)
{
    browser_close(self);
    tr_cm_done(&self->page);
    browser_numbers_free(&self->numbers); // another document
    come_again(self, port);
}

void browser_close(browser *self)
{
    if (self->fd < 0)
        return;
    static const uint8_t going_away[2] = {1001 >> 8, 1001 & 0xff};
    send_frame(self, WS_CLOSE, going_away, sizeof going_away);
    end_socket(self, 1001);
}

void browser_cut(browser *self)
{
    // A reset instead of an orderly end.
    struct linger linger = {.l_onoff = 1, .l_linger = 0};
    if (self->fd >= 0)
        setsockopt(self->fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
    end_socket(self, 1006);
}

void browser_leave_line(browser *self)
{
    int line = dup(self->fd); // stays open
    ck_assert_int_ge(line, 0);
    end_socket(self, 1006);
}

void browser_free(browser *self)
{
    if (self == NULL)
        return;
    browser_close(self);
    tr_cm_done(&self->page);
    tr_buf_done(&self->page_bytes);
    browser_numbers_free(&self->numbers);
    free(self);
}

void browser_stop_reading(browser *self, bool stopped)
{
    self->is_stopped = stopped;
}

// -- looking --

bool browser_has_page(browser *self)
{
    browser_take(self);
    return self->is_registered && self->page.page != NULL;
}

// -- doing --

void browser_event(browser *self, uint32_t target, const char *event, const void *data, size_t size)
{
    tr_buf packet = {0};
    tr_flet_write_client_event(&packet, target, tr_slice_of(event),
                               (tr_slice){data, (uint32_t)size});
    send_packet(self, &packet);
}

void browser_click_id(browser *self, uint32_t id)
{
    browser_event(self, id, "click", NULL, 0);
}

void browser_click(browser *self, const char *name)
{
    uint32_t id = browser_id(self, name);
    ck_assert_msg(id != 0, "nothing is called '%s'", name);
    browser_click_id(self, id);
}

void browser_type(browser *self, const char *name, const char *text)
{
    uint32_t id = browser_id(self, name);
    ck_assert_msg(id != 0, "nothing is called '%s'", name);
    tr_buf props = {0};
    tr_buf packet = {0};
    tr_buf data = {0};
    tr_write_map(&props, 1);
    tr_write_literal(&props, "value");
    tr_write_literal(&props, text);
    tr_flet_write_client_update(&packet, id,
                                (tr_slice){(const char *)props.data, (uint32_t)props.size});
    send_packet(self, &packet);
    tr_write_literal(&data, text);
    browser_event(self, id, "change", data.data, data.size);
    tr_buf_done(&props);
    tr_buf_done(&data);
}
