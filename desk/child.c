#include "desk/child.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "troupe/err.h"

enum { EXIT_NO_PROGRAM = 127, LINE_CAP = 64 * 1024 };

static void end_if_all_is_said(tr_child *self)
{
    if (!self->has_ended || ev_is_active(&self->pipe))
        return;
    self->pid = 0;
    self->on_end(self);
}

static void say_lines(tr_child *self, bool is_last)
{
    char *text = (char *)self->said.data;
    size_t at = 0;
    char *end;
    while ((end = memchr(text + at, '\n', self->said.size - at)) != NULL) {
        *end = '\0';
        self->on_line(self, text + at);
        at = (size_t)(end - text) + 1;
    }
    size_t rest = self->said.size - at;
    if (rest != 0 && (is_last || rest > LINE_CAP)) {
        self->on_line(self, tr_buf_text(&self->said) + at);
        rest = 0;
    }
    memmove(self->said.data, self->said.data + self->said.size - rest, rest);
    self->said.size = rest;
}

static void on_pipe(struct ev_loop *loop, ev_io *watcher, int events)
{
    (void)events;
    tr_child *self = watcher->data;
    uint8_t *room = tr_buf_reserve(&self->said, 4096);
    ssize_t size = read(watcher->fd, room, 4096);
    if (size > 0)
        self->said.size += (size_t)size;
    bool is_last = size == 0;
    if (self->said.size != 0)
        say_lines(self, is_last);
    if (!is_last)
        return;
    ev_io_stop(loop, watcher);
    close(watcher->fd);
    end_if_all_is_said(self);
}

static void on_process(struct ev_loop *loop, ev_child *watcher, int events)
{
    (void)events;
    tr_child *self = watcher->data;
    ev_child_stop(loop, watcher);
    self->status = watcher->rstatus;
    self->has_ended = true;
    end_if_all_is_said(self);
}

static void become(const tr_child *self, const char *const *argv, int out, pid_t parent)
{
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    (void)setpgid(0, 0); // Ctrl-C is for the parent, which ends them in order
    (void)prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent)
        _exit(EXIT_NO_PROGRAM);
    dup2(out, STDOUT_FILENO);
    if (self->takes_errors)
        dup2(out, STDERR_FILENO);
    execvp(argv[0], (char *const *)argv);
    perror(argv[0]);
    _exit(EXIT_NO_PROGRAM);
}

int tr_child_start(tr_child *self, struct ev_loop *loop, const char *const *argv)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return TR_ESYSTEM;
    pid_t parent = getpid();
    fflush(NULL);
    self->pid = fork();
    if (self->pid == 0)
        become(self, argv, ends[1], parent);
    close(ends[1]);
    if (self->pid < 0) {
        self->pid = 0;
        close(ends[0]);
        return TR_ESYSTEM;
    }
    self->has_ended = false;
    self->loop = loop;
    self->said.size = 0;
    self->process.data = self->pipe.data = self;
    ev_child_init(&self->process, on_process, self->pid, 0);
    ev_io_init(&self->pipe, on_pipe, ends[0], EV_READ);
    ev_child_start(loop, &self->process);
    ev_io_start(loop, &self->pipe);
    return 0;
}

void tr_child_signal(const tr_child *self, int signal)
{
    if (self->pid != 0 && !self->has_ended)
        (void)kill(self->pid, signal);
}

const char *tr_child_end_text(const tr_child *self)
{
    static char text[64];
    if (WIFSIGNALED(self->status))
        snprintf(text, sizeof text, "SIG%s (%s)", sigabbrev_np(WTERMSIG(self->status)),
                 sigdescr_np(WTERMSIG(self->status)));
    else
        snprintf(text, sizeof text, "exit code %d", WEXITSTATUS(self->status));
    return text;
}

void tr_child_done(tr_child *self)
{
    if (self->loop != NULL && ev_is_active(&self->pipe)) {
        ev_io_stop(self->loop, &self->pipe);
        close(self->pipe.fd);
    }
    if (self->loop != NULL)
        ev_child_stop(self->loop, &self->process);
    self->pid = 0;
    tr_buf_done(&self->said);
}
