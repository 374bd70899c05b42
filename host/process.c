#include "host/process_record.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "actors/bus/routes.h"
#include "actors/core/core.h"
#include "auth/settings.h"
#include "base/lock.h"
#include "base/log.h"
#include "base/mem.h"
#include "broker/agent.h"
#include "broker/broker.h"
#include "crypto/digest.h"
#include "gateway/gateway.h"
#include "gateway/tls.h"
#include "host/bus_address.h"
#include "host/identity.h"
#include "host/intake.h"
#include "host/memory_max.h"
#include "host/page_site.h"
#include "host/secrets.h"
#include "metrics/metric.h"
#include "sdk/roles/handlers_role.h"
#include "sdk/roles/sessions_role.h"
#include "store/store.h"
#include "troupe/actors/system.h"
#include "troupe/err.h"
#include "uploads/upload_url.h"

enum { READY_TRIES = 1000, TLS_LOOKS = 4 };

// -- roles on a core thread --

// NULL: nobody can sign in.
static const tr_auth_settings *auth_of(const tr_process *self)
{
    bool is_wanted = self->app->providers != NULL || self->options->user_header != NULL;
    return is_wanted ? &self->auth : NULL;
}

static int start_gateway(tr_process *self, tr_core *core)
{
    bool is_first = tr_core_index(core) == 0 || self->options->is_embedded;
    tr_lock_take(&self->lock);
    while (!is_first && !self->has_port)
        tr_lock_wait(&self->lock, &self->changed, 0);
    unsigned port = is_first ? self->options->port : self->port;
    tr_lock_give(&self->lock);
    if (!is_first && self->is_portless)
        return TR_EUNAVAILABLE; // core 0 could not listen
    tr_gateway_options options = {.https_port = self->options->https_port,
                                  .acme_folder = self->options->acme_folder,
                                  .has_proxy_headers = self->options->has_proxy_headers,
                                  .host = self->options->host,
                                  .port = port,
                                  .share_listen = self->options->threads > 1,
                                  .join_listen = !is_first,
                                  .is_embedded = self->options->is_embedded,
                                  .site = tr_page_site(self->site, self->options, &self->policy),
                                  .allowed_origins = self->options->allowed_origins,
                                  .trusted_proxies = self->options->trusted_proxies,
                                  .forwarded_header = self->options->forwarded_header,
                                  .allowed_hosts = self->options->allowed_hosts,
                                  .ping_ms = 1000 * self->options->ping_s,
                                  .uploads = self->uploads,
                                  .downloads = self->downloads,
                                  .clients = self->clients,
                                  .fatal = self->fatal,
                                  .tls = self->tls,
                                  .hsts_s = self->options->hsts_s,
                                  .routes = self->app != NULL ? self->app->http : NULL,
                                  .auth = auth_of(self)};
    tr_listeners_put(self->listeners, &options);
    unsigned bound = 0;
    int result = tr_gateway_start(core, &options, &bound);
    if (is_first) {
        tr_lock_take(&self->lock);
        self->port = bound;
        self->is_portless = result < 0;
        self->has_port = true;
        pthread_cond_broadcast(&self->changed);
        tr_lock_give(&self->lock);
    }
    return result;
}

static void on_broker_answer(void *arg, tr_slice members)
{
    tr_process *self = arg;
    (void)members;
    atomic_store_explicit(&self->has_broker, true, memory_order_relaxed);
}

// What only the host knows.
static void put_metrics(tr_core *core, tr_metric_rows *out)
{
    static const struct {
        uint32_t role;
        const char *labels;
    } names[] = {{TR_ROLE_GATEWAY, "role=\"gateway\""},
                 {TR_ROLE_WORKER, "role=\"worker\""},
                 {TR_ROLE_BROKER, "role=\"broker\""},
                 {TR_ROLE_HANDLERS, "role=\"handlers\""}};
    const tr_process *self = tr_core_role(core, TR_ROLE_SLOT_HOST);
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
        if ((self->options->roles & names[i].role) != 0)
            tr_metric_put(out, TR_METRIC_OF_role_info, names[i].labels, 1);
    tr_metric_put(out, TR_METRIC_OF_draining, "", tr_process_is_draining(self));
    tr_metric_put(out, TR_METRIC_OF_brokers_lost, "", tr_core_routes(core)->is_stale);
}

static int set_up(tr_core *core, void *arg)
{
    tr_process *self = arg;
    bool is_first = tr_core_index(core) == 0;
    uint32_t roles = self->options->roles;
    int result = 0;
    if (is_first) {
        tr_core_role_set(core, TR_ROLE_SLOT_HOST, self);
        tr_core_probe_set(core, TR_ROLE_SLOT_HOST, put_metrics);
    }
    if ((roles & TR_ROLE_BROKER) != 0)
        return is_first ? tr_broker_start(core, self->app_name) : 0;
    if ((roles & TR_ROLE_HANDLERS) != 0)
        result = tr_handlers_start(core, self->app);
    if ((roles & TR_ROLE_WORKER) != 0) {
        tr_sessions_options options = {.app = self->app,
                                       .timeout_ms = self->options->session_timeout_ms,
                                       .unused_timeout_ms = self->options->unused_timeout_ms,
                                       .memory_max = self->options->memory_max != 0
                                                         ? self->options->memory_max
                                                         : tr_memory_max_find(),
                                       .clients = self->clients,
                                       .restore_turn = &self->restore_turn,
                                       .runs_background = is_first,
                                       .handlers = self->options->handlers,
                                       .builds_again = self->options->builds_again,
                                       .says_times = self->options->desk != NULL,
                                       .store = self->options->store,
                                       .store_keys = &self->store_keys,
                                       .durability = self->options->durability,
                                       .uploads = &self->uploads,
                                       .downloads = &self->downloads,
                                       .auth = auth_of(self)};
        result = tr_sessions_start(core, &options);
    }
    if (result == 0 && (roles & TR_ROLE_GATEWAY) != 0)
        result = start_gateway(self, core);
    if (result == 0 && is_first) {
        tr_agent_options options = {.name = self->name,
                                    .roles = roles,
                                    .app = self->app_name,
                                    .build = tr_identity_build(self->app),
                                    .is_stored = tr_store_is_shared(self->options->store),
                                    .store = self->options->store_identity,
                                    .brokers = self->options->brokers,
                                    .broker_count = self->options->broker_count,
                                    .on_answer = on_broker_answer,
                                    .arg = self};
        result = tr_agent_start(core, &options);
    }
    return result;
}

static void tear_down(tr_core *core, void *arg)
{
    (void)arg;
    tr_gateway_stop(core);
}

// -- arriving --

void tr_process_pause_ms(long milliseconds)
{
    nanosleep(&(struct timespec){.tv_nsec = milliseconds * 1000000}, NULL);
}

void tr_process_on_cores(tr_process *self, void (*function)(tr_core *, void *))
{
    tr_system *system = self->system;
    atomic_store(&self->drained_cores, 0);
    unsigned cores = tr_system_core_count(system);
    unsigned expected = 0;
    for (unsigned i = 0; i < cores; i++)
        expected += tr_system_post(system, i, function, self) == 0;
    for (unsigned tries = 0; tries < 2000 && atomic_load(&self->drained_cores) < expected; tries++)
        tr_process_pause_ms(1);
}

static void count_ready(tr_core *core, void *arg)
{
    tr_process *self = arg;
    bool is_placed = tr_address_is_set(
        tr_routes_place(tr_core_routes(core), tr_core_node(core), tr_core_index(core), 0));
    self->ready_cores += is_placed && tr_sessions_ready(core);
    atomic_fetch_add(&self->drained_cores, 1);
}

// A process that needs nobody else serves from its first moment: what its core threads tell each
// other at the start has arrived. In a cluster that is up to others.
static void await_shards(tr_process *self)
{
    if (self->options->broker_count != 0 || (self->options->roles & TR_ROLE_WORKER) == 0)
        return;
    unsigned cores = tr_system_core_count(self->system);
    for (unsigned tries = 0; tries < READY_TRIES; tries++) {
        atomic_store(&self->ready_cores, 0);
        tr_process_on_cores(self, count_ready);
        if (atomic_load(&self->ready_cores) == cores)
            return;
        tr_process_pause_ms(1);
    }
}

static void free_process(tr_process *self)
{
    tr_listeners_close(&self->listeners);
    tr_client_limits_free(&self->clients);
    tr_fatal_openings_free(&self->fatal);
    tr_tls_close(&self->tls);
    tr_buf_done(&self->policy);
    pthread_cond_destroy(&self->changed);
    tr_lock_done(&self->lock);
    tr_free(self);
}

// URLs that one process signs another one checks: all need one key, and each purpose its own.
static int make_keys(tr_process *self)
{
    if (self->options->secret_key != NULL) {
        tr_secrets_derive(self->options, "troupe upload urls", &self->uploads.key);
        tr_secrets_derive(self->options, "troupe download urls", &self->downloads.key);
        return 0;
    }
    bool is_shared = self->options->broker_count != 0;
    // Downloads say so where an app makes one.
    self->downloads.is_key_lonely = is_shared;
    if (self->options->upload_dir != NULL)
        tr_log(is_shared ? TR_LOG_WARN : TR_LOG_INFO, "event=secret_key_made text=\"%s\"",
               is_shared
                   ? "no TROUPE_SECRET_KEY is set: upload URLs are good in the process that made "
                     "them alone; give all processes the same one"
                   : "no TROUPE_SECRET_KEY is set: upload URLs are good until this process ends");
    int result = tr_signing_key_random(&self->uploads.key);
    return result < 0 ? result : tr_signing_key_random(&self->downloads.key);
}

static int set_up_urls(tr_process *self)
{
    const tr_options *options = self->options;
    snprintf(self->upload_path, sizeof self->upload_path, "%s%s", options->mount,
             options->upload_path);
    snprintf(self->download_path, sizeof self->download_path, "%s%s", options->mount,
             options->download_path);
    self->uploads = (tr_upload_settings){
        .folder = options->upload_dir,
        .path = self->upload_path,
        .size_max = options->upload_size_max != 0 ? options->upload_size_max : TR_UPLOAD_NO_LIMIT};
    self->downloads =
        (tr_upload_settings){.path = self->download_path, .size_max = TR_UPLOAD_NO_LIMIT};
    return make_keys(self);
}

static int set_up_tls(tr_process *self)
{
    char why[512];
    const tr_options *options = self->options;
    if (options->tls_cert == NULL || (options->roles & TR_ROLE_GATEWAY) == 0)
        return 0;
    int result = tr_tls_open(options->tls_cert, options->tls_key, why, sizeof why, &self->tls);
    if (result < 0)
        tr_log(TR_LOG_ERROR, "event=tls_failed text=%s", tr_log_quote(why, (unsigned)strlen(why)));
    return result;
}

void tr_process_reload(tr_process *self)
{
    if (self->tls != NULL)
        tr_tls_reload(self->tls);
}

void tr_process_look(tr_process *self)
{
    if (self->tls == NULL || ++self->tls_age < TLS_LOOKS)
        return;
    self->tls_age = 0;
    tr_tls_reload_if_changed(self->tls);
}

static int set_up_auth(tr_process *self)
{
    const tr_options *options = self->options;
    tr_auth_settings *auth = &self->auth;
    char made[TR_SIGNATURE_TEXT_BYTES + 1] = "";
    tr_signing_key random;
    snprintf(self->oauth_path, sizeof self->oauth_path, "%s%s", options->mount,
             options->oauth_path);
    *auth = (tr_auth_settings){.path = self->oauth_path,
                               .cookie_path = *options->mount != '\0' ? options->mount : "/",
                               .is_hash_route = options->has_hash_routes,
                               .state_timeout_s = options->oauth_state_timeout_ms / 1000,
                               .user_header = options->user_header,
                               .is_key_given = options->secret_key != NULL};
    if (auth_of(self) == NULL)
        return 0;
    if (options->secret_key != NULL) {
        tr_secrets_derive_auth(options, auth);
        return 0;
    }
    int result = tr_signing_key_random(&random);
    if (result == 0)
        tr_sign(&random, (tr_slice){0}, made);
    tr_auth_keys_derive(tr_slice_of(made), auth);
    tr_secret_wipe(&random, sizeof random);
    tr_secret_wipe(made, sizeof made);
    return result;
}

int tr_process_start(const tr_app *app, const tr_options *options, const tr_site *site,
                     tr_listeners **listeners, const char *name, tr_process **out)
{
    tr_process *self = tr_new(tr_process);
    self->listeners = *listeners;
    *listeners = NULL;
    self->app = app;
    self->options = options;
    self->site = site;
    self->name = name;
    self->clients = tr_client_limits_new(&options->clients);
    self->fatal = tr_fatal_openings_new();
    tr_identity_name(app, self->app_name);
    tr_lock_init(&self->lock, "process", TR_LOCK_PROCESS);
    pthread_cond_init(&self->changed, NULL);
    const char *bus = NULL;
    tr_page_policy_write(options, &self->policy);
    int result = set_up_urls(self);
    if (result == 0)
        result = set_up_tls(self);
    if (result == 0)
        result = set_up_auth(self);
    tr_secrets_derive_records(options, &self->store_keys);
    if (result == 0)
        result = tr_bus_address_find(options, self->bus, sizeof self->bus, &bus);
    bool is_broker = options->roles == TR_ROLE_BROKER;
    tr_system_options system = {.core_count = options->threads,
                                .transport = options->transport,
                                .bus_endpoint = bus,
                                .bus_key = options->bus_key,
                                .insecure_bus = options->insecure_bus,
                                .trunk_over = options->trunk_over,
                                .broker_endpoint = is_broker ? options->brokers[0] : NULL,
                                .pool = options->pool,
                                .coroutines_per_core = options->coroutines,
                                .setup = set_up,
                                .teardown = tear_down,
                                .arg = self};
    if (result == 0)
        result = tr_system_start(&system, &self->system);
    if (result < 0) {
        free_process(self);
        return result;
    }
    if (options->is_embedded)
        self->intake = tr_intake_open(self->system);
    await_shards(self);
    *out = self;
    return 0;
}

void tr_process_stop(tr_process **self)
{
    if (*self == NULL)
        return;
    tr_system_stop(&(*self)->system);
    tr_intake_close(&(*self)->intake);
    free_process(*self);
    *self = NULL;
}

bool tr_process_has_broker(const tr_process *self)
{
    return atomic_load_explicit(&self->has_broker, memory_order_relaxed);
}

bool tr_process_is_draining(const tr_process *self)
{
    return atomic_load_explicit(&self->is_draining, memory_order_relaxed);
}

tr_system *tr_process_system(const tr_process *self)
{
    return self->system;
}

int tr_process_take(tr_process *self, const tr_arrival *arrival)
{
    return self->intake != NULL ? tr_intake_put(self->intake, arrival) : TR_EGONE;
}

unsigned tr_process_port(const tr_process *self)
{
    return (self->options->roles & TR_ROLE_GATEWAY) != 0 ? self->port : 0;
}
