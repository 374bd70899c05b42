#include "desk/dev.h"

#include <ev.h>
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
#include "desk/crash_place.h"
#include "desk/dev_options.h"
#include "desk/free_port.h"
#include "desk/member_command.h"
#include "desk/phone.h"
#include "desk/record_session.h"
#include "desk/state_question.h"
#include "desk/watch.h"
#include "desk/workshop.h"
#include "troupe/err.h"

static const double TELL_S = 0.15, AGAIN_S_CAP = 5;
enum { EXIT_CANNOT = 1, EXIT_USAGE = 2, GRACE_S = 12 };

typedef struct dev dev;

// A program of the app with one role.
typedef struct member {
    tr_child child;
    pid_t pid; // also once it has ended
    enum tr_member_part part;
    bool is_ready;
    bool is_leaving;
    unsigned program;   // that it runs: the number of tr_workshop.programs
    tr_last_lines last; // on its standard error
    dev *dev;
} member;

// A program that has, or had, the pages, and what its state is called.
typedef struct served {
    unsigned number; // 0: none
    char state[TR_DESK_STATE_CAP];
} served;

struct dev {
    const tr_dev_options *options;
    struct ev_loop *loop;
    tr_workshop workshop;
    tr_watch watch;
    tr_board board;
    tr_phone phone;
    tr_desk_record record;
    tr_state_question question;
    served serving;
    served before;
    unsigned answered; // the program that an answer was given for
    enum tr_state_answer answer;
    tr_child make;
    bool is_dirty;   // something was saved since the compiler began
    double saved_at; // when what is built was saved; 0: it is the first time
    member *members[TR_MEMBER_PARTS];
    unsigned running; // members, those that leave included
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
    for (int part = TR_MEMBER_GATEWAY; part >= TR_MEMBER_BROKER; part--)
        if (self->members[part] != NULL)
            tr_child_signal(&self->members[part]->child, SIGTERM);
    if (self->members[TR_MEMBER_WORKER] != NULL)
        tr_child_signal(&self->members[TR_MEMBER_WORKER]->child, SIGTERM);
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
    const char *own = self->options->host;
    bool is_all = strcmp(own, "0.0.0.0") == 0 || strcmp(own, "::") == 0;
    tr_phone_host(host);
    if (tr_phone_url(line, is_all ? host : own, self->phone.url))
        tr_phone_show(&self->phone, self->loop);
}

static void note_serving(dev *self, const member *worker)
{
    bool may_keep;
    served it = {.number = worker->program};
    tr_state_said(&self->board, worker->pid, it.state, &may_keep);
    if (it.number != self->serving.number)
        self->before = self->serving;
    self->serving = it;
}

// What a member prints is ours to pass on, except what says that it is ready.
static void on_line(tr_child *child, const char *line)
{
    member *self = child->arg;
    dev *all = self->dev;
    bool is_first = !self->is_ready;
    self->is_ready = true;
    if (!is_first || self->part == TR_MEMBER_GATEWAY)
        printf("%s\n", line);
    fflush(stdout);
    if (self->part == TR_MEMBER_GATEWAY && all->options->is_for_phones)
        show_on_phone(all, line);
    all->deaths = 0;
    // One that was told to go may still have got ready: it goes.
    if (!is_first || self->is_leaving || self->part != TR_MEMBER_WORKER)
        return;
    note_serving(all, self);
    if (all->members[TR_MEMBER_WORKER] == self)
        return;
    if (all->members[TR_MEMBER_WORKER] != NULL) {
        retire(all->members[TR_MEMBER_WORKER]);
        say("swapped in after %.0f ms", (ev_time() - all->saved_at) * 1000);
    }
    all->members[TR_MEMBER_WORKER] = self;
}

static void tell_refused(member *self)
{
    if (self->dev->refuses != self->program && self->dev->answered != self->program)
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

static void tell_end(member *self)
{
    static const char *const parts[] = {"broker", "gateway", "worker"};
    char place[TR_BOARD_PLACE_CAP] = "";
    dev *all = self->dev;
    const char *how = tr_child_end_text(&self->child);
    bool is_known = tr_crash_place(&self->last, all->workshop.sources, all->workshop.source_count,
                                   place, sizeof place);
    say("the %s ended: %s%s%s", parts[self->part], how, is_known ? " at " : "", place);
    // Of a program that another one replaces, the author has no use for the crash any more.
    if (self->program == all->workshop.programs)
        tr_board_crashed(&all->board, how, place, &self->last);
}

static void start(dev *self, enum tr_member_part part, unsigned program);

// A worker that ended since pages have another state than its program: somebody is asked, and the program before
// serves. False: it ended otherwise.
static bool ask_about_state(member *self, bool is_current)
{
    dev *all = self->dev;
    char unused[TR_DESK_STATE_CAP];
    bool may_keep;
    int code = WIFEXITED(self->child.status) ? WEXITSTATUS(self->child.status) : 0;
    bool has_failed = code == TR_DESK_EXIT_NOT_MIGRATED;
    if (self->part != TR_MEMBER_WORKER || (!has_failed && code != TR_DESK_EXIT_OTHER_STATE))
        return false;
    tr_state_said(&all->board, self->pid, unused, &may_keep);
    if (has_failed && self->program == all->serving.number)
        all->serving = all->before;
    if (self->program == all->workshop.programs) {
        all->answered = 0;
        tr_state_question_ask(&all->question, may_keep || has_failed, has_failed);
    }
    if (is_current)
        start(all, TR_MEMBER_WORKER, all->serving.number);
    return true;
}

static void on_end(tr_child *child)
{
    member *self = child->arg;
    dev *all = self->dev;
    bool is_current = all->members[self->part] == self;
    all->running--;
    if (is_current)
        all->members[self->part] = NULL;
    if (!all->is_ending && !self->is_leaving && !ask_about_state(self, is_current)) {
        tell_end(self);
        // Before it was ready once, another try would end alike.
        if (self->part != TR_MEMBER_WORKER && !self->is_ready)
            end(all, EXIT_CANNOT);
        else if (is_current || all->members[TR_MEMBER_WORKER] == NULL) {
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

static tr_member_state state_for(const dev *self, unsigned program)
{
    static const char *const ways[] = {NULL, "keep", "anew"};
    const tr_dev_options *options = self->options;
    if (program == self->serving.number && program != self->answered)
        return (tr_member_state){0};
    if (program == self->answered)
        return (tr_member_state){.way = ways[self->answer]};
    if (options->on_layout_change == TR_STATE_BEGINS_ANEW)
        return (tr_member_state){.way = "anew"};
    bool asks = options->on_layout_change == TR_STATE_ASK && self->serving.state[0] != '\0' &&
                tr_state_question_has_reader(&self->question);
    return (tr_member_state){.before = asks ? self->serving.state : NULL};
}

// A worker takes its place when it is ready; until then the one before it serves.
static void start(dev *self, enum tr_member_part part, unsigned program)
{
    tr_member_command argv;
    tr_member_state state = state_for(self, program);
    tr_member_command_write(&argv, part, program, self->options, &self->workshop, &self->board,
                            &state);
    member *it = tr_new(member);
    it->part = part;
    it->program = program;
    it->dev = self;
    it->child = (tr_child){.on_line = on_line, .on_end = on_end, .arg = it};
    // The author's code runs in workers: what they said last is told.
    if (part == TR_MEMBER_WORKER)
        it->child.on_error = on_error;
    if (tr_child_start(&it->child, self->loop, argv.at) < 0) {
        say("cannot start %s", argv.at[0]);
        tr_free(it);
        end(self, EXIT_CANNOT);
        return;
    }
    it->pid = it->child.pid;
    self->running++;
    if (part != TR_MEMBER_WORKER || self->members[TR_MEMBER_WORKER] == NULL)
        self->members[part] = it;
}

static void start_missing(dev *self)
{
    bool is_asked = tr_state_question_is_open(&self->question);
    unsigned program = is_asked ? self->serving.number : self->workshop.programs;
    for (enum tr_member_part part = TR_MEMBER_BROKER; part < TR_MEMBER_PARTS && !self->is_ending;
         part++)
        if (self->members[part] == NULL)
            start(self, part, program);
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
    tr_state_question_end(&self->question);
    if (self->members[TR_MEMBER_WORKER] != NULL)
        start(self, TR_MEMBER_WORKER, self->workshop.programs);
    start_missing(self);
}

static void take_build(dev *self, bool is_whole)
{
    tr_board_build_ends(&self->board, is_whole);
    if (is_whole)
        take_program(self);
    else
        say("does not compile%s", self->members[TR_MEMBER_WORKER] != NULL
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

static void on_answer(void *arg, enum tr_state_answer answer)
{
    dev *self = arg;
    self->answered = self->workshop.programs;
    self->answer = answer;
    self->saved_at = ev_time();
    if (!self->is_ending)
        start(self, TR_MEMBER_WORKER, self->answered);
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
    for (unsigned part = TR_MEMBER_BROKER; part < TR_MEMBER_PARTS; part++)
        if (self->members[part] != NULL)
            tr_child_signal(&self->members[part]->child, SIGKILL);
    ev_break(loop, EVBREAK_ALL);
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
    tr_member_environment_set();
    if (tr_board_open(&self->board, self->workshop.folder) < 0) {
        say("%s: no room to write in", self->workshop.folder);
        return EXIT_CANNOT;
    }
    self->question.on_answer = on_answer;
    self->question.arg = self;
    tr_state_question_open(&self->question, self->loop, &self->board);
    if (tr_watch_open(&self->watch, self->loop) < 0) {
        say("files cannot be watched: too many are (fs.inotify.max_user_instances)");
        return EXIT_CANNOT;
    }
    if (self->options->recording != NULL &&
        !tr_desk_record_open(&self->record, self->loop, self->options->recording,
                             self->board.folder, self->workshop.sources[0])) {
        tr_board_close(&self->board);
        return EXIT_CANNOT;
    }
    // A file that is saved while it is compiled for the first time counts.
    tr_workshop_folders(&self->workshop, watch_folder, &self->watch);
    build(self);
    ev_run(self->loop, 0);
    tr_desk_record_close(&self->record);
    tr_state_question_close(&self->question);
    tr_watch_close(&self->watch);
    tr_child_done(&self->make);
    tr_child_done(&self->phone.drawing);
    tr_board_close(&self->board);
    return self->exit_code;
}

// Before anything is compiled: who waits for a compiler to hear of it waits in vain.
static bool has_port(const tr_dev_options *options)
{
    unsigned free_port;
    if (!tr_port_is_taken(tr_dev_host(options), tr_dev_port(options), &free_port))
        return true;
    say("port %s is in use; take another one: troupe %s --port %u, or make dev PORT=%u",
        tr_dev_port(options), options->recording != NULL ? "record" : "dev", free_port, free_port);
    return false;
}

int tr_dev(int argc, char **argv)
{
    tr_dev_options options = {0};
    dev self = {.options = &options};
    int result = tr_dev_options_read(&options, argc, argv);
    if (result != 0)
        return result > 0 ? 0 : EXIT_USAGE;
    self.workshop.is_release = options.is_release;
    self.workshop.command = argv[0];
    result = EXIT_USAGE;
    if (!has_port(&options))
        result = EXIT_CANNOT;
    else if (tr_workshop_choose(&self.workshop, options.files, options.file_count) == 0)
        result = tr_workshop_open(&self.workshop) == 0 ? serve(&self) : EXIT_CANNOT;
    tr_workshop_close(&self.workshop);
    return result;
}
