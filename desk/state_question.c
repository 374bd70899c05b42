#include "desk/state_question.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/random.h"

// Pages look each 0.3 s, those that are hidden each 2 s; browsers and a busy machine slow them down.
enum { LOOKED_S = 30 };
static const double EACH_S = 0.2;

bool tr_state_answer_read(const char *text, enum tr_state_answer *out)
{
    static const char *const words[] = {"ask", "keep", "anew"};
    for (unsigned i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(text, words[i]) == 0) {
            *out = (enum tr_state_answer)i;
            return true;
        }
    return false;
}

bool tr_state_question_is_open(const tr_state_question *self)
{
    return self->board->question.token[0] != '\0';
}

// Who reads a terminal from behind is stopped by it.
static bool has_terminal(void)
{
    return isatty(STDIN_FILENO) == 1 && tcgetpgrp(STDIN_FILENO) == getpgrp();
}

static void answer(tr_state_question *self, enum tr_state_answer it)
{
    if (it == TR_STATE_IS_KEPT && !self->board->question.may_keep)
        return;
    tr_state_question_end(self);
    self->on_answer(self->arg, it);
}

// -- in the terminal --

static void say_choices(const tr_state_question *self)
{
    bool may_keep = self->board->question.may_keep;
    fprintf(stderr, "troupe dev: %sa: open pages begin anew%s\n",
            may_keep ? "k: the state is kept, by the app's migrate; " : "",
            may_keep
                ? ""
                : "; with .version and .migrate in TR_STATE they keep it (docs/howto/state.md)");
}

static void on_typed(tr_state_question *self, const char *line)
{
    line += strspn(line, " \t");
    bool is_keep = *line == 'k' && self->board->question.may_keep;
    if (is_keep || *line == 'a')
        answer(self, is_keep ? TR_STATE_IS_KEPT : TR_STATE_BEGINS_ANEW);
    else
        say_choices(self);
}

static void on_terminal(struct ev_loop *loop, ev_io *watcher, int events)
{
    (void)events;
    tr_state_question *self = watcher->data;
    char bytes[256];
    ssize_t size = read(STDIN_FILENO, bytes, sizeof bytes - 1);
    if (size <= 0) {
        ev_io_stop(loop, watcher);
        return;
    }
    bytes[size] = '\0';
    on_typed(self, bytes); // terminals give whole lines
}

// -- in pages --

static bool read_line(const char *path, char *out, size_t cap)
{
    FILE *file = fopen(path, "re");
    bool is_read = file != NULL && fgets(out, (int)cap, file) != NULL;
    if (file != NULL)
        (void)fclose(file);
    if (is_read)
        (void)remove(path);
    return is_read;
}

static void on_page(struct ev_loop *loop, ev_stat *watcher, int events)
{
    (void)loop, (void)events;
    tr_state_question *self = watcher->data;
    char said[TR_BOARD_TOKEN_CAP + 16] = "";
    char keep[TR_BOARD_TOKEN_CAP + 16];
    char anew[TR_BOARD_TOKEN_CAP + 16];
    if (!read_line(self->answer_path, said, sizeof said) || !tr_state_question_is_open(self))
        return;
    (void)snprintf(keep, sizeof keep, "%s-keep", self->board->question.token);
    (void)snprintf(anew, sizeof anew, "%s-anew", self->board->question.token);
    if (strcmp(said, keep) == 0)
        answer(self, TR_STATE_IS_KEPT);
    else if (strcmp(said, anew) == 0)
        answer(self, TR_STATE_BEGINS_ANEW);
}

bool tr_state_question_has_reader(const tr_state_question *self)
{
    char path[TR_BOARD_PATH_CAP + 32];
    struct stat seen;
    (void)snprintf(path, sizeof path, "%s/seen", self->board->folder);
    if (stat(path, &seen) != 0)
        return false;
    return has_terminal() || time(NULL) - seen.st_mtime <= LOOKED_S;
}

// -- both --

void tr_state_question_open(tr_state_question *self, struct ev_loop *loop, tr_board *board)
{
    self->loop = loop;
    self->board = board;
    (void)snprintf(self->answer_path, sizeof self->answer_path, "%s/answer", board->folder);
    ev_io_init(&self->terminal, on_terminal, STDIN_FILENO, EV_READ);
    ev_stat_init(&self->page, on_page, self->answer_path, EACH_S);
    self->terminal.data = self->page.data = self;
}

void tr_state_question_ask(tr_state_question *self, bool may_keep, bool has_failed)
{
    tr_board_question question = {.may_keep = may_keep, .has_failed = has_failed};
    (void)snprintf(question.token, sizeof question.token, "%u-%016llx", ++self->asked,
                   (unsigned long long)tr_random_u64());
    tr_board_ask(self->board, question);
    fprintf(stderr,
            has_failed
                ? "troupe dev: migrate did not take the state of a page, and the program "
                  "before serves again: what now?\n"
                : "troupe dev: the state struct is another one than open pages have, which go "
                  "on with the program before: what becomes of them?\n");
    say_choices(self);
    (void)remove(self->answer_path);
    ev_stat_start(self->loop, &self->page);
    if (has_terminal())
        ev_io_start(self->loop, &self->terminal);
}

void tr_state_question_end(tr_state_question *self)
{
    if (!tr_state_question_is_open(self))
        return;
    tr_board_ask(self->board, (tr_board_question){0});
    tr_state_question_close(self);
}

void tr_state_question_close(tr_state_question *self)
{
    if (self->loop == NULL)
        return;
    ev_stat_stop(self->loop, &self->page);
    ev_io_stop(self->loop, &self->terminal);
}

void tr_state_said(const tr_board *board, pid_t pid, char name[TR_DESK_STATE_CAP], bool *may_keep)
{
    char path[TR_BOARD_PATH_CAP + 32];
    char line[TR_DESK_STATE_CAP + 8] = "";
    (void)snprintf(path, sizeof path, "%s/" TR_DESK_STATE_FILE, board->folder, (long)pid);
    bool is_said = read_line(path, line, sizeof line);
    size_t size = strcspn(line, " \n");
    name[0] = '\0';
    *may_keep = is_said && strcmp(line + size, " yes\n") == 0;
    if (size < TR_DESK_STATE_CAP)
        (void)snprintf(name, TR_DESK_STATE_CAP, "%.*s", (int)size, line);
}
