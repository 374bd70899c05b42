#include "host/start_check.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "actors/bus/routes.h"
#include "actors/system/descriptors.h"
#include "base/log.h"
#include "gateway/tls.h"
#include "host/early_stop.h"
#include "host/inherited.h"
#include "host/option_listen.h"
#include "host/option_rows.h"
#include "store/store.h"
#include "troupe/err.h"
#include "uploads/upload_file.h"

enum {
    DESCRIPTORS_FIRST = 32,     // of a process, beside those of its system: a site, a store
    DESCRIPTORS_PER_THREAD = 8, // of a core thread: a listener, its store
    RIGHTS_PORT = 1024,
    BUS_NAME_BYTES = 32 // the bus appends this to an ipc path of its own
};

// A setting as its user wrote it.
typedef struct setting {
    const char *source;
    const char *value;
} setting;

static setting setting_of(const tr_options *options, enum tr_option_id id)
{
    const tr_given *given = &options->given[id];
    const tr_option_row *row = &tr_option_rows[id];
    return (setting){given->source != NULL ? given->source : row->variable,
                     given->value != NULL ? given->value : row->value};
}

// -- addresses --

static int try_bind(const struct sockaddr *place, socklen_t size)
{
    int probe = socket(place->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (probe < 0)
        return errno;
    int on = 1;
    if (place->sa_family != AF_UNIX)
        setsockopt(probe, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    int failure = bind(probe, place, size) == 0 ? 0 : errno;
    close(probe);
    return failure;
}

// 0 when one of the name's addresses can be bound; otherwise why the last one cannot.
static int try_name(const char *host, unsigned port, int *out_failure)
{
    char service[16];
    snprintf(service, sizeof service, "%u", port);
    struct addrinfo hints = {.ai_family = AF_UNSPEC,
                             .ai_socktype = SOCK_STREAM,
                             .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
    struct addrinfo *places = NULL;
    int result = getaddrinfo(host, service, &hints, &places);
    if (result != 0)
        return result;
    *out_failure = EADDRNOTAVAIL;
    for (struct addrinfo *at = places; at != NULL && *out_failure != 0; at = at->ai_next)
        *out_failure = try_bind(at->ai_addr, at->ai_addrlen);
    freeaddrinfo(places);
    return 0;
}

static int complain_of_port(int failure, unsigned port, const char *port_source, const char *source,
                            tr_buf *error)
{
    if (failure == EADDRINUSE)
        tr_buf_printf(error,
                      "port %u is in use: end the program that has it, or pick another with %s",
                      port, port_source);
    else if (failure == EACCES && port < RIGHTS_PORT)
        tr_buf_printf(error,
                      "no permission for port %u: pick one from %d on with %s, or give the program "
                      "CAP_NET_BIND_SERVICE",
                      port, RIGHTS_PORT, port_source);
    else if (failure == EADDRNOTAVAIL)
        tr_buf_printf(error,
                      "this machine has no such address: name one of its own with %s, or 0.0.0.0",
                      source);
    else
        tr_buf_printf(error, "%s: name another with %s", strerror(failure), source);
    return TR_EINVALID;
}

static int check_place(const char *host, unsigned port, const setting *host_from,
                       const setting *port_from, tr_buf *error)
{
    int failure = 0;
    int unknown = try_name(host, port, &failure);
    if (unknown == 0 && failure == 0)
        return 0;
    tr_buf_printf(error, "cannot listen on %s:%u: ", host, port);
    if (unknown == 0)
        return complain_of_port(failure, port, port_from->source, host_from->source, error);
    tr_buf_printf(error, "%s: name an address of this machine with %s", gai_strerror(unknown),
                  host_from->source);
    return TR_EINVALID;
}

// What has a path, or was handed over, is opened in the next step (host/listeners.h), with a line of
// its own.
static int check_listen(const tr_options *options, tr_buf *error)
{
    if (options->is_embedded)
        return 0; // the port is the server's that it is in
    setting host = setting_of(options, TR_OPTION_HOST);
    setting port = setting_of(options, TR_OPTION_PORT);
    setting redirect = setting_of(options, TR_OPTION_HTTP_REDIRECT);
    char why[256];
    tr_inherited handed; // those of another process are none
    int result = tr_inherited_look(&handed, why, sizeof why);
    if (result < 0)
        tr_buf_printf(error, "%s", why);
    if (result == 0 && tr_host_unix_path(options->host) == NULL &&
        !tr_inherited_has(&handed, false))
        result = check_place(options->host, options->port, &host, &port, error);
    if (result == 0 && options->redirect_host != NULL && !tr_inherited_has(&handed, true))
        result = check_place(options->redirect_host, options->redirect_port, &redirect, &redirect,
                             error);
    return result;
}

// tcp://HOST:PORT or tcp://HOST. The bus takes numbers, * and names of interfaces; the latter are
// its to look up.
static int check_tcp(const setting *from, const char *endpoint, tr_buf *error)
{
    char host[TR_ENDPOINT_CAP_BYTES];
    snprintf(host, sizeof host, "%s", endpoint + strlen("tcp://"));
    char *colon = strrchr(host, ':');
    unsigned port = 0;
    if (colon != NULL && sscanf(colon + 1, "%u", &port) == 1)
        *colon = '\0';
    struct sockaddr_in place = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    if (strcmp(host, "*") != 0 && inet_pton(AF_INET, host, &place.sin_addr) != 1)
        return 0;
    int failure = try_bind((const struct sockaddr *)&place, sizeof place);
    if (failure == 0)
        return 0;
    tr_buf_printf(error, "cannot bind %s: ", endpoint);
    return complain_of_port(failure, port, from->source, from->source, error);
}

// ZeroMQ removes what is in the way of an ipc path, a file as well as the socket of a living
// process.
static const char *whose_path(const char *path)
{
    struct sockaddr_un place = {.sun_family = AF_UNIX};
    struct stat facts;
    if (lstat(path, &facts) != 0)
        return NULL;
    if (!S_ISSOCK(facts.st_mode))
        return "there is something that is no socket: name another path, or remove it";
    snprintf(place.sun_path, sizeof place.sun_path, "%s", path);
    int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool is_alive =
        probe >= 0 && connect(probe, (const struct sockaddr *)&place, sizeof place) == 0;
    if (probe >= 0)
        close(probe);
    return is_alive ? "a running process has it: end that one, or name another path" : NULL;
}

static const char *why_no_folder(const char *path)
{
    char folder[sizeof(struct sockaddr_un)];
    snprintf(folder, sizeof folder, "%s", path);
    char *slash = strrchr(folder, '/');
    if (slash == NULL)
        snprintf(folder, sizeof folder, ".");
    else
        slash[slash == folder] = '\0';
    struct stat facts;
    if (stat(folder, &facts) != 0)
        return "its folder is not there: make it, or name another path";
    return access(folder, W_OK | X_OK) == 0
               ? NULL
               : "no permission to write in its folder: name another path, or change its rights";
}

static const char *why_not_abstract(const char *name)
{
    struct sockaddr_un place = {.sun_family = AF_UNIX};
    size_t size = strlen(name);
    memcpy(place.sun_path + 1, name, size);
    int failure = try_bind((const struct sockaddr *)&place,
                           (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + size));
    if (failure == 0)
        return NULL;
    return failure == EADDRINUSE ? "a running process has it: end that one, or name another"
                                 : strerror(failure);
}

// `more`: bytes that the bus appends.
static int check_ipc(const char *endpoint, size_t more, tr_buf *error)
{
    const char *path = endpoint + strlen("ipc://");
    const char *why = NULL;
    if (strlen(path) + more >= sizeof((struct sockaddr_un *)NULL)->sun_path)
        why = "the path is too long: name a shorter one";
    else if (*path == '@')
        why = more == 0 ? why_not_abstract(path + 1) : NULL;
    else
        why = more == 0 ? whose_path(path) : NULL;
    if (why == NULL && *path != '@')
        why = why_no_folder(path);
    if (why == NULL)
        return 0;
    tr_buf_printf(error, "cannot bind %s: %s", endpoint, why);
    return TR_EINVALID;
}

static int check_endpoint(const tr_options *options, enum tr_option_id id, const char *endpoint,
                          tr_buf *error)
{
    setting from = setting_of(options, id);
    if (strncmp(endpoint, "ipc://", 6) == 0)
        return check_ipc(endpoint, id == TR_OPTION_BUS ? BUS_NAME_BYTES : 0, error);
    return check_tcp(&from, endpoint, error);
}

// -- folders --

static int check_folder(const tr_options *options, enum tr_option_id id, tr_buf *error)
{
    setting folder = setting_of(options, id);
    if (*folder.value == '\0')
        return 0;
    int file = open(folder.value, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int failure = errno;
    if (file >= 0) {
        close(file);
        return 0;
    }
    tr_buf_printf(error, "%s %s: %s: name a folder that can be read", folder.source, folder.value,
                  strerror(failure));
    return TR_EINVALID;
}

// -- descriptors --

unsigned tr_start_descriptors(unsigned threads, const tr_pool_options *pool)
{
    return DESCRIPTORS_FIRST + threads * DESCRIPTORS_PER_THREAD +
           tr_descriptors_needed(threads, pool);
}

static int check_descriptors(const tr_options *options, tr_buf *error)
{
    struct rlimit limit;
    unsigned needed = tr_start_descriptors(options->threads, &options->pool);
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= needed)
        return 0;
    tr_buf_printf(
        error,
        "the limit on open files is %llu, and %u are needed with every pool thread before anybody "
        "connects: raise it (ulimit -n 65536, LimitNOFILE= of systemd), or lower "
        "--pool-threads-max",
        (unsigned long long)limit.rlim_cur, needed);
    return TR_EINVALID;
}

static void say_awaited(unsigned left_s, const char *why)
{
    tr_log(TR_LOG_WARN,
           "event=store_awaited reason=%s seconds=%u text=\"if it does not come, the program ends "
           "then\"",
           tr_log_quote(why, (unsigned)strlen(why)), left_s);
}

// A server that starts at the same time, as with docker compose, gets a while.
static int await_store(const char *url, uint64_t *identity, char *why, size_t why_size)
{
    enum { PATIENCE_MS = 30000, PAUSE_MS = 500, SAY_MS = 10000 };
    int result;
    for (unsigned ms = 0;
         (result = tr_store_prepare(url, identity, why, why_size)) == TR_EUNAVAILABLE &&
         ms < PATIENCE_MS;
         ms += PAUSE_MS) {
        if (ms % SAY_MS == 0)
            say_awaited((PATIENCE_MS - ms) / 1000, why);
        nanosleep(&(struct timespec){.tv_nsec = PAUSE_MS * 1000000L}, NULL);
    }
    return result;
}

static int check_store(tr_options *options, tr_buf *error)
{
    char why[512] = "";
    sigset_t before;
    tr_early_stop_allow(options->is_embedded, &before);
    int result = await_store(options->store, &options->store_identity, why, sizeof why);
    tr_early_stop_forbid(&before);
    if (result == 0)
        return 0;
    tr_buf_printf(error, "%s: the store cannot be used%s: %s",
                  setting_of(options, TR_OPTION_STORE).source,
                  result == TR_EUNAVAILABLE ? ", and did not come in 30 s" : "", why);
    return TR_EINVALID;
}

// Files are written there, so it is tried: a person's file is not to be lost for a wrong setting.
static int check_uploads(const tr_options *options, tr_buf *error)
{
    setting folder = setting_of(options, TR_OPTION_UPLOAD_DIR);
    unsigned swept = 0;
    int result = tr_upload_folder_prepare(folder.value, &swept);
    if (swept != 0)
        tr_log(TR_LOG_INFO, "event=uploads_swept files=%u", swept);
    if (result == 0)
        return 0;
    tr_buf_printf(error, "%s %s: %s: name a folder that can be written in", folder.source,
                  folder.value, strerror(-result));
    return TR_EINVALID;
}

// What one process signs another one reads, now or after a restart.
int tr_start_check_app(const tr_app *app, const tr_options *options, tr_buf *error)
{
    bool is_alone = options->broker_count == 0 && options->store == NULL;
    bool is_wanted = app->providers != NULL || options->user_header != NULL;
    if (!is_wanted || options->secret_key != NULL || is_alone || options->roles == TR_ROLE_BROKER)
        return 0;
    tr_buf_printf(error,
                  "TROUPE_SECRET_KEY is not set: this app signs people in, and its processes "
                  "need the same secret, best from a file (TROUPE_SECRET_KEY_FILE)");
    return TR_EINVALID;
}

int tr_start_check(tr_options *options, tr_buf *error)
{
    int result = check_descriptors(options, error);
    if (result == 0 && options->store != NULL && (options->roles & TR_ROLE_WORKER) != 0)
        result = check_store(options, error);
    if (result == 0 && options->roles == TR_ROLE_BROKER)
        return check_endpoint(options, TR_OPTION_BROKER, options->brokers[0], error);
    if (result == 0 && options->bus != NULL)
        result = check_endpoint(options, TR_OPTION_BUS, options->bus, error);
    if ((options->roles & TR_ROLE_GATEWAY) == 0)
        return result;
    if (result == 0)
        result = check_folder(options, TR_OPTION_ASSETS, error);
    if (result == 0 && options->acme_folder != NULL)
        result = check_folder(options, TR_OPTION_ACME_DIR, error);
    if (result == 0 && options->renderer != TR_RENDERER_HTML)
        result = check_folder(options, TR_OPTION_FLUTTER_PATH, error);
    if (result == 0 && options->upload_dir != NULL)
        result = check_uploads(options, error);
    return result == 0 ? check_listen(options, error) : result;
}

int tr_start_check_tls(const tr_options *options, tr_buf *error)
{
    char why[512];
    tr_tls *tls = NULL;
    if (options->tls_cert == NULL || (options->roles & TR_ROLE_GATEWAY) == 0)
        return 0;
    int result = tr_tls_open(options->tls_cert, options->tls_key, why, sizeof why, &tls);
    tr_tls_close(&tls);
    if (result < 0)
        tr_buf_printf(error, "%s: %s", setting_of(options, TR_OPTION_TLS_CERT).source, why);
    return result;
}
