#include "gateway/admin_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utlist.h>

#include "base/lock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/must.h"
#include "base/number.h"
#include "gateway/admin_socket.h"
#include "gateway/admin_visit.h"
#include "gateway/edge.h"
#include "gateway/edge_log.h"
#include "gateway/edge_socket.h"
#include "gateway/request.h"
#include "troupe/err.h"

enum {
    CONNECTIONS_CAP = 64, // one more has the one that has asked for nothing the longest go
    HEADERS_CAP_BYTES = 16384,
    REQUEST_TIMEOUT_S = 10,
    PIECE_BYTES = 16384,
    HEAD_CAP_BYTES = 1024,
    QUERY_CAP_BYTES = 256
};

struct tr_admin_server {
    tr_admin_function *answer;
    void *arg;
    int socket;
    bool is_loopback; // then nobody but this machine may have named it
    pthread_t thread;
    struct ev_loop *loop;
    ev_io watcher;
    ev_async end;
    ev_timer kick; // libwebsockets' time-outs need one (edge.h)
    struct lws_context *context;
    struct lws_vhost *vhost;
    struct caller *callers; // by when they came or last asked
    unsigned connections;   // those of them
};

// A connection.
typedef struct caller {
    tr_admin_server *server;
    tr_admin_visit *visit; // until its first request is there
    struct lws *wsi;       // from then on
    struct caller *prev;
    struct caller *next;
} caller;

// What is answered on one, in libwebsockets' memory.
typedef struct exchange {
    tr_buf body;
    size_t written;
    bool is_last; // the connection ends with it
} exchange;

// -- answers --

static int write_head(struct lws *wsi, const tr_admin_answer *answer, exchange *self)
{
    unsigned char head[LWS_PRE + HEAD_CAP_BYTES];
    unsigned char *start = head + LWS_PRE;
    unsigned char *at = start;
    unsigned char *end = head + sizeof head;
    if (lws_add_http_common_headers(wsi, answer->status, answer->type, self->body.size, &at, end) ||
        lws_add_http_header_by_name(wsi, (const unsigned char *)"cache-control:",
                                    (const unsigned char *)"no-store", 8, &at, end) ||
        (answer->status == 405 &&
         lws_add_http_header_by_name(wsi, (const unsigned char *)"allow:",
                                     (const unsigned char *)"GET, HEAD, PUT", 14, &at, end)) ||
        (self->is_last && lws_add_http_header_by_name(wsi, (const unsigned char *)"connection:",
                                                      (const unsigned char *)"close", 5, &at, end)))
        return -1;
    return lws_finalize_write_http_header(wsi, start, &at, end);
}

static int complete(struct lws *wsi, const exchange *self)
{
    return self->is_last || lws_http_transaction_completed(wsi) != 0 ? -1 : 0;
}

static int write_piece(struct lws *wsi, exchange *self)
{
    unsigned char buffer[LWS_PRE + PIECE_BYTES];
    size_t left = self->body.size - self->written;
    size_t size = left < PIECE_BYTES ? left : PIECE_BYTES;
    bool is_last = size == left;
    if (size != 0)
        memcpy(buffer + LWS_PRE, self->body.data + self->written, size);
    if (lws_write(wsi, buffer + LWS_PRE, size, is_last ? LWS_WRITE_HTTP_FINAL : LWS_WRITE_HTTP) <
        (int)size)
        return -1;
    self->written += size;
    if (!is_last)
        return lws_callback_on_writable(wsi) < 0 ? -1 : 0;
    tr_buf_done(&self->body);
    return complete(wsi, self);
}

static void say(tr_admin_answer *out, unsigned status, const char *text)
{
    out->status = status;
    out->type = "text/plain; charset=utf-8";
    tr_buf_printf(&out->body, "%s\n", text);
}

// HOST or HOST:PORT, of which HOST is this machine for itself, whoever looks it up.
static bool is_of_loopback(tr_slice named)
{
    char host[64];
    struct in_addr address;
    const char *colon = memrchr(named.data, ':', named.size);
    const char *bracket = memrchr(named.data, ']', named.size);
    bool has_port = colon != NULL && (bracket == NULL || bracket < colon);
    snprintf(host, sizeof host, "%.*s", has_port ? (int)(colon - named.data) : (int)named.size,
             named.data);
    if (tr_compare_caseless(host, "localhost") == 0 || strcmp(host, "[::1]") == 0)
        return true;
    return inet_pton(AF_INET, host, &address) == 1 && ntohl(address.s_addr) >> 24 == IN_LOOPBACKNET;
}

// Pages of other sites may not use the browser of somebody on this machine as their way in.
static bool is_foreign(const tr_admin_server *self, struct lws *wsi)
{
    char host[256];
    if (lws_hdr_total_length(wsi, WSI_TOKEN_ORIGIN) > 0)
        return true;
    tr_slice named = tr_edge_header(wsi, WSI_TOKEN_HOST, host, sizeof host);
    return self->is_loopback && !(tr_request_is_host(named) && is_of_loopback(named));
}

// What is asked for here has none.
static bool has_body(struct lws *wsi)
{
    char length[32];
    if (lws_hdr_total_length(wsi, WSI_TOKEN_HTTP_TRANSFER_ENCODING) > 0)
        return true;
    tr_slice text = tr_edge_header(wsi, WSI_TOKEN_HTTP_CONTENT_LENGTH, length, sizeof length);
    return text.size != 0 && !tr_slice_is(text, "0");
}

// libwebsockets takes what comes behind a request of these methods that names no length for its body.
static bool swallows(struct lws *wsi, int method)
{
    return tr_edge_is_with_body(method) &&
           lws_hdr_total_length(wsi, WSI_TOKEN_HTTP_CONTENT_LENGTH) <= 0;
}

static void decide(tr_admin_server *self, struct lws *wsi, int method, tr_slice path,
                   tr_admin_answer *out)
{
    char query[QUERY_CAP_BYTES] = "";
    if (lws_hdr_copy_fragment(wsi, query, sizeof query, WSI_TOKEN_HTTP_URI_ARGS, 0) < 0)
        query[0] = '\0';
    if (is_foreign(self, wsi))
        say(out, 403, "This is for operators' programs, not for pages of other sites.");
    else if (has_body(wsi))
        say(out, 400, "Requests have no body here.");
    else if (method != LWSHUMETH_GET && method != LWSHUMETH_HEAD && method != LWSHUMETH_PUT)
        say(out, 405, "GET, HEAD or PUT.");
    else
        self->answer(self->arg,
                     &(tr_admin_request){.is_put = method == LWSHUMETH_PUT,
                                         .path = path,
                                         .query = tr_slice_of(query)},
                     out);
}

static int on_request(tr_admin_server *self, exchange *mine, struct lws *wsi)
{
    char *path = NULL;
    int path_size = 0;
    int method = lws_http_get_uri_and_method(wsi, &path, &path_size);
    if (method < 0 || mine == NULL)
        return -1;
    tr_admin_answer answer = {.type = "text/plain; charset=utf-8"};
    decide(self, wsi, method, (tr_slice){path, (uint32_t)path_size}, &answer);
    tr_buf_done(&mine->body);
    bool is_with_body = has_body(wsi);
    *mine = (exchange){.body = answer.body, .is_last = is_with_body || swallows(wsi, method)};
    if (write_head(wsi, &answer, mine) < 0)
        return -1;
    if (method == LWSHUMETH_HEAD || mine->body.size == 0) {
        tr_buf_done(&mine->body);
        return complete(wsi, mine);
    }
    if (is_with_body) // which has the connection end as soon as it is told
        return write_piece(wsi, mine);
    lws_set_timeout(wsi, PENDING_TIMEOUT_HTTP_CONTENT, REQUEST_TIMEOUT_S);
    return lws_callback_on_writable(wsi) < 0 ? -1 : 0;
}

// -- connections --

static void strike(caller *one)
{
    DL_DELETE(one->server->callers, one);
    one->server->connections--;
    tr_free(one);
}

static void cut(caller *one)
{
    if (one->visit != NULL) {
        tr_admin_visit_cut(one->visit);
    } else {
        lws_set_opaque_user_data(one->wsi, NULL);
        tr_edge_cut(one->wsi);
    }
    strike(one);
}

// Silent ones must not keep others out, which may be those that ask whether the process is alive.
static void make_room(tr_admin_server *self)
{
    if (self->connections < CONNECTIONS_CAP)
        return;
    cut(self->callers);
}

static void on_arrived(void *arg, int socket)
{
    caller *one = arg;
    one->visit = NULL;
    one->wsi = lws_adopt_socket_vhost(one->server->vhost, socket);
    if (one->wsi == NULL) {
        strike(one);
        return;
    }
    lws_set_opaque_user_data(one->wsi, one);
    lws_set_timeout(one->wsi, PENDING_TIMEOUT_ESTABLISH_WITH_SERVER, REQUEST_TIMEOUT_S);
}

static void on_left(void *arg)
{
    strike(arg);
}

static void welcome(tr_admin_server *self, int socket)
{
    make_room(self);
    caller *one = tr_new(caller);
    one->server = self;
    DL_APPEND(self->callers, one);
    self->connections++;
    one->visit =
        tr_admin_visit_begin(self->loop, socket, REQUEST_TIMEOUT_S, on_arrived, on_left, one);
}

static void move_back(tr_admin_server *self, struct lws *wsi)
{
    caller *one = lws_get_opaque_user_data(wsi);
    DL_DELETE(self->callers, one);
    DL_APPEND(self->callers, one);
}

static void forget(struct lws *wsi)
{
    caller *one = lws_get_opaque_user_data(wsi);
    if (one == NULL)
        return;
    lws_set_opaque_user_data(wsi, NULL);
    strike(one);
}

// One that was cut to make room can be served before its end comes. It is not counted any more, and what
// is done for a request would put its end off.
static bool is_cut(struct lws *wsi)
{
    return lws_get_opaque_user_data(wsi) == NULL;
}

static int on_event(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
                    size_t size)
{
    tr_admin_server *self = wsi != NULL ? lws_context_user(lws_get_context(wsi)) : NULL;
    exchange *mine = user;
    (void)in;
    if (self == NULL)
        return 0;
    switch (reason) {
    case LWS_CALLBACK_WSI_DESTROY:
        forget(wsi);
        return 0;
    case LWS_CALLBACK_HTTP:
        if (is_cut(wsi))
            return -1;
        move_back(self, wsi);
        return on_request(self, mine, wsi);
    case LWS_CALLBACK_HTTP_WRITEABLE:
        if (is_cut(wsi))
            return -1;
        return mine != NULL && mine->body.size != 0 ? write_piece(wsi, mine) : 0;
    case LWS_CALLBACK_CLOSED_HTTP:
        if (mine != NULL)
            tr_buf_done(&mine->body);
        return 0;
    case LWS_CALLBACK_HTTP_BODY: // what is behind a request that ends its connection
        return size == 0 || (mine != NULL && mine->is_last) ? 0 : -1;
    case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE:
    case LWS_CALLBACK_RAW_ADOPT:
    case LWS_CALLBACK_RAW_RX:
        return -1;
    default:
        return 0;
    }
}

static const struct lws_protocols protocols[] = {
    {.name = "troupe-admin", .callback = on_event, .per_session_data_size = sizeof(exchange)},
    {.name = NULL},
};

// -- the thread --

static void on_readable(struct ev_loop *loop, ev_io *watcher, int events)
{
    (void)loop;
    (void)events;
    tr_admin_server *self = watcher->data;
    int accepted = accept4(self->socket, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (accepted >= 0)
        welcome(self, accepted);
}

static void on_kick(struct ev_loop *loop, ev_timer *watcher, int events)
{
    (void)loop;
    (void)events;
    tr_admin_server *self = watcher->data;
    if (self->connections != 0)
        lws_cancel_service(self->context);
}

static void on_end(struct ev_loop *loop, ev_async *watcher, int events)
{
    (void)watcher;
    (void)events;
    ev_break(loop, EVBREAK_ALL);
}

static void *run(void *arg)
{
    tr_admin_server *self = arg;
    pthread_setname_np(pthread_self(), "admin");
    tr_log_thread_name("admin");
    ev_run(self->loop, 0);
    return NULL;
}

static int open_context(tr_admin_server *self)
{
    tr_edge_set_up_log();
    void *loops[] = {self->loop};
    struct lws_context_creation_info info = {
        .port = CONTEXT_PORT_NO_LISTEN_SERVER,
        .protocols = protocols,
        .user = self,
        .options = LWS_SERVER_OPTION_LIBEV | LWS_SERVER_OPTION_EXPLICIT_VHOSTS,
        .foreign_loops = loops,
        .max_http_header_pool =
            2 * CONNECTIONS_CAP, // those that are being closed have theirs still
        .max_http_header_data = HEADERS_CAP_BYTES,
        .timeout_secs = REQUEST_TIMEOUT_S,
        .keepalive_timeout = 60,
        .server_string = "troupe",
    };
    tr_lock *making = tr_edge_making();
    tr_lock_take(making);
    self->context = lws_create_context(&info);
    self->vhost = self->context != NULL ? lws_create_vhost(self->context, &info) : NULL;
    tr_lock_give(making);
    return self->vhost != NULL ? 0 : TR_ESYSTEM;
}

// libwebsockets closes those that it has.
static void cut_visits(tr_admin_server *self)
{
    caller *one;
    caller *next;
    DL_FOREACH_SAFE (self->callers, one, next)
        if (one->visit != NULL)
            cut(one);
}

static void destroy(tr_admin_server *self)
{
    cut_visits(self);
    if (self->context != NULL) {
        tr_lock *making = tr_edge_making();
        tr_lock_take(making);
        lws_context_destroy(self->context);
        tr_lock_give(making);
    }
    if (self->loop != NULL)
        ev_loop_destroy(self->loop);
    if (self->socket >= 0)
        close(self->socket);
    tr_free(self);
}

// Signals are the main thread's business.
static void start_thread(tr_admin_server *self)
{
    sigset_t all;
    sigset_t old;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    tr_must(pthread_create(&self->thread, NULL, run, self) == 0);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
}

int tr_admin_server_start(const char *host, unsigned port, tr_admin_function *answer, void *arg,
                          tr_admin_server **out)
{
    tr_admin_server *self = tr_new(tr_admin_server);
    self->answer = answer;
    self->arg = arg;
    int result = TR_EINVALID;
    self->socket = tr_admin_socket_open(host, port, &self->is_loopback);
    if (self->socket >= 0) {
        self->loop = ev_loop_new(EVFLAG_AUTO | EVFLAG_NOSIGMASK);
        tr_must(self->loop != NULL);
        result = open_context(self);
    }
    if (result < 0) {
        destroy(self);
        return result;
    }
    ev_io_init(&self->watcher, on_readable, self->socket, EV_READ);
    self->watcher.data = self;
    ev_io_start(self->loop, &self->watcher);
    ev_async_init(&self->end, on_end);
    ev_async_start(self->loop, &self->end);
    ev_timer_init(&self->kick, on_kick, TR_EDGE_KICK_MS / 1000., TR_EDGE_KICK_MS / 1000.);
    self->kick.data = self;
    ev_timer_start(self->loop, &self->kick);
    start_thread(self);
    *out = self;
    return 0;
}

unsigned tr_admin_server_port(const tr_admin_server *self)
{
    struct sockaddr_storage place;
    socklen_t size = sizeof place;
    if (getsockname(self->socket, (struct sockaddr *)&place, &size) != 0)
        return 0;
    // The port is at one place in both families.
    return ntohs(((struct sockaddr_in *)(void *)&place)->sin_port);
}

void tr_admin_server_stop(tr_admin_server **self)
{
    tr_admin_server *server = *self;
    if (server == NULL)
        return;
    ev_async_send(server->loop, &server->end);
    pthread_join(server->thread, NULL);
    ev_io_stop(server->loop, &server->watcher);
    ev_async_stop(server->loop, &server->end);
    ev_timer_stop(server->loop, &server->kick);
    destroy(server);
    *self = NULL;
}
