#ifndef TR_TESTING_REPLAY_FILE_H
#define TR_TESTING_REPLAY_FILE_H

// The file of a recording that is played again; and, where TROUPE_REPLAY=write asks for it, what is written in its place:
// all of its lines but those that say what was shown, and those anew.
//
// Thread: one. Owns: the texts.

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "testing/shown.h"

typedef struct tr_replay_file {
    const char *path;
    tr_buf text;
    bool is_written;
    uint32_t line; // up to which it is copied
    size_t at;     // behind that line
    uint64_t page; // that the last line is about
    tr_buf fresh;
} tr_replay_file;

// TR_ENOTFOUND, TR_ESYSTEM, TR_ETOOBIG: with errno.
int tr_replay_file_open(tr_replay_file *self, const char *path) __attribute__((warn_unused_result));

// What follows is for the written one alone. The step of that line, which is about that page, comes next.
void tr_replay_file_step(tr_replay_file *self, uint64_t page, uint32_t line);
void tr_replay_file_shows(tr_replay_file *self, uint64_t page, const tr_shown *changes);

// Puts it in the old one's place. TR_ESYSTEM, with errno.
int tr_replay_file_close(tr_replay_file *self) __attribute__((warn_unused_result));
void tr_replay_file_done(tr_replay_file *self);

#endif
