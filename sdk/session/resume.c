#include "sdk/session/resume.h"

#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/must.h"
#include "troupe/err.h"
#include "wire/writer.h"

enum { FIRST_CAP = 4, ITEMS = 5 };

typedef struct tr_resume {
    uint64_t document;
    uint32_t taken; // of the browser's packets
    uint32_t safe;  // of those: it need not keep them
    uint32_t told;  // of those: it was told so
    uint32_t event; // of those: the last that started a handler
    uint32_t sent;  // of ours: the last that has a number
    uint32_t seen;  // of ours: it has them
    uint32_t next;  // of ours: not yet on its way
    uint32_t first; // in `ring`
    uint32_t count; // the last so many of those sent
    uint32_t cap;
    size_t bytes;
    tr_packet **ring; // NULL: nothing is kept
    bool is_page_due;
} resume;

static tr_packet **slot(const resume *self, uint32_t index)
{
    return &self->ring[(self->first + index) % self->cap];
}

static void drop_oldest(resume *self)
{
    tr_packet **at = slot(self, 0);
    self->bytes -= (*at)->size;
    tr_packet_unref(*at);
    self->first = (self->first + 1) % self->cap;
    self->count--;
}

static void drop_ring(resume *self)
{
    while (self->count != 0)
        drop_oldest(self);
    tr_free(self->ring);
    self->ring = NULL;
    self->cap = self->first = 0;
}

void tr_resume_free(tr_session *session)
{
    if (session->resume == NULL)
        return;
    drop_ring(session->resume);
    tr_free(session->resume);
    session->resume = NULL;
}

void tr_resume_restored(tr_session *session)
{
    if (session->resume != NULL)
        session->resume->safe = session->resume->taken;
    tr_resume_need_page(session);
}

void tr_resume_need_page(tr_session *session)
{
    if (session->resume != NULL)
        session->resume->is_page_due = true;
}

bool tr_resume_reaches(const tr_session *session)
{
    const resume *self = session->resume;
    return self->seen <= self->sent && self->seen >= self->sent - self->count;
}

static void begin_anew(tr_session *session, const tr_flet_resume *from)
{
    tr_resume_free(session);
    resume *self = session->resume = tr_new(resume);
    self->document = from->document;
    self->taken = self->safe = self->told = from->first - 1;
    self->sent = self->seen = from->seen;
    self->next = from->seen + 1;
}

// It gave up packets that we never had: what happened then is nobody's to repair.
static void close_gap(tr_session *session, uint32_t first)
{
    resume *self = session->resume;
    if (first <= self->taken + 1)
        return;
    tr_log(TR_LOG_WARN, "event=resume_gap session=%.6s taken=%u first=%u", session->id, self->taken,
           first);
    self->taken = self->safe = first - 1;
}

bool tr_resume_begin(tr_session *session, const tr_flet_resume *from)
{
    if (from == NULL) {
        tr_resume_free(session);
        return false;
    }
    resume *self = session->resume;
    if (self == NULL || self->document != from->document) {
        begin_anew(session, from);
        return false;
    }
    close_gap(session, from->first);
    self->told = 0;
    // A session that was restored knows less than was sent: its numbers go on behind those.
    self->is_page_due |= from->seen > self->sent;
    if (self->sent < from->seen)
        self->sent = from->seen;
    self->seen = from->seen;
    if (self->is_page_due || !tr_resume_reaches(session)) {
        drop_ring(self);
        self->next = self->sent + 1;
        return false;
    }
    while (self->count != 0 && self->sent - self->count < from->seen)
        drop_oldest(self);
    self->next = from->seen + 1;
    return true;
}

bool tr_resume_take(tr_session *session, uint32_t number, uint32_t seen)
{
    resume *self = session->resume;
    if (self == NULL || number == 0)
        return true;
    tr_resume_on_seen(session, seen);
    if (number <= self->taken)
        return false;
    self->taken = number;
    return true;
}

void tr_resume_on_seen(tr_session *session, uint32_t seen)
{
    resume *self = session->resume;
    if (self == NULL || seen <= self->seen || seen >= self->next)
        return;
    self->seen = seen;
    while (self->count != 0 && self->sent - self->count < seen)
        drop_oldest(self);
    if (self->count == 0)
        drop_ring(self);
}

uint32_t tr_resume_taken(const tr_session *session)
{
    return session->resume != NULL ? session->resume->taken : 0;
}

uint32_t tr_resume_safe(const tr_session *session)
{
    return session->resume != NULL ? session->resume->safe : 0;
}

void tr_resume_note_event(tr_session *session, uint32_t number)
{
    if (session->resume != NULL && number != 0)
        session->resume->event = number;
}

uint32_t tr_resume_event(const tr_session *session)
{
    return session->resume != NULL ? session->resume->event : 0;
}

uint64_t tr_resume_document(const tr_session *session)
{
    return session->resume != NULL ? session->resume->document : 0;
}

void tr_resume_set_safe(tr_session *session, uint64_t document, uint32_t number)
{
    resume *self = session->resume;
    if (self != NULL && self->document == document && number > self->safe && number <= self->taken)
        self->safe = number;
}

bool tr_resume_owes_seen(const tr_session *session)
{
    return session->resume != NULL && session->resume->told < session->resume->safe;
}

bool tr_resume_owes_much(const tr_session *session)
{
    return tr_resume_owes_seen(session) &&
           session->resume->safe - session->resume->told >= TR_SEEN_PACKETS;
}

void tr_resume_told_seen(tr_session *session, uint32_t number)
{
    if (session->resume != NULL)
        session->resume->told = number;
}

static void grow(resume *self)
{
    uint32_t cap = self->cap == 0 ? FIRST_CAP : self->cap * 2;
    tr_packet **ring = tr_calloc(cap, sizeof(tr_packet *));
    for (uint32_t i = 0; i < self->count; i++)
        ring[i] = *slot(self, i);
    tr_free(self->ring);
    self->ring = ring;
    self->cap = cap;
    self->first = 0;
}

void tr_resume_keep(tr_session *session, tr_packet *packet)
{
    resume *self = session->resume;
    while (self->count != 0 && (self->count == TR_RESUME_RING_CAP ||
                                self->bytes + packet->size > TR_RESUME_RING_CAP_BYTES))
        drop_oldest(self);
    if (self->count == self->cap)
        grow(self);
    *slot(self, self->count++) = packet;
    self->bytes += packet->size;
    self->sent++;
}

tr_packet *tr_resume_next(const tr_session *session, uint32_t *out_number)
{
    const resume *self = session->resume;
    uint32_t ahead = self->sent + 1 - self->next;
    if (ahead == 0 || ahead > self->count)
        return NULL;
    *out_number = self->next;
    return *slot(self, self->count - ahead);
}

void tr_resume_advance(tr_session *session)
{
    session->resume->next++;
}

uint32_t tr_resume_last(const tr_session *session)
{
    return session->resume->sent;
}

uint32_t tr_resume_seen(const tr_session *session)
{
    return session->resume->seen;
}

uint32_t tr_resume_number_page(tr_session *session)
{
    resume *self = session->resume;
    drop_ring(self);
    self->is_page_due = false;
    self->next = ++self->sent + 1;
    return self->sent;
}

void tr_resume_write(const tr_session *session, tr_buf *out)
{
    const resume *self = session->resume;
    tr_write_array(out, self != NULL ? ITEMS : 0);
    if (self == NULL)
        return;
    tr_write_unsigned(out, self->document);
    tr_write_unsigned(out, self->taken);
    tr_write_unsigned(out, self->safe);
    tr_write_unsigned(out, self->sent);
    tr_write_boolean(out, self->is_page_due);
}

int tr_resume_read(tr_session *session, tr_reader *in)
{
    uint32_t items = tr_reader_array(in);
    if (in->failed || (items != 0 && items != ITEMS))
        return TR_EPROTOCOL;
    if (items == 0)
        return 0;
    uint64_t document = tr_reader_unsigned(in);
    uint64_t taken = tr_reader_unsigned(in);
    uint64_t safe = tr_reader_unsigned(in);
    uint64_t sent = tr_reader_unsigned(in);
    bool is_page_due = tr_reader_boolean(in);
    if (in->failed || document == 0 || taken > UINT32_MAX || safe > taken || sent >= UINT32_MAX)
        return TR_EPROTOCOL;
    resume *self = session->resume = tr_new(resume);
    *self = (resume){.document = document,
                     .taken = (uint32_t)taken,
                     .safe = (uint32_t)safe,
                     .sent = (uint32_t)sent,
                     .seen = (uint32_t)sent,
                     .next = (uint32_t)sent + 1,
                     .is_page_due = is_page_due};
    return 0;
}
