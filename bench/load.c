// The load client: many simulated browsers on one thread, one epoll, one report.
//
// A run with events goes OPENING -> RUNNING -> DRAINING -> CHECKING -> DONE. RUNNING contains the
// measured window; DRAINING waits for every answer; CHECKING sends one more event on each
// connection, because a server that counted one twice after its answer would only show it then.
//
// Closed loop: an answer triggers the next event, so a slow server is asked less. Open loop
// (--rate): event i is due at begin + i / rate whatever happened before, and its latency counts
// from that moment, also when it could only be sent later.
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "connection.h"
#include "load_options.h"
#include "report.h"

enum {
    READY_BATCH = 256,
    OPEN_LOOP_BACKLOG = 4096, // unanswered events per connection before the run is given up
    OPEN_TIMEOUT_MS = 15000,
    DRAIN_TIMEOUT_MS = 5000,
    TICK_MS = 50,
};

enum phase { OPENING, RUNNING, DRAINING, CHECKING, HOLDING, DONE };

// When the events of a connection were sent (closed loop) or due (open loop), oldest first.
struct times {
    uint64_t *ring;
    uint64_t first, end;
};

// Counters at one edge of the measured window.
struct reading {
    uint64_t at_ns;
    uint64_t requests, request_bytes, replies, reply_bytes;
    double client_cpu_seconds, server_cpu_seconds;
};

struct run {
    struct load_options options;
    struct connection_world world;
    struct connection *connections;
    struct times *times;
    uint64_t ring_mask;
    enum phase phase;
    unsigned started, ready, opening;
    uint64_t opened; // sessions opened since the run began
    unsigned retries;
    uint64_t now_ns, begin_ns, window_begin_ns, window_end_ns, phase_deadline_ns, next_tick_ns;
    uint64_t last_ready_ns;
    uint64_t due_count; // open loop: events issued so far
    uint64_t sent, answered;
    uint64_t done_in_window;
    bool is_window_open, is_window_closed;
    struct reading window_begin, window_end;
    struct histogram latency;
};

static int fail(struct run *self, const char *format, ...) __attribute__((format(printf, 2, 3)));

static int fail(struct run *self, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(self->world.error, sizeof self->world.error, format, args);
    va_end(args);
    return -1;
}

// CPU seconds of one process, 0 if it is gone: then its connections tell.
static double process_cpu_seconds(pid_t pid)
{
    char path[64];
    char text[1024];
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return 0;
    size_t len = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[len] = '\0';
    // The second field is the program's name in parentheses and may contain anything.
    const char *after_name = strrchr(text, ')');
    unsigned long user = 0;
    unsigned long kernel = 0;
    if (after_name == NULL ||
        sscanf(after_name + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user,
               &kernel) != 2)
        return 0;
    return (double)(user + kernel) / (double)sysconf(_SC_CLK_TCK);
}

static struct reading take_reading(const struct run *self)
{
    struct timespec cpu;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &cpu);
    struct reading reading = {
        .at_ns = monotonic_ns(),
        .requests = self->world.requests,
        .request_bytes = self->world.request_bytes,
        .replies = self->world.replies,
        .reply_bytes = self->world.reply_bytes,
        .client_cpu_seconds = (double)cpu.tv_sec + (double)cpu.tv_nsec / 1e9,
    };
    for (unsigned i = 0; i < self->options.server_pid_count; i++)
        reading.server_cpu_seconds += process_cpu_seconds(self->options.server_pids[i]);
    return reading;
}

static int send_events(struct run *self, struct connection *connection, unsigned count,
                       uint64_t at_ns)
{
    struct times *times = &self->times[connection - self->connections];
    for (unsigned i = 0; i < count; i++)
        times->ring[times->end++ & self->ring_mask] = at_ns;
    self->sent += count;
    return connection_send(connection, &self->world, count);
}

static void record_answer(struct run *self, uint64_t asked_ns)
{
    uint64_t latency_ns = self->now_ns > asked_ns ? self->now_ns - asked_ns : 0;
    bool is_open_loop = self->options.rate > 0;
    bool is_answered_in_window = self->is_window_open && !self->is_window_closed;
    // An open loop must not forget the events that were due in the window and came too late.
    bool is_due_in_window = asked_ns >= self->window_begin_ns && asked_ns < self->window_end_ns;
    self->done_in_window += is_answered_in_window;
    if (is_open_loop ? is_due_in_window : is_answered_in_window)
        histogram_record(&self->latency, latency_ns);
}

// Takes note of the answers a connection has got and, in a closed loop, sends as many new events.
static int take_answers(struct run *self, struct connection *connection)
{
    struct times *times = &self->times[connection - self->connections];
    unsigned fresh = (unsigned)(connection->answered - times->first);
    if (fresh == 0)
        return 0;
    for (unsigned i = 0; i < fresh; i++)
        record_answer(self, times->ring[times->first++ & self->ring_mask]);
    self->answered += fresh;
    if (self->phase != RUNNING || self->options.rate > 0)
        return 0;
    return send_events(self, connection, fresh, self->now_ns);
}

static int send_to_all(struct run *self, unsigned count)
{
    for (unsigned i = 0; i < self->options.connections; i++)
        if (send_events(self, &self->connections[i], count, monotonic_ns()) != 0)
            return -1;
    return 0;
}

static uint64_t due_at(const struct run *self, uint64_t index)
{
    return self->begin_ns + (uint64_t)((double)index * 1e9 / self->options.rate);
}

static int send_due(struct run *self)
{
    while (due_at(self, self->due_count) <= self->now_ns) {
        size_t index = self->due_count % self->options.connections;
        struct connection *connection = &self->connections[index];
        if (connection->sent - connection->answered >= OPEN_LOOP_BACKLOG)
            return fail(self, "the server does not hold %.0f events per second",
                        self->options.rate);
        if (send_events(self, connection, 1, due_at(self, self->due_count)) != 0)
            return -1;
        self->due_count++;
    }
    return 0;
}

static int on_session_opened(struct run *self, struct connection *connection)
{
    uint64_t now_ns = monotonic_ns();
    self->opening--;
    self->ready++;
    self->opened++;
    self->retries += connection->retries;
    self->last_ready_ns = now_ns;
    if (self->options.mode == LOAD_OPEN || self->options.mode == LOAD_IDLE) {
        histogram_record(&self->latency, now_ns - connection->started_ns);
        connection_forget_page(connection);
    }
    if (!self->options.is_reopening || self->options.mode != LOAD_OPEN)
        return 0;
    connection_reset(connection);
    self->ready--;
    if (now_ns >= self->window_end_ns) {
        self->phase = DONE;
        return 0;
    }
    self->opening++;
    return connection_start(connection, &self->world, now_ns);
}

static int on_connection_ready(struct run *self, struct connection *connection, uint32_t events)
{
    bool was_ready = connection->state == CONNECTION_READY;
    if (connection_on_ready(connection, &self->world, events) != 0)
        return -1;
    if (!was_ready)
        return connection->state == CONNECTION_READY ? on_session_opened(self, connection) : 0;
    self->now_ns = monotonic_ns();
    return take_answers(self, connection);
}

static int open_more(struct run *self)
{
    while (self->started < self->options.connections && self->opening < self->options.concurrency) {
        if (connection_start(&self->connections[self->started], &self->world, monotonic_ns()) != 0)
            return -1;
        self->started++;
        self->opening++;
    }
    return 0;
}

static int check_openings(struct run *self)
{
    for (unsigned i = 0; i < self->started; i++) {
        struct connection *connection = &self->connections[i];
        if (connection->state == CONNECTION_READY)
            continue;
        if (self->now_ns - connection->started_ns > (uint64_t)OPEN_TIMEOUT_MS * 1000000U)
            return fail(self, "session %u did not open within %d s (%s)", i, OPEN_TIMEOUT_MS / 1000,
                        connection->state == CONNECTION_REGISTERING
                            ? "no page with a click handler and a number was seen"
                            : "no answer to the handshake");
        if (connection->state == CONNECTION_WAITING && self->now_ns >= connection->retry_at_ns &&
            connection_start(connection, &self->world, self->now_ns) != 0)
            return -1;
    }
    return 0;
}

static int hold(struct run *self)
{
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
    if (epoll_ctl(self->world.epoll_fd, EPOLL_CTL_ADD, STDIN_FILENO, &event) != 0)
        return fail(self, "idle mode needs a pipe or terminal as stdin: %s", strerror(errno));
    puts("ready");
    fflush(stdout);
    self->phase = HOLDING;
    return 0;
}

static int on_all_open(struct run *self)
{
    if (self->options.mode == LOAD_OPEN) {
        self->phase = DONE;
        return 0;
    }
    if (self->options.mode == LOAD_IDLE)
        return hold(self);
    self->now_ns = monotonic_ns();
    self->phase = RUNNING;
    self->begin_ns = self->now_ns;
    self->window_begin_ns = self->begin_ns + (uint64_t)(self->options.warmup * 1e9);
    self->window_end_ns = self->window_begin_ns + (uint64_t)(self->options.seconds * 1e9);
    return self->options.rate > 0 ? 0 : send_to_all(self, self->options.in_flight);
}

static int step_opening(struct run *self)
{
    if (self->now_ns >= self->next_tick_ns) {
        self->next_tick_ns = self->now_ns + (uint64_t)TICK_MS * 1000000U;
        if (check_openings(self) != 0)
            return -1;
    }
    if (open_more(self) != 0)
        return -1;
    return self->ready == self->options.connections ? on_all_open(self) : 0;
}

static int step_running(struct run *self)
{
    if (!self->is_window_open && self->now_ns >= self->window_begin_ns) {
        self->window_begin = take_reading(self);
        self->is_window_open = true;
    }
    if (self->now_ns >= self->window_end_ns) {
        self->window_end = take_reading(self);
        self->is_window_closed = true;
        self->phase = DRAINING;
        self->phase_deadline_ns = self->now_ns + (uint64_t)DRAIN_TIMEOUT_MS * 1000000U;
        return 0;
    }
    return self->options.rate > 0 ? send_due(self) : 0;
}

static int step_draining(struct run *self)
{
    if (self->answered == self->sent) {
        if (self->phase == CHECKING) {
            self->phase = DONE;
            return 0;
        }
        self->phase = CHECKING;
        self->phase_deadline_ns = self->now_ns + (uint64_t)DRAIN_TIMEOUT_MS * 1000000U;
        return send_to_all(self, 1);
    }
    if (self->now_ns >= self->phase_deadline_ns)
        return fail(self, "%llu of %llu events were never answered",
                    (unsigned long long)(self->sent - self->answered),
                    (unsigned long long)self->sent);
    return 0;
}

static int step(struct run *self)
{
    self->now_ns = monotonic_ns();
    switch (self->phase) {
    case OPENING:
        return step_opening(self);
    case RUNNING:
        return step_running(self);
    case DRAINING:
    case CHECKING:
        return step_draining(self);
    default:
        return 0;
    }
}

// How long the loop may sleep when nothing arrives.
static struct timespec sleep_time(const struct run *self)
{
    if (self->options.is_spinning && self->phase == RUNNING)
        return (struct timespec){0};
    uint64_t sleep_ns = (uint64_t)TICK_MS * 1000000U;
    if (self->phase == RUNNING && self->options.rate > 0) {
        uint64_t due_ns = due_at(self, self->due_count);
        uint64_t now_ns = monotonic_ns();
        uint64_t until_due_ns = due_ns > now_ns ? due_ns - now_ns : 0;
        sleep_ns = until_due_ns < sleep_ns ? until_due_ns : sleep_ns;
    }
    return (struct timespec){.tv_nsec = (long)sleep_ns};
}

static int run_loop(struct run *self)
{
    struct epoll_event events[READY_BATCH];
    while (true) {
        if (step(self) != 0)
            return -1;
        if (self->phase == DONE)
            return 0;
        struct timespec timeout = sleep_time(self);
        int count = epoll_pwait2(self->world.epoll_fd, events, READY_BATCH, &timeout, NULL);
        if (count < 0 && errno != EINTR)
            return fail(self, "epoll_pwait2: %s", strerror(errno));
        for (int i = 0; i < count; i++) {
            struct connection *connection = events[i].data.ptr;
            if (connection == NULL)
                return 0;
            if (on_connection_ready(self, connection, events[i].events) != 0)
                return -1;
        }
    }
}

static int allocate(struct run *self)
{
    const struct load_options *options = &self->options;
    uint64_t wanted = options->rate > 0 ? OPEN_LOOP_BACKLOG : options->in_flight;
    uint64_t ring_len = 1;
    while (ring_len < wanted + 1)
        ring_len *= 2;
    self->ring_mask = ring_len - 1;
    self->connections = calloc(options->connections, sizeof *self->connections);
    self->times = calloc(options->connections, sizeof *self->times);
    self->world.read_buffer = malloc(CONNECTION_READ_BYTES);
    if (self->connections == NULL || self->times == NULL || self->world.read_buffer == NULL)
        return fail(self, "out of memory");
    bool has_events = options->mode == LOAD_COUNTER || options->mode == LOAD_ECHO;
    for (unsigned i = 0; has_events && i < options->connections; i++) {
        self->times[i].ring = malloc(ring_len * sizeof *self->times[i].ring);
        if (self->times[i].ring == NULL)
            return fail(self, "out of memory");
    }
    self->world.options = options;
    self->world.epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    return self->world.epoll_fd < 0 ? fail(self, "epoll_create1: %s", strerror(errno)) : 0;
}

static int raise_file_limit(struct run *self)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return fail(self, "getrlimit: %s", strerror(errno));
    rlim_t needed = self->options.connections + 64U;
    if (limit.rlim_cur >= needed)
        return 0;
    if (limit.rlim_max < needed)
        return fail(self, "%u connections need more open files than the hard limit of %llu",
                    self->options.connections, (unsigned long long)limit.rlim_max);
    limit.rlim_cur = limit.rlim_max;
    return setrlimit(RLIMIT_NOFILE, &limit) == 0 ? 0 : fail(self, "setrlimit: %s", strerror(errno));
}

// A server's own words may be in it, and they may have several lines.
static void print_error(char *text)
{
    for (char *at = text; *at != '\0'; at++)
        if ((unsigned char)*at < ' ')
            *at = ' ';
    fprintf(stderr, "load: %s\n", text);
}

static void release(struct run *self)
{
    for (unsigned i = 0; self->connections != NULL && i < self->started; i++)
        connection_reset(&self->connections[i]);
    for (unsigned i = 0; self->times != NULL && i < self->options.connections; i++)
        free(self->times[i].ring);
    free(self->connections);
    free(self->times);
    free(self->world.read_buffer);
}

static void print_report(const struct run *self)
{
    const struct reading *begin = &self->window_begin;
    const struct reading *end = &self->window_end;
    bool is_opening_only = self->options.mode == LOAD_OPEN;
    uint64_t requests = end->requests - begin->requests;
    uint64_t replies = end->replies - begin->replies;
    uint64_t elapsed_ns =
        is_opening_only ? self->last_ready_ns - self->begin_ns : end->at_ns - begin->at_ns;
    struct report report = {
        .options = &self->options,
        .seconds = elapsed_ns > 0 ? (double)elapsed_ns / 1e9 : 1e-9,
        .done = is_opening_only ? self->opened : self->done_in_window,
        .checked = self->answered,
        .client_cpu_seconds = end->client_cpu_seconds - begin->client_cpu_seconds,
        .server_cpu_seconds = end->server_cpu_seconds - begin->server_cpu_seconds,
        .retries = self->retries,
        .latency = &self->latency,
    };
    if (requests > 0)
        report.request_bytes =
            (double)(end->request_bytes - begin->request_bytes) / (double)requests;
    if (replies > 0)
        report.reply_bytes = (double)(end->reply_bytes - begin->reply_bytes) / (double)replies;
    if (report.done > 0)
        report.replies_per_event = (double)replies / (double)report.done;
    report_print(&report, stdout);
}

int main(int argc, char **argv)
{
    static struct run run;
    int usage = load_options_parse(&run.options, argc, argv);
    if (usage != 0)
        return usage < 0 ? 2 : 0;
    (void)signal(SIGPIPE, SIG_IGN);
    // Default timer slack is 50 us, more than the latencies that are measured.
    (void)prctl(PR_SET_TIMERSLACK, 1UL);

    int result = raise_file_limit(&run);
    if (result == 0)
        result = allocate(&run);
    if (result == 0) {
        run.begin_ns = monotonic_ns();
        run.window_end_ns = run.begin_ns + (uint64_t)(run.options.seconds * 1e9);
        run.window_begin = take_reading(&run);
        result = run_loop(&run);
    }
    if (result != 0)
        print_error(run.world.error);
    if (result == 0 && run.options.mode == LOAD_OPEN)
        run.window_end = take_reading(&run);
    if (result == 0 && run.options.mode != LOAD_IDLE)
        print_report(&run);
    release(&run);
    return result == 0 ? 0 : 1;
}
