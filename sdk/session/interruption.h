#ifndef TR_SDK_SESSION_INTERRUPTION_H
#define TR_SDK_SESSION_INTERRUPTION_H

// What becomes of the handlers in flight of a page that leaves (move.h). Coroutines are cancelled and
// unwind. Sync handlers that run are over for the page. Those that have not begun come back and go with
// the page, to begin where it is next: out of the queue of the own pool at once; a handlers process is
// asked, and says whether they had begun.
//
// Thread: the session's. Owns: its buffers.

#include "base/buf.h"
#include "sdk/session/session_record.h"

// Zeroed memory has none.
typedef struct tr_interruption {
    tr_buf interrupted; // of tr_interrupted
    uint32_t interrupted_count;
    tr_buf unbegun; // unbegun.h
    uint32_t unbegun_count;
    bool is_asking;
} tr_interruption;

void tr_interruption_begin(tr_session *session, tr_interruption *self);

// handler_done or handler_begun. True: it was the answer of a handlers process.
bool tr_interruption_hear(tr_session *session, const tr_message *message);

// Ends sync handlers once all have answered. One that has given the state back may only have to say that
// it has ended: it has the time that coroutines have.
void tr_interruption_go_on(tr_session *session, tr_interruption *self);

// The time is up.
void tr_interruption_end(tr_session *session, tr_interruption *self);

// As in session_move.
void tr_interruption_write(const tr_interruption *self, tr_buf *interrupted, tr_buf *unbegun);

void tr_interruption_done(tr_interruption *self);

#endif
