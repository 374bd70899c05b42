#ifndef TR_DESK_RECORD_SESSION_H
#define TR_DESK_RECORD_SESSION_H

// What `troupe dev` hears of its gateway's packets (wire/tap.h), and has written as a recording (testing/recorder.h). They
// come by a FIFO in the board's folder and are on no disk, for passwords are among them.
//
// Thread: main. Owns: the FIFO, the recording.

#include <ev.h>
#include <stdbool.h>
#include <stddef.h>

#include "testing/recorder.h"

typedef struct tr_desk_record {
    const char *path; // of the recording
    tr_recorder *recorder;
    struct ev_loop *loop;
    ev_io packets;
    struct tr_desk_record_part *parts; // of packets that are not whole yet
    unsigned part_count;
} tr_desk_record;

// Is that a recording's name, and nothing else in the file? False: it was said why.
bool tr_desk_record_may_write(const char *path);

// `folder` is the one that the gateway gets as --desk; `app` is for the recording's second line. False: it was said why.
bool tr_desk_record_open(tr_desk_record *self, struct ev_loop *loop, const char *path,
                         const char *folder, const char *app);

// Writes what is there. Fine when it is not open.
void tr_desk_record_close(tr_desk_record *self);

// Reads what the gateway has written so far.
void tr_desk_record_read(tr_desk_record *self);

#endif
