#ifndef TR_DESK_DEV_OPTIONS_H
#define TR_DESK_DEV_OPTIONS_H

// What stands behind `troupe dev` and `troupe record`.
//
// Thread: main. Lends: texts of argv and of the environment.

#include <stdbool.h>

#include "desk/state_question.h"

typedef struct tr_dev_options {
    const char *port;      // NULL: the app knows
    const char *host;      // likewise
    const char *recording; // that is written; NULL: none
    bool is_for_phones;
    bool is_release;
    enum tr_state_answer on_layout_change;
    char *const *files; // of the app; none: those of this folder
    unsigned file_count;
    char *const *of_app; // its options, to a NULL
} tr_dev_options;

// `argv[0]` is dev or record. 0; 1: help was asked for, and printed; TR_EINVALID, and it was said why.
int tr_dev_options_read(tr_dev_options *out, int argc, char **argv);

// What the app will take for these.
const char *tr_dev_port(const tr_dev_options *self);
const char *tr_dev_host(const tr_dev_options *self);

#endif
