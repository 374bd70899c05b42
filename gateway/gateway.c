#include "gateway/gateway.h"

#include <string.h>
#include <unistd.h>

#include "actors/bus/routes.h"
#include "actors/core/core.h"
#include "base/log.h"
#include "base/mem.h"
#include "gateway/accept_filter.h"
#include "gateway/browser.h"
#include "gateway/download.h"
#include "gateway/edge.h"
#include "gateway/listener.h"
#include "gateway/origin.h"
#include "gateway/state.h"
#include "gateway/upload.h"
#include "metrics/count.h"
#include "troupe/err.h"

static int on_start(tr_actor *actor, const void *arguments)
{
    tr_gateway *gateway = *(tr_gateway *const *)arguments;
    *(tr_gateway **)tr_actor_state(actor) = gateway;
    gateway->actor = actor;
    return 0;
}

static void on_message(tr_actor *actor, tr_message *message)
{
    tr_gateway *self = *(tr_gateway **)tr_actor_state(actor);
    if (self == NULL)
        return;
    bool is_down = message->shape->type == TR_MSG_node_down;
    // Routes are looked up when somebody registers: news of them is for those alone who wait for a
    // worker.
    bool is_news = message->shape->type == TR_MSG_routes_changed && self->placing != 0;
    for (tr_browser *at = is_down || is_news ? self->browsers : NULL; at != NULL; at = at->next)
        if (is_down)
            tr_browser_on_node_down(at, TR_BODY(message, node_down)->node);
        else
            tr_browser_on_routes(at);
}

static void on_stop(tr_actor *actor)
{
    tr_gateway *self = *(tr_gateway **)tr_actor_state(actor);
    if (self != NULL)
        self->actor = NULL;
}

static const tr_behaviour behaviour = {
    .name = "gateway",
    .state_size = sizeof(tr_gateway *),
    .on_start = on_start,
    .on_message = on_message,
    .on_stop = on_stop,
};

static void on_accept(void *arg, int socket)
{
    const tr_gateway_listener *from = arg;
    tr_arrival arrival = {.socket = socket};
    if (!tr_peer_ip(socket, arrival.ip)) {
        close(socket); // reset before it was accepted, as a balancer's check is
        return;
    }
    tr_accept_filter_take(from->gateway->filter, &arrival, from->is_redirect);
}

static void on_request_there(void *arg, const tr_arrival *arrival)
{
    tr_gateway *self = arg;
    tr_edge_adopt(self->edge, arrival);
}

static char *copy(const char *text)
{
    return text != NULL ? tr_copy_text(text, strlen(text)) : NULL;
}

static tr_gateway *make(tr_core *core, const tr_gateway_options *options)
{
    tr_gateway *self = tr_new(tr_gateway);
    tr_owner_take(&self->owner);
    self->core = core;
    self->allowed_origins = copy(options->allowed_origins);
    self->trusted_proxies = copy(options->trusted_proxies);
    self->allowed_hosts = copy(options->allowed_hosts);
    self->forwarded_header = options->forwarded_header;
    self->uploads = options->uploads;
    self->clients = options->clients;
    self->fatal = options->fatal;
    self->auth = options->auth;
    self->limits.packets_per_s =
        options->packets_per_s != 0 ? options->packets_per_s : TR_BROWSER_PACKETS_PER_S;
    self->limits.packets_burst =
        options->packets_burst != 0 ? options->packets_burst : TR_BROWSER_PACKETS_BURST;
    self->limits.ping_ms = options->ping_ms != 0 ? options->ping_ms : TR_PING_MS;
    self->connections_cap =
        options->connections_cap != 0 ? options->connections_cap : TR_CONNECTIONS_PER_CORE_CAP;
    return self;
}

static void stop_listening(tr_gateway *self)
{
    while (self->listener_count != 0)
        tr_listener_close(&self->listeners[--self->listener_count].listener);
}

static void destroy(tr_gateway *self)
{
    stop_listening(self);
    tr_accept_filter_close(&self->filter);
    tr_edge_close(&self->edge);
    tr_tap_close(&self->tap);
    tr_uploads_end(self);
    tr_downloads_end(self);
    tr_oauth_callbacks_end(self);
    tr_paints_end(self);
    if (self->actor != NULL) {
        *(tr_gateway **)tr_actor_state(self->actor) = NULL;
        tr_actor_stop(self->actor);
    }
    tr_free(self->allowed_origins);
    tr_free(self->trusted_proxies);
    tr_free(self->allowed_hosts);
    tr_free(self);
}

static enum tr_listen share_of(const tr_gateway_options *options)
{
    if (!options->share_listen)
        return TR_LISTEN_ALONE;
    return options->join_listen ? TR_LISTEN_JOIN : TR_LISTEN_FIRST;
}

static const char *refusal(const tr_gateway *self)
{
    if (self->stats.is_draining)
        return "This server is going away.\n";
    return self->stats.connections >= self->connections_cap ? "Full.\n" : NULL;
}

// Is there a worker for a new session?
static bool has_worker(const tr_gateway *self)
{
    tr_address place = tr_routes_place(tr_core_routes(self->core), tr_core_node(self->core),
                                       tr_core_index(self->core), 0);
    return tr_address_is_set(place);
}

static tr_http_health_facts health(const tr_gateway *self)
{
    return (tr_http_health_facts){.is_draining = self->stats.is_draining,
                                  .has_worker = has_worker(self),
                                  .is_degraded = tr_core_routes(self->core)->is_stale};
}

static const tr_edge_calls calls = {
    .open = tr_browser_open,
    .piece = tr_browser_on_piece,
    .heard = tr_browser_on_heard,
    .writable = tr_browser_on_writable,
    .closed = tr_browser_on_closed,
    .refusal = refusal,
    .health = health,
    .upload = tr_upload_begin,
    .upload_piece = tr_upload_on_piece,
    .upload_whole = tr_upload_on_whole,
    .upload_broken = tr_upload_on_broken,
    .upload_gone = tr_upload_on_gone,
    .download = tr_download_begin,
    .download_sent = tr_download_on_sent,
    .download_gone = tr_download_on_gone,
    .oauth = tr_oauth_callback_begin,
    .oauth_gone = tr_oauth_callback_on_gone,
    .paint = tr_paint_begin,
    .paint_gone = tr_paint_on_gone,
};

static int open_edge(tr_gateway *self, const tr_gateway_options *options)
{
    tr_edge_options edge = {
        .core = self->core,
        .gateway = self,
        .calls = &calls,
        .site = options->site,
        .allowed_origins = self->allowed_origins,
        .trusted_proxies = self->trusted_proxies,
        .forwarded_header = self->forwarded_header,
        .allowed_hosts = self->allowed_hosts,
        .uploads = self->uploads,
        .downloads = options->downloads,
        .clients = self->clients,
        .tls = options->tls,
        .hsts_s = options->hsts_s,
        .keep_alive_s = options->keep_alive_s,
        .routes = options->routes,
        .auth = self->auth,
    };
    if (edge.site.socket_path == NULL)
        edge.site.socket_path = "/ws";
    return tr_edge_open(&edge, &self->edge);
}

static void put_metrics(tr_core *core, tr_metric_rows *out)
{
    if (tr_core_role(core, TR_ROLE_SLOT_GATEWAY) == NULL)
        return;
    tr_gateway_stats stats = tr_gateway_stats_get(core);
    const struct {
        enum tr_metric metric;
        const char *labels;
        uint64_t value;
    } rows[] = {
        {TR_METRIC_OF_websockets, "state=\"attached\"", stats.attached},
        {TR_METRIC_OF_websockets, "state=\"waiting\"", stats.connections - stats.attached},
        {TR_METRIC_OF_tcp, "", stats.sockets},
        {TR_METRIC_OF_websockets_opened, "", stats.opened},
        {TR_METRIC_OF_websockets_closed, "why=\"violation\"", stats.violations},
        {TR_METRIC_OF_websockets_closed, "why=\"other\"",
         stats.closed > stats.violations ? stats.closed - stats.violations : 0},
        {TR_METRIC_OF_http, "", stats.requests},
        {TR_METRIC_OF_packets, "direction=\"in\"", stats.packets_in},
        {TR_METRIC_OF_packets, "direction=\"out\"", stats.packets_out},
        {TR_METRIC_OF_bytes, "direction=\"out\"", stats.bytes_out},
        {TR_METRIC_OF_pauses, "", stats.pauses},
        {TR_METRIC_OF_uploads, "", stats.uploads},
    };
    for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++)
        tr_metric_put(out, rows[i].metric, rows[i].labels, rows[i].value);
}

static void open_filter(tr_gateway *self, const tr_gateway_options *options)
{
    tr_accept_options accept = {.core = self->core,
                                .is_tls = options->tls != NULL,
                                .has_proxy_headers = options->has_proxy_headers,
                                .head_deadline_ms = options->head_deadline_ms,
                                .trusted_proxies = self->trusted_proxies,
                                .clients = self->clients,
                                .on_ready = on_request_there,
                                .arg = self};
    tr_accept_filter_open(&accept, &self->filter);
}

static tr_gateway_listener *add_listener(tr_gateway *self, bool is_redirect)
{
    tr_must(self->listener_count <= TR_GATEWAY_SOCKETS_CAP);
    tr_gateway_listener *one = &self->listeners[self->listener_count];
    *one = (tr_gateway_listener){.gateway = self, .is_redirect = is_redirect};
    return one;
}

static int listen_on_sockets(tr_gateway *self, const tr_gateway_options *options)
{
    int result = 0;
    for (unsigned i = 0; i < options->socket_count && result == 0; i++) {
        tr_gateway_listener *one = add_listener(self, options->sockets[i].is_redirect);
        result = tr_listener_share(self->core, options->sockets[i].socket, on_accept, one,
                                   &one->listener);
        self->listener_count += result == 0;
    }
    return result;
}

static int listen_on_port(tr_gateway *self, const tr_gateway_options *options)
{
    const char *host = options->host != NULL ? options->host : "127.0.0.1";
    tr_gateway_listener *one = add_listener(self, false);
    int result = tr_listener_open(self->core, host, options->port, share_of(options), on_accept,
                                  one, &one->listener);
    self->listener_count += result == 0;
    return result;
}

static const tr_listener *main_listener(const tr_gateway *self)
{
    for (unsigned i = 0; i < self->listener_count; i++)
        if (!self->listeners[i].is_redirect)
            return self->listeners[i].listener;
    return NULL;
}

static int start_listening(tr_gateway *self, const tr_gateway_options *options)
{
    int result = listen_on_sockets(self, options);
    if (result == 0 && main_listener(self) == NULL)
        result = listen_on_port(self, options);
    if (result < 0)
        return result;
    tr_redirect redirect = {.port = options->https_port,
                            .allowed_hosts = self->allowed_hosts,
                            .acme_folder = options->acme_folder};
    if (redirect.port == 0)
        redirect.port = tr_listener_port(main_listener(self));
    tr_accept_filter_redirect(self->filter, &redirect);
    return 0;
}

static int start(tr_gateway *self, const tr_gateway_options *options)
{
    int result = tr_spawn(self->core, &behaviour, &self, TR_SLOT_GATEWAY, NULL);
    if (result == 0)
        result = open_edge(self, options);
    self->tap = tr_tap_open(options->site.desk);
    open_filter(self, options);
    return result == 0 && !options->is_embedded ? start_listening(self, options) : result;
}

// A unix socket has no port.
static void log_listening(const tr_core *core, const tr_gateway_options *options, unsigned port)
{
    const char *place = options->place != NULL ? options->place : "";
    if (port != 0)
        tr_log(TR_LOG_INFO, "event=gateway_listening port=%u core=%u", port, tr_core_index(core));
    else
        tr_log(TR_LOG_INFO, "event=gateway_listening socket=%s core=%u",
               tr_log_quote(place, (unsigned)strlen(place)), tr_core_index(core));
}

int tr_gateway_start(tr_core *core, const tr_gateway_options *options, unsigned *out_port)
{
    tr_must(core == tr_core_current());
    if (tr_core_role(core, TR_ROLE_SLOT_GATEWAY) != NULL)
        return TR_EEXISTS;
    tr_gateway *self = make(core, options);
    int result = start(self, options);
    if (result < 0) {
        destroy(self);
        return result;
    }
    tr_core_role_set(core, TR_ROLE_SLOT_GATEWAY, self);
    tr_core_probe_set(core, TR_ROLE_SLOT_GATEWAY, put_metrics);
    if (options->is_embedded)
        return 0;
    unsigned port = tr_listener_port(main_listener(self));
    if (out_port != NULL)
        *out_port = port;
    log_listening(core, options, port);
    return 0;
}

static tr_gateway *gateway_of(tr_core *core)
{
    tr_gateway *self = tr_core_role(core, TR_ROLE_SLOT_GATEWAY);
    if (self != NULL)
        tr_owner_assert(&self->owner);
    return self;
}

bool tr_gateway_take(tr_core *core, const tr_arrival *arrival)
{
    tr_gateway *self = gateway_of(core);
    if (self == NULL || self->stats.is_draining)
        return false;
    tr_accept_filter_take(self->filter, arrival, false);
    return true;
}

void tr_gateway_stop(tr_core *core)
{
    tr_gateway *self = gateway_of(core);
    if (self == NULL)
        return;
    tr_core_role_set(core, TR_ROLE_SLOT_GATEWAY, NULL);
    destroy(self);
}

void tr_gateway_drain(tr_core *core)
{
    tr_gateway *self = gateway_of(core);
    if (self == NULL || self->stats.is_draining)
        return;
    self->stats.is_draining = true;
    stop_listening(self);
    // Two browsers a millisecond: slower than another gateway can take them in.
    uint64_t window_ms = self->stats.connections / 2;
    if (window_ms > TR_GATEWAY_DRAIN_MS)
        window_ms = TR_GATEWAY_DRAIN_MS;
    tr_log(TR_LOG_INFO, "event=gateway_draining connections=%u window_ms=%llu core=%u",
           self->stats.connections, (unsigned long long)window_ms, tr_core_index(core));
    for (tr_browser *at = self->browsers; at != NULL; at = at->next)
        tr_browser_on_drain(at, tr_core_random(core) % (window_ms + 1));
}

tr_gateway_stats tr_gateway_stats_get(tr_core *core)
{
    tr_gateway *self = gateway_of(core);
    if (self == NULL)
        return (tr_gateway_stats){0};
    tr_gateway_stats stats = self->stats;
    tr_edge_counts counts = tr_edge_counts_get(self->edge);
    stats.sockets = counts.sockets + tr_accept_filter_count(self->filter);
    stats.requests = counts.requests + tr_accept_filter_redirects(self->filter);
    stats.answers = counts.answers;
    stats.arriving = tr_accept_filter_arriving(self->filter);
    stats.refused = counts.refused;
    return stats;
}
