#include "gateway/exchange.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "actors/core/enter.h"
#include "base/mem.h"
#include "gateway/exchange_answer.h"
#include "gateway/exchange_frames.h"
#include "gateway/exchange_head.h"
#include "wire/limits.h"

enum {
    INPUT_BYTES = TR_HTTP_HEAD_CAP_BYTES, // an answer's head is whole in it
    CHUNK_CAP_BYTES = 16384,
    PONGS_CAP_BYTES = 4096 // that wait; beyond, pings are passed over
};

struct tr_exchange {
    int socket;
    pid_t process_id; // whose it is: a child of a fork has but a copy of the descriptor
    bool is_deaf;     // the app takes no more
    bool is_over;     // nothing more is to be told
    bool is_chunked;  // the request's body
    bool is_ended;    // its last chunk is written
    uint64_t body_left;
    char *input; // NULL while it is empty
    size_t at;
    size_t end;
    tr_buf output; // taken, not written
    size_t written;
    tr_answer_reader answer;
    tr_frame_reader frames;
};

// -- beginning --

// Where the head is larger than the edge takes, as much as it needs to see that.
static int send_head(tr_exchange *self, const tr_buf *head)
{
    size_t size = head->size;
    if (size > TR_HTTP_HEAD_CAP_BYTES) {
        size = TR_HTTP_HEAD_CAP_BYTES + 1;
        self->is_deaf = true;
    }
    ssize_t sent = send(self->socket, head->data, size, MSG_NOSIGNAL | MSG_DONTWAIT);
    return sent == (ssize_t)size ? 0 : TR_ESYSTEM;
}

static int make_pair(int out[2])
{
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, out) == 0)
        return 0;
    return errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS ? TR_EFULL
                                                                                     : TR_ESYSTEM;
}

static tr_exchange *make(const tr_embed_request *request, int socket)
{
    tr_exchange *self = tr_new(tr_exchange);
    self->socket = socket;
    self->process_id = getpid();
    self->is_chunked = request->body_size == TR_EMBED_BODY_UNKNOWN;
    self->body_left = request->body_size;
    self->answer.is_head = tr_slice_is(request->method, "HEAD");
    return self;
}

int tr_exchange_begin(const tr_embed_request *request, tr_exchange **out, int *edge_socket)
{
    int pair[2];
    tr_buf head = {0};
    tr_exchange *self = NULL;
    int result = tr_exchange_head_write(request, &head);
    if (result == 0)
        result = make_pair(pair);
    if (result == 0) {
        self = make(request, pair[0]);
        *edge_socket = pair[1];
        result = send_head(self, &head);
        if (result < 0)
            close(pair[1]);
    }
    tr_buf_done(&head);
    if (result < 0)
        tr_exchange_free(&self);
    else
        *out = self;
    return result;
}

int tr_exchange_fd(const tr_exchange *self)
{
    TR_REQUIRE(self != NULL);
    return self->socket;
}

// -- towards the app --

static size_t waits(const tr_exchange *self)
{
    return self->output.size - self->written;
}

// How much the socket has taken, maybe nothing; TR_EGONE.
static ssize_t send_some(tr_exchange *self, const struct iovec *parts, size_t count)
{
    struct msghdr message = {.msg_iov = (struct iovec *)(uintptr_t)parts, .msg_iovlen = count};
    ssize_t sent = sendmsg(self->socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent >= 0)
        return sent;
    if (errno == EAGAIN || errno == EINTR || errno == ENOBUFS)
        return 0;
    self->is_deaf = true;
    tr_buf_done(&self->output);
    self->written = 0;
    return TR_EGONE;
}

int tr_exchange_flush(tr_exchange *self)
{
    TR_REQUIRE(self != NULL);
    while (waits(self) != 0) {
        struct iovec rest = {self->output.data + self->written, waits(self)};
        ssize_t sent = send_some(self, &rest, 1);
        if (sent <= 0)
            return sent == 0 ? TR_EFULL : (int)sent;
        self->written += (size_t)sent;
    }
    tr_buf_done(&self->output);
    self->written = 0;
    return self->is_deaf ? TR_EGONE : 0;
}

// All of it is taken: what the socket has no room for is kept.
static int put(tr_exchange *self, const struct iovec *parts, size_t count)
{
    ssize_t sent = send_some(self, parts, count);
    if (sent < 0)
        return (int)sent;
    size_t done = (size_t)sent;
    for (size_t i = 0; i < count; i++) {
        size_t skip = done < parts[i].iov_len ? done : parts[i].iov_len;
        done -= skip;
        tr_buf_append(&self->output, (const char *)parts[i].iov_base + skip,
                      parts[i].iov_len - skip);
    }
    return 0;
}

static void *writable(const void *bytes)
{
    return (void *)(uintptr_t)bytes; // an iovec's, which is only read
}

static int put_chunk(tr_exchange *self, const void *bytes, size_t size)
{
    char head[24];
    size_t piece = size < CHUNK_CAP_BYTES ? size : CHUNK_CAP_BYTES;
    if (tr_exchange_flush(self) == TR_EFULL || piece == 0)
        return 0;
    int head_size = snprintf(head, sizeof head, "%zx\r\n", piece);
    const struct iovec parts[] = {
        {head, (size_t)head_size}, {writable(bytes), piece}, {writable("\r\n"), 2}};
    int result = put(self, parts, 3);
    return result < 0 ? result : (int)piece;
}

int tr_exchange_body(tr_exchange *self, const void *bytes, size_t size)
{
    TR_REQUIRE(self != NULL && (bytes != NULL || size == 0));
    if (self->is_deaf)
        return TR_EGONE;
    if (self->is_chunked)
        return self->is_ended ? TR_EINVALID : put_chunk(self, bytes, size);
    if (size > self->body_left)
        return TR_EINVALID;
    if (size > INT32_MAX)
        size = INT32_MAX;
    ssize_t sent = send_some(self, &(struct iovec){writable(bytes), size}, 1);
    if (sent > 0)
        self->body_left -= (uint64_t)sent;
    return (int)sent;
}

int tr_exchange_body_end(tr_exchange *self)
{
    TR_REQUIRE(self != NULL);
    int result = self->is_deaf ? TR_EGONE : tr_exchange_flush(self);
    if (result < 0 || !self->is_chunked || self->is_ended)
        return result;
    self->is_ended = true;
    result = put(self, &(struct iovec){writable("0\r\n\r\n"), 5}, 1);
    return result < 0 ? result : tr_exchange_flush(self);
}

// The app closes the WebSocket by the size of a message that it does not take.
static size_t cut_message(tr_exchange *self, size_t size)
{
    if (size <= TR_BROWSER_PACKET_CAP_BYTES)
        return size;
    self->is_deaf = true;
    return TR_BROWSER_PACKET_CAP_BYTES + 1;
}

int tr_exchange_message(tr_exchange *self, const void *bytes, size_t size, bool is_text)
{
    unsigned char head[TR_FRAME_HEAD_CAP_BYTES];
    TR_REQUIRE(self != NULL && (bytes != NULL || size == 0));
    if (self->is_deaf)
        return TR_EGONE;
    if (self->answer.state != TR_ANSWER_UPGRADED)
        return TR_EUNAVAILABLE;
    int result = tr_exchange_flush(self);
    if (result < 0)
        return result;
    const struct iovec parts[] = {
        {head, tr_frame_head_write(head, is_text ? TR_FRAME_TEXT : TR_FRAME_BINARY, size)},
        {writable(bytes), cut_message(self, size)}};
    return put(self, parts, 2);
}

static void put_control(tr_exchange *self, enum tr_frame_code code, const void *bytes, size_t size)
{
    unsigned char head[TR_FRAME_HEAD_CAP_BYTES];
    tr_buf_append(&self->output, head, tr_frame_head_write(head, code, size));
    tr_buf_append(&self->output, bytes, size);
    (void)tr_exchange_flush(self);
}

void tr_exchange_close(tr_exchange *self, unsigned code)
{
    if (self == NULL)
        return;
    unsigned char bytes[] = {(unsigned char)(code >> 8), (unsigned char)code};
    bool has_code = code != 1005;
    // Without a close frame the end of the connection says that the browser is gone.
    if (self->answer.state == TR_ANSWER_UPGRADED && code != 1006 && !self->is_deaf)
        put_control(self, TR_FRAME_CLOSE, bytes, has_code ? sizeof bytes : 0);
    self->is_deaf = true;
}

// -- from the app --

static int parse(tr_exchange *self, tr_exchange_event *out)
{
    tr_slice in = {self->input + self->at, (uint32_t)(self->end - self->at)};
    if (self->input == NULL)
        in = (tr_slice){"", 0};
    int result;
    if (self->answer.state != TR_ANSWER_UPGRADED)
        result = tr_answer_read(&self->answer, &in, out);
    else
        while ((result = tr_frames_read(&self->frames, &in, out)) == TR_FRAMES_PING)
            if (waits(self) < PONGS_CAP_BYTES && !self->is_deaf)
                put_control(self, TR_FRAME_PONG, out->bytes, out->size);
    self->at = self->end - in.size;
    return result;
}

static void forget_input(tr_exchange *self)
{
    tr_free(self->input);
    self->input = NULL;
    self->at = self->end = 0;
}

// 1: there is more to parse; 0: not now; TR_EGONE: never again; TR_ESYSTEM: nor was that the end.
static int fill(tr_exchange *self)
{
    if (self->input == NULL)
        self->input = tr_alloc(INPUT_BYTES);
    memmove(self->input, self->input + self->at, self->end - self->at);
    self->end -= self->at;
    self->at = 0;
    if (self->end == INPUT_BYTES)
        return TR_ESYSTEM; // no answer of ours has such a head
    ssize_t got;
    do
        got = recv(self->socket, self->input + self->end, INPUT_BYTES - self->end, MSG_DONTWAIT);
    while (got < 0 && errno == EINTR);
    if (got > 0)
        self->end += (size_t)got;
    if (got > 0)
        return 1;
    if (got == 0)
        return TR_EGONE;
    if (errno != EAGAIN)
        return TR_ESYSTEM;
    if (self->end == 0)
        forget_input(self);
    return 0;
}

// Everything was told, or all that will ever come.
static int tell_over(tr_exchange *self, int why, tr_exchange_event *out)
{
    bool is_end = why == TR_EGONE && !self->is_over && tr_answer_ends_here(&self->answer);
    self->is_over = true;
    if (!is_end)
        return TR_EGONE;
    *out = (tr_exchange_event){.kind = TR_EXCHANGE_END};
    return 1;
}

static void note(tr_exchange *self, const tr_exchange_event *event)
{
    if (event->kind == TR_EXCHANGE_END || event->kind == TR_EXCHANGE_CLOSED)
        self->is_over = true;
    // Its answer, which the edge waits for before it closes.
    if (event->kind == TR_EXCHANGE_CLOSED && !self->is_deaf)
        put_control(self, TR_FRAME_CLOSE, "\x03\xe8", 2);
    if (self->is_over)
        self->is_deaf = true;
}

int tr_exchange_read(tr_exchange *self, tr_exchange_event *out)
{
    TR_REQUIRE(self != NULL && out != NULL);
    while (!self->is_over) {
        int result = parse(self, out);
        if (result == 1) {
            note(self, out);
            return 1;
        }
        if (result == 0)
            result = fill(self);
        if (result == 0)
            return 0;
        if (result < 0)
            return tell_over(self, result, out);
    }
    return TR_EGONE;
}

void tr_exchange_free(tr_exchange **self)
{
    tr_exchange *exchange = self != NULL ? *self : NULL;
    if (exchange == NULL)
        return;
    // Others may have copies of the descriptor, and the app is to see the end all the same.
    if (exchange->process_id == getpid())
        (void)shutdown(exchange->socket, SHUT_RDWR);
    close(exchange->socket);
    forget_input(exchange);
    tr_buf_done(&exchange->output);
    tr_answer_reader_done(&exchange->answer);
    tr_frame_reader_done(&exchange->frames);
    tr_free(exchange);
    *self = NULL;
}
