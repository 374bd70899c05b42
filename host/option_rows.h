#ifndef TR_HOST_OPTION_ROWS_H
#define TR_HOST_OPTION_ROWS_H

// The rows of host/options.def as a table, and how a value of each kind is read.
//
// Thread: any; constant.

#include "host/options.h"

enum { TR_OPTION_WORDS_CAP = 4 };

typedef struct tr_option_row tr_option_row;
struct tr_option_row {
    const char *flag;     // without its dashes; "": none
    const char *argument; // "": a flag without a value
    const char *variable; // "TROUPE_SERVER_PORT"; "": none
    const char *alias;    // Flet's; "": none
    const char *value;    // the default, as one would write it
    const char *help;
    // TR_EINVALID: not what is expected.
    int (*read)(tr_options *self, const tr_option_row *row, const char *value);
    size_t field; // where the kinds below put it, in tr_options
    unsigned low;
    unsigned high;
    const char *words[TR_OPTION_WORDS_CAP];
    const char *expected; // NULL: follows from the kind
};

extern const tr_option_row tr_option_rows[TR_OPTION_COUNT];

// Appends what a value of that setting has to look like.
void tr_option_expected(const tr_option_row *row, tr_buf *out);

#endif
