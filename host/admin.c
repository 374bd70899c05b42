#include "host/admin.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "actors/bus/routes.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "gateway/admin_server.h"
#include "host/cluster_metrics.h"
#include "host/gathering.h"
#include "metrics/exposition.h"
#include "troupe/err.h"

enum { CLUSTER_ANSWER_MS = 2000 };

struct tr_admin {
    const tr_options *options;
    tr_process *process;
    tr_admin_server *server;
    uint64_t silent_since_ms; // since when some core thread does not answer; 0: all do
};

static void say(tr_admin_answer *out, unsigned status, const char *text)
{
    out->status = status;
    out->type = "text/plain; charset=utf-8";
    tr_buf_printf(&out->body, "%s\n", text);
}

// -- health --

static unsigned count_silent(const tr_gathering *facts)
{
    unsigned silent = 0;
    for (unsigned i = 0; i < tr_gathering_cores(facts); i++)
        silent += !tr_gathering_at(facts, i)->has_answered;
    return silent;
}

static const char *state_of(const tr_core_facts *facts)
{
    if (facts->has_lost_brokers)
        return "degraded: no broker answers, so nobody joins and what dies is not replaced";
    if (facts->has_mixed_stores)
        return "degraded: some workers have no store, and their pages die with them";
    return "ok";
}

static void answer_health(tr_admin *self, tr_admin_answer *out)
{
    tr_gathering *facts =
        tr_gathering_of(tr_process_system(self->process), false, TR_ADMIN_ANSWER_MS);
    uint64_t now_ms = tr_clock_ms();
    unsigned silent = count_silent(facts);
    const char *state = state_of(tr_gathering_at(facts, 0));
    tr_gathering_free(&facts);
    if (silent == 0)
        self->silent_since_ms = 0;
    else if (self->silent_since_ms == 0)
        self->silent_since_ms = now_ms;
    bool is_stuck = silent != 0 && now_ms - self->silent_since_ms >= TR_ADMIN_STUCK_MS;
    if (!is_stuck) {
        say(out, 200, state);
        return;
    }
    out->status = 503;
    tr_buf_printf(&out->body, "%u core threads have not answered for %llu s\n", silent,
                  (unsigned long long)(now_ms - self->silent_since_ms) / 1000);
}

// Why it cannot serve; NULL: it can.
static const char *lack_of(const tr_admin *self, const tr_gathering *facts)
{
    uint32_t roles = self->options->roles;
    if (tr_process_is_draining(self->process))
        return "draining";
    if (self->options->broker_count != 0 && roles != TR_ROLE_BROKER &&
        !tr_process_has_broker(self->process))
        return "the cluster is not known: no broker has answered";
    for (unsigned i = 0; i < tr_gathering_cores(facts); i++) {
        const tr_core_facts *core = tr_gathering_at(facts, i);
        if (!core->has_answered)
            return "a core thread does not answer";
        if ((roles & TR_ROLE_WORKER) != 0 && core->is_store_away)
            return "the store does not answer";
        if ((roles & TR_ROLE_WORKER) != 0 && !core->has_shards)
            return "no session can be opened here yet";
        if ((roles & TR_ROLE_GATEWAY) != 0 && !core->has_worker)
            return "no worker";
    }
    return NULL;
}

static void answer_ready(const tr_admin *self, tr_admin_answer *out)
{
    tr_gathering *facts =
        tr_gathering_of(tr_process_system(self->process), false, TR_ADMIN_ANSWER_MS);
    const char *lack = lack_of(self, facts);
    tr_gathering_free(&facts);
    say(out, lack == NULL ? 200 : 503, lack == NULL ? "ready" : lack);
}

// -- metrics --

static void add(tr_exposition *sums, const tr_metric_rows *rows)
{
    tr_buf array = {0};
    tr_metric_rows_write(rows, &array);
    (void)tr_exposition_add(sums, tr_buf_slice(&array), ""); // they are ours
    tr_buf_done(&array);
}

static void write_own(const tr_admin *self, tr_buf *out)
{
    tr_gathering *facts =
        tr_gathering_of(tr_process_system(self->process), true, TR_ADMIN_ANSWER_MS);
    tr_exposition *sums = tr_exposition_new();
    for (unsigned i = 0; i < tr_gathering_cores(facts); i++)
        if (tr_gathering_at(facts, i)->has_answered)
            add(sums, &tr_gathering_at(facts, i)->rows);
    tr_metric_rows process = {0};
    tr_metric_put(&process, TR_METRIC_OF_cores_silent, "", count_silent(facts));
    add(sums, &process);
    tr_buf_done(&process.rows);
    tr_exposition_write(sums, out);
    tr_exposition_free(&sums);
    tr_gathering_free(&facts);
}

// Over the bus: as everybody else is asked, so is this process.
static int write_cluster(const tr_admin *self, const char *endpoint, tr_buf *out)
{
    bool is_broker = self->options->roles == TR_ROLE_BROKER; // the first one is itself
    tr_inspection seen;
    tr_inspection_options options = {.endpoint = endpoint,
                                     .bus_key = self->options->bus_key,
                                     .insecure_bus = self->options->insecure_bus,
                                     .more = self->options->brokers + is_broker,
                                     .more_count = self->options->broker_count - is_broker,
                                     .timeout_ms = CLUSTER_ANSWER_MS};
    options.sections[TR_INSPECT_METRICS] = true;
    int result = tr_inspect(&options, &seen);
    if (result == 0)
        tr_cluster_metrics(&seen, out);
    tr_inspection_done(&seen);
    return result;
}

// At which everybody can answer: of a broker that listens on all addresses the host's own name.
static const char *find_endpoint(const tr_admin *self, char storage[TR_ENDPOINT_CAP_BYTES])
{
    const tr_system *system = tr_process_system(self->process);
    if (self->options->roles != TR_ROLE_BROKER)
        return tr_system_endpoint(system, 0);
    static const char any[] = "tcp://0.0.0.0";
    const char *endpoint = tr_system_broker_endpoint(system);
    char host[64] = "";
    gethostname(host, sizeof host - 1);
    if (endpoint == NULL || strncmp(endpoint, any, sizeof any - 1) != 0)
        return endpoint;
    snprintf(storage, TR_ENDPOINT_CAP_BYTES, "tcp://%s%s", host, endpoint + sizeof any - 1);
    return storage;
}

static void answer_metrics(const tr_admin *self, bool wants_cluster, tr_admin_answer *out)
{
    char storage[TR_ENDPOINT_CAP_BYTES];
    const char *endpoint = find_endpoint(self, storage);
    if (wants_cluster && endpoint != NULL && write_cluster(self, endpoint, &out->body) < 0) {
        say(out, 503, "The bus cannot be asked.");
        return;
    }
    if (!wants_cluster || endpoint == NULL)
        write_own(self, &out->body);
    out->status = 200;
    out->type = TR_EXPOSITION_TYPE;
}

// -- the log --

static void answer_log(const tr_admin_request *request, tr_admin_answer *out)
{
    static const char *const names[] = {"debug", "info", "warn", "error"};
    static const char prefix[] = "/log/";
    char level[16] = "";
    if (request->is_put && request->path.size > sizeof prefix - 1)
        snprintf(level, sizeof level, "%.*s", (int)(request->path.size - (sizeof prefix - 1)),
                 request->path.data + sizeof prefix - 1);
    if (request->is_put && tr_log_level_change(level) < 0)
        say(out, 400, "PUT /log/debug, /log/info, /log/warn or /log/error.");
    else
        say(out, 200, names[tr_log_level_get()]);
}

static bool is_log(tr_slice path)
{
    return tr_slice_is(path, "/log") || (path.size > 5 && memcmp(path.data, "/log/", 5) == 0);
}

static void answer(void *arg, const tr_admin_request *request, tr_admin_answer *out)
{
    tr_admin *self = arg;
    tr_slice path = request->path;
    bool is_cluster = tr_slice_is(request->query, "cluster") ||
                      (request->query.size > 8 && memcmp(request->query.data, "cluster=", 8) == 0);
    if (is_log(path))
        answer_log(request, out);
    else if (request->is_put)
        say(out, 405, "PUT is for /log/LEVEL.");
    else if (tr_slice_is(path, "/healthz"))
        answer_health(self, out);
    else if (tr_slice_is(path, "/readyz"))
        answer_ready(self, out);
    else if (tr_slice_is(path, "/metrics"))
        answer_metrics(self, is_cluster, out);
    else
        say(out, tr_slice_is(path, "/") ? 200 : 404,
            "/healthz, /readyz, /metrics, /metrics?cluster, /log");
}

int tr_admin_start(const tr_options *options, tr_process *process, tr_admin **out)
{
    tr_admin *self = tr_new(tr_admin);
    self->options = options;
    self->process = process;
    int result = tr_admin_server_start(options->admin_host, options->admin_port, answer, self,
                                       &self->server);
    if (result < 0) {
        tr_free(self);
        return result;
    }
    tr_log(TR_LOG_INFO, "event=admin_listening host=%s port=%u", options->admin_host,
           tr_admin_port(self));
    *out = self;
    return 0;
}

unsigned tr_admin_port(const tr_admin *self)
{
    return tr_admin_server_port(self->server);
}

void tr_admin_stop(tr_admin **self)
{
    if (*self == NULL)
        return;
    tr_admin_server_stop(&(*self)->server);
    tr_free(*self);
    *self = NULL;
}
