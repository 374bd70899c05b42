#include "tests/support/browser.h"

#include <check.h>
#include <errno.h>
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

enum { READ_BYTES = 64 * 1024, OPEN_CAP = 4096, WAIT_MS = 10 };

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

void browser_remember(browser *self)
{
    tr_must(opened_count < OPEN_CAP);
    opened[opened_count++] = self;
}

void browser_end_socket(browser *self, unsigned code)
{
    if (self->fd < 0)
        return;
    close(self->fd);
    self->fd = -1;
    self->close_code = code;
    self->is_upgrading = false;
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

const char *browsers_told(void)
{
    enum { TOLD_CAP = 8 };
    static tr_buf told;
    told.size = 0;
    for (unsigned i = 0; i < opened_count && i < TOLD_CAP; i++)
        browser_tell(opened[i], &told);
    return tr_buf_text(&told);
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

int browser_on_message(void *context, uint8_t opcode, const uint8_t *payload, size_t size)
{
    browser *self = context;
    self->heard++;
    if (opcode == WS_PING)
        browser_send_frame(self, WS_PONG, payload, size);
    else if (opcode == WS_CLOSE)
        self->close_code = size >= 2 ? (unsigned)payload[0] << 8 | payload[1] : 1005;
    else if (opcode == WS_BINARY && size != 0 && self->numbers != NULL)
        take_numbered(self, payload, size);
    else if (opcode == WS_BINARY && size != 0)
        take_packet(self, payload, size);
    return 0;
}

// The handshake's answer, as far as it has come.
static void take_answer(browser *self, const uint8_t *bytes, size_t size)
{
    int status = 0;
    tr_buf_append(&self->answer, bytes, size);
    ssize_t used = ws_read_answer((const char *)self->answer.data, self->answer.size, &status);
    ck_assert_int_ge(used, 0);
    if (used == 0)
        return;
    if (status != 101) {
        browser_end_socket(self, 1006);
        return;
    }
    self->is_upgrading = false;
    browser_register(self, self->kind, self->session_id[0] != '\0' ? self->session_id : NULL);
    ck_assert_int_eq(ws_reader_feed(&self->reader, self->answer.data + used,
                                    self->answer.size - (size_t)used, browser_on_message, self),
                     0);
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
            browser_end_socket(self, self->close_code != 0 ? self->close_code : 1006);
            return;
        }
        if (self->is_upgrading) {
            take_answer(self, bytes, (size_t)got);
            continue;
        }
        ck_assert_int_eq(
            ws_reader_feed(&self->reader, bytes, (size_t)got, browser_on_message, self), 0);
        if (self->close_code != 0) {
            unsigned code = self->close_code;
            uint8_t answer[2] = {(uint8_t)(code >> 8), (uint8_t)code};
            browser_send_frame(self, WS_CLOSE, answer, code == 1005 ? 0 : 2);
            browser_end_socket(self, code);
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

void browser_send_frame(browser *self, uint8_t opcode, const void *payload, size_t size)
{
    static const uint8_t mask[4] = {0x5a, 0xa5, 0x3c, 0xc3};
    uint8_t *frame = malloc(size + WS_FRAME_HEAD_MAX);
    tr_must(frame != NULL);
    browser_send_bytes(self, frame, ws_client_frame(frame, opcode, mask, payload, size));
    free(frame);
}

void browser_send_raw(browser *self, const void *message, size_t size, bool is_text)
{
    browser_send_frame(self, is_text ? WS_TEXT : WS_BINARY, message, size);
}

// What one that counts does before its answer is there goes out behind that.
static void send_packet(browser *self, tr_buf *packet)
{
    if (self->numbers != NULL)
        browser_numbers_keep(self->numbers, packet);
    if (self->fd >= 0 && (self->numbers == NULL || self->is_registered))
        browser_send_frame(self, WS_BINARY, packet->data, packet->size);
    tr_buf_done(packet);
}

// What the session has not taken, as it says.
static void send_again(browser *self)
{
    tr_buf packet = {0};
    for (unsigned i = 0; browser_numbers_kept(self->numbers, i, &packet); i++)
        browser_send_frame(self, WS_BINARY, packet.data, packet.size);
    tr_buf_done(&packet);
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
