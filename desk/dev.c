#include "desk/dev.h"

#include <ev.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/number.h"
#include "desk/board.h"
#include "desk/child.h"
#include "desk/phone.h"
#include "desk/record_session.h"
#include "desk/watch.h"
#include "desk/workshop.h"
#include "troupe/err.h"

static const double TELL_S = 0.15;
enum { EXIT_CANNOT = 1, EXIT_USAGE = 2, ARGUMENTS_CAP = 64, GRACE_S = 12, AGAIN_S_CAP = 5 };

static const char usage[] =
    "usage: troupe dev [FILE...] [OPTION...] [-- OPTION-OF-THE-APP...]\n"
    "Serves an app, and swaps in what is saved: open pages stay as they are.\n"
    "Without files: all C and C++ files here and in the folders below, except test_*. A line\n"
    "`// Needs: NAME` in one of them adds a library, as pkg-config calls it; CC, CFLAGS, CXX, "
    "CXXFLAGS,\n"
    "LDFLAGS and LDLIBS are used, too.\n"
    "\n"
    "  --port N          to serve it on (8000)\n"
    "  --host ADDRESS    (127.0.0.1)\n"
    "  --phone           for phones in this network, too (--host 0.0.0.0), with a QR code of the "
    "address\n"
    "  --release         compile as for production: optimised, without sanitizers\n"
    "  --help\n";

static const char record_usage[] =
    "usage: troupe record RECORDING.rec [FILE...] [OPTION...] [-- OPTION-OF-THE-APP...]\n"
    "Serves an app as troupe dev does, and writes what people do on its pages, and what these "
    "show, until\n"
    "Ctrl-C. troupe test plays it again. A recording that is there is replaced. What is typed into "
    "fields for\n"
    "passwords is not written, nor are cookies, tokens and what the clipboard has.\n"
    "Files and options are those of troupe dev (troupe dev --help).\n";

enum part { BROKER, GATEWAY, WORKER, PARTS };

typedef struct dev dev;

// A program of the app with one role.
typedef struct member {
    tr_child child;
    enum part part;
    bool is_ready;
    bool is_leaving;
    unsigned program;   // that it runs: the number of tr_workshop.programs
    tr_last_lines last; // on its standard error
    dev *dev;
} member;

struct dev {
    struct ev_loop *loop;
    tr_workshop workshop;
    tr_watch watch;
    tr_board board;
    tr_phone phone;
    tr_desk_record record;
    const char *recording; // that is written; NULL: none
    bool is_for_phones;
    tr_child make;
    bool is_dirty;   // something was saved since the compiler began
    double saved_at; // when what is built was saved; 0: it is the first time
    member *members[PARTS];
    unsigned running; // members, those that leave included
    const char *host;
    const char *port;
    char *const *app_options;
    bool is_ending;
    int exit_code;
    unsigned deaths;  // of members, since one got ready
    unsigned refuses; // the program that was last said to refuse the state of open pages
    ev_signal signals[2];
    ev_timer again;
    ev_timer grace;
    ev_timer tell; // runs while lines of the log are not told yet
};

__attribute__((format(printf, 1, 2))) static void say(const char *format, ...)
{
    char line[512];
    va_list list;
    va_start(list, format);
    (void)tr_format_list(line, sizeof line, format, list);
    va_end(list);
    fprintf(stderr, "troupe dev: %s\n", line);
}

// -- members --

static void end_when_alone(dev *self)
{
    if (self->is_ending && self->running == 0 && self->make.pid == 0)
        ev_break(self->loop, EVBREAK_ALL);
}

static void end(dev *self, int exit_code)
{
    if (self->is_ending)
        return;
    self->is_ending = true;
    self->exit_code = exit_code;
    tr_child_signal(&self->make, SIGTERM);
    // Workers hand their pages over as long as there are others: the gateway goes first.
    for (int part = GATEWAY; part >= BROKER; part--)
        if (self->members[part] != NULL)
            tr_child_signal(&self->members[part]->child, SIGTERM);
    if (self->members[WORKER] != NULL)
        tr_child_signal(&self->members[WORKER]->child, SIGTERM);
    ev_timer_start(self->loop, &self->grace);
    end_when_alone(self);
}

static void retire(member *self)
{
    self->is_leaving = true;
    tr_child_signal(&self->child, SIGTERM);
}

static void show_on_phone(dev *self, const char *line)
{
    char host[64];
    // One that was asked for is what others reach, unless it means all.
    bool is_all = strcmp(self->host, "0.0.0.0") == 0 || strcmp(self->host, "::") == 0;
    tr_phone_host(host);
    if (tr_phone_url(line, is_all ? host : self->host, self->phone.url))
        tr_phone_show(&self->phone, self->loop);
}

// What a member prints is ours to pass on, except what says that it is ready.
static void on_line(tr_child *child, const char *line)
{
    member *self = child->arg;
    dev *all = self->dev;
    bool is_first = !self->is_ready;
    self->is_ready = true;
    if (!is_first || self->part == GATEWAY)
        printf("%s\n", line);
    fflush(stdout);
    if (self->part == GATEWAY && all->is_for_phones)
        show_on_phone(all, line);
    all->deaths = 0;
    // One that was told to go may still have got ready: it goes.
    if (!is_first || self->is_leaving || self->part != WORKER || all->members[WORKER] == self)
        return;
    if (all->members[WORKER] != NULL) {
        retire(all->members[WORKER]);
        say("swapped in after %.0f ms", (ev_time() - all->saved_at) * 1000);
    }
    all->members[WORKER] = self;
}

static void tell_refused(member *self)
{
    if (self->dev->refuses != self->program)
        say("the state struct is another one than open pages have: they begin anew; with .version "
            "and .migrate in TR_STATE they keep it (docs/howto/state.md)");
    self->dev->refuses = self->program;
}

static void on_error(tr_child *child, const char *line)
{
    member *self = child->arg;
    dev *all = self->dev;
    tr_board_log(&all->board, line);
    if (!ev_is_active(&all->tell))
        ev_timer_start(all->loop, &all->tell);
    // How long handlers took is for the instruments alone.
    if (strstr(line, " event=handler_took ") != NULL)
        return;
    fprintf(stderr, "%s\n", line);
    tr_last_lines_add(&self->last, line);
    if (strstr(line, " event=state_refused ") != NULL)
        tell_refused(self);
}

static void on_end(tr_child *child)
{
    member *self = child->arg;
    dev *all = self->dev;
    bool is_current = all->members[self->part] == self;
    all->running--;
    if (is_current)
        all->members[self->part] = NULL;
    if (!all->is_ending && !self->is_leaving) {
        static const char *const parts[] = {"broker", "gateway", "worker"};
        say("the %s ended: %s", parts[self->part], tr_child_end_text(child));
        // Of a program that another one replaces, the author has no use for the crash any more.
        if (self->program == all->workshop.programs)
            tr_board_crashed(&all->board, tr_child_end_text(child), &self->last);
        // Before it was ready once, another try would end alike.
        if (self->part != WORKER && !self->is_ready)
            end(all, EXIT_CANNOT);
        else if (is_current || all->members[WORKER] == NULL) {
            double patience_s = 0.2 * (1 << (all->deaths < 5 ? all->deaths : 5));
            all->deaths++;
            ev_timer_set(&all->again, patience_s < AGAIN_S_CAP ? patience_s : AGAIN_S_CAP, 0);
            ev_timer_start(all->loop, &all->again);
        }
    }
    tr_child_done(child);
    tr_last_lines_done(&self->last);
    tr_free(self);
    end_when_alone(all);
}

static unsigned write_arguments(const dev *self, enum part part, const char *argv[ARGUMENTS_CAP])
{
    static const char *const roles[] = {"broker", "gateway", "worker"};
    static char endpoint[TR_WORKSHOP_PATH_CAP + 16];
    static char store[TR_WORKSHOP_PATH_CAP + 16];
    unsigned at = 0;
    (void)tr_format(endpoint, sizeof endpoint, "ipc://%s/bus", self->workshop.folder);
    (void)tr_format(store, sizeof store, "lmdb:%s/sessions", self->workshop.folder);
    const char *const common[] = {self->workshop.program, "--role", roles[part], "--broker",
                                  endpoint};
    memcpy(argv, common, sizeof common);
    at += sizeof common / sizeof *common;
    if (part == GATEWAY) {
        const char *const own[] = {"--host",   self->host, "--port",
                                   self->port, "--desk",   self->board.folder};
        memcpy(argv + at, own, sizeof own);
        at += sizeof own / sizeof *own;
    } else if (part == WORKER) {
        const char *const own[] = {"--store", store, "--build-again", "--desk", self->board.folder};
        memcpy(argv + at, own, sizeof own);
        at += sizeof own / sizeof *own;
    }
    for (char *const *option = self->app_options; *option != NULL && at < ARGUMENTS_CAP - 1;
         option++)
        argv[at++] = *option;
    argv[at] = NULL;
    return at;
}

// A worker takes its place when it is ready; until then the one before it serves.
static void start(dev *self, enum part part)
{
    const char *argv[ARGUMENTS_CAP];
    (void)write_arguments(self, part, argv);
    member *it = tr_new(member);
    it->part = part;
    it->program = self->workshop.programs;
    it->dev = self;
    it->child = (tr_child){.on_line = on_line, .on_end = on_end, .arg = it};
    // The author's code runs in workers: what they said last is told.
    if (part == WORKER)
        it->child.on_error = on_error;
    if (tr_child_start(&it->child, self->loop, argv) < 0) {
        say("cannot start %s", argv[0]);
        tr_free(it);
        end(self, EXIT_CANNOT);
        return;
    }
    self->running++;
    if (part != WORKER || self->members[WORKER] == NULL)
        self->members[part] = it;
}

static void start_missing(dev *self)
{
    for (enum part part = BROKER; part < PARTS && !self->is_ending; part++)
        if (self->members[part] == NULL)
            start(self, part);
}

static void on_again(struct ev_loop *loop, ev_timer *watcher, int events)
{
    (void)loop, (void)events;
    start_missing(watcher->data);
}

// -- building --

static void watch_folder(void *arg, const char *folder)
{
    tr_watch_add(arg, folder);
}

static void build(dev *self)
{
    self->is_dirty = false;
    tr_board_build_begins(&self->board);
    if (tr_child_start(&self->make, self->loop, tr_workshop_command(&self->workshop)) < 0) {
        say("make cannot be started");
        end(self, EXIT_CANNOT);
    }
}

static void on_complaint(tr_child *child, const char *line)
{
    dev *self = child->arg;
    fprintf(stderr, "%s\n", line);
    tr_board_compiler_says(&self->board, line);
}

static void take_program(dev *self)
{
    int result = tr_workshop_take(&self->workshop);
    if (result < 0)
        say("the program cannot be kept");
    if (result <= 0)
        return;
    if (self->members[WORKER] != NULL)
        start(self, WORKER);
    start_missing(self);
}

static void take_build(dev *self, bool is_whole)
{
    tr_board_build_ends(&self->board, is_whole);
    if (is_whole)
        take_program(self);
    else
        say("does not compile%s", self->members[WORKER] != NULL
                                      ? "; the last program that did goes on"
                                      : "; once it is saved and does, it is served");
}

static void on_built(tr_child *child)
{
    dev *self = child->arg;
    tr_workshop_folders(&self->workshop, watch_folder, &self->watch);
    if (self->is_ending)
        end_when_alone(self);
    else if (self->is_dirty)
        build(self);
    else
        take_build(self, WIFEXITED(child->status) && WEXITSTATUS(child->status) == 0);
}

static void on_change(tr_watch *watch)
{
    dev *self = watch->arg;
    self->is_dirty = true;
    self->saved_at = watch->changed_at;
    if (self->make.pid == 0 && !self->is_ending)
        build(self);
}

// -- the whole --

static void on_signal(struct ev_loop *loop, ev_signal *watcher, int events)
{
    (void)loop, (void)events;
    end(watcher->data, 0);
}

static void on_tell(struct ev_loop *loop, ev_timer *watcher, int events)
{
    (void)loop, (void)events;
    const dev *self = watcher->data;
    tr_board_write_log(&self->board);
}

static void on_grace_over(struct ev_loop *loop, ev_timer *watcher, int events)
{
    (void)events;
    const dev *self = watcher->data;
    for (enum part part = BROKER; part < PARTS; part++)
        if (self->members[part] != NULL)
            tr_child_signal(&self->members[part]->child, SIGKILL);
    ev_break(loop, EVBREAK_ALL);
}

// A sanitizer says where an abort comes from, too, and ends by the same signal; what the author says counts.
static void ask_for_backtraces(void)
{
    static char options[512];
    const char *own = getenv("ASAN_OPTIONS");
    int size = snprintf(options, sizeof options, "handle_abort=1:abort_on_error=1:%s",
                        own != NULL ? own : "");
    if (size < (int)sizeof options)
        (void)setenv("ASAN_OPTIONS", options, 1);
    (void)setenv("UBSAN_OPTIONS", "print_stacktrace=1", 0);
}

static void prepare(dev *self)
{
    static const int numbers[] = {SIGINT, SIGTERM};
    self->loop = ev_default_loop(EVFLAG_AUTO);
    self->make = (tr_child){
        .on_line = on_complaint, .on_error = on_complaint, .on_end = on_built, .arg = self};
    self->watch.on_change = on_change;
    self->watch.arg = self->again.data = self->grace.data = self->tell.data = self;
    ev_init(&self->again, on_again);
    ev_timer_init(&self->grace, on_grace_over, GRACE_S, 0);
    ev_timer_init(&self->tell, on_tell, TELL_S, 0);
    for (unsigned i = 0; i < 2; i++) {
        ev_signal_init(&self->signals[i], on_signal, numbers[i]);
        self->signals[i].data = self;
        ev_signal_start(self->loop, &self->signals[i]);
    }
}

static int serve(dev *self)
{
    prepare(self);
    ask_for_backtraces();
    if (tr_board_open(&self->board, self->workshop.folder) < 0) {
        say("%s: no room to write in", self->workshop.folder);
        return EXIT_CANNOT;
    }
    if (tr_watch_open(&self->watch, self->loop) < 0) {
        say("files cannot be watched: too many are (fs.inotify.max_user_instances)");
        return EXIT_CANNOT;
    }
    if (self->recording != NULL &&
        !tr_desk_record_open(&self->record, self->loop, self->recording, self->board.folder,
                             self->workshop.sources[0])) {
        tr_board_close(&self->board);
        return EXIT_CANNOT;
    }
    // A file that is saved while it is compiled for the first time counts.
    tr_workshop_folders(&self->workshop, watch_folder, &self->watch);
    build(self);
    ev_run(self->loop, 0);
    tr_desk_record_close(&self->record);
    tr_watch_close(&self->watch);
    tr_child_done(&self->make);
    tr_child_done(&self->phone.drawing);
    tr_board_close(&self->board);
    return self->exit_code;
}

// -- options --

static int read_options(dev *out, int argc, char **argv, bool *out_help)
{
    enum { PORT = 1, HOST, PHONE, RELEASE, HELP };
    static const struct option options[] = {
        {"port", required_argument, NULL, PORT}, {"host", required_argument, NULL, HOST},
        {"phone", no_argument, NULL, PHONE},     {"release", no_argument, NULL, RELEASE},
        {"help", no_argument, NULL, HELP},       {0}};
    optind = 0;
    opterr = 0;
    int option;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (option == PORT)
            out->port = optarg;
        else if (option == HOST)
            out->host = optarg;
        else if (option == PHONE)
            out->is_for_phones = true;
        else if (option == RELEASE)
            out->workshop.is_release = true;
        else if (option == HELP)
            *out_help = true;
        else {
            fprintf(stderr,
                    "troupe: unknown option, or one without its value: %s; troupe dev --help "
                    "tells more\n",
                    argv[optind - 1]);
            return TR_EINVALID;
        }
    }
    return 0;
}

int tr_dev(int argc, char **argv)
{
    dev self = {.port = "8000"};
    bool is_help = false;
    // What stands behind "--" is the app's.
    int own = 1;
    while (own < argc && strcmp(argv[own], "--") != 0)
        own++;
    self.app_options = argv + (own < argc ? own + 1 : argc);
    if (read_options(&self, own, argv, &is_help) < 0)
        return EXIT_USAGE;
    bool is_record = strcmp(argv[0], "record") == 0;
    if (is_help) {
        fputs(is_record ? record_usage : usage, stdout);
        return 0;
    }
    if (is_record) {
        self.recording = optind < own ? argv[optind++] : "";
        if (!tr_desk_record_may_write(self.recording))
            return EXIT_USAGE;
    }
    if (self.host == NULL)
        self.host = self.is_for_phones ? "0.0.0.0" : "127.0.0.1";
    int result = EXIT_USAGE;
    if (tr_workshop_choose(&self.workshop, argv + optind, (unsigned)(own - optind)) == 0)
        result = tr_workshop_open(&self.workshop) == 0 ? serve(&self) : EXIT_CANNOT;
    tr_workshop_close(&self.workshop);
    return result;
}
