// tr_run: a process from its command line to its exit code. Nothing else puts roles together.

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "actors/routes.h"
#include "actors/system.h"
#include "base/log.h"
#include "broker/agent.h"
#include "broker/broker.h"
#include "gateway/gateway.h"
#include "host/bus_address.h"
#include "host/check.h"
#include "host/options.h"
#include "sdk/handler.h"
#include "sdk/sessions.h"
#include "troupe/app.h"
#include "troupe/err.h"

enum {
    EXIT_START = 1,
    EXIT_USAGE = 2,
    DRAIN_POLL_MS = 20,
    STOP_DEADLINE_S = 10 // for sync handlers that never return
};

typedef struct process {
    const tr_app *app;
    tr_options options;
    char name[TR_NODE_NAME_CAP_BYTES];
    char bus[TR_ENDPOINT_CAP_BYTES];
    // Core threads set up at the same time; all listen on the port that core 0 got.
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool has_port;
    unsigned port;
    // How far the drain is: cores that answered, and their browsers. Relaxed: only counted.
    atomic_uint drained_cores;
    atomic_uint browsers_left;
} process;

// --- roles on a core thread -----------------------------------------------------------------------

static int start_gateway(process *self, tr_core *core)
{
    bool is_first = tr_core_index(core) == 0;
    pthread_mutex_lock(&self->lock);
    while (!is_first && !self->has_port)
        pthread_cond_wait(&self->changed, &self->lock);
    unsigned port = is_first ? self->options.port : self->port;
    pthread_mutex_unlock(&self->lock);
    if (!is_first && port == 0)
        return TR_EUNAVAILABLE; // core 0 got none
    tr_gateway_options options = {.host = self->options.host,
                                  .port = port,
                                  .share_listen = self->options.threads > 1,
                                  .assets = tr_client_assets,
                                  .asset_count = tr_client_asset_count,
                                  .allowed_origins = self->options.allowed_origins,
                                  .trusted_proxies = self->options.trusted_proxies};
    unsigned bound = 0;
    int result = tr_gateway_start(core, &options, &bound);
    if (is_first) {
        pthread_mutex_lock(&self->lock);
        self->port = result == 0 ? bound : 0;
        self->has_port = true;
        pthread_cond_broadcast(&self->changed);
        pthread_mutex_unlock(&self->lock);
    }
    return result;
}

static int set_up(tr_core *core, void *arg)
{
    process *self = arg;
    bool is_first = tr_core_index(core) == 0;
    uint32_t roles = self->options.roles;
    int result = 0;
    if ((roles & TR_ROLE_BROKER) != 0)
        return is_first ? tr_broker_start(core) : 0;
    if ((roles & TR_ROLE_WORKER) != 0) {
        tr_sessions_options options = {.app = self->app,
                                       .timeout_ms = self->options.session_timeout_ms,
                                       .runs_background = is_first};
        result = tr_sessions_start(core, &options);
    }
    if (result == 0 && (roles & TR_ROLE_GATEWAY) != 0)
        result = start_gateway(self, core);
    if (result == 0 && is_first) {
        tr_agent_options options = {.name = self->name,
                                    .roles = roles,
                                    .brokers = self->options.brokers,
                                    .broker_count = self->options.broker_count};
        result = tr_agent_start(core, &options);
    }
    return result;
}

static void tear_down(tr_core *core, void *arg)
{
    (void)arg;
    tr_gateway_stop(core);
}

// --- leaving ----------------------------------------------------------------------------------------

static void begin_drain(tr_core *core, void *arg)
{
    process *self = arg;
    if (tr_core_index(core) == 0 && (self->options.roles & TR_ROLE_BROKER) == 0)
        tr_agent_drain(core);
    if ((self->options.roles & TR_ROLE_GATEWAY) != 0)
        tr_gateway_drain(core);
    atomic_fetch_add(&self->drained_cores, 1);
}

static void count_browsers(tr_core *core, void *arg)
{
    process *self = arg;
    if ((self->options.roles & TR_ROLE_GATEWAY) != 0)
        atomic_fetch_add(&self->browsers_left, tr_gateway_stats_get(core).connections);
    atomic_fetch_add(&self->drained_cores, 1);
}

static void leave(tr_core *core, void *arg)
{
    process *self = arg;
    if (tr_core_index(core) == 0 && (self->options.roles & TR_ROLE_BROKER) == 0)
        tr_agent_leave(core);
    atomic_fetch_add(&self->drained_cores, 1);
}

static void pause_ms(long milliseconds)
{
    nanosleep(&(struct timespec){.tv_nsec = milliseconds * 1000000}, NULL);
}

// Runs on every core thread, and waits until all have.
static void on_all_cores(process *self, tr_system *system, void (*function)(tr_core *, void *))
{
    atomic_store(&self->drained_cores, 0);
    unsigned cores = tr_system_core_count(system);
    unsigned expected = 0;
    for (unsigned i = 0; i < cores; i++)
        expected += tr_system_post(system, i, function, self) == 0;
    for (unsigned tries = 0; tries < 100 && atomic_load(&self->drained_cores) < expected; tries++)
        pause_ms(DRAIN_POLL_MS);
}

static void drain(process *self, tr_system *system)
{
    on_all_cores(self, system, begin_drain);
    for (unsigned waited = 0; waited < TR_GATEWAY_DRAIN_MS + 1000; waited += DRAIN_POLL_MS) {
        atomic_store(&self->browsers_left, 0);
        on_all_cores(self, system, count_browsers);
        if (atomic_load(&self->browsers_left) == 0)
            break;
        pause_ms(DRAIN_POLL_MS);
    }
    on_all_cores(self, system, leave);
}

static void on_alarm(int signal)
{
    (void)signal;
    static const char line[] = "level=warn event=stop_forced reason=handlers_still_running\n";
    ssize_t ignored = write(STDERR_FILENO, line, sizeof line - 1);
    (void)ignored;
    _exit(0);
}

// --- arriving ---------------------------------------------------------------------------------------

// Sockets are what we live on: as many as the system grants.
static void raise_file_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max)
        return;
    limit.rlim_cur = limit.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &limit);
}

static void announce(const process *self, const tr_system *system)
{
    if ((self->options.roles & TR_ROLE_GATEWAY) != 0)
        printf("listening on http://%s:%u\n", self->options.host, self->port);
    else if ((self->options.roles & TR_ROLE_BROKER) != 0)
        printf("listening on %s\n", tr_system_broker_endpoint(system));
    else
        printf("worker at %s\n", tr_system_endpoint(system, 0));
    fflush(stdout);
}

static int serve(process *self, const sigset_t *signals)
{
    const char *bus = NULL;
    if (tr_bus_address_find(&self->options, self->bus, sizeof self->bus, &bus) < 0) {
        fprintf(stderr, "%s: the host of %s cannot be found\n", self->name,
                self->options.brokers[0]);
        return EXIT_START;
    }
    bool is_broker = self->options.roles == TR_ROLE_BROKER;
    tr_system_options options = {.core_count = self->options.threads,
                                 .transport = self->options.transport,
                                 .bus_endpoint = bus,
                                 .broker_endpoint = is_broker ? self->options.brokers[0] : NULL,
                                 .setup = set_up,
                                 .teardown = tear_down,
                                 .arg = self};
    tr_system *system;
    int result = tr_system_start(&options, &system);
    if (result < 0) {
        fprintf(stderr, "%s: cannot start: %s\n", self->name, tr_err_text(result));
        return EXIT_START;
    }
    announce(self, system);
    int signal_number;
    sigwait(signals, &signal_number);
    tr_log(TR_LOG_INFO, "event=draining signal=%d", signal_number);
    // A second signal does not wait.
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
    sigset_t again = *signals;
    sigaddset(&again, SIGALRM);
    signal(SIGALRM, on_alarm);
    pthread_sigmask(SIG_UNBLOCK, &again, NULL);
    drain(self, system);
    alarm(STOP_DEADLINE_S);
    tr_system_stop(&system);
    alarm(0);
    tr_log(TR_LOG_INFO, "event=stopped");
    return 0;
}

static int usage_error(const char *program, tr_buf *error)
{
    fprintf(stderr, "%s: %s\n", program, tr_buf_text(error));
    tr_buf_done(error);
    return EXIT_USAGE;
}

int tr_run(int argc, char **argv, const tr_app *app)
{
    const char *slash = strrchr(argv[0], '/');
    const char *program = slash != NULL ? slash + 1 : argv[0];
    process self = {.app = app, .lock = PTHREAD_MUTEX_INITIALIZER,
                    .changed = PTHREAD_COND_INITIALIZER};
    tr_buf text = {0};
    if (tr_options_read(&self.options, argc, argv, &text) < 0)
        return usage_error(program, &text);
    if (self.options.is_help) {
        tr_options_help(&text, program);
        fputs(tr_buf_text(&text), stdout);
        tr_buf_done(&text);
        return 0;
    }
    if (app->build == NULL || tr_handlers_check() < 0)
        return EXIT_START;
    char host[64] = "";
    gethostname(host, sizeof host - 1);
    snprintf(self.name, sizeof self.name, "%s:%d", host, (int)getpid());
    if (self.options.is_check)
        return tr_check(&self.options, host);
    raise_file_limit();
    signal(SIGPIPE, SIG_IGN);
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    return serve(&self, &signals);
}
