#include "gateway/accept_filter.h"

#include <errno.h>
#include <ev.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utlist.h>

#include "actors/core/core.h"
#include "actors/core/timer.h"
#include "base/mem.h"
#include "base/refusals.h"
#include "base/table.h"
#include "wire/limits.h"

enum { TICK_MS = 500, METHOD_CAP_BYTES = 16, DRAIN_BYTES = 16384 };

// An address with connections that wait.
typedef struct sender {
    tr_client_key key;
    struct waiting *oldest; // by arrival
    uint32_t count;
    UT_hash_handle by_key;
} sender;

typedef struct waiting {
    ev_io watcher;
    tr_accept_filter *filter;
    struct waiting *next; // by arrival
    struct waiting *prev;
    struct waiting *next_of; // of the same sender
    struct waiting *prev_of;
    sender *sender; // NULL: it has no limits
    tr_arrival arrival;
    uint64_t deadline_ms;
    bool is_answered; // later bytes are read and dropped
    bool is_patient;  // wakes for more bytes than one
} waiting;

struct tr_accept_filter {
    tr_core *core;
    bool is_tls;
    tr_accept_ready *on_ready;
    void *arg;
    waiting *all;
    sender *senders;
    uint32_t count;
    tr_timer timer; // runs while there are any
};

static void leave_sender(waiting *one)
{
    sender *from = one->sender;
    if (from == NULL)
        return;
    DL_DELETE2(from->oldest, one, prev_of, next_of);
    if (--from->count != 0)
        return;
    HASH_DELETE(by_key, one->filter->senders, from);
    tr_free(from);
}

// NULL: no memory.
static sender *sender_of(tr_accept_filter *self, const tr_client_key *key)
{
    sender *found = NULL;
    HASH_FIND(by_key, self->senders, key->bytes, sizeof key->bytes, found);
    if (found != NULL)
        return found;
    found = tr_try_alloc(sizeof *found);
    if (found == NULL)
        return NULL;
    *found = (sender){.key = *key};
    HASH_ADD_KEYPTR(by_key, self->senders, found->key.bytes, sizeof found->key.bytes, found);
    return found;
}

// Gives the arrival back.
static tr_arrival remove_one(waiting *one)
{
    tr_accept_filter *self = one->filter;
    tr_arrival arrival = one->arrival;
    ev_io_stop(tr_core_loop(self->core), &one->watcher);
    DL_DELETE(self->all, one);
    leave_sender(one);
    if (--self->count == 0)
        tr_timer_stop(&self->timer);
    tr_free(one);
    return arrival;
}

static void drop_arrival(const tr_accept_filter *self, tr_arrival arrival)
{
    close(arrival.socket);
    tr_client_give(&arrival.client, TR_CLIENT_CONNECTION, tr_core_now_ms(self->core));
}

static void drop(waiting *one)
{
    const tr_accept_filter *self = one->filter;
    drop_arrival(self, remove_one(one));
}

static void wait_for_bytes(waiting *one, int count)
{
    if (count == 1 && !one->is_patient)
        return;
    one->is_patient = count != 1;
    (void)setsockopt(one->watcher.fd, SOL_SOCKET, SO_RCVLOWAT, &count, sizeof count);
}

static void hand_on(waiting *one)
{
    tr_accept_filter *self = one->filter;
    wait_for_bytes(one, 1);
    tr_arrival arrival = remove_one(one);
    self->on_ready(self->arg, &arrival);
}

// -- what a head looks like --

// Where the head may be judged: it is whole.
static bool has_end(const char *bytes, size_t size)
{
    for (const char *at = bytes; (at = memchr(at, '\n', size - (size_t)(at - bytes))) != NULL;
         at++) {
        size_t left = size - (size_t)(at + 1 - bytes);
        if ((left >= 1 && at[1] == '\n') || (left >= 2 && at[1] == '\r' && at[2] == '\n'))
            return true;
    }
    return false;
}

static bool is_known_method(const char *bytes, size_t size)
{
    static const char *const known[] = {
        "GET ",   "HEAD ",   "POST ",    "PUT ",
        "PATCH ", "DELETE ", "OPTIONS /"}; // "OPTIONS *" is none that libwebsockets knows
    for (unsigned i = 0; i < sizeof known / sizeof *known; i++) {
        size_t length = strlen(known[i]);
        if (memcmp(bytes, known[i], size < length ? size : length) == 0)
            return true;
    }
    return false;
}

// A method is capital letters (RFC 9110 section 9.1 allows more, which nobody has).
static bool looks_like_http(const char *bytes, size_t size)
{
    size_t at = 0;
    while (at < size && at < METHOD_CAP_BYTES && bytes[at] >= 'A' && bytes[at] <= 'Z')
        at++;
    return at == size || (at > 0 && bytes[at] == ' ');
}

typedef struct refusal {
    unsigned status;
    const char *phrase;
    const char *text;
} refusal;

static const refusal *judge(const char *bytes, size_t size)
{
    static const refusal no_http = {400, "Bad Request", "This is no HTTP request.\n"};
    static const refusal no_method = {
        405, "Method Not Allowed", "This server answers GET and HEAD here, and no other method.\n"};
    static const refusal too_large = {
        431, "Request Header Fields Too Large",
        "The headers of this request are larger than the 16 KiB that are taken here.\n"};
    if (!looks_like_http(bytes, size))
        return &no_http;
    if (!is_known_method(bytes, size))
        return &no_method;
    return size > TR_HTTP_HEAD_CAP_BYTES && !has_end(bytes, TR_HTTP_HEAD_CAP_BYTES) ? &too_large
                                                                                    : NULL;
}

// A record of TLS with a handshake: type, version, length.
enum { RECORD_HEAD_BYTES = 5, RECORD_HANDSHAKE = 22, RECORD_CAP_BYTES = 16384 };

static bool looks_like_tls(const char *bytes, size_t size)
{
    return size == 0 || bytes[0] == RECORD_HANDSHAKE;
}

static bool has_record(const char *bytes, size_t size)
{
    if (size < RECORD_HEAD_BYTES)
        return false;
    size_t length = (size_t)(unsigned char)bytes[3] << 8 | (unsigned char)bytes[4];
    return length > RECORD_CAP_BYTES || size >= RECORD_HEAD_BYTES + length ||
           size > TR_HTTP_HEAD_CAP_BYTES;
}

static const refusal *judge_tls(const char *bytes, size_t size)
{
    static const refusal plain = {400, "Bad Request", "TLS is spoken here: use https://\n"};
    return looks_like_tls(bytes, size) ? NULL : &plain;
}

// -- answering --

static void answer(waiting *one, const refusal *why)
{
    char text[512];
    int size = snprintf(text, sizeof text,
                        "HTTP/1.1 %u %s\r\nserver: troupe\r\ncontent-type: text/plain; "
                        "charset=utf-8\r\ncontent-length: %zu\r\n%sconnection: close\r\n\r\n%s",
                        why->status, why->phrase, strlen(why->text),
                        why->status == 405 ? "allow: GET, HEAD\r\n" : "", why->text);
    (void)send(one->watcher.fd, text, (size_t)size, MSG_NOSIGNAL | MSG_DONTWAIT);
    (void)shutdown(one->watcher.fd, SHUT_WR);
    wait_for_bytes(one, 1);
    one->is_answered = true;
    one->deadline_ms = tr_core_now_ms(one->filter->core) + TR_ANSWER_LINGER_MS;
}

static void drop_bytes(waiting *one)
{
    char bytes[DRAIN_BYTES];
    ssize_t got = recv(one->watcher.fd, bytes, sizeof bytes, MSG_DONTWAIT);
    if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR))
        drop(one);
}

// Data that was peeked at hides that its sender has closed.
static bool says_no_more(int socket)
{
    struct pollfd state = {.fd = socket, .events = POLLRDHUP};
    return poll(&state, 1, 0) > 0 && (state.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

static void look(waiting *one)
{
    char bytes[TR_HTTP_HEAD_CAP_BYTES + 1];
    ssize_t got = recv(one->watcher.fd, bytes, sizeof bytes, MSG_PEEK | MSG_DONTWAIT);
    if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) {
        drop(one);
        return;
    }
    if (got < 0)
        return;
    size_t size = (size_t)got;
    bool is_tls = one->filter->is_tls;
    const refusal *why = is_tls ? judge_tls(bytes, size) : judge(bytes, size);
    if (why != NULL)
        answer(one, why);
    else if (is_tls ? has_record(bytes, size) : has_end(bytes, size))
        hand_on(one);
    else if (says_no_more(one->watcher.fd))
        drop(one);
    else
        wait_for_bytes(one, (int)size + 1);
}

static void on_readable(struct ev_loop *loop, ev_io *watcher, int events)
{
    (void)loop;
    (void)events;
    waiting *one = watcher->data;
    if (one->is_answered)
        drop_bytes(one);
    else
        look(one);
}

static void on_tick(tr_timer *timer)
{
    tr_accept_filter *self = timer->arg;
    uint64_t now_ms = tr_core_now_ms(self->core);
    waiting *one;
    waiting *next;
    for (one = self->all; one != NULL; one = next) {
        next = one->next;
        if (now_ms < one->deadline_ms)
            continue;
        if (!one->is_answered)
            tr_refusal_add(TR_REFUSAL_SLOW_HEAD);
        drop(one);
    }
}

void tr_accept_filter_open(tr_core *core, bool is_tls, tr_accept_ready *on_ready, void *arg,
                           tr_accept_filter **out)
{
    tr_accept_filter *self = tr_new(tr_accept_filter);
    self->is_tls = is_tls;
    self->core = core;
    self->on_ready = on_ready;
    self->arg = arg;
    tr_timer_init(&self->timer, core, on_tick, self);
    *out = self;
}

static void make_room(tr_accept_filter *self)
{
    if (self->count < TR_HALF_OPEN_CAP)
        return;
    tr_refusal_add(TR_REFUSAL_HALF_OPEN);
    drop(self->all);
}

// False: no memory.
static bool join_sender(waiting *one)
{
    if (!one->arrival.has_key)
        return true;
    sender *from = sender_of(one->filter, &one->arrival.key);
    if (from == NULL)
        return false;
    one->sender = from;
    DL_APPEND2(from->oldest, one, prev_of, next_of);
    from->count++;
    return true;
}

static void make_room_of(const sender *from)
{
    if (from == NULL || from->count <= TR_HALF_OPEN_ADDRESS_CAP)
        return;
    tr_refusal_add(TR_REFUSAL_ADDRESS_HALF_OPEN);
    drop(from->oldest);
}

void tr_accept_filter_take(tr_accept_filter *self, const tr_arrival *arrival)
{
    waiting *one = tr_try_alloc(sizeof *one);
    if (one == NULL) {
        drop_arrival(self, *arrival);
        return;
    }
    make_room(self);
    *one = (waiting){.filter = self,
                     .arrival = *arrival,
                     .deadline_ms = tr_core_now_ms(self->core) + TR_HEAD_DEADLINE_MS};
    if (!join_sender(one)) {
        drop_arrival(self, *arrival);
        tr_free(one);
        return;
    }
    ev_io_init(&one->watcher, on_readable, arrival->socket, EV_READ);
    one->watcher.data = one;
    DL_APPEND(self->all, one);
    if (self->count++ == 0)
        tr_timer_start(&self->timer, TICK_MS, TICK_MS);
    make_room_of(one->sender);
    ev_io_start(tr_core_loop(self->core), &one->watcher);
    look(one);
}

void tr_accept_refuse(int socket)
{
    static const char text[] =
        "HTTP/1.1 429 Too Many Requests\r\nserver: troupe\r\ncontent-type: text/plain; "
        "charset=utf-8\r\nretry-after: 10\r\ncontent-length: 62\r\nconnection: close\r\n\r\n"
        "Too many connections from your address: close some, and reload\n";
    (void)send(socket, text, sizeof text - 1, MSG_NOSIGNAL | MSG_DONTWAIT);
    (void)shutdown(socket, SHUT_WR);
    close(socket);
}

uint32_t tr_accept_filter_count(const tr_accept_filter *self)
{
    return self->count;
}

void tr_accept_filter_close(tr_accept_filter **self)
{
    tr_accept_filter *filter = *self;
    if (filter == NULL)
        return;
    while (filter->all != NULL)
        drop(filter->all);
    tr_free(filter);
    *self = NULL;
}
