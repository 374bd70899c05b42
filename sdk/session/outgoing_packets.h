#ifndef TR_SDK_SESSION_OUTGOING_PACKETS_H
#define TR_SDK_SESSION_OUTGOING_PACKETS_H

// From the session to its browser: the whole page, patches, credit for packets worked off. One
// packet that found the way full waits in the session, and nothing is encoded meanwhile.
//
// Thread: the session's.

#include "sdk/session/session_record.h"

enum { TR_SESSION_RETRY_MS = 20 };

// Answers a browser that was just attached with the whole page, encoded with `flags` (encode.h).
// False: it cannot be answered, and is not attached any more.
bool tr_session_answer_registration(tr_session *self, unsigned flags);

// The same for one that has its page still: what it missed follows, as it takes it.
bool tr_session_answer_resumed(tr_session *self);

// What changed while no browser was there becomes a packet, which waits in the ring (resume.h).
void tr_session_keep_changes(tr_session *self);

// Tells the browser which of its packets are safe, unless a packet has just said so: now where many
// are, later where few.
void tr_session_tell_seen(tr_session *self, bool is_due);

// One patch for all that changed. A browser that has not taken the last few yet gets none: the
// changes stay recorded in the tree, and the latest values go out when it is ready.
void tr_session_flush(tr_session *self);

// The same for what changed of one control and what is below it. Nothing goes out while the browser
// has not taken the last few packets: the next flush has it.
void tr_session_flush_control(tr_session *self, const tr_node *node);

// A packet that is no patch: it goes out behind the patch of all changes so far. Takes it over. 0;
// TR_EGONE (no browser is attached, and none whose client counts may come back), TR_EFULL
// (TR_PACKETS_QUEUED_CAP), TR_ETOOBIG.
int tr_session_send(tr_session *self, tr_packet *packet) __attribute__((warn_unused_result));

// Tells the browser that something of the app failed and why, for people. The client shows the
// first line.
int tr_session_send_crash(tr_session *self, tr_slice text);

// Tells the connection of the packets worked off, once they are worth a message.
void tr_session_give_credit(tr_session *self);

// The browser is gone: its session waits for another one, for a while. Packets that were queued for
// it are dropped, unless its client counts: the same document may come back.
void tr_session_detach(tr_session *self);

// Drops what was queued, for a session that ends or gets another browser.
void tr_session_drop_queued(tr_session *self);

void tr_session_close(tr_session *self, uint16_t code, const char *reason);

#endif
