#ifndef TR_SDK_SESSION_DURABILITY_H
#define TR_SDK_SESSION_DURABILITY_H

// What of a session's turns is in the store, and what follows from it: the browser's packets that
// are safe, and, with TR_DURABILITY_SYNC, what may be shown.
//
// A turn answers a person when an event of the browser's was taken in it, or when a handler that
// such an event has started went on or ended in it. Other turns (intervals, topics, tasks) hold
// nothing up.
//
// Thread: the session's.

#include "sdk/session/session_record.h"

// The snapshot of a session, as far as it concerns this.
typedef struct tr_durable {
    uint64_t turn;            // the last one that answers a person
    uint64_t safe_turn;       // up to that one they are in the store
    uint64_t turn_on_its_way; // up to that one they are being written,
    uint64_t document;        // with the packets of that document
    uint32_t taken;           // up to this one
    uint16_t answer_flags;    // of the answer
    bool is_answer_due;       // to the registration of a session's first browser
} tr_durable;

// May something be shown to the browser now?
bool tr_durable_is_open(const tr_session *session);

// All is recorded; what is dirty has not been sent. True: nothing may be shown before the session
// is written, so that should happen at once.
bool tr_durable_on_turn(tr_session *session);

// A new session has its first browser. True: the answer waits until the session is in the store; a
// page that a kill could take is not shown. It is given with these flags (encode.h) when
// tr_durable_take_answer says so.
bool tr_durable_hold_answer(tr_session *session, unsigned flags);
bool tr_durable_take_answer(tr_session *session, unsigned *out_flags);
void tr_durable_forget_answer(tr_session *session);

// A handler that a person's event has started has ended.
void tr_durable_on_call_end(tr_session *session, const tr_call *call);

// A packet of the browser's was taken: it is safe at once where nothing is kept.
void tr_durable_on_taken(tr_session *session);

// The session was encoded for the store; and that is there.
void tr_durable_on_write(tr_session *session, tr_durable *self);
void tr_durable_on_written(tr_session *session, tr_durable *self);

#endif
