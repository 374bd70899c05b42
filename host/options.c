#include "host/options.h"

#include <errno.h>
#include <getopt.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "actors/bus/routes.h"
#include "base/log.h"
#include "troupe/err.h"

enum option_id {
    OPT_PORT = 256,
    OPT_HOST,
    OPT_ROLE,
    OPT_BROKER,
    OPT_THREADS,
    OPT_COROUTINES,
    OPT_BUS,
    OPT_TRANSPORT,
    OPT_SESSION_TIMEOUT,
    OPT_POOL_THREADS_MIN,
    OPT_POOL_THREADS_MAX,
    OPT_POOL_QUEUE,
    OPT_POOL_IDLE,
    OPT_HANDLER_TIMEOUT,
    OPT_HANDLERS,
    OPT_ALLOWED_ORIGINS,
    OPT_TRUSTED_PROXIES,
    OPT_CLIENT,
    OPT_WEB_RENDERER,
    OPT_ROUTE_URL_STRATEGY,
    OPT_MOUNT,
    OPT_ASSETS,
    OPT_FLUTTER_PATH,
    OPT_LOG,
    OPT_CHECK,
    OPT_HELP
};

static const struct option long_options[] = {
    {"port", required_argument, NULL, OPT_PORT},
    {"host", required_argument, NULL, OPT_HOST},
    {"role", required_argument, NULL, OPT_ROLE},
    {"broker", required_argument, NULL, OPT_BROKER},
    {"threads", required_argument, NULL, OPT_THREADS},
    {"coroutines", required_argument, NULL, OPT_COROUTINES},
    {"bus", required_argument, NULL, OPT_BUS},
    {"transport", required_argument, NULL, OPT_TRANSPORT},
    {"session-timeout", required_argument, NULL, OPT_SESSION_TIMEOUT},
    {"pool-threads-min", required_argument, NULL, OPT_POOL_THREADS_MIN},
    {"pool-threads-max", required_argument, NULL, OPT_POOL_THREADS_MAX},
    {"pool-queue", required_argument, NULL, OPT_POOL_QUEUE},
    {"pool-idle", required_argument, NULL, OPT_POOL_IDLE},
    {"handler-timeout", required_argument, NULL, OPT_HANDLER_TIMEOUT},
    {"handlers", required_argument, NULL, OPT_HANDLERS},
    {"allowed-origins", required_argument, NULL, OPT_ALLOWED_ORIGINS},
    {"trusted-proxies", required_argument, NULL, OPT_TRUSTED_PROXIES},
    {"client", required_argument, NULL, OPT_CLIENT},
    {"web-renderer", required_argument, NULL, OPT_WEB_RENDERER},
    {"route-url-strategy", required_argument, NULL, OPT_ROUTE_URL_STRATEGY},
    {"mount", required_argument, NULL, OPT_MOUNT},
    {"assets", required_argument, NULL, OPT_ASSETS},
    {"flutter-path", required_argument, NULL, OPT_FLUTTER_PATH},
    {"log", required_argument, NULL, OPT_LOG},
    {"check", no_argument, NULL, OPT_CHECK},
    {"help", no_argument, NULL, OPT_HELP},
    {NULL, 0, NULL, 0}};

#define BIT(id) (1ull << ((id) - OPT_PORT))

// The environment, in order of precedence for each option.
static const struct {
    const char *name;
    enum option_id id;
} variables[] = {{"TROUPE_SERVER_PORT", OPT_PORT},
                 {"FLET_SERVER_PORT", OPT_PORT},
                 {"TROUPE_SERVER_IP", OPT_HOST},
                 {"FLET_SERVER_IP", OPT_HOST},
                 {"TROUPE_ROLE", OPT_ROLE},
                 {"TROUPE_BROKER", OPT_BROKER},
                 {"TROUPE_THREADS", OPT_THREADS},
                 {"TROUPE_COROUTINES", OPT_COROUTINES},
                 {"TROUPE_BUS", OPT_BUS},
                 {"TROUPE_TRANSPORT", OPT_TRANSPORT},
                 {"TROUPE_SESSION_TIMEOUT", OPT_SESSION_TIMEOUT},
                 {"FLET_SESSION_TIMEOUT", OPT_SESSION_TIMEOUT},
                 {"TROUPE_POOL_THREADS_MIN", OPT_POOL_THREADS_MIN},
                 {"TROUPE_POOL_THREADS_MAX", OPT_POOL_THREADS_MAX},
                 {"TROUPE_POOL_QUEUE", OPT_POOL_QUEUE},
                 {"TROUPE_POOL_IDLE", OPT_POOL_IDLE},
                 {"TROUPE_HANDLER_TIMEOUT", OPT_HANDLER_TIMEOUT},
                 {"TROUPE_HANDLERS", OPT_HANDLERS},
                 {"TROUPE_ALLOWED_ORIGINS", OPT_ALLOWED_ORIGINS},
                 {"TROUPE_TRUSTED_PROXIES", OPT_TRUSTED_PROXIES},
                 {"TROUPE_CLIENT", OPT_CLIENT},
                 {"TROUPE_WEB_RENDERER", OPT_WEB_RENDERER},
                 {"FLET_WEB_RENDERER", OPT_WEB_RENDERER},
                 {"TROUPE_ROUTE_URL_STRATEGY", OPT_ROUTE_URL_STRATEGY},
                 {"FLET_WEB_ROUTE_URL_STRATEGY", OPT_ROUTE_URL_STRATEGY},
                 {"TROUPE_MOUNT", OPT_MOUNT},
                 {"FLET_WEB_APP_PATH", OPT_MOUNT},
                 {"TROUPE_ASSETS_DIR", OPT_ASSETS},
                 {"FLET_ASSETS_DIR", OPT_ASSETS},
                 {"TROUPE_FLUTTER_PATH", OPT_FLUTTER_PATH},
                 {"FLET_WEB_PATH", OPT_FLUTTER_PATH},
                 {"TROUPE_LOG", OPT_LOG}};

void tr_options_help(tr_buf *out, const char *program)
{
    tr_buf_printf(
        out,
        "Usage: %s [OPTION]...\n\n"
        "  --port N            port to serve the app on; 0: any free one (8000)\n"
        "  --host ADDRESS      address to serve it on (127.0.0.1; 0.0.0.0: all)\n"
        "  --role ROLE         all, or several of gateway, worker; or broker; or handlers (all)\n"
        "  --broker ENDPOINT   tcp://HOST:PORT or ipc://NAME: where a broker binds, and where the\n"
        "                      others find it; may be repeated\n"
        "  --threads N         core threads (one per processor; broker, handlers: 1)\n"
        "  --coroutines N      async handlers in flight, of each core thread (8192)\n"
        "  --bus ENDPOINT      tcp://ADDRESS[:PORT] other processes reach this one at (found out)\n"
        "  --session-timeout S seconds a disconnected session is kept (3600)\n"
        "  --pool-threads-max N  threads for sync handlers, of each core thread (64)\n"
        "  --pool-threads-min N  of which so many stay once they were needed (0)\n"
        "  --pool-queue N      sync handlers that wait for one (1024); beyond: later or refused\n"
        "  --pool-idle S       seconds after which a thread without work ends (10)\n"
        "  --handler-timeout S seconds after which a sync handler is late (300); 0: never\n"
        "  --handlers MODE     where sync handlers run: prefer (in processes of the role handlers, here\n"
        "                      while there are none), require (only there), local (here) (prefer)\n"
        "  --allowed-origins L web origins besides our own that may connect, or *\n"
        "  --trusted-proxies L addresses whose X-Forwarded-For is believed\n"
        "  --client CLIENT     html: our own; flutter: Flet's, which make flutter-client fetches (html)\n"
        "  --web-renderer R    the same by how it draws: html; auto, canvaskit, skwasm: Flet's (html)\n"
        "  --route-url-strategy S  where addresses of pages keep the route: path or hash (path)\n"
        "  --mount PATH        what the path of every page begins with, /app for one (none)\n"
        "  --assets FOLDER     files of the app's own: pictures, fonts, an index.html\n"
        "  --flutter-path FOLDER  Flet's client (build/flutter/current, beside the program's folder)\n"
        "  --log LEVEL         debug, info, warn or error (info)\n"
        "  --check             ask the broker whether this host's roles are alive; exit 0 or 1\n"
        "  --help              this text\n\n"
        "Each has a variable, too: TROUPE_SERVER_PORT, TROUPE_SERVER_IP, TROUPE_ROLE,\n"
        "TROUPE_BROKER (a comma-separated list), TROUPE_THREADS, TROUPE_COROUTINES,\n"
        "TROUPE_BUS, TROUPE_SESSION_TIMEOUT, TROUPE_POOL_THREADS_MAX,\n"
        "TROUPE_POOL_THREADS_MIN, TROUPE_POOL_QUEUE, TROUPE_POOL_IDLE, TROUPE_HANDLER_TIMEOUT,\n"
        "TROUPE_HANDLERS, TROUPE_ALLOWED_ORIGINS, TROUPE_TRUSTED_PROXIES, TROUPE_LOG,\n"
        "TROUPE_CLIENT, TROUPE_WEB_RENDERER, TROUPE_ROUTE_URL_STRATEGY, TROUPE_MOUNT,\n"
        "TROUPE_ASSETS_DIR, TROUPE_FLUTTER_PATH; FLET_SERVER_PORT, FLET_SERVER_IP, FLET_SESSION_TIMEOUT,\n"
        "FLET_WEB_RENDERER, FLET_WEB_ROUTE_URL_STRATEGY, FLET_WEB_APP_PATH, FLET_ASSETS_DIR and\n"
        "FLET_WEB_PATH are understood.\n",
        program);
}

static int read_number(const char *text, unsigned low, unsigned high, unsigned *out)
{
    char *end;
    errno = 0;
    unsigned long value = strtoul(text, &end, 10);
    if (*text < '0' || *text > '9' || *end != '\0' || errno != 0 || value < low || value > high)
        return TR_EINVALID;
    *out = (unsigned)value;
    return 0;
}

bool tr_options_is_endpoint(const char *text)
{
    if (strlen(text) >= TR_ENDPOINT_CAP_BYTES)
        return false;
    if (strncmp(text, "ipc://", 6) == 0)
        return text[6] != '\0' && strchr(text + 6, ' ') == NULL;
    if (strncmp(text, "tcp://", 6) != 0)
        return false;
    const char *colon = strrchr(text + 6, ':');
    unsigned port;
    return colon != NULL && colon != text + 6 && read_number(colon + 1, 0, 65535, &port) == 0 &&
           strpbrk(text + 6, " /?#") == NULL;
}

static int read_role(tr_options *self, const char *text)
{
    static const struct {
        const char *name;
        uint32_t roles;
    } names[] = {{"all", TR_ROLE_ALL},
                 {"gateway", TR_ROLE_GATEWAY},
                 {"worker", TR_ROLE_WORKER},
                 {"broker", TR_ROLE_BROKER},
                 {"handlers", TR_ROLE_HANDLERS}};
    char list[64];
    if (strlen(text) >= sizeof list)
        return TR_EINVALID;
    memcpy(list, text, strlen(text) + 1);
    char *rest = list;
    for (char *word; (word = strsep(&rest, ",")) != NULL;) {
        uint32_t found = 0;
        for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
            if (strcmp(names[i].name, word) == 0)
                found = names[i].roles;
        if (found == 0)
            return TR_EINVALID;
        self->roles |= found;
    }
    // A broker holds no sessions and no browsers: losing one must cost nothing. What blocks or crashes in a
    // handlers process must cost no session.
    uint32_t alone = self->roles & (TR_ROLE_BROKER | TR_ROLE_HANDLERS);
    return alone != 0 && self->roles != TR_ROLE_BROKER && self->roles != TR_ROLE_HANDLERS
               ? TR_EINVALID
               : 0;
}

static int add_broker(tr_options *self, const char *text)
{
    if (!tr_options_is_endpoint(text) || self->broker_count == TR_BROKERS_CAP)
        return TR_EINVALID;
    self->brokers[self->broker_count++] = text;
    return 0;
}

static int read_brokers(tr_options *self, const char *list)
{
    if (strchr(list, ',') == NULL)
        return add_broker(self, list);
    if (strlen(list) >= sizeof self->storage)
        return TR_EINVALID;
    memcpy(self->storage, list, strlen(list) + 1);
    char *rest = self->storage;
    for (char *one; (one = strsep(&rest, ",")) != NULL;)
        if (add_broker(self, one) < 0)
            return TR_EINVALID;
    return 0;
}

static bool is_bus(const char *text)
{
    if (strlen(text) + 8 >= TR_ENDPOINT_CAP_BYTES || strpbrk(text, " ?#") != NULL)
        return false;
    return (strncmp(text, "tcp://", 6) == 0 && text[6] != '\0' && text[6] != ':' &&
            (text[6] == '[' || strchr(text + 6, ':') == NULL || tr_options_is_endpoint(text))) ||
           strncmp(text, "ipc://", 6) == 0;
}

static int read_seconds(const char *text, unsigned low, uint64_t *out_ms)
{
    unsigned seconds;
    if (read_number(text, low, 31536000, &seconds) < 0)
        return TR_EINVALID;
    *out_ms = (uint64_t)seconds * 1000;
    return 0;
}

static int read_handlers(tr_options *self, const char *text)
{
    static const char *const names[] = {"prefer", "require", "local"};
    for (int mode = 0; mode < 3; mode++)
        if (strcmp(names[mode], text) == 0) {
            self->handlers = (enum tr_handlers_mode)mode;
            return 0;
        }
    return TR_EINVALID;
}

static int read_handler_timeout(tr_options *self, const char *text)
{
    int result = read_seconds(text, 0, &self->pool.deadline_ms);
    if (result == 0 && self->pool.deadline_ms == 0)
        self->pool.deadline_ms = TR_POOL_NO_DEADLINE;
    return result;
}

static int find_word(const char *text, const char *const *words, int count)
{
    for (int i = 0; i < count; i++)
        if (strcmp(words[i], text) == 0)
            return i;
    return TR_EINVALID;
}

static int read_client(tr_options *self, const char *text)
{
    static const char *const clients[] = {"html", "flutter"};
    int client = find_word(text, clients, 2);
    if (client < 0)
        return TR_EINVALID;
    self->client = client == 0 ? TR_CLIENT_HTML : TR_CLIENT_FLUTTER;
    return 0;
}

static int read_renderer(tr_options *self, const char *text)
{
    static const char *const renderers[] = {"html", "auto", "canvaskit", "skwasm"};
    int renderer = find_word(text, renderers, 4);
    if (renderer < 0)
        return TR_EINVALID;
    self->renderer = (tr_renderer)renderer;
    self->has_renderer = true;
    return 0;
}

static int read_strategy(tr_options *self, const char *text)
{
    static const char *const strategies[] = {"path", "hash"};
    int strategy = find_word(text, strategies, 2);
    self->has_hash_routes = strategy == 1;
    return strategy < 0 ? TR_EINVALID : 0;
}

// Kept as "/a/b", or empty.
static int read_mount(tr_options *self, const char *text)
{
    while (*text == '/')
        text++;
    size_t size = strlen(text);
    while (size != 0 && text[size - 1] == '/')
        size--;
    bool is_path = strspn(text, TR_MOUNT_CHARACTERS) >= size && strstr(text, "//") == NULL &&
                   strstr(text, "..") == NULL;
    if (!is_path || size + 2 > sizeof self->mount_storage)
        return TR_EINVALID;
    int length = snprintf(self->mount_storage, sizeof self->mount_storage, "%s%.*s",
                          size != 0 ? "/" : "", (int)size, text);
    self->mount = self->mount_storage;
    return length >= 0 ? 0 : TR_EINVALID;
}

static int read_log(const char *text)
{
    int level = tr_log_level_find(text);
    if (level < 0)
        return TR_EINVALID;
    tr_log_level_set((enum tr_log_level)level);
    return 0;
}

static int take(tr_options *self, enum option_id id, const char *value)
{
    switch (id) {
    case OPT_PORT:
        return read_number(value, 0, 65535, &self->port);
    case OPT_HOST:
        self->host = value;
        return *value != '\0' ? 0 : TR_EINVALID;
    case OPT_ROLE:
        return read_role(self, value);
    case OPT_BROKER:
        return read_brokers(self, value);
    case OPT_THREADS:
        return read_number(value, 1, TR_CORES_CAP, &self->threads);
    case OPT_BUS:
        self->bus = value;
        return is_bus(value) ? 0 : TR_EINVALID;
    case OPT_TRANSPORT: {
        int transport = tr_transport_find(value);
        self->transport = transport >= 0 ? (enum tr_transport)transport : TR_TRANSPORT_LOCAL;
        return transport >= 0 ? 0 : TR_EINVALID;
    }
    case OPT_COROUTINES:
        return read_number(value, 1, TR_STACKS_PER_PROCESS_CAP, &self->coroutines);
    case OPT_SESSION_TIMEOUT:
        return read_seconds(value, 1, &self->session_timeout_ms);
    case OPT_POOL_THREADS_MIN:
        return read_number(value, 0, TR_POOL_THREADS_CAP, &self->pool.threads_min);
    case OPT_POOL_THREADS_MAX:
        return read_number(value, 1, TR_POOL_THREADS_CAP, &self->pool.threads_max);
    case OPT_POOL_QUEUE:
        return read_number(value, 1, TR_POOL_QUEUE_MAX, &self->pool.queue_cap);
    case OPT_POOL_IDLE:
        return read_seconds(value, 1, &self->pool.idle_ms);
    case OPT_HANDLER_TIMEOUT:
        return read_handler_timeout(self, value);
    case OPT_HANDLERS:
        return read_handlers(self, value);
    case OPT_ALLOWED_ORIGINS:
        self->allowed_origins = value;
        return 0;
    case OPT_TRUSTED_PROXIES:
        self->trusted_proxies = value;
        return 0;
    case OPT_CLIENT:
        return read_client(self, value);
    case OPT_WEB_RENDERER:
        return read_renderer(self, value);
    case OPT_ROUTE_URL_STRATEGY:
        return read_strategy(self, value);
    case OPT_MOUNT:
        return read_mount(self, value);
    case OPT_ASSETS:
        self->assets = value;
        return *value != '\0' ? 0 : TR_EINVALID;
    case OPT_FLUTTER_PATH:
        self->flutter_path = value;
        return *value != '\0' ? 0 : TR_EINVALID;
    case OPT_LOG:
        return read_log(value);
    case OPT_CHECK:
        self->is_check = true;
        return 0;
    default:
        self->is_help = true;
        return 0;
    }
}

static int read_environment(tr_options *self, uint64_t given, tr_buf *error)
{
    for (unsigned i = 0; i < sizeof variables / sizeof *variables; i++) {
        const char *value = getenv(variables[i].name);
        uint64_t bit = BIT(variables[i].id);
        if (value == NULL || *value == '\0' || (given & bit) != 0)
            continue;
        given |= bit;
        if (take(self, variables[i].id, value) < 0) {
            tr_buf_printf(error, "%s=%s is not valid (see --help)", variables[i].name, value);
            return TR_EINVALID;
        }
    }
    return 0;
}

static unsigned processors(void)
{
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) != 0)
        return 1;
    unsigned count = (unsigned)CPU_COUNT(&set);
    return count == 0 ? 1 : count > TR_CORES_CAP ? TR_CORES_CAP : count;
}

// Roles that work on other threads, or on none to speak of.
static bool is_alone(const tr_options *self)
{
    return self->roles == TR_ROLE_BROKER || self->roles == TR_ROLE_HANDLERS;
}

// Which client it is can be said in two ways; they may not contradict each other.
static int settle_client(tr_options *self, tr_buf *error)
{
    bool wants_flutter = self->client == TR_CLIENT_FLUTTER;
    bool is_flutter = self->renderer != TR_RENDERER_HTML;
    if (wants_flutter && !self->has_renderer)
        self->renderer = TR_RENDERER_AUTO;
    else if (self->client != TR_CLIENT_ANY && wants_flutter != is_flutter) {
        tr_buf_printf(error, "--client %s and that --web-renderer exclude each other",
                      wants_flutter ? "flutter" : "html");
        return TR_EINVALID;
    }
    return 0;
}

static int complete(tr_options *self, tr_buf *error)
{
    if (settle_client(self, error) < 0)
        return TR_EINVALID;
    if (self->roles == 0)
        self->roles = TR_ROLE_ALL;
    if (self->threads == 0)
        self->threads = is_alone(self) ? 1 : processors();
    if (tr_pool_options_check(&self->pool) < 0) {
        tr_buf_printf(error, "--pool-threads-min %u is more than the maximum",
                      self->pool.threads_min);
        return TR_EINVALID;
    }
    if (self->is_help || self->broker_count != 0)
        return 0;
    if (self->handlers == TR_HANDLERS_REQUIRE) {
        tr_buf_printf(error, "--handlers require needs --broker ENDPOINT");
        return TR_EINVALID;
    }
    if (self->roles != TR_ROLE_ALL || self->is_check) {
        tr_buf_printf(error, "%s needs --broker ENDPOINT", self->is_check ? "--check" : "this role");
        return TR_EINVALID;
    }
    return 0;
}

int tr_options_read(tr_options *self, int argc, char **argv, tr_buf *error)
{
    *self = (tr_options){.host = "127.0.0.1",
                         .mount = "",
                         .port = 8000,
                         .session_timeout_ms = TR_SESSION_TIMEOUT_MS};
    uint64_t given = 0;
    optind = 0; // glibc: start anew, tests call this more than once
    opterr = 0;
    int id;
    while ((id = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
        if (id == '?') {
            tr_buf_printf(error, "%s is not an option, or lacks its value (see --help)",
                          optind > 0 && optind <= argc ? argv[optind - 1] : "?");
            return TR_EINVALID;
        }
        if (take(self, (enum option_id)id, optarg) < 0) {
            tr_buf_printf(error, "--%s %s is not valid (see --help)", long_options[id - OPT_PORT].name,
                          optarg);
            return TR_EINVALID;
        }
        given |= BIT(id);
    }
    if (optind < argc) {
        tr_buf_printf(error, "'%s' is not an option (see --help)", argv[optind]);
        return TR_EINVALID;
    }
    // Said on the command line in one way, the other way's variable says nothing.
    if ((given & BIT(OPT_WEB_RENDERER)) != 0)
        given |= BIT(OPT_CLIENT);
    if (self->client == TR_CLIENT_HTML)
        given |= BIT(OPT_WEB_RENDERER);
    int result = read_environment(self, given, error);
    return result < 0 ? result : complete(self, error);
}
