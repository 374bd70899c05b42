#ifndef TR_DESK_STATE_QUESTION_H
#define TR_DESK_STATE_QUESTION_H

// What `troupe dev` asks when the program that was compiled has another state struct than open pages: is the state kept,
// by the app's migrate, or do pages begin anew? In the terminal, where standard input is one, and in the panel over each
// page (desk/board.h). Until somebody answers, the program before serves.
//
// Thread: main. Owns: its watchers.

#include <ev.h>
#include <stdbool.h>
#include <sys/types.h>

#include "desk/board.h"
#include "wire/desk.h"

enum tr_state_answer { TR_STATE_ASK, TR_STATE_IS_KEPT, TR_STATE_BEGINS_ANEW };

typedef struct tr_state_question {
    void (*on_answer)(void *arg, enum tr_state_answer answer);
    void *arg;
    tr_board *board;
    struct ev_loop *loop;
    unsigned asked; // so far
    ev_io terminal;
    ev_stat page;
    char answer_path[TR_BOARD_PATH_CAP + 32];
} tr_state_question;

void tr_state_question_open(tr_state_question *self, struct ev_loop *loop, tr_board *board);

// "keep", "anew" or "ask", as an option says it. False: it is none of these.
bool tr_state_answer_read(const char *text, enum tr_state_answer *out);

// Is somebody there who can answer? A page that was opened, and a terminal or a page that looked a moment ago.
bool tr_state_question_has_reader(const tr_state_question *self);

// Asks, on standard error and in pages. `has_failed`: the state was to be kept, and migrate did not take it.
void tr_state_question_ask(tr_state_question *self, bool may_keep, bool has_failed);
bool tr_state_question_is_open(const tr_state_question *self);

// It is answered, or needs none any more.
void tr_state_question_end(tr_state_question *self);
void tr_state_question_close(tr_state_question *self);

// What the worker `pid` said of its state (TR_DESK_STATE_FILE): its name, "" where it said nothing, and whether it can
// be had from the one of pages. It is said once.
void tr_state_said(const tr_board *board, pid_t pid, char name[TR_DESK_STATE_CAP], bool *may_keep);

#endif
