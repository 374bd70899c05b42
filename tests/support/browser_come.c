// How a headless browser comes, goes and comes again.

#include <arpa/inet.h>
#include <check.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/must.h"
#include "tests/support/browser_record.h"
#include "wire/flet.h"
#include "wire/writer.h"

enum { RETRY_MS = 20 };

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
                                               size - (size_t)used, browser_on_message, self) == 0;
    }
}

static bool open_socket(browser *self, unsigned port)
{
    self->fd = dial(port);
    if (self->fd < 0)
        return false;
    self->close_code = 0;
    self->is_registered = false;
    browser_remember(self);
    if (upgrade(self, port))
        return true;
    browser_end_socket(self, 1006);
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

browser *browser_idle(enum browser_kind kind)
{
    browser *self = calloc(1, sizeof *self);
    tr_must(self != NULL);
    self->kind = kind;
    self->fd = -1;
    if (kind == BROWSER_COUNTS)
        self->numbers = browser_numbers_new();
    return self;
}

bool browser_come(browser *self, unsigned port)
{
    char text[1024];
    int length = ws_request(text, sizeof text, "127.0.0.1", (int)port, "/ws");
    browser_close(self);
    self->fd = dial(port);
    if (self->fd < 0)
        return false;
    self->close_code = 0;
    self->is_registered = false;
    self->is_upgrading = true;
    self->answer.size = 0;
    browser_remember(self);
    browser_send_bytes(self, text, (size_t)length);
    return true;
}

void browser_ping(browser *self)
{
    const uint8_t ping[] = {TR_FLET_TROUPE, TR_FLET_OWN_PING};
    if (self->fd >= 0 && self->is_registered)
        browser_send_frame(self, WS_BINARY, ping, sizeof ping);
}

void browser_go_to(browser *self, const char *route)
{
    self->route = route;
}

static void write_page(const browser *self, tr_buf *out, enum browser_kind kind)
{
    tr_write_map(out, kind == BROWSER_OURS ? 5 : kind == BROWSER_COUNTS ? 6 : 4);
    tr_write_literal(out, "route");
    tr_write_literal(out, self->route != NULL ? self->route : "/");
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
    if (self->fd >= 0)
        browser_send_frame(self, WS_BINARY, packet.data, packet.size);
    tr_buf_done(&packet);
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
        // Both ask to come again: a worker that has no shards yet (1013), and one that a machine too busy to run it made
        // silent for longer than a process may be (1012).
        bool is_to_come_again = self->close_code == 1012 || self->close_code == 1013;
        ck_assert_msg(is_to_come_again && !deadline_passed(deadline),
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
    if (!self->is_upgrading)
        browser_send_frame(self, WS_CLOSE, going_away, sizeof going_away);
    browser_end_socket(self, 1001);
}

void browser_cut(browser *self)
{
    // A reset instead of an orderly end.
    struct linger linger = {.l_onoff = 1, .l_linger = 0};
    if (self->fd >= 0)
        setsockopt(self->fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
    browser_end_socket(self, 1006);
}

void browser_leave_line(browser *self)
{
    int line = dup(self->fd); // stays open
    ck_assert_int_ge(line, 0);
    browser_end_socket(self, 1006);
}

void browser_free(browser *self)
{
    if (self == NULL)
        return;
    browser_close(self);
    tr_cm_done(&self->page);
    tr_buf_done(&self->page_bytes);
    tr_buf_done(&self->answer);
    browser_numbers_free(&self->numbers);
    free(self);
}

void browser_stop_reading(browser *self, bool stopped)
{
    self->is_stopped = stopped;
}
