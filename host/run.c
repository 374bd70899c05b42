// tr_run: from a command line to an exit code.

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "actors/bus/routes.h"
#include "actors/system/stop_guard.h"
#include "actors/system/watchdog.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/misuse_way.h"
#include "host/admin.h"
#include "host/bus_trust.h"
#include "host/check.h"
#include "host/embedded.h"
#include "host/notify.h"
#include "host/option_idle.h"
#include "host/options.h"
#include "host/process.h"
#include "host/site_find.h"
#include "host/start_check.h"
#include "host/state_change.h"
#include "sdk/session/app_check.h"
#include "sdk/session/bound_names.h"
#include "sdk/session/handler_table.h"
#include "sdk/session/instance.h"
#include "sdk/session/source_table.h"
#include "troupe/actors/system.h"
#include "troupe/err.h"
#include "troupe/pages/app.h"
#include "wire/limits.h"

enum {
    EXIT_START = 1,
    EXIT_USAGE = 2,
    DRAIN_MS = 15000, // more than the draining takes
    BROKER_WAIT_S = 3 // until it is said that none answers
};

// Sockets are what we live on: as many as the system grants.
static void raise_file_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max)
        return;
    limit.rlim_cur = limit.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &limit);
}

// As addresses have it that name a host with colons (RFC 3986 section 3.2.2).
#define BRACKETED(host)                                                                            \
    strchr(host, ':') != NULL ? "[" : "", host, strchr(host, ':') != NULL ? "]" : ""

static void announce(const tr_options *options, const tr_process *process, const tr_admin *admin,
                     const char *place)
{
    const tr_system *system = tr_process_system(process);
    if (place != NULL)
        printf("listening on %s%s\n", place, options->mount);
    else if ((options->roles & TR_ROLE_GATEWAY) != 0)
        printf("listening on %s://%s%s%s:%u%s\n", options->tls_cert != NULL ? "https" : "http",
               BRACKETED(options->host), tr_process_port(process), options->mount);
    else if ((options->roles & TR_ROLE_BROKER) != 0)
        printf("listening on %s\n", tr_system_broker_endpoint(system));
    else if ((options->roles & TR_ROLE_HANDLERS) != 0)
        printf("handlers at %s\n", tr_system_endpoint(system, 0));
    else
        printf("worker at %s\n", tr_system_endpoint(system, 0));
    if (admin != NULL)
        printf("admin at http://%s%s%s:%u\n", BRACKETED(options->admin_host), tr_admin_port(admin));
    fflush(stdout);
}

// SIGTERM or SIGINT. A process whose broker does not answer waits for it, but not in silence.
static int await_signal(const tr_options *options, tr_process *process, const sigset_t *signals)
{
    if (options->broker_count != 0 && options->roles != TR_ROLE_BROKER) {
        int early = sigtimedwait(signals, NULL, &(struct timespec){.tv_sec = BROKER_WAIT_S});
        if (early == SIGHUP)
            tr_process_reload(process);
        else if (early > 0)
            return early;
        if (!tr_process_has_broker(process))
            tr_log(
                TR_LOG_WARN,
                "event=no_broker endpoint=%s text=\"no broker answers: start one there with --role "
                "broker, or correct --broker, or --bus-key where it has a key; it is asked again "
                "until it answers\"",
                options->brokers[0]);
    }
    const struct timespec look = {.tv_nsec = TR_WATCHDOG_LOOK_MS * 1000000};
    tr_watchdog watchdog = {0};
    tr_notify_beat beat = {0};
    int signal_number;
    while ((signal_number = sigtimedwait(signals, NULL, &look)) < 0 || signal_number == SIGHUP) {
        if (signal_number == SIGHUP)
            tr_process_reload(process);
        tr_process_look(process);
        uint64_t longest_ms = tr_watchdog_look(&watchdog, tr_process_system(process));
        tr_notify_alive(&beat, tr_clock_ms(), longest_ms);
    }
    tr_watchdog_tell_all(&watchdog, tr_process_system(process));
    return signal_number;
}

static void complain_of_broker(const char *program, const tr_options *options)
{
    fprintf(stderr,
            "%s: the host of %s cannot be found: correct --broker (TROUPE_BROKER), or the name "
            "server\n",
            program, options->brokers[0]);
}

static int start(const tr_app *app, const tr_options *options, const tr_site *site,
                 tr_listeners **listeners, const char *program, const char *name, tr_process **out)
{
    int result = tr_process_start(app, options, site, listeners, name, out);
    if (result == TR_ENOTFOUND)
        complain_of_broker(program, options);
    else if (result < 0)
        fprintf(stderr, "%s: cannot start: %s (the line before says why)\n", program,
                tr_err_text(result));
    return result;
}

static int start_admin(const tr_options *options, tr_process *process, const char *program,
                       tr_admin **out)
{
    int result = tr_admin_start(options, process, out);
    if (result < 0)
        fprintf(stderr,
                "%s: cannot listen on %s:%u: name another address with --admin (TROUPE_ADMIN; the "
                "line before says why)\n",
                program, options->admin_host, options->admin_port);
    return result;
}

static int start_all(const tr_app *app, const tr_options *options, const tr_site *site,
                     tr_listeners **listeners, const char *program, const char *name,
                     tr_process **process, tr_admin **admin)
{
    if (start(app, options, site, listeners, program, name, process) < 0)
        return EXIT_START;
    if (options->admin_host == NULL || start_admin(options, *process, program, admin) == 0)
        return 0;
    tr_process_stop(process);
    return EXIT_START;
}

static int complain(const char *program, tr_buf *error, int code)
{
    fprintf(stderr, "%s: %s\n", program, tr_buf_text(error));
    if (tr_embed_here() != NULL)
        tr_embed_complain(tr_embed_here(), tr_buf_text(error));
    tr_buf_done(error);
    return code;
}

// A line each: a setting that is none, or does nothing, is never passed over in silence.
static void log_warnings(tr_buf *warnings)
{
    char *rest = (char *)(uintptr_t)tr_buf_text(warnings);
    for (char *line; (line = strsep(&rest, "\n")) != NULL;)
        if (*line != '\0')
            tr_log(TR_LOG_WARN, "event=setting_ignored text=%s",
                   tr_log_quote(line, (unsigned)strlen(line)));
}

static void log_idle(const tr_options *options, const tr_listeners *listeners)
{
    tr_buf lines = {0};
    tr_options_list_idle(options, listeners, &lines);
    log_warnings(&lines);
    tr_buf_done(&lines);
}

typedef struct embedded_look {
    tr_process *process;
    tr_watchdog watchdog;
} embedded_look;

static void look_embedded(void *arg)
{
    embedded_look *self = arg;
    tr_process_look(self->process);
    (void)tr_watchdog_look(&self->watchdog, tr_process_system(self->process));
}

// In somebody else's server: signals, the first line of output and the limit on files are that one's, and
// it is that one which waits for what does not end.
static int serve_embedded(const tr_app *app, const tr_options *options, const tr_site *site,
                          const char *program, const char *name)
{
    tr_process *process;
    tr_listeners *none = NULL;
    tr_admin *admin = NULL;
    log_idle(options, none);
    if (start_all(app, options, site, &none, program, name, &process, &admin) != 0)
        return EXIT_START;
    tr_log(TR_LOG_INFO, "event=embedded mount=%s", *options->mount != '\0' ? options->mount : "/");
    embedded_look look = {.process = process};
    tr_embed_serve(tr_embed_here(), process, look_embedded, &look);
    tr_log(TR_LOG_INFO, "event=draining");
    tr_watchdog_tell_all(&look.watchdog, tr_process_system(process));
    tr_process_drain(process);
    tr_admin_stop(&admin);
    tr_process_stop(&process);
    tr_log(TR_LOG_INFO, "event=stopped");
    return 0;
}

static int serve(const tr_app *app, const tr_options *options, const tr_site *site,
                 const char *program, const char *name, const sigset_t *signals)
{
    tr_process *process;
    tr_listeners *listeners;
    tr_buf text = {0};
    int opened = tr_listeners_open(options, &listeners, &text);
    if (opened < 0)
        return complain(program, &text, opened == TR_EWRONGTYPE ? EXIT_USAGE : EXIT_START);
    log_idle(options, listeners);
    if (tr_start_check_tls(options, &text) < 0) {
        tr_listeners_close(&listeners);
        return complain(program, &text, EXIT_START);
    }
    const char *place = tr_listeners_place(listeners); // the process has them while it serves
    tr_admin *admin = NULL;
    int result = start_all(app, options, site, &listeners, program, name, &process, &admin);
    if (result != 0)
        return EXIT_START;
    announce(options, process, admin, place);
    tr_notify("READY=1");
    int signal_number = await_signal(options, process, signals);
    tr_notify("STOPPING=1");
    tr_log(TR_LOG_INFO, "event=draining signal=%d", signal_number);
    // A second signal does not wait.
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
    pthread_sigmask(SIG_UNBLOCK, signals, NULL);
    // Also for a handler that keeps its core thread: then not even the draining begins.
    tr_stop_guard *guard = tr_stop_guard_new(DRAIN_MS + TR_STOP_DEADLINE_MS, 0);
    tr_process_drain(process);
    tr_admin_stop(&admin);
    tr_stop_guard_renew(guard, TR_STOP_DEADLINE_MS);
    tr_process_stop(&process);
    tr_stop_guard_free(&guard);
    tr_log(TR_LOG_INFO, "event=stopped");
    return 0;
}

// --help and --print-config.
static int answer(const tr_options *options, const char *program)
{
    tr_buf text = {0};
    if (options->is_help)
        tr_options_help(&text, program);
    else
        tr_options_print(options, &text);
    bool is_out = fwrite(text.data, 1, text.size, stdout) == text.size && fflush(stdout) == 0;
    tr_buf_done(&text);
    return is_out ? 0 : EXIT_START;
}

static void take_over_process(sigset_t *signals)
{
    raise_file_limit();
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); // a file beyond the limit is an error of the one who writes it
    sigemptyset(signals);
    sigaddset(signals, SIGINT);
    sigaddset(signals, SIGTERM);
    sigaddset(signals, SIGHUP);
    pthread_sigmask(SIG_BLOCK, signals, NULL);
}

static int run(tr_options *options, const char *program, const tr_app *app)
{
    tr_buf text = {0};
    if (app->build == NULL && app->routes == NULL) {
        tr_buf_printf(&text, "this app has no page: give its tr_app a .build or .routes");
        return complain(program, &text, EXIT_START);
    }
    if (tr_handlers_check() < 0 || tr_sources_check() < 0 || tr_components_check() < 0 ||
        tr_bound_names_check() < 0)
        return EXIT_START;   // either says which
    (void)tr_app_check(app); // settings without effect are in the log, and do no harm
    char host[64] = "";
    gethostname(host, sizeof host - 1);
    char name[TR_NODE_NAME_CAP_BYTES];
    snprintf(name, sizeof name, "%s:%d", host, (int)getpid());
    int trust = tr_bus_trust_check(options, &text);
    if (trust == TR_EINVALID)
        return complain(program, &text, EXIT_USAGE);
    if (trust == TR_ENOTFOUND) {
        complain_of_broker(program, options);
        return EXIT_START;
    }
    if (options->is_check)
        return tr_check(options, host);
    tr_misuse_way_set(options->misuse);
    options->is_embedded = tr_embed_here() != NULL;
    if (options->is_embedded && tr_embed_check(options, &text) < 0)
        return complain(program, &text, EXIT_USAGE);
    int code = tr_state_change(options, &app);
    if (code != 0)
        return code;
    sigset_t signals;
    if (!options->is_embedded)
        take_over_process(&signals);
    tr_site *site = NULL;
    if (tr_start_check_app(app, options, &text) < 0 || tr_start_check(options, &text) < 0)
        return complain(program, &text, EXIT_START);
    if (tr_site_find(app, options, &site, &text) < 0)
        return complain(program, &text, EXIT_START);
    code = options->is_embedded ? serve_embedded(app, options, site, program, name)
                                : serve(app, options, site, program, name, &signals);
    tr_site_close(&site);
    return code;
}

int(tr_run)(int argc, char **argv, const tr_app *app)
{
    const char *slash = strrchr(argv[0], '/');
    const char *program = slash != NULL ? slash + 1 : argv[0];
    tr_options options;
    tr_buf error = {0};
    int code;
    if (tr_options_read(&options, argc, argv, &error) < 0) {
        code = complain(program, &error, EXIT_USAGE);
    } else {
        log_warnings(&options.warnings);
        code = options.is_help || options.is_print_config ? answer(&options, program)
                                                          : run(&options, program, app);
    }
    tr_options_done(&options);
    return code;
}
