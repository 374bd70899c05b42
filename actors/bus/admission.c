#include "actors/bus/admission.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include <zmq.h>

#include "actors/bus/socket.h"
#include "base/clock.h"
#include "base/lock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/must.h"
#include "troupe/err.h"
#include "wire/limits.h"

enum {
    LOOK_MS = 1000,
    LOG_MS = 10000,                                   // from one line to the next
    UNSURE_LOOKS = TR_BUS_HANDSHAKE_MS / LOOK_MS + 2, // so old a connection is in or refused
    FRAMES = 7,                                       // of a request for CURVE
    ADDRESS_BYTES = 64
};

enum { WATCHED_CAP = TR_CORES_CAP + 1 }; // and the endpoint of trunks
enum { VERSION, REQUEST_ID, DOMAIN, ADDRESS, ROUTING_ID, MECHANISM, CREDENTIALS };

typedef struct counts {
    uint64_t accepted;
    uint64_t admitted;
    uint64_t failed; // as ZeroMQ says; it says nothing of those that do not speak its protocol
    uint64_t accepted_before[UNSURE_LOOKS];
    unsigned looks;
} counts;

struct tr_admission {
    void *context;
    const tr_bus_keys *keys;
    pthread_t thread;
    void *handler; // ZMQ_REP, the thread's
    int wake;      // eventfd
    tr_lock lock;
    // Under the lock.
    void *arrived[WATCHED_CAP]; // ends of monitors that the thread has not taken yet
    unsigned arrived_count;
    bool is_over;
    uint64_t forged_node; // the last one
    char forged_from[ADDRESS_BYTES];
    // The thread's own.
    void *monitors[WATCHED_CAP];
    unsigned monitor_count;
    counts counts;
    tr_strangers told; // by the log
    uint64_t told_ms;
    // Relaxed: only looked at.
    _Atomic uint64_t refused;
    _Atomic uint64_t without_key;
    _Atomic uint64_t wrong_key;
    _Atomic uint64_t forged;
};

static uint64_t get(const _Atomic uint64_t *at)
{
    return atomic_load_explicit(at, memory_order_relaxed);
}

static void add(_Atomic uint64_t *at)
{
    atomic_fetch_add_explicit(at, 1, memory_order_relaxed);
}

// -- questions of ZeroMQ --

// Reads all frames of a message. How many there were.
static unsigned receive_all(void *socket, zmq_msg_t frames[FRAMES])
{
    unsigned count = 0;
    int more = 1;
    while (more != 0) {
        zmq_msg_t spare;
        zmq_msg_t *into = count < FRAMES ? &frames[count] : &spare;
        zmq_msg_init(into);
        if (zmq_msg_recv(into, socket, ZMQ_DONTWAIT) < 0) {
            zmq_msg_close(into);
            return count;
        }
        more = zmq_msg_more(into);
        count++;
        if (into == &spare)
            zmq_msg_close(into);
    }
    return count;
}

static bool is_text(zmq_msg_t *frame, const char *text)
{
    return zmq_msg_size(frame) == strlen(text) &&
           memcmp(zmq_msg_data(frame), text, strlen(text)) == 0;
}

static void send_part(void *socket, const void *bytes, size_t size, int flags)
{
    (void)zmq_send(socket, bytes, size, flags | ZMQ_DONTWAIT);
}

static void reply(tr_admission *self, zmq_msg_t *request_id, const char *status, const char *user)
{
    send_part(self->handler, "1.0", 3, ZMQ_SNDMORE);
    send_part(self->handler, zmq_msg_data(request_id), zmq_msg_size(request_id), ZMQ_SNDMORE);
    send_part(self->handler, status, strlen(status), ZMQ_SNDMORE);
    send_part(self->handler, "", 0, ZMQ_SNDMORE);
    send_part(self->handler, user, strlen(user), ZMQ_SNDMORE);
    send_part(self->handler, "", 0, 0);
}

// Whoever came so far could name the endpoint's key, so it has the cluster's secret. What it may
// speak for shows its own key.
static bool answer_one(tr_admission *self)
{
    zmq_msg_t frames[FRAMES];
    unsigned count = receive_all(self->handler, frames);
    if (count == 0)
        return false;
    char user[TR_BUS_USER_BYTES] = "";
    bool is_curve = count == FRAMES && is_text(&frames[MECHANISM], "CURVE") &&
                    zmq_msg_size(&frames[CREDENTIALS]) == TR_BUS_KEY_BYTES;
    if (is_curve)
        tr_bus_keys_user(self->keys, zmq_msg_data(&frames[CREDENTIALS]), user);
    zmq_msg_t none;
    zmq_msg_init(&none);
    reply(self, count > REQUEST_ID ? &frames[REQUEST_ID] : &none, is_curve ? "200" : "400", user);
    zmq_msg_close(&none);
    for (unsigned i = 0; i < count && i < FRAMES; i++)
        zmq_msg_close(&frames[i]);
    return true;
}

// -- who was refused --

static void count_failure(tr_admission *self, uint32_t reason)
{
    self->counts.failed++;
    if (reason == ZMQ_PROTOCOL_ERROR_ZMTP_MECHANISM_MISMATCH)
        add(&self->without_key);
    else if (reason == ZMQ_PROTOCOL_ERROR_ZMTP_CRYPTOGRAPHIC)
        add(&self->wrong_key);
}

// A monitor's event: two bytes of number, four of value (zmq_socket_monitor(3)). False: its end.
static bool count_event(tr_admission *self, const uint8_t *bytes)
{
    uint16_t event;
    uint32_t value;
    memcpy(&event, bytes, sizeof event);
    memcpy(&value, bytes + sizeof event, sizeof value);
    self->counts.accepted += event == ZMQ_EVENT_ACCEPTED;
    self->counts.admitted += event == ZMQ_EVENT_HANDSHAKE_SUCCEEDED;
    if (event == ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL)
        count_failure(self, value);
    if (event == ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL || event == ZMQ_EVENT_HANDSHAKE_FAILED_AUTH)
        self->counts.failed++;
    return event != ZMQ_EVENT_MONITOR_STOPPED;
}

// False once the socket is gone.
static bool read_monitor(tr_admission *self, void *monitor)
{
    zmq_msg_t frames[FRAMES];
    unsigned count;
    bool goes_on = true;
    while (goes_on && (count = receive_all(monitor, frames)) != 0) {
        if (zmq_msg_size(&frames[0]) >= sizeof(uint16_t) + sizeof(uint32_t))
            goes_on = count_event(self, zmq_msg_data(&frames[0]));
        for (unsigned i = 0; i < count && i < FRAMES; i++)
            zmq_msg_close(&frames[i]);
    }
    return goes_on;
}

static void read_monitors(tr_admission *self)
{
    for (unsigned i = 0; i < self->monitor_count; i++) {
        if (read_monitor(self, self->monitors[i]))
            continue;
        zmq_close(self->monitors[i]);
        self->monitors[i--] = self->monitors[--self->monitor_count];
    }
}

// Of connections that are old enough, each was admitted or is gone.
static void settle(tr_admission *self)
{
    counts *of = &self->counts;
    uint64_t old = of->accepted_before[of->looks % UNSURE_LOOKS];
    of->accepted_before[of->looks++ % UNSURE_LOOKS] = of->accepted;
    uint64_t refused = old > of->admitted ? old - of->admitted : 0;
    refused = refused > of->failed ? refused : of->failed;
    if (refused > get(&self->refused))
        atomic_store_explicit(&self->refused, refused, memory_order_relaxed);
}

tr_strangers tr_admission_strangers(const tr_admission *self)
{
    return (tr_strangers){get(&self->refused), get(&self->without_key), get(&self->wrong_key),
                          get(&self->forged)};
}

static void log_forged(tr_admission *self, uint64_t count)
{
    tr_lock_take(&self->lock);
    uint64_t node = self->forged_node;
    char from[ADDRESS_BYTES];
    snprintf(from, sizeof from, "%s", self->forged_from);
    tr_lock_give(&self->lock);
    tr_log(
        TR_LOG_WARN,
        "event=bus_forged batches=%llu claimed=%016llx from=%s text=\"a member spoke for another "
        "one: nothing of it was taken\"",
        (unsigned long long)count, (unsigned long long)node,
        tr_log_quote(from, (unsigned)strlen(from)));
}

static void log_refused(const tr_strangers *now, const tr_strangers *before)
{
    tr_log(TR_LOG_WARN,
           "event=bus_strangers refused=%llu without_key=%llu wrong_key=%llu total=%llu "
           "text=\"connections to the bus that have not the cluster's key (--bus-key)\"",
           (unsigned long long)(now->refused - before->refused),
           (unsigned long long)(now->without_key - before->without_key),
           (unsigned long long)(now->wrong_key - before->wrong_key),
           (unsigned long long)now->refused);
}

static void log_strangers(tr_admission *self)
{
    tr_strangers now = tr_admission_strangers(self);
    uint64_t now_ms = tr_clock_ms();
    bool is_news = now.refused != self->told.refused || now.forged != self->told.forged;
    if (!is_news || (self->told_ms != 0 && now_ms - self->told_ms < LOG_MS))
        return;
    if (now.refused != self->told.refused)
        log_refused(&now, &self->told);
    if (now.forged != self->told.forged)
        log_forged(self, now.forged - self->told.forged);
    self->told = now;
    self->told_ms = now_ms;
}

void tr_admission_forged(tr_admission *self, uint64_t node, const char *address)
{
    tr_lock_take(&self->lock);
    self->forged_node = node;
    snprintf(self->forged_from, sizeof self->forged_from, "%s", address != NULL ? address : "");
    tr_lock_give(&self->lock);
    add(&self->forged);
}

// -- the thread --

static bool take_arrived(tr_admission *self)
{
    uint64_t woken;
    ssize_t got = read(self->wake, &woken, sizeof woken);
    (void)got;
    tr_lock_take(&self->lock);
    for (unsigned i = 0; i < self->arrived_count; i++)
        self->monitors[self->monitor_count++] = self->arrived[i];
    self->arrived_count = 0;
    bool is_over = self->is_over;
    tr_lock_give(&self->lock);
    return !is_over;
}

static void await_news(tr_admission *self)
{
    zmq_pollitem_t items[WATCHED_CAP + 2] = {{.socket = self->handler, .events = ZMQ_POLLIN},
                                             {.fd = self->wake, .events = ZMQ_POLLIN}};
    for (unsigned i = 0; i < self->monitor_count; i++)
        items[i + 2] = (zmq_pollitem_t){.socket = self->monitors[i], .events = ZMQ_POLLIN};
    (void)zmq_poll(items, (int)self->monitor_count + 2, LOOK_MS);
}

static void *run(void *arg)
{
    tr_admission *self = arg;
    pthread_setname_np(pthread_self(), "admission");
    tr_log_thread_name("admission");
    uint64_t look_ms = tr_clock_ms() + LOOK_MS;
    while (take_arrived(self)) {
        await_news(self);
        while (answer_one(self))
            ;
        read_monitors(self);
        if (tr_clock_ms() < look_ms)
            continue;
        settle(self);
        log_strangers(self);
        look_ms = tr_clock_ms() + LOOK_MS;
    }
    for (unsigned i = 0; i < self->monitor_count; i++)
        zmq_close(self->monitors[i]);
    zmq_close(self->handler);
    return NULL;
}

static int start_thread(tr_admission *self)
{
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int result = pthread_create(&self->thread, NULL, run, self);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return result;
}

static void drop(tr_admission *self)
{
    close(self->wake);
    tr_lock_done(&self->lock);
    tr_free(self);
}

tr_admission *tr_admission_new(void *context, const tr_bus_keys *keys)
{
    tr_admission *self = tr_new(tr_admission);
    self->context = context;
    self->keys = keys;
    tr_lock_init(&self->lock, "admission", TR_LOCK_ADMISSION);
    self->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    self->handler = zmq_socket(context, ZMQ_REP);
    if (self->wake >= 0 && self->handler != NULL) {
        tr_bus_socket_set(self->handler, ZMQ_LINGER, 0);
        if (zmq_bind(self->handler, "inproc://zeromq.zap.01") == 0 && start_thread(self) == 0)
            return self;
    }
    if (self->handler != NULL)
        zmq_close(self->handler);
    drop(self);
    return NULL;
}

static void wake_up(const tr_admission *self)
{
    uint64_t one = 1;
    ssize_t put = write(self->wake, &one, sizeof one);
    (void)put;
}

void tr_admission_free(tr_admission **self)
{
    tr_admission *old = *self;
    if (old == NULL)
        return;
    tr_lock_take(&old->lock);
    old->is_over = true;
    tr_lock_give(&old->lock);
    wake_up(old);
    pthread_join(old->thread, NULL);
    for (unsigned i = 0; i < old->arrived_count; i++)
        zmq_close(old->arrived[i]);
    drop(old);
    *self = NULL;
}

// -- core threads --

int tr_admission_watch(tr_admission *self, void *socket, unsigned core)
{
    enum {
        EVENTS = ZMQ_EVENT_ACCEPTED | ZMQ_EVENT_HANDSHAKE_SUCCEEDED |
                 ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL | ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL |
                 ZMQ_EVENT_HANDSHAKE_FAILED_AUTH | ZMQ_EVENT_MONITOR_STOPPED
    };
    char endpoint[64];
    snprintf(endpoint, sizeof endpoint, "inproc://admission-%u", core);
    void *monitor = zmq_socket(self->context, ZMQ_PAIR);
    if (monitor == NULL || zmq_socket_monitor(socket, endpoint, EVENTS) != 0 ||
        zmq_connect(monitor, endpoint) != 0) {
        if (monitor != NULL)
            zmq_close(monitor);
        return TR_ESYSTEM;
    }
    tr_lock_take(&self->lock);
    tr_must(self->arrived_count < WATCHED_CAP);
    self->arrived[self->arrived_count++] = monitor;
    tr_lock_give(&self->lock);
    wake_up(self);
    return 0;
}

void tr_admission_unwatch(void *socket)
{
    (void)zmq_socket_monitor(socket, NULL, 0);
}
