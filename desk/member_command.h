#ifndef TR_DESK_MEMBER_COMMAND_H
#define TR_DESK_MEMBER_COMMAND_H

// The command lines of the processes of `troupe dev`: programs of the app, with a role each.
//
// Thread: main. Lends: texts of the options and of static buffers, until the next one is made.

#include "desk/board.h"
#include "desk/dev_options.h"
#include "desk/workshop.h"

enum { TR_MEMBER_ARGUMENTS_CAP = 64 };

enum tr_member_part { TR_MEMBER_BROKER, TR_MEMBER_GATEWAY, TR_MEMBER_WORKER, TR_MEMBER_PARTS };

// Of a worker: what is done with pages of another state.
typedef struct tr_member_state {
    const char *before; // that it must have to serve; NULL: any
    const char *way;    // "keep", "anew"; NULL: as in any deploy
} tr_member_state;

typedef struct tr_member_command {
    const char *at[TR_MEMBER_ARGUMENTS_CAP];
    unsigned count;
} tr_member_command;

void tr_member_command_write(tr_member_command *out, enum tr_member_part part, unsigned program,
                             const tr_dev_options *options, const tr_workshop *workshop,
                             const tr_board *board, const tr_member_state *state);

// Sanitizers say where an abort comes from, too, and end by the same signal; what the author says counts.
void tr_member_environment_set(void);

#endif
