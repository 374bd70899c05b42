#include "sdk/api/http_client.h"

#include <curl/curl.h>
#include <ev.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "actors/core/core.h"
#include "actors/core/coroutine.h"
#include "base/mem.h"
#include "base/must.h"
#include "base/number.h"
#include "base/random.h"
#include "sdk/tree/node.h"
#include "troupe/actors/actor.h"
#include "troupe/err.h"
#include "wire/trace.h"

_Static_assert(sizeof((tr_http_answer *)0)->error >= CURL_ERROR_SIZE, "curl writes so much");

typedef struct client client;

// One request in flight.
typedef struct transfer {
    struct transfer *next; // of the client
    client *client;        // NULL: it blocks, or its client has ended
    CURL *easy;
    struct curl_slist *headers;
    tr_http_answer *answer;
    size_t headers_bytes; // of all answers
    size_t body_cap_bytes;
    tr_coroutine *coroutine;
    tr_pool_thread *thread;
    CURLcode code;
    bool is_over;
    bool is_too_big;
    int given_up; // why the handler is to end
} transfer;

struct client {
    CURLM *multi;
    struct ev_loop *loop;
    ev_timer timer;
    transfer *transfers;
    unsigned count;
};

typedef struct watch {
    ev_io io;
    client *client;
} watch;

// A core thread's; made by its first request.
static _Thread_local client *here;

static void init_curl(void)
{
    tr_must(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK);
}

static pthread_once_t curl_is_ready = PTHREAD_ONCE_INIT;

// -- what comes --

static size_t on_header(char *bytes, size_t one, size_t size, void *arg)
{
    transfer *self = arg;
    (void)one;
    if (size > TR_HTTP_HEADERS_CAP_BYTES - self->headers_bytes) {
        self->is_too_big = true;
        return CURL_WRITEFUNC_ERROR;
    }
    self->headers_bytes += size;
    if (size >= 5 && memcmp(bytes, "HTTP/", 5) == 0) // of the next answer
        self->answer->headers.size = 0;
    else
        tr_buf_append(&self->answer->headers, bytes, size);
    return size;
}

static size_t on_body(char *bytes, size_t one, size_t size, void *arg)
{
    transfer *self = arg;
    (void)one;
    if (size > self->body_cap_bytes - self->answer->body.size) {
        self->is_too_big = true;
        return CURL_WRITEFUNC_ERROR;
    }
    tr_buf_append(&self->answer->body, bytes, size);
    return size;
}

// About once a second also when nothing comes.
static int on_progress(void *arg, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
    transfer *self = arg;
    (void)a, (void)b, (void)c, (void)d;
    self->given_up = self->thread != NULL ? tr_pool_look(self->thread) : 0;
    return self->given_up < 0;
}

// -- the core thread's client --

static void note_ends(client *self)
{
    CURLMsg *message;
    int left;
    while ((message = curl_multi_info_read(self->multi, &left)) != NULL) {
        char *arg = NULL;
        if (message->msg != CURLMSG_DONE ||
            curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &arg) != CURLE_OK)
            continue;
        transfer *one = (transfer *)(void *)arg;
        one->is_over = true;
        one->code = message->data.result;
        tr_coroutine_resume(one->coroutine, 0);
    }
}

static void on_fd(struct ev_loop *loop, ev_io *io, int events)
{
    watch *self = io->data;
    (void)loop;
    int what = ((events & EV_READ) != 0 ? CURL_CSELECT_IN : 0) |
               ((events & EV_WRITE) != 0 ? CURL_CSELECT_OUT : 0) |
               ((events & EV_ERROR) != 0 ? CURL_CSELECT_ERR : 0);
    int running;
    struct client *owner = self->client; // curl may drop the watch
    (void)curl_multi_socket_action(owner->multi, io->fd, what, &running);
    note_ends(owner);
}

static void on_timer(struct ev_loop *loop, ev_timer *timer, int events)
{
    client *self = timer->data;
    (void)loop, (void)events;
    int running;
    (void)curl_multi_socket_action(self->multi, CURL_SOCKET_TIMEOUT, 0, &running);
    note_ends(self);
}

static int on_want_fd(CURL *easy, curl_socket_t fd, int what, void *arg, void *known)
{
    client *self = arg;
    watch *watching = known;
    (void)easy;
    if (watching != NULL)
        ev_io_stop(self->loop, &watching->io);
    if (what == CURL_POLL_REMOVE) {
        tr_free(watching);
        return 0;
    }
    if (watching == NULL) {
        watching = tr_new(watch);
        watching->client = self;
        tr_must(curl_multi_assign(self->multi, fd, watching) == CURLM_OK);
    }
    int events =
        ((what & CURL_POLL_IN) != 0 ? EV_READ : 0) | ((what & CURL_POLL_OUT) != 0 ? EV_WRITE : 0);
    ev_io_init(&watching->io, on_fd, fd, events);
    watching->io.data = watching;
    ev_io_start(self->loop, &watching->io);
    return 0;
}

static int on_want_time(CURLM *multi, long delay_ms, void *arg)
{
    client *self = arg;
    (void)multi;
    ev_timer_stop(self->loop, &self->timer);
    if (delay_ms < 0)
        return 0;
    ev_now_update(self->loop);
    ev_timer_set(&self->timer, (double)delay_ms / 1000.0, 0.0);
    ev_timer_start(self->loop, &self->timer);
    return 0;
}

static void leave(transfer *self)
{
    transfer **at = &self->client->transfers;
    while (*at != self)
        at = &(*at)->next;
    *at = self->next;
    self->client->count--;
    (void)curl_multi_remove_handle(self->client->multi, self->easy);
    self->client = NULL;
}

static int on_start(tr_actor *actor, const void *args)
{
    (void)args;
    client *self = *(client **)tr_actor_state(actor) = tr_new(client);
    self->loop = tr_core_loop(tr_actor_core(actor));
    self->multi = curl_multi_init();
    tr_must(self->multi != NULL);
    ev_timer_init(&self->timer, on_timer, 0.0, 0.0);
    self->timer.data = self;
    curl_multi_setopt(self->multi, CURLMOPT_SOCKETFUNCTION, on_want_fd);
    curl_multi_setopt(self->multi, CURLMOPT_SOCKETDATA, self);
    curl_multi_setopt(self->multi, CURLMOPT_TIMERFUNCTION, on_want_time);
    curl_multi_setopt(self->multi, CURLMOPT_TIMERDATA, self);
    curl_multi_setopt(self->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, (long)TR_HTTP_CONNECTIONS_CAP);
    curl_multi_setopt(self->multi, CURLMOPT_MAX_HOST_CONNECTIONS,
                      (long)TR_HTTP_HOST_CONNECTIONS_CAP);
    curl_multi_setopt(self->multi, CURLMOPT_MAXCONNECTS, (long)TR_HTTP_CONNECTIONS_CAP);
    here = self;
    return 0;
}

// The core thread ends: so do requests that still run.
static void on_stop(tr_actor *actor)
{
    client *self = *(client **)tr_actor_state(actor);
    here = NULL;
    while (self->transfers != NULL) {
        transfer *one = self->transfers;
        leave(one);
        one->given_up = TR_ECANCELLED;
        one->is_over = true;
        tr_coroutine_resume(one->coroutine, 0);
    }
    (void)curl_multi_cleanup(self->multi);
    ev_timer_stop(self->loop, &self->timer);
    tr_free(self);
}

static void on_message(tr_actor *actor, tr_message *message)
{
    (void)actor, (void)message;
}

// An actor only so that the core thread ends it.
static const tr_behaviour behaviour = {.name = "http_client",
                                       .state_size = sizeof(client *),
                                       .on_start = on_start,
                                       .on_message = on_message,
                                       .on_stop = on_stop};

// -- one request --

static void set_method(CURL *easy, const tr_http_request *request)
{
    const char *method = request->method;
    if (method == NULL)
        method = request->body != NULL ? "POST" : "GET";
    if (request->body != NULL || strcmp(method, "POST") == 0) {
        curl_easy_setopt(easy, CURLOPT_POST, 1L);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request->body != NULL ? request->body : "");
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->size);
    }
    if (strcmp(method, "HEAD") == 0)
        curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    else if (strcmp(method, "POST") != 0 && strcmp(method, "GET") != 0)
        curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, method);
    else if (strcmp(method, "GET") == 0 && request->body != NULL)
        curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, method);
}

// The request is caused by what the handler does; an author who has said so himself is not corrected.
static void add_trace(transfer *self, const tr_http_request *request)
{
    const char *trace = tr_scope_trace();
    for (const char *const *at = request->headers; at != NULL && *at != NULL; at++)
        if (tr_compare_caseless_n(*at, "traceparent:", 12) == 0)
            return;
    if (trace == NULL)
        return;
    char line[sizeof "traceparent: " + TR_TRACE_BYTES] = "traceparent: ";
    tr_trace_child(trace, tr_random_u64(), line + strlen(line));
    self->headers = curl_slist_append(self->headers, line);
}

static void set_options(transfer *self, const tr_http_request *request)
{
    CURL *easy = self->easy;
    uint64_t timeout_ms = request->timeout_ms != 0 ? request->timeout_ms : TR_HTTP_TIMEOUT_MS;
    int redirects = request->redirects != 0 ? request->redirects : TR_HTTP_REDIRECTS;
    for (const char *const *at = request->headers; at != NULL && *at != NULL; at++)
        self->headers = curl_slist_append(self->headers, *at);
    add_trace(self, request);
    curl_easy_setopt(easy, CURLOPT_URL, request->url);
    set_method(easy, request);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, self->headers);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "troupe");
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, redirects > 0 ? 1L : 0L);
    curl_easy_setopt(easy, CURLOPT_MAXREDIRS, (long)(redirects > 0 ? redirects : 0));
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS,
                     (long)(timeout_ms < INT32_MAX ? timeout_ms : INT32_MAX));
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, self);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, self->answer->error);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, self);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, self);
    curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(easy, CURLOPT_XFERINFODATA, self);
}

static int code_of(const transfer *self)
{
    if (self->given_up < 0)
        return self->given_up;
    if (self->is_too_big)
        return TR_ETOOBIG;
    switch (self->code) {
    case CURLE_OK:
        return 0;
    case CURLE_URL_MALFORMAT:
        return TR_EINVALID;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
        return TR_EUNAVAILABLE;
    case CURLE_OPERATION_TIMEDOUT:
        return TR_ETIMEOUT;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
        return TR_EREFUSED;
    default:
        return TR_EPROTOCOL;
    }
}

// Also when its coroutine is ended by force.
static void transfer_free(void *arg)
{
    transfer *self = arg;
    if (self->client != NULL)
        leave(self);
    curl_easy_cleanup(self->easy);
    curl_slist_free_all(self->headers);
    tr_buf_done(&self->answer->headers);
    tr_buf_done(&self->answer->body);
    tr_free(self->answer);
    tr_free(self);
}

static int suspend(tr_call *call, transfer *self)
{
    if (here == NULL) {
        int result = tr_spawn(call->session->sessions->core, &behaviour, NULL, 0, NULL);
        if (result < 0)
            return result;
    }
    if (here->count >= TR_HTTP_REQUESTS_CAP)
        return TR_EFULL;
    self->coroutine = tr_coroutine_current();
    self->client = here;
    self->next = here->transfers;
    here->transfers = self;
    here->count++;
    if (curl_multi_add_handle(here->multi, self->easy) != CURLM_OK)
        return TR_ESYSTEM;
    while (!self->is_over) {
        int result = tr_call_begin_wait(call);
        if (result == 0)
            result = tr_call_end_wait(call, tr_coroutine_suspend());
        if (result < 0)
            return result;
    }
    return code_of(self);
}

int tr_http_client_run(tr_call *call, const tr_http_request *request, tr_http_answer *out)
{
    pthread_once(&curl_is_ready, init_curl);
    if (call->thread == NULL && tr_coroutine_current() == NULL)
        return TR_ECANCELLED; // a page that has ended
    transfer *self = tr_new(transfer);
    // Not in the caller's hands yet: his stack may be gone when the last bytes come.
    self->answer = tr_new(tr_http_answer);
    self->easy = curl_easy_init();
    tr_must(self->easy != NULL);
    self->thread = call->thread;
    self->body_cap_bytes = request->body_cap_bytes;
    set_options(self, request);
    int result;
    if (call->thread != NULL) {
        self->code = curl_easy_perform(self->easy);
        result = code_of(self);
    } else {
        result = tr_coroutine_cleanup_push(transfer_free, self);
        if (result < 0) {
            transfer_free(self);
            return result;
        }
        result = suspend(call, self);
    }
    if (result == 0)
        curl_easy_getinfo(self->easy, CURLINFO_RESPONSE_CODE, &self->answer->status);
    if (result < 0 && self->answer->error[0] == '\0' && self->code != CURLE_OK)
        snprintf(self->answer->error, sizeof self->answer->error, "%s",
                 curl_easy_strerror(self->code));
    *out = *self->answer;
    self->answer->headers = self->answer->body = (tr_buf){0};
    if (call->thread != NULL)
        transfer_free(self);
    else
        tr_coroutine_cleanup_pop(true);
    return result;
}
