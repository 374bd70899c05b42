#include "tests/chaos/cluster.h"

#include <check.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "tests/support/scratch.h"

enum { STARTING_MS = 180000, DRAINING_MS = 120000, NOTICED_MS = 1000 };

static const char *const role_names[] = {"broker", "gateway", "worker", "handlers"};

const char *part_name(const part *self)
{
    static char name[32];
    (void)snprintf(name, sizeof name, "%s %u", role_names[self->role], self->index);
    return name;
}

static void enter(part *self, enum part_state state)
{
    self->state = state;
    self->since = tr_clock_ms();
}

// What all of its processes log, one behind the other.
static int log_of(const cluster *self, const part *of)
{
    char path[128];
    (void)snprintf(path, sizeof path, "%s/%s-%u.log", self->folder, role_names[of->role],
                   of->index);
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    ck_assert_int_ge(fd, 0);
    return fd;
}

static bool is_first_worker(const part *self)
{
    return self->role == PART_WORKER && self->index == 0;
}

static const char *broker_for(const cluster *self, const part *at, unsigned index)
{
    return index == 0 && is_first_worker(at) && self->broker_network != NULL
               ? proxy_endpoint(self->broker_network)
               : self->brokers[index];
}

// Good until the next call.
static const char *store_for(const cluster *self, const part *at)
{
    static char url[256];
    if (!is_first_worker(at) || self->store_network == NULL)
        return self->store;
    (void)snprintf(url, sizeof url, "postgres://owner@%s/postgres",
                   proxy_endpoint(self->store_network) + strlen("tcp://"));
    return url;
}

// Has it a network of its own to one other process?
static bool is_in_between(const cluster *self, const part *at, enum between_side *out)
{
    bool is_one = is_first_worker(at);
    bool is_other = at->role == PART_GATEWAY && at->index == 0;
    *out = is_one ? BETWEEN_ONE : BETWEEN_OTHER;
    return self->gateway_network != NULL && (is_one || is_other);
}

static void shift_clock(const cluster *self, const part *at)
{
    char text[16];
    bool is_ahead = is_first_worker(at) || (at->role == PART_BROKER && at->starts != 0);
    bool is_behind = at->role == PART_WORKER && at->index == 1;
    (void)snprintf(text, sizeof text, "%d", self->options.clock_ahead_s * (is_ahead - is_behind));
    (void)setenv("CLOCK_SHIFT_S", text, 1);
}

static void begin(cluster *self, part *at)
{
    const char *folder = self->gateway_network != NULL ? self->folder : NULL;
    enum between_side side;
    const char *words[24] = {"--role", role_names[at->role], "--threads", "1", "--log", "info"};
    unsigned count = 6;
    for (unsigned i = 0; i < self->options.count[PART_BROKER]; i++)
        if (at->role != PART_BROKER || i == at->index) {
            words[count++] = "--broker";
            words[count++] = broker_for(self, at, i);
        }
    if (at->role == PART_GATEWAY) {
        words[count++] = "--port";
        words[count++] = "0";
    }
    if (at->role == PART_WORKER) {
        words[count++] = "--store";
        words[count++] = store_for(self, at);
    }
    if (at->role == PART_WORKER && self->options.session_timeout != NULL) {
        words[count++] = "--session-timeout";
        words[count++] = self->options.session_timeout;
    }
    if (at->role == PART_WORKER && self->options.durability != NULL) {
        words[count++] = "--durability";
        words[count++] = self->options.durability;
    }
    if (is_in_between(self, at, &side)) {
        words[count++] = "--bus";
        words[count++] = between_bus(side);
        folder = between_folder(self->gateway_network, side);
    }
    int log = log_of(self, at);
    if (self->options.clock_ahead_s != 0)
        shift_clock(self, at);
    program_begin_in(&at->process, folder, self->options.program, words, log);
    close(log);
    at->starts++;
    if (self->options.is_told)
        fprintf(stderr, "%s is %d\n", part_name(at), (int)at->process.pid);
    enter(at, PART_STARTING);
}

static void add(cluster *self, enum part_role role, unsigned index)
{
    ck_assert_uint_lt(self->count, PARTS_CAP);
    part *at = &self->parts[self->count++];
    *at = (part){.role = role, .index = index};
    begin(self, at);
}

static void make_networks(cluster *self)
{
    char target[160];
    if (self->options.has_store_network) {
        (void)snprintf(target, sizeof target, "ipc://%s", postgres_socket(self->options.server));
        self->store_network = proxy_start(target);
    }
    if (self->options.has_broker_network)
        self->broker_network = proxy_start(self->brokers[0]);
    if (self->options.has_gateway_network)
        self->gateway_network = between_start(self->folder);
}

static void stop_networks(cluster *self)
{
    for (unsigned i = 0; i < 2; i++)
        if (self->network[i] != NULL)
            proxy_stop(&self->network[i]);
    if (self->store_network != NULL)
        proxy_stop(&self->store_network);
    if (self->broker_network != NULL)
        proxy_stop(&self->broker_network);
    if (self->gateway_network != NULL)
        between_stop(&self->gateway_network);
}

void cluster_begin(cluster *self, const cluster_options *options)
{
    *self = (cluster){.options = *options};
    scratch_make(self->folder, sizeof self->folder, "chaos");
    if (options->store != NULL)
        (void)snprintf(self->store, sizeof self->store, "%s", options->store);
    else
        (void)snprintf(self->store, sizeof self->store, "lmdb:%s/sessions", self->folder);
    // Abstract sockets: nothing to remove, and nobody else gets one while it is free.
    for (unsigned i = 0; i < options->count[PART_BROKER]; i++)
        (void)snprintf(self->brokers[i], sizeof self->brokers[i], "ipc://@%s-%u", self->folder, i);
    make_networks(self);
    for (int role = 0; role < PART_ROLES; role++)
        for (unsigned i = 0; i < options->count[role]; i++)
            add(self, (enum part_role)role, i);
}

void cluster_end(cluster *self, bool keeps_logs)
{
    for (unsigned i = 0; i < self->count; i++)
        process_kill(&self->parts[i].process);
    stop_networks(self);
    char line[160];
    (void)snprintf(line, sizeof line, "rm -rf %s%s", self->folder, keeps_logs ? "/sessions*" : "");
    ck_assert_int_eq(system(line), 0);
    if (keeps_logs)
        fprintf(stderr, "what the processes logged is in %s\n", self->folder);
}

static bool has_ended(part *self)
{
    siginfo_t info = {0};
    int result = waitid(P_PID, (id_t)self->process.pid, &info, WNOHANG | WNOWAIT | WEXITED);
    return result == 0 && info.si_pid != 0;
}

// Reaped; a drained one must have ended in order.
static void ended(cluster *self, part *at)
{
    bool was_asked = at->state == PART_DRAINING;
    int code = process_wait(&at->process);
    // Stopped in the middle of a write to the file of the store, it was in the way of all others.
    bool was_in_the_way =
        at->state == PART_STOPPED && self->options.server == NULL && code == 128 + SIGKILL;
    bool has_crashed = self->options.may_crash && at->role == PART_WORKER && code == 128 + SIGABRT;
    if (!was_in_the_way && !has_crashed && (!was_asked || code != 0)) {
        fprintf(stderr, "UNEXPECTED: %s ended with %d\n", part_name(at), code);
        self->unexpected++;
    }
    at->due = 0;
    enter(at, PART_DOWN);
}

// Browsers find it behind the network, always at the same port.
static void lead_to(cluster *self, part *at)
{
    char target[64];
    (void)snprintf(target, sizeof target, "tcp://127.0.0.1:%u", at->port);
    proxy **network = &self->network[at->index];
    if (*network == NULL)
        *network = proxy_start(target);
    else
        proxy_aim(*network, target);
    at->port = (unsigned)strtoul(strrchr(proxy_endpoint(*network), ':') + 1, NULL, 10);
}

static void look_whether_up(cluster *self, part *at, uint64_t now)
{
    int came = program_came_up(&at->process);
    if (came > 0) {
        const char *colon = strrchr(at->process.line, ':');
        at->port = colon != NULL ? (unsigned)strtoul(colon + 1, NULL, 10) : 0;
        if (at->role == PART_GATEWAY && self->options.has_network)
            lead_to(self, at);
        enter(at, PART_UP);
    } else if (now - at->since > STARTING_MS) {
        fprintf(stderr, "UNEXPECTED: %s does not come up\n", part_name(at));
        self->unexpected++;
        enter(at, PART_UP);
    }
}

static void turn(cluster *self, part *at, uint64_t now)
{
    if (at->state == PART_DOWN) {
        if (now >= at->due)
            begin(self, at);
        return;
    }
    if (has_ended(at)) {
        ended(self, at);
        return;
    }
    if (at->state == PART_STARTING)
        look_whether_up(self, at, now);
    if (at->state == PART_STOPPED && now >= at->due) {
        kill(at->process.pid, SIGCONT);
        enter(at, PART_UP);
    }
    if (at->state == PART_DRAINING && now - at->since > DRAINING_MS) {
        fprintf(stderr, "UNEXPECTED: %s does not end\n", part_name(at));
        self->unexpected++;
        cluster_kill(self, at, 0);
    }
}

static void look_after_store(cluster *self)
{
    int status = 0;
    if (self->restarting == 0 || waitpid(self->restarting, &status, WNOHANG) == 0)
        return;
    self->restarting = 0;
    if (status == 0) {
        if (self->options.is_told)
            fprintf(stderr, "the store's server is back after %u ms\n",
                    (unsigned)(tr_clock_ms() - self->restarting_since));
        return;
    }
    fprintf(stderr, "UNEXPECTED: the store's server does not come back\n");
    self->unexpected++;
}

void cluster_turn(cluster *self)
{
    uint64_t now = tr_clock_ms();
    look_after_store(self);
    if (self->gateway_network != NULL)
        between_look(self->gateway_network);
    if (self->healed_at != 0 && now >= self->healed_at)
        cluster_heal(self);
    for (unsigned i = 0; i < self->count; i++)
        turn(self, &self->parts[i], now);
}

bool cluster_is_up(const cluster *self)
{
    if (self->healed_at != 0 || self->restarting != 0)
        return false;
    for (unsigned i = 0; i < self->count; i++)
        if (self->parts[i].state != PART_UP)
            return false;
    return true;
}

// One that stopped a moment ago is offered until the balancer has noticed.
void cluster_doors(const cluster *self, visitor_doors *out)
{
    out->count = 0;
    uint64_t now = tr_clock_ms();
    for (unsigned i = 0; i < self->count; i++) {
        const part *at = &self->parts[i];
        bool is_open =
            at->state == PART_UP || (at->state == PART_STOPPED && now - at->since < NOTICED_MS);
        if (at->role == PART_GATEWAY && is_open && at->port != 0)
            out->ports[out->count++] = at->port;
    }
}

part *cluster_part(cluster *self, enum part_role role, unsigned index)
{
    for (unsigned i = 0; i < self->count; i++)
        if (self->parts[i].role == role && self->parts[i].index == index)
            return &self->parts[i];
    ck_abort_msg("there is no part %u of role %d", index, (int)role);
}

part *cluster_pick(cluster *self, enum part_role role, bool is_up)
{
    part *there[PARTS_CAP];
    unsigned count = 0;
    for (unsigned i = 0; i < self->count; i++) {
        part *at = &self->parts[i];
        if (at->role == role && (is_up ? at->state == PART_UP : at->state != PART_DOWN))
            there[count++] = at;
    }
    return count != 0 ? there[chaos_below(count)] : NULL;
}

void cluster_kill(cluster *self, part *victim, unsigned down_ms)
{
    (void)self;
    process_kill(&victim->process);
    victim->due = tr_clock_ms() + down_ms;
    enter(victim, PART_DOWN);
}

void cluster_stop(cluster *self, part *victim, unsigned stopped_ms)
{
    (void)self;
    ck_assert_int_eq(kill(victim->process.pid, SIGSTOP), 0);
    victim->due = tr_clock_ms() + stopped_ms;
    enter(victim, PART_STOPPED);
}

void cluster_drain(cluster *self, part *victim)
{
    (void)self;
    ck_assert_int_eq(kill(victim->process.pid, SIGTERM), 0);
    enter(victim, PART_DRAINING);
}

void cluster_kill_all(cluster *self, enum part_role role, unsigned down_ms)
{
    for (unsigned i = 0; i < self->count; i++)
        if (self->parts[i].role == role && self->parts[i].state != PART_DOWN)
            cluster_kill(self, &self->parts[i], down_ms);
}

static void cut(cluster *self, proxy *network, unsigned cut_ms)
{
    if (network == NULL)
        return;
    proxy_cut(network, PROXY_THERE | PROXY_BACK);
    self->healed_at = tr_clock_ms() + cut_ms;
}

void cluster_cut(cluster *self, unsigned cut_ms)
{
    cut(self, self->network[chaos_below(2)], cut_ms);
}

void cluster_cut_store(cluster *self, unsigned cut_ms)
{
    cut(self, self->store_network, cut_ms);
}

void cluster_cut_broker(cluster *self, unsigned cut_ms)
{
    cut(self, self->broker_network, cut_ms);
}

void cluster_cut_gateway(cluster *self, unsigned cut_ms)
{
    if (self->gateway_network == NULL)
        return;
    between_cut(self->gateway_network);
    self->healed_at = tr_clock_ms() + cut_ms;
}

void cluster_heal(cluster *self)
{
    if (self->gateway_network != NULL)
        between_heal(self->gateway_network);
    proxy *all[] = {self->network[0], self->network[1], self->store_network, self->broker_network};
    for (unsigned i = 0; i < sizeof all / sizeof *all; i++)
        if (all[i] != NULL)
            proxy_cut(all[i], 0);
    self->healed_at = 0;
}

bool cluster_has_logged(const cluster *self, const part *of, const char *text)
{
    char path[128];
    char line[1024];
    bool found = false;
    (void)snprintf(path, sizeof path, "%s/%s-%u.log", self->folder, role_names[of->role],
                   of->index);
    FILE *file = fopen(path, "r");
    ck_assert_ptr_nonnull(file);
    while (!found && fgets(line, sizeof line, file) != NULL)
        found = strstr(line, text) != NULL;
    (void)fclose(file);
    return found;
}

void cluster_restart_store(cluster *self, unsigned down_ms)
{
    if (self->options.server == NULL || self->restarting != 0)
        return;
    pid_t pid = fork();
    ck_assert_int_ge(pid, 0);
    if (pid != 0) {
        self->restarting = pid;
        self->restarting_since = tr_clock_ms();
        return;
    }
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    postgres_stop(self->options.server, "immediate");
    (void)poll(NULL, 0, (int)down_ms);
    postgres_start(self->options.server);
    _exit(0);
}
