#include "tests/support/world.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/must.h"
#include "host/process.h"
#include "tests/support/app.h"
#include "tests/support/browser.h"

enum { ARGUMENTS_CAP = 28, READY_MS = 60000, END_MS = 120000 };

// -- a process --

// TROUPE_BIN is the tests' own: a program that finds it set says that it is no setting.
static const char *programs(void)
{
    static char folder[256] = "build/bin";
    const char *told = getenv("TROUPE_BIN");
    if (told != NULL) {
        snprintf(folder, sizeof folder, "%s", told);
        unsetenv("TROUPE_BIN");
    }
    return folder;
}

const char *program_path(const char *program, char *storage, size_t size)
{
    if (program == NULL)
        return "/proc/self/exe";
    if (program[0] != '.') {
        snprintf(storage, size, "%s/%s", programs(), program);
        return storage;
    }
    ssize_t length = readlink("/proc/self/exe", storage, size - 1);
    storage[length > 0 ? length : 0] = '\0';
    char *end = strrchr(storage, '/');
    end = end != NULL ? end : storage;
    snprintf(end, size - (size_t)(end - storage), "/programs/%s", program + strlen("./"));
    return storage;
}

// Between fork and exec. Its parent's end is its own.
static void become(const char *path, const char *folder, const char *const *arguments, int out,
                   int err, pid_t parent)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent || (folder != NULL && chdir(folder) != 0))
        _exit(127);
    dup2(out, STDOUT_FILENO);
    if (err >= 0)
        dup2(err, STDERR_FILENO);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execv(path, (char *const *)(uintptr_t)arguments);
    _exit(127);
}

static pid_t spawn(const char *program, const char *folder, const char *const *arguments, int out,
                   int err)
{
    char storage[512];
    char whole[PATH_MAX];
    const char *path = program_path(program, storage, sizeof storage);
    if (folder != NULL)
        path = realpath(path, whole);
    ck_assert_ptr_nonnull(path);
    const char *full[ARGUMENTS_CAP + 3] = {path};
    unsigned count = 1;
    if (program == NULL)
        full[count++] = "--app";
    for (; *arguments != NULL; arguments++) {
        tr_must(count < ARGUMENTS_CAP);
        full[count++] = *arguments;
    }
    pid_t parent = getpid();
    pid_t pid = fork();
    // The child asserts nothing: Check's lock may be another thread's just now, and for ever.
    if (pid == 0)
        become(path, folder, full, out, err, parent);
    ck_assert_int_gt(pid, 0);
    return pid;
}

// The first line that tells that it is ready; false when it ended without one.
static bool read_line(world_process *self)
{
    uint64_t deadline = deadline_in_ms(READY_MS);
    size_t size = 0;
    while (size < sizeof self->line - 1 && !deadline_passed(deadline)) {
        struct pollfd pollfd = {.fd = self->out, .events = POLLIN};
        if (poll(&pollfd, 1, 100) <= 0)
            continue;
        ssize_t got = read(self->out, self->line + size, 1);
        if (got <= 0)
            return false;
        if (self->line[size] == '\n') {
            self->line[size] = '\0';
            return true;
        }
        size++;
    }
    return false;
}

void process_read_line(world_process *self)
{
    ck_assert_msg(read_line(self), "nothing came behind: %s", self->line);
}

void program_begin_in(world_process *self, const char *folder, const char *program,
                      const char *const *arguments, int err)
{
    int pipe_fds[2];
    ck_assert_int_eq(pipe2(pipe_fds, O_CLOEXEC), 0);
    *self = (world_process){.out = pipe_fds[0]};
    self->pid = spawn(program, folder, arguments, pipe_fds[1], err);
    close(pipe_fds[1]);
}

void program_begin(world_process *self, const char *program, const char *const *arguments, int err)
{
    program_begin_in(self, NULL, program, arguments, err);
}

int program_came_up(world_process *self)
{
    size_t size = strlen(self->line);
    struct pollfd pollfd = {.fd = self->out, .events = POLLIN};
    while (size < sizeof self->line - 1 && poll(&pollfd, 1, 0) > 0) {
        if (read(self->out, self->line + size, 1) <= 0)
            return -1;
        if (self->line[size] == '\n') {
            self->line[size] = '\0';
            return 1;
        }
        self->line[++size] = '\0';
    }
    return 0;
}

void program_start(world_process *self, const char *program, const char *const *arguments, int err)
{
    program_begin(self, program, arguments, err);
    ck_assert_msg(read_line(self), "a process did not come up: %s", arguments[1]);
}

static void start(world_process *self, const world *in, const char *const *arguments)
{
    program_start(self, in->options.program, arguments, -1);
}

static int end_of(world_process *self, int status)
{
    close(self->out);
    self->pid = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int process_wait(world_process *self)
{
    uint64_t deadline = deadline_in_ms(END_MS);
    int status;
    while (waitpid(self->pid, &status, WNOHANG) == 0) {
        ck_assert_msg(!deadline_passed(deadline), "process %d does not end", (int)self->pid);
        browsers_wait();
    }
    return end_of(self, status);
}

void process_kill(world_process *self)
{
    int status = 0;
    if (self->pid == 0)
        return;
    kill(self->pid, SIGKILL);
    while (waitpid(self->pid, &status, 0) < 0 && errno == EINTR)
        ;
    (void)end_of(self, status);
}

unsigned process_memory_kib(const world_process *self)
{
    char path[64];
    char line[256];
    unsigned kib = 0;
    snprintf(path, sizeof path, "/proc/%d/status", (int)self->pid);
    FILE *file = fopen(path, "r");
    ck_assert_ptr_nonnull(file);
    while (fgets(line, sizeof line, file) != NULL)
        if (sscanf(line, "VmRSS: %u", &kib) == 1)
            break;
    fclose(file);
    return kib;
}

static void read_all(int fd, tr_buf *out)
{
    char bytes[4096];
    ssize_t got;
    lseek(fd, 0, SEEK_SET);
    while ((got = read(fd, bytes, sizeof bytes)) > 0)
        tr_buf_append(out, bytes, (size_t)got);
    close(fd);
}

static int scratch_file(void)
{
    char name[] = "/tmp/troupe-test-XXXXXX";
    int fd = mkostemp(name, O_CLOEXEC);
    ck_assert_int_ge(fd, 0);
    unlink(name);
    return fd;
}

int program_run(const char *program, const char *const *arguments, tr_buf *out, tr_buf *err)
{
    int out_file = scratch_file();
    int err_file = scratch_file();
    world_process process = {.out = dup(out_file)};
    process.pid = spawn(program, NULL, arguments, out_file, err_file);
    int code = process_wait(&process);
    read_all(out_file, out);
    read_all(err_file, err);
    return code;
}

// -- arguments --

typedef struct command_line {
    const char *words[ARGUMENTS_CAP];
    unsigned count;
} command_line;

static void say(command_line *self, const char *option, const char *value)
{
    if (value == NULL)
        return;
    tr_must(self->count + 2 < ARGUMENTS_CAP);
    self->words[self->count++] = option;
    self->words[self->count++] = value;
    self->words[self->count] = NULL;
}

static command_line common(const world *self, const char *role)
{
    command_line line = {0};
    say(&line, "--role", role);
    say(&line, "--threads", self->options.threads != NULL ? self->options.threads : "1");
    say(&line, "--transport", self->options.transport);
    say(&line, "--session-timeout", self->options.session_timeout);
    say(&line, "--store", self->options.store);
    say(&line, "--bus-key", self->options.bus_key);
    say(&line, "--durability", self->options.durability);
    say(&line, "--pool-threads-max", self->options.pool_threads);
    say(&line, "--pool-queue", self->options.pool_queue);
    say(&line, "--log", getenv("TROUPE_LOG") != NULL ? getenv("TROUPE_LOG") : "error");
    return line;
}

static unsigned port_in(const char *text)
{
    const char *colon = strrchr(text, ':');
    ck_assert_msg(colon != NULL, "no port in '%s'", text);
    return (unsigned)strtoul(colon + 1, NULL, 10);
}

void world_start_broker(world *self, const char *endpoint)
{
    command_line line = common(self, "broker");
    say(&line, "--broker", endpoint);
    start(&self->broker, self, line.words);
    ck_assert_int_eq(sscanf(self->broker.line, "listening on %255s", self->endpoint), 1);
}

void world_start_gateway(world *self, unsigned index)
{
    command_line line = common(self, self->options.gateways != 0 ? "gateway" : "all");
    if (self->options.gateways != 0)
        say(&line, "--broker", self->endpoint);
    say(&line, "--port", "0");
    start(&self->gateways[index], self, line.words);
    self->ports[index] = port_in(self->gateways[index].line);
}

void world_start_worker(world *self, unsigned index)
{
    command_line line = common(self, "worker");
    say(&line, "--broker", self->endpoint);
    say(&line, "--handlers", self->options.handlers_mode);
    start(&self->workers[index], self, line.words);
}

void world_start_handlers(world *self, unsigned index)
{
    command_line line = common(self, "handlers");
    say(&line, "--broker", self->endpoint);
    start(&self->handlers[index], self, line.words);
}

// -- the world --

static void start_inside(world *self)
{
    command_line line = common(self, "all");
    say(&line, "--port", "0");
    char *argv[ARGUMENTS_CAP + 2] = {(char *)(uintptr_t) "test"};
    for (unsigned i = 0; i < line.count; i++)
        argv[i + 1] = (char *)(uintptr_t)line.words[i];
    tr_buf error = {0};
    self->inside_options = calloc(1, sizeof *self->inside_options);
    tr_must(self->inside_options != NULL);
    int result = tr_options_read(self->inside_options, (int)line.count + 1, argv, &error);
    ck_assert_msg(result == 0, "%s", tr_buf_text(&error));
    tr_buf_done(&error);
    tr_listeners *none = NULL;
    ck_assert_int_eq(
        tr_process_start(&test_app, self->inside_options, NULL, &none, "test", &self->inside), 0);
    self->ports[0] = tr_process_port(self->inside);
}

void world_await_sessions(const world *self, unsigned gateway)
{
    uint64_t deadline = deadline_in_ms(READY_MS);
    for (;;) {
        browser *probe = browser_connect(self->ports[gateway]);
        ck_assert_msg(probe != NULL, "gateway %u refuses WebSockets", gateway);
        browser_register(probe, BROWSER_OURS, NULL);
        while (!browser_has_page(probe) && browser_close_code(probe) == 0 &&
               !deadline_passed(deadline))
            browsers_wait();
        bool ok = browser_has_page(probe);
        browser_free(probe);
        if (ok)
            return;
        ck_assert_msg(!deadline_passed(deadline), "no worker takes sessions");
        browsers_wait();
    }
}

// A page that is too long on its way to a worker that joined, on a busy machine, has its browser come again (1012).
static pid_t worker_pid(browser *page, unsigned port)
{
    browser_click(page, "ask who");
    eventually(browser_text(page, "who")[0] != '\0' || browser_close_code(page) == 1012);
    if (browser_close_code(page) == 1012) {
        browser_reconnect(page, port);
        browser_click(page, "ask who");
        eventually(browser_text(page, "who")[0] != '\0');
    }
    return (pid_t)browser_number(page, "who");
}

world_process *world_worker_of(world *self, browser *page)
{
    pid_t pid = worker_pid(page, self->ports[0]);
    for (unsigned i = 0; i < self->options.workers; i++)
        if (self->workers[i].pid == pid)
            return &self->workers[i];
    ck_abort_msg("no worker %d", (int)pid);
    return NULL;
}

browser *world_page_on(const world *self, unsigned worker)
{
    return world_page_on_as(self, worker, BROWSER_OURS);
}

browser *world_page_on_as(const world *self, unsigned worker, enum browser_kind kind)
{
    uint64_t deadline = deadline_in_ms(READY_MS);
    while (!deadline_passed(deadline)) {
        browser *page = browser_open_as(self->ports[0], kind, NULL);
        if (worker_pid(page, self->ports[0]) == self->workers[worker].pid)
            return page;
        browser_free(page);
    }
    ck_abort_msg("no page ever came to worker %u", worker);
    return NULL;
}

void world_await_workers(const world *self)
{
    for (unsigned i = 0; i < self->options.workers; i++)
        browser_free(world_page_on(self, i));
}

pid_t world_handler_pid(browser *page)
{
    char before[32];
    snprintf(before, sizeof before, "%s", browser_text(page, "who"));
    browser_click(page, "ask who blocking");
    eventually(strcmp(browser_text(page, "who"), before) != 0 || browser_crash(page)[0] != '\0');
    return browser_crash(page)[0] == '\0' ? (pid_t)strtol(browser_text(page, "who"), NULL, 10) : 0;
}

static unsigned bit_of(const world_process *processes, unsigned count, pid_t pid)
{
    for (unsigned i = 0; i < count; i++)
        if (processes[i].pid == pid)
            return 1u << i;
    return 0;
}

void world_await_handlers(const world *self)
{
    uint64_t deadline = deadline_in_ms(READY_MS);
    unsigned all_workers = (1u << self->options.workers) - 1;
    unsigned all_handlers = (1u << self->options.handlers) - 1;
    unsigned workers = 0;
    unsigned handlers = 0;
    while (workers != all_workers || handlers != all_handlers) {
        ck_assert_msg(!deadline_passed(deadline), "workers %x of %x use handlers %x of %x", workers,
                      all_workers, handlers, all_handlers);
        browser *page = browser_open(self->ports[0]);
        browser_click(page, "ask who");
        eventually(browser_text(page, "who")[0] != '\0');
        pid_t worker = (pid_t)strtol(browser_text(page, "who"), NULL, 10);
        unsigned bit = bit_of(self->handlers, self->options.handlers, world_handler_pid(page));
        handlers |= bit;
        if (bit != 0)
            workers |= bit_of(self->workers, self->options.workers, worker);
        browser_free(page);
    }
}

void world_start(world *self, const world_options *options)
{
    *self = (world){.options = *options};
    if (options->is_inside) {
        start_inside(self);
        return;
    }
    if (options->gateways != 0) {
        char endpoint[64];
        // An abstract socket: nothing to remove.
        snprintf(endpoint, sizeof endpoint, "ipc://@troupe-test-%d-%llx", (int)getpid(),
                 (unsigned long long)deadline_in_ms(0));
        world_start_broker(self, strcmp(options->bus, "ipc") == 0 ? endpoint : "tcp://127.0.0.1:0");
        for (unsigned i = 0; i < options->workers; i++)
            world_start_worker(self, i);
        for (unsigned i = 0; i < options->handlers; i++)
            world_start_handlers(self, i);
    }
    for (unsigned i = 0; i == 0 || i < options->gateways; i++)
        world_start_gateway(self, i);
    for (unsigned i = 0; i < options->gateways; i++)
        world_await_sessions(self, i);
    if (options->handlers != 0)
        world_await_handlers(self);
}

void world_stop(world *self)
{
    tr_process_stop(&self->inside);
    if (self->inside_options != NULL)
        tr_options_done(self->inside_options);
    free(self->inside_options);
    self->inside_options = NULL;
    for (unsigned i = 0; i < WORLD_GATEWAYS_CAP; i++)
        process_kill(&self->gateways[i]);
    for (unsigned i = 0; i < WORLD_WORKERS_CAP; i++)
        process_kill(&self->workers[i]);
    for (unsigned i = 0; i < WORLD_HANDLERS_CAP; i++)
        process_kill(&self->handlers[i]);
    process_kill(&self->broker);
}

unsigned world_port(const world *self, unsigned gateway)
{
    return self->ports[gateway];
}
