#ifndef TR_DESK_BOARD_H
#define TR_DESK_BOARD_H

// What `troupe dev` tells the pages of the app: whether it compiles, and its last crash. A folder of files that the
// gateway serves (--desk): panel.js, which shows it over the page, and status.json, written anew with each change:
//
//     {"build": {"state": "building" | "ok" | "failed", "lines": ["app.c:14:11: error: …"]},
//      "question": {"token": "1-9f3a…", "keep": true, "failed": false},
//      "crash": null | {"number": 1, "how": "SIGABRT (Aborted)", "at": "app.c:20", "lines": ["… event=crash handler=add …"]}}
//
// The question, where there is one, is what becomes of pages whose state has another layout: `keep` where the app's migrate can be asked,
// `failed` where it was and did not. A page answers by POST _desk/answer/TOKEN-keep or …-anew.
//
// And log.json, what workers log, the latest lines of it; `first` is the number of the first one that is there:
//
//     {"first": 120, "lines": ["… event=handler_took …"]}
//
// Thread: main. Owns: its texts; the folder is the workshop's, which removes it.

#include <stdbool.h>

#include "base/buf.h"

enum {
    TR_BOARD_LOG_CAP = 200,
    TR_BOARD_LINES_CAP = 60,
    TR_BOARD_BYTES_CAP = 64 * 1024,
    TR_BOARD_PATH_CAP = 544,
    TR_BOARD_PLACE_CAP = 256,
    TR_BOARD_TOKEN_CAP = 40
};

// The lines that a process printed last; once it has said that it crashes, those from there on.
typedef struct tr_last_lines {
    char *at[TR_BOARD_LINES_CAP];
    unsigned count;
    bool is_crash;
} tr_last_lines;

void tr_last_lines_add(tr_last_lines *self, const char *line);
void tr_last_lines_done(tr_last_lines *self);

enum tr_board_build { TR_BOARD_BUILDING, TR_BOARD_OK, TR_BOARD_FAILED };

// What pages are asked; no token: nothing.
typedef struct tr_board_question {
    char token[TR_BOARD_TOKEN_CAP];
    bool may_keep;
    bool has_failed;
} tr_board_question;

typedef struct tr_board {
    char folder[TR_BOARD_PATH_CAP];
    enum tr_board_build build;
    tr_buf said;     // by the compiler: JSON texts, each behind a comma
    unsigned number; // of crashes so far
    bool is_crashed;
    char how[64];
    char place[TR_BOARD_PLACE_CAP];
    tr_board_question question;
    tr_buf crash;                // lines, likewise
    char *log[TR_BOARD_LOG_CAP]; // a ring, by their numbers
    unsigned logged;             // lines so far: the next one's number
} tr_board;

// Makes the folder, below `folder`, and writes the panel into it. 0, or TR_ESYSTEM.
int tr_board_open(tr_board *self, const char *folder);

void tr_board_build_begins(tr_board *self);
void tr_board_compiler_says(tr_board *self, const char *line);

// One that succeeds ends what was shown of a crash before.
void tr_board_build_ends(tr_board *self, bool is_whole);

// `how` it ended, where in the app's sources ("": not known), and what it said last.
void tr_board_crashed(tr_board *self, const char *how, const char *place,
                      const tr_last_lines *lines);

void tr_board_ask(tr_board *self, tr_board_question question);

// A line of a worker's log. Pages have it once it is written (tr_board_write_log).
void tr_board_log(tr_board *self, const char *line);
void tr_board_write_log(const tr_board *self);

void tr_board_close(tr_board *self);

#endif
