#ifndef TR_TESTING_RECORDER_FILE_H
#define TR_TESTING_RECORDER_FILE_H

// The lines of a recording on their way to its file.
//
// Thread: one. Owns: the file, the secrets.

#include <stdio.h>

#include "testing/recorded_page.h"
#include "testing/secrets.h"

typedef struct tr_recorder_file {
    FILE *file; // NULL: it is full, or could not be written
    size_t size;
    uint64_t last_ms;    // of the last step
    uint64_t pending_ms; // that passed and are not written yet
    unsigned page;       // that the last line is about
    uint32_t steps;
    tr_secrets secrets;
} tr_recorder_file;

bool tr_recorder_file_open(tr_recorder_file *self, const char *path, const char *what);

// Takes the line over.
void tr_recorder_file_line(tr_recorder_file *self, tr_buf *line);
void tr_recorder_file_remark(tr_recorder_file *self, const char *text);
void tr_recorder_file_page(tr_recorder_file *self, unsigned number);
// The time that has passed belongs to the step.
void tr_recorder_file_pass(tr_recorder_file *self, uint64_t now_ms);
// Writes it. False: the last step is so short ago that its effect may not be there yet, and nothing is written.
bool tr_recorder_file_wait(tr_recorder_file *self, uint64_t now_ms);
// What changed on the page since it was written last.
void tr_recorder_file_shows(tr_recorder_file *self, tr_recorded_page *page);

void tr_recorder_file_close(tr_recorder_file *self);

#endif
