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
    if (!self->has_ended || ev_is_active(&self->streams[0].pipe) ||
        ev_is_active(&self->streams[1].pipe))
        return;
    self->pid = 0;
    self->on_end(self);
}

static void say_lines(tr_child_stream *self, bool is_last)
{
    char *text = (char *)self->said.data;
    size_t at = 0;
    char *end;
    while ((end = memchr(text + at, '\n', self->said.size - at)) != NULL) {
        *end = '\0';
        self->on_line(self->child, text + at);
        at = (size_t)(end - text) + 1;
    }
    size_t rest = self->said.size - at;
    if (rest != 0 && (is_last || rest > LINE_CAP)) {
        self->on_line(self->child, tr_buf_text(&self->said) + at);
        rest = 0;
    }
    memmove(self->said.data, self->said.data + self->said.size - rest, rest);
    self->said.size = rest;
}

static void on_pipe(struct ev_loop *loop, ev_io *watcher, int events)
{
    (void)events;
    tr_child_stream *self = watcher->data;
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
    end_if_all_is_said(self->child);
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

static void become(const char *const *argv, const int out[2], pid_t parent)
{
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    (void)setpgid(0, 0); // Ctrl-C is for the parent, which ends them in order
    (void)prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent)
        _exit(EXIT_NO_PROGRAM);
    dup2(out[0], STDOUT_FILENO);
    if (out[1] >= 0)
        dup2(out[1], STDERR_FILENO);
    execvp(argv[0], (char *const *)argv);
    perror(argv[0]);
    _exit(EXIT_NO_PROGRAM);
}

static void listen_to(tr_child *self, tr_child_stream *stream, int fd,
                      void (*on_line)(tr_child *child, const char *line))
{
    stream->child = self;
    stream->on_line = on_line;
    stream->said.size = 0;
    ev_init(&stream->pipe, on_pipe);
    stream->pipe.data = stream;
    if (fd < 0)
        return;
    ev_io_set(&stream->pipe, fd, EV_READ);
    ev_io_start(self->loop, &stream->pipe);
}

static void close_all(const int fds[2])
{
    for (int i = 0; i < 2; i++)
        if (fds[i] >= 0)
            close(fds[i]);
}

// One end of each to read here, one for the program to write.
static int open_pipes(const tr_child *self, int read_ends[2], int write_ends[2])
{
    for (int i = 0; i < (self->on_error != NULL ? 2 : 1); i++) {
        int ends[2];
        if (pipe2(ends, O_CLOEXEC) != 0)
            return TR_ESYSTEM;
        read_ends[i] = ends[0];
        write_ends[i] = ends[1];
    }
    return 0;
}

int tr_child_start(tr_child *self, struct ev_loop *loop, const char *const *argv)
{
    int read_ends[2] = {-1, -1};
    int write_ends[2] = {-1, -1};
    pid_t parent = getpid();
    fflush(NULL);
    self->pid = open_pipes(self, read_ends, write_ends) == 0 ? fork() : -1;
    if (self->pid == 0)
        become(argv, write_ends, parent);
    close_all(write_ends);
    if (self->pid < 0) {
        self->pid = 0;
        close_all(read_ends);
        return TR_ESYSTEM;
    }
    self->has_ended = false;
    self->loop = loop;
    self->process.data = self;
    ev_child_init(&self->process, on_process, self->pid, 0);
    ev_child_start(loop, &self->process);
    listen_to(self, &self->streams[0], read_ends[0], self->on_line);
    listen_to(self, &self->streams[1], read_ends[1], self->on_error);
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
    for (int i = 0; self->loop != NULL && i < 2; i++) {
        tr_child_stream *stream = &self->streams[i];
        if (ev_is_active(&stream->pipe)) {
            ev_io_stop(self->loop, &stream->pipe);
            close(stream->pipe.fd);
        }
        tr_buf_done(&stream->said);
    }
    if (self->loop != NULL)
        ev_child_stop(self->loop, &self->process);
    self->pid = 0;
}
