#ifndef TR_HOST_OPTION_ROWS_H
#define TR_HOST_OPTION_ROWS_H

// The rows of host/options.def as a table, and how a value of each kind is read.
//
// Thread: any; constant.

#include "host/options.h"

enum { TR_OPTION_WORDS_CAP = 4 };

// What must be there for a setting to do anything.
enum tr_option_need {
    TR_NEEDS_NOTHING,
    TR_NEEDS_ADDRESS,     // one to listen on that is not somebody else's
    TR_NEEDS_PORT,        // a port there
    TR_NEEDS_UNIX_SOCKET, // one of our own
    TR_NEEDS_REDIRECT,    // a plain port that sends to HTTPS
    TR_NEEDS_PROXIES,     // that are trusted
    TR_NEEDS_CLUSTER,     // other processes
    TR_NEEDS_UPLOADS,     // a folder for them
    TR_NEEDS_STORE,
    TR_NEEDS_SECRET,
    TR_NEEDS_FLUTTER // Flet's client
};

typedef struct tr_option_row tr_option_row;
struct tr_option_row {
    const char *flag;     // without its dashes; "": none
    const char *argument; // "": a flag without a value
    const char *variable; // "TROUPE_SERVER_PORT"; "": none
    const char *alias;    // Flet's; "": none
    const char *value;    // the default, as one would write it
    const char *help;
    enum tr_option_need needs;
    // TR_EINVALID: not what is expected.
    int (*read)(tr_options *self, const tr_option_row *row, const char *value);
    size_t field; // where the kinds below put it, in tr_options
    unsigned low;
    unsigned high;
    const char *words[TR_OPTION_WORDS_CAP];
    const char *expected; // NULL: follows from the kind
};

extern const tr_option_row tr_option_rows[TR_OPTION_COUNT];

// What is true or false, as people and Flet write it: 1, 0; -1: the text is neither.
int tr_truth_find(const char *text);

// "true" or "false", of a setting that is one of them; NULL: it is another kind.
const char *tr_option_truth(const tr_options *self, const tr_option_row *row);

// Appends what a value of that setting has to look like.
void tr_option_expected(const tr_option_row *row, tr_buf *out);

#endif
