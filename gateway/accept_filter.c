#include "gateway/accept_filter.h"

#include <errno.h>
#include <ev.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utlist.h>

#include "actors/core/core.h"
#include "actors/core/timer.h"
#include "base/log.h"
#include "base/log_budget.h"
#include "base/mem.h"
#include "base/refusals.h"
#include "base/table.h"
#include "gateway/fd_state.h"
#include "gateway/first_bytes.h"
#include "gateway/proxy_header.h"
#include "wire/limits.h"

enum {
    TICK_MS = 500,
    STALLED_MS = 20 // between two looks at what wakes for the bytes that are there already
};

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
    bool is_stalled;  // does not wake, but is looked at again soon
    bool is_heralded; // a proxy's header comes before anything else
    bool is_redirected;
    bool is_local; // of a unix socket
} waiting;

struct tr_accept_filter {
    tr_core *core;
    tr_accept_options options;
    tr_redirect redirect;
    waiting *all;
    sender *senders;
    uint32_t count;
    uint32_t answered; // of them
    uint64_t redirects;
    tr_timer timer;   // runs while there are any
    tr_timer stalled; // runs while there may be some that are stalled
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
    self->answered -= one->is_answered;
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

static void stall(waiting *one)
{
    tr_accept_filter *self = one->filter;
    one->is_stalled = true;
    ev_io_stop(tr_core_loop(self->core), &one->watcher);
    if (!tr_timer_is_running(&self->stalled))
        tr_timer_start(&self->stalled, STALLED_MS, 0);
}

static void wait_for_bytes(waiting *one, int count)
{
    if (count == 1 && !one->is_patient)
        return;
    one->is_patient = count != 1;
    // Unix sockets know no SO_RCVLOWAT that poll heeds.
    if (one->is_patient && one->is_local) {
        stall(one);
        return;
    }
    tr_fd_wake_for(one->watcher.fd, count);
}

static void hand_on(waiting *one, tr_slice head)
{
    tr_accept_filter *self = one->filter;
    wait_for_bytes(one, 1);
    tr_arrival arrival = remove_one(one);
    arrival.head = head;
    self->options.on_ready(self->options.arg, &arrival);
}

// -- answering --

static void send_last(waiting *one, const char *text, size_t size)
{
    tr_accept_filter *self = one->filter;
    tr_fd_say_last(one->watcher.fd, text, size);
    wait_for_bytes(one, 1);
    one->is_answered = true;
    self->answered++;
    one->deadline_ms = tr_core_now_ms(self->core) + TR_ANSWER_LINGER_MS;
}

static void answer(waiting *one, const tr_first_refusal *why)
{
    char text[TR_FIRST_ANSWER_CAP_BYTES];
    send_last(one, text, tr_first_refusal_write(why, text));
}

static void redirect(waiting *one, const char *bytes, size_t size)
{
    char text[TR_REDIRECT_CAP_BYTES];
    one->filter->redirects++;
    send_last(one, text,
              tr_redirect_answer(&one->filter->redirect, (tr_slice){bytes, (uint32_t)size}, text));
}

static void wait_for_more(waiting *one, size_t size)
{
    if (tr_fd_has_ended(one->watcher.fd))
        drop(one);
    else
        wait_for_bytes(one, (int)size + 1);
}

// -- whose connection it is --

// Answers a connection that is not taken, and closes it.
static void refuse(int socket)
{
    static const char text[] =
        "HTTP/1.1 429 Too Many Requests\r\nserver: troupe\r\ncontent-type: text/plain; "
        "charset=utf-8\r\nretry-after: 10\r\ncontent-length: 62\r\nconnection: close\r\n\r\n"
        "Too many connections from your address: close some, and reload\n";
    tr_fd_say_last(socket, text, sizeof text - 1);
    close(socket);
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

// Counted for its address, unless that is a proxy's, which speaks for many. False: it has enough.
static bool is_admitted(const tr_accept_filter *self, tr_arrival *arrival)
{
    const tr_accept_options *options = &self->options;
    bool is_refused;
    if (options->clients == NULL || tr_proxy_is_trusted(arrival->ip, options->trusted_proxies))
        return true;
    arrival->has_key = tr_client_key_read(tr_slice_of(arrival->ip), &arrival->key);
    arrival->client = tr_client_take(options->clients, tr_slice_of(arrival->ip),
                                     TR_CLIENT_CONNECTION, tr_core_now_ms(self->core), &is_refused);
    return !is_refused;
}

static void make_room_of(const sender *from)
{
    if (from == NULL || from->count <= TR_HALF_OPEN_ADDRESS_CAP)
        return;
    tr_refusal_add(TR_REFUSAL_ADDRESS_HALF_OPEN);
    drop(from->oldest);
}

static void say_refused(const char *ip, const char *why)
{
    uint32_t left_out;
    if (!tr_log_may(tr_log_kind(0, "proxy_header_refused", 20), &left_out))
        return;
    tr_log(TR_LOG_WARN, "event=proxy_header_refused peer=%s reason=\"%s\" left_out=%u",
           *ip != '\0' ? ip : "unix", why, left_out);
}

static void refuse_header(waiting *one)
{
    tr_refusal_add(TR_REFUSAL_PROXY_HEADER);
    say_refused(one->arrival.ip, "no header of the PROXY protocol, or a malformed one");
    drop(one); // who speaks another protocol understands no answer
}

// The header was taken off. False: its connection is gone, too.
static bool on_header(waiting *one, const tr_proxy_header *header)
{
    one->is_heralded = false;
    wait_for_bytes(one, 1);
    if (header->has_address)
        memcpy(one->arrival.ip, header->ip, sizeof header->ip);
    if (!is_admitted(one->filter, &one->arrival)) {
        refuse(remove_one(one).socket);
        return false;
    }
    if (!join_sender(one)) {
        drop(one);
        return false;
    }
    make_room_of(one->sender); // it is the newest itself
    return true;
}

// True: the header is off, and what follows may be looked at.
static bool take_header(waiting *one, char *bytes, size_t size)
{
    tr_proxy_header header;
    int result = tr_proxy_header_read(bytes, size, &header);
    if (result < 0)
        refuse_header(one);
    else if (result == 0)
        wait_for_more(one, size);
    if (result <= 0)
        return false;
    if (recv(one->watcher.fd, bytes, header.size, MSG_DONTWAIT) != (ssize_t)header.size) {
        drop(one);
        return false;
    }
    return on_header(one, &header);
}

// -- what has come --

static void look_at(waiting *one, const char *bytes, size_t size)
{
    bool is_tls = one->filter->options.is_tls && !one->is_redirected;
    const tr_first_refusal *why =
        is_tls ? tr_first_judge_tls(bytes, size) : tr_first_judge_http(bytes, size);
    bool is_whole = is_tls ? tr_first_has_hello(bytes, size) : tr_first_has_head(bytes, size);
    if (why != NULL)
        answer(one, why);
    else if (!is_whole)
        wait_for_more(one, size);
    else if (one->is_redirected)
        redirect(one, bytes, size);
    else
        hand_on(one, is_tls ? (tr_slice){0} : (tr_slice){bytes, (uint32_t)size});
}

static void look(waiting *one)
{
    char bytes[TR_HTTP_HEAD_CAP_BYTES + 1];
    for (;;) {
        ssize_t got = recv(one->watcher.fd, bytes, sizeof bytes, MSG_PEEK | MSG_DONTWAIT);
        if (got < 0 && (errno == EAGAIN || errno == EINTR))
            return;
        if (got <= 0) {
            drop(one);
            return;
        }
        if (!one->is_heralded) {
            look_at(one, bytes, (size_t)got);
            return;
        }
        if (!take_header(one, bytes, (size_t)got))
            return;
    }
}

static void on_readable(struct ev_loop *loop, ev_io *watcher, int events)
{
    (void)loop;
    (void)events;
    waiting *one = watcher->data;
    if (!one->is_answered)
        look(one);
    else if (!tr_fd_drop_bytes(watcher->fd))
        drop(one);
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

// Their watchers see the bytes that are there.
static void on_stalled(tr_timer *timer)
{
    tr_accept_filter *self = timer->arg;
    waiting *one;
    DL_FOREACH (self->all, one) {
        if (one->is_stalled)
            ev_io_start(tr_core_loop(self->core), &one->watcher);
        one->is_stalled = false;
    }
}

void tr_accept_filter_open(const tr_accept_options *options, tr_accept_filter **out)
{
    tr_accept_filter *self = tr_new(tr_accept_filter);
    self->options = *options;
    if (options->head_deadline_ms == 0)
        self->options.head_deadline_ms = TR_HEAD_DEADLINE_MS;
    self->core = options->core;
    tr_timer_init(&self->timer, options->core, on_tick, self);
    tr_timer_init(&self->stalled, options->core, on_stalled, self);
    *out = self;
}

void tr_accept_filter_redirect(tr_accept_filter *self, const tr_redirect *redirect)
{
    self->redirect = *redirect;
}

static void make_room(tr_accept_filter *self)
{
    if (self->count < TR_HALF_OPEN_CAP)
        return;
    tr_refusal_add(TR_REFUSAL_HALF_OPEN);
    drop(self->all);
}

static void begin(tr_accept_filter *self, const tr_arrival *arrival, bool is_redirected)
{
    waiting *one = tr_try_alloc(sizeof *one);
    if (one == NULL) {
        drop_arrival(self, *arrival);
        return;
    }
    make_room(self);
    *one = (waiting){.filter = self,
                     .arrival = *arrival,
                     .is_heralded = self->options.has_proxy_headers,
                     .is_redirected = is_redirected,
                     .is_local = tr_fd_is_local(arrival->socket),
                     .deadline_ms = tr_core_now_ms(self->core) + self->options.head_deadline_ms};
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

void tr_accept_filter_take(tr_accept_filter *self, const tr_arrival *arrival, bool is_redirected)
{
    const tr_accept_options *options = &self->options;
    tr_arrival taken = *arrival;
    if (!options->has_proxy_headers && !is_admitted(self, &taken)) {
        refuse(taken.socket);
        return;
    }
    if (options->has_proxy_headers && !tr_proxy_is_trusted(taken.ip, options->trusted_proxies)) {
        tr_refusal_add(TR_REFUSAL_PROXY_STRANGER);
        say_refused(taken.ip, "it is none of --trusted-proxies");
        close(taken.socket);
        return;
    }
    begin(self, &taken, is_redirected);
}

uint32_t tr_accept_filter_count(const tr_accept_filter *self)
{
    return self->count;
}

uint32_t tr_accept_filter_arriving(const tr_accept_filter *self)
{
    return self->count - self->answered;
}

uint64_t tr_accept_filter_redirects(const tr_accept_filter *self)
{
    return self->redirects;
}

void tr_accept_filter_close(tr_accept_filter **self)
{
    tr_accept_filter *filter = *self;
    if (filter == NULL)
        return;
    while (filter->all != NULL)
        drop(filter->all);
    tr_timer_stop(&filter->stalled);
    tr_free(filter);
    *self = NULL;
}
