#ifndef TR_SDK_SESSION_RESUME_H
#define TR_SDK_SESSION_RESUME_H

// The numbers of what goes between a session and a browser whose client counts (wire/flet.h): each
// packet of the browser's is taken once, however often it is sent; each packet of the session's is
// kept until the browser has it, in a bounded ring, and sent again to the same document when that
// comes back. Where the ring does not reach back, it gets the whole page.
//
// Numbers belong to a document, the page as one load of it in one tab: a reload counts anew.
//
// Thread: the session's. Owns: the packets in the ring.

#include "sdk/session/session_record.h"
#include "wire/flet.h"
#include "wire/reader.h"

// A browser is there: of which document, and what it has. True: it has all that the ring does not,
// so that nothing but the rest of the ring need be sent. No resume (NULL): its client does not count.
bool tr_resume_begin(tr_session *session, const tr_flet_resume *resume);

// Does this session count, also while its browser is away?
static inline bool tr_resume_is_on(const tr_session *session)
{
    return session->resume != NULL;
}

// The session came out of a store: all that its file took is safe, and of the page that its browser
// has nothing is known.
void tr_resume_restored(tr_session *session);

// The next browser gets the whole page, whatever it has.
void tr_resume_need_page(tr_session *session);

void tr_resume_free(tr_session *session);

// A packet of the browser's. False: it was taken before. 0: it has no number, and is taken.
bool tr_resume_take(tr_session *session, uint32_t number, uint32_t seen);
void tr_resume_on_seen(tr_session *session, uint32_t seen);

// Of the browser's: the last that was taken, and the last that it need not keep.
uint32_t tr_resume_taken(const tr_session *session);
uint32_t tr_resume_safe(const tr_session *session);

// The last of the browser's events that started a handler.
void tr_resume_note_event(tr_session *session, uint32_t number);
uint32_t tr_resume_event(const tr_session *session);

// The packets up to this number are safe, if they are that document's.
void tr_resume_set_safe(tr_session *session, uint64_t document, uint32_t number);
uint64_t tr_resume_document(const tr_session *session);

// Is there something safe that the browser has not been told? TR_SEEN_PACKETS or more?
bool tr_resume_owes_seen(const tr_session *session);
bool tr_resume_owes_much(const tr_session *session);
void tr_resume_told_seen(tr_session *session, uint32_t number);

// Keeps a packet, which gets the next number; takes the reference over. The oldest ones give way
// beyond TR_RESUME_RING_CAP and TR_RESUME_RING_CAP_BYTES, the newest never.
void tr_resume_keep(tr_session *session, tr_packet *packet);

// Of the packets kept the first that is not on its way yet, lent, or NULL; and: it is now.
tr_packet *tr_resume_next(const tr_session *session, uint32_t *out_number);
void tr_resume_advance(tr_session *session);

// The number of the last packet; and a new one for the whole page, which is not kept.
uint32_t tr_resume_last(const tr_session *session);
uint32_t tr_resume_number_page(tr_session *session);

// The last of ours that the browser has. And: does the ring reach back to there?
uint32_t tr_resume_seen(const tr_session *session);
bool tr_resume_reaches(const tr_session *session);

// In a session's file: an array of the document's number, the numbers taken, safe and sent, and
// whether the whole page is due; empty for one that does not count. TR_EPROTOCOL.
void tr_resume_write(const tr_session *session, tr_buf *out);
int tr_resume_read(tr_session *session, tr_reader *in) __attribute__((warn_unused_result));

#endif
