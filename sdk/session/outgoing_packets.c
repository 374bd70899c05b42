#include "sdk/session/outgoing_packets.h"

#include <utlist.h>

#include "actors/core/core.h"
#include "actors/core/send.h"
#include "base/log.h"
#include "base/mem.h"
#include "sdk/session/durability.h"
#include "sdk/session/resume.h"
#include "sdk/session/session_away.h"
#include "sdk/session/session_timer.h"
#include "sdk/tree/encode.h"
#include "sdk/tree/typing.h"
#include "troupe/err.h"
#include "wire/close_code.h"
#include "wire/flet.h"
#include "wire/writer.h"

static tr_core *core_of(const tr_session *self)
{
    return self->sessions->core;
}

void tr_session_drop_queued(tr_session *self)
{
    tr_packet_unref(self->unsent);
    self->unsent = NULL;
    for (tr_queued *at = self->queued, *next; at != NULL; at = next) {
        next = at->next;
        tr_packet_unref(at->packet);
        tr_free(at);
    }
    self->queued = NULL;
    self->queued_count = 0;
}

void tr_session_detach(tr_session *self)
{
    tr_session_connect(self, TR_NOWHERE);
    self->packets_out = 0;
    self->credit_due = 0;
    tr_durable_forget_answer(self);
    if (!tr_resume_is_on(self))
        tr_session_drop_queued(self);
    tr_session_timer_stop(self, TR_SESSION_SEEN);
    tr_session_away(self);
}

static bool may_send(const tr_session *self)
{
    return tr_address_is_set(self->connection) && self->packets_out < TR_PACKET_WINDOW &&
           tr_durable_is_open(self);
}

// What the ring has for the browser, as far as that takes it.
static void send_kept(tr_session *self)
{
    uint32_t number = 0;
    tr_packet *packet;
    while (may_send(self) && (packet = tr_resume_next(self, &number)) != NULL) {
        uint32_t seen = tr_resume_safe(self);
        int result =
            tr_send(core_of(self), tr_actor_address(self->actor), self->connection, browser_packet,
                    .packet = tr_packet_ref(packet), .number = number, .seen = seen);
        if (result == 0) {
            self->packets_out++;
            tr_resume_advance(self);
            tr_resume_told_seen(self, seen);
            continue;
        }
        tr_packet_unref(packet);
        if (result != TR_EFULL)
            tr_session_detach(self);
        else
            tr_session_timer_start(self, TR_SESSION_RETRY, TR_SESSION_RETRY_MS);
        return;
    }
}

// The packet goes out, or waits: in the ring, or in `unsent`. Nothing else is encoded while it does.
static void send_packet(tr_session *self, tr_packet *packet)
{
    if (tr_resume_is_on(self)) {
        tr_resume_keep(self, packet);
        send_kept(self);
        return;
    }
    tr_address own = tr_actor_address(self->actor);
    int result = tr_send(core_of(self), own, self->connection, browser_packet, .packet = packet);
    if (result == 0) {
        self->packets_out++;
        return;
    }
    if (result == TR_EFULL) {
        self->unsent = packet;
        tr_session_timer_start(self, TR_SESSION_RETRY, TR_SESSION_RETRY_MS);
        return;
    }
    tr_packet_unref(packet);
    tr_session_detach(self);
}

void tr_session_close(tr_session *self, uint16_t code, const char *reason)
{
    if (!tr_address_is_set(self->connection))
        return;
    // Lost, its browser would wait for ever at a session that does not hear it any more.
    tr_send_options options = {.from = tr_actor_address(self->actor),
                               .to = self->connection,
                               .keep_in = &self->sessions->unsent};
    tr_msg_browser_close body = {.code = code, .reason = tr_slice_of(reason)};
    if (tr_core_send(core_of(self), &options, TR_MSG_browser_close, &body) == TR_EFULL)
        tr_timer_start(&self->sessions->resend, TR_SESSION_RETRY_MS, 0);
    tr_session_connect(self, TR_NOWHERE);
}

// A packet that no browser could take: the page stays, its browser is told why it sees nothing of
// it.
static bool is_too_big(tr_session *self, size_t size)
{
    if (size <= TR_OUTBOX_CAP_BYTES)
        return false;
    tr_log(TR_LOG_ERROR, "event=packet_too_big session=%.6s bytes=%zu", self->id, size);
    tr_session_close(self, TR_CLOSE_PAGE_TOO_BIG,
                     "this page has grown too large to be sent; the app shows too much at once");
    tr_resume_need_page(self);
    tr_session_detach(self);
    return true;
}

// The property of the page that says up to which of the browser's packets the texts in the patch
// behind it are made of: the browser types what it has typed since into those.
static const char TAKEN[] = "_taken";

// A packet of that, where the changes of texts need it.
static void keep_taken(tr_session *self)
{
    if (!tr_resume_is_on(self) || !tr_tree_has_unsent_typing(self->tree))
        return;
    tr_buf value = {0};
    tr_buf packet = {0};
    tr_write_unsigned(&value, tr_resume_taken(self));
    tr_flet_write_set(&packet, TR_ID_PAGE, tr_slice_of(TAKEN), tr_buf_slice(&value));
    tr_resume_keep(self, tr_packet_of(packet.data, packet.size));
    tr_buf_done(&value);
    tr_buf_done(&packet);
}

// The patch with the changes of texts.
static void send_changes(tr_session *self, tr_packet *packet)
{
    keep_taken(self);
    send_packet(self, packet);
    if (tr_resume_is_on(self))
        tr_tree_sent_typing(self->tree, tr_resume_last(self));
}

static bool has_room(const tr_session *self)
{
    uint32_t number;
    return may_send(self) && self->unsent == NULL &&
           (!tr_resume_is_on(self) || tr_resume_next(self, &number) == NULL);
}

// NULL: the whole page.
static void send_patch(tr_session *self, const tr_node *node)
{
    if (!tr_tree_is_dirty(self->tree))
        return;
    tr_sessions *sessions = self->sessions;
    tr_buf *signature = &sessions->signature;
    signature->size = 0;
    // A change that only this page makes is not worth looking for among the others'.
    bool can_share = node == NULL && self->has_heard && tr_tree_sign(self->tree, signature);
    self->has_heard = false;
    tr_packet *same =
        can_share ? tr_shared_patches_find(&sessions->shared, tr_buf_slice(signature)) : NULL;
    if (same != NULL) {
        tr_tree_forget(self->tree);
        send_changes(self, same);
        return;
    }
    tr_buf *scratch = &sessions->scratch;
    scratch->size = 0;
    int written = node != NULL ? tr_tree_flush_control(self->tree, node, scratch)
                               : tr_tree_flush(self->tree, scratch);
    sessions->shared.encoded += written != 0;
    if (written && !is_too_big(self, scratch->size)) {
        tr_packet *packet = tr_packet_of(scratch->data, scratch->size);
        if (can_share)
            tr_shared_patches_keep(&sessions->shared, tr_buf_slice(signature), packet);
        send_changes(self, packet);
    }
    if (scratch->cap > TR_BATCH_CAP_BYTES)
        tr_buf_done(scratch);
}

static void send_queued(tr_session *self)
{
    while (self->queued != NULL && has_room(self)) {
        tr_queued *first = self->queued;
        DL_DELETE(self->queued, first);
        self->queued_count--;
        tr_packet *packet = first->packet;
        tr_free(first);
        send_packet(self, packet);
    }
}

void tr_session_flush(tr_session *self)
{
    tr_tree_check_keys(self->tree);
    if (tr_resume_is_on(self))
        send_kept(self);
    if (self->unsent != NULL && may_send(self)) {
        tr_packet *packet = self->unsent;
        self->unsent = NULL;
        send_packet(self, packet);
    }
    if (has_room(self))
        send_patch(self, NULL);
    send_queued(self);
}

void tr_session_flush_control(tr_session *self, const tr_node *node)
{
    if (has_room(self))
        send_patch(self, node);
}

int tr_session_send(tr_session *self, tr_packet *packet)
{
    int result = 0;
    if (!tr_address_is_set(self->connection) && !tr_resume_is_on(self))
        result = TR_EGONE;
    else if (packet->size > TR_OUTBOX_CAP_BYTES)
        result = TR_ETOOBIG;
    else if (self->queued_count >= TR_PACKETS_QUEUED_CAP)
        result = TR_EFULL;
    if (result < 0) {
        tr_packet_unref(packet);
        return result;
    }
    tr_queued *last = tr_new(tr_queued);
    last->packet = packet;
    DL_APPEND(self->queued, last);
    self->queued_count++;
    tr_session_flush(self);
    return 0;
}

int tr_session_send_crash(tr_session *self, tr_slice text)
{
    tr_buf packet = {0};
    tr_flet_write_crashed(&packet, text);
    int result = tr_session_send(self, tr_packet_of(packet.data, packet.size));
    tr_buf_done(&packet);
    return result;
}

void tr_session_give_credit(tr_session *self)
{
    if (self->credit_due < TR_CONNECTION_WINDOW / 2 || !tr_address_is_set(self->connection))
        return;
    if (tr_send(core_of(self), tr_actor_address(self->actor), self->connection, browser_credit,
                .packets = self->credit_due) == 0)
        self->credit_due = 0;
    else
        tr_session_timer_start(self, TR_SESSION_RETRY, TR_SESSION_RETRY_MS);
}

void tr_session_keep_changes(tr_session *self)
{
    tr_buf *scratch = &self->sessions->scratch;
    scratch->size = 0;
    tr_tree_check_keys(self->tree);
    if (tr_tree_flush(self->tree, scratch) == 0)
        return;
    keep_taken(self);
    tr_resume_keep(self, tr_packet_of(scratch->data, scratch->size));
    tr_tree_sent_typing(self->tree, tr_resume_last(self));
    if (scratch->size > TR_OUTBOX_CAP_BYTES)
        tr_resume_need_page(self);
}

void tr_session_tell_seen(tr_session *self, bool is_due)
{
    if (!tr_resume_owes_seen(self) || !tr_address_is_set(self->connection))
        return;
    uint32_t safe = tr_resume_safe(self);
    if (!is_due && !tr_resume_owes_much(self)) {
        if (!tr_session_timer_is_running(self, TR_SESSION_SEEN))
            tr_session_timer_start(self, TR_SESSION_SEEN, TR_SEEN_MS);
        return;
    }
    if (tr_send(core_of(self), tr_actor_address(self->actor), self->connection, session_seen,
                .number = safe) == 0)
        tr_resume_told_seen(self, safe);
    else
        tr_session_timer_start(self, TR_SESSION_SEEN, TR_SESSION_RETRY_MS);
}

enum { USUAL_PAGE_BYTES = 1000 };

static bool send_answer(tr_session *self, uint32_t number)
{
    const tr_buf *scratch = &self->sessions->scratch;
    uint32_t seen = tr_resume_safe(self);
    tr_packet *answer = tr_packet_of(scratch->data, scratch->size);
    int result = tr_send(core_of(self), tr_actor_address(self->actor), self->connection,
                         session_attached, .answer = answer, .number = number, .seen = seen);
    if (result < 0) {
        tr_packet_unref(answer);
        tr_session_detach(self);
    }
    tr_resume_told_seen(self, seen);
    return result == 0;
}

bool tr_session_answer_resumed(tr_session *self)
{
    tr_buf *scratch = &self->sessions->scratch;
    scratch->size = 0;
    tr_flet_write_counted(scratch, tr_slice_of(self->id), (tr_slice){0}, tr_resume_taken(self),
                          tr_resume_last(self));
    return send_answer(self, tr_resume_seen(self));
}

bool tr_session_answer_registration(tr_session *self, unsigned flags)
{
    tr_buf page = {0};
    (void)tr_buf_reserve(&page, USUAL_PAGE_BYTES); // most need no more
    tr_tree_encode_page(self->tree, &page, flags);
    tr_tree_clean(self->tree,
                  (flags & TR_ENCODE_HELD) != 0 ? tr_tree_find(self->tree, TR_ID_DIALOGS) : NULL);
    tr_buf *scratch = &self->sessions->scratch;
    scratch->size = 0;
    uint32_t number = tr_resume_is_on(self) ? tr_resume_number_page(self) : 0;
    if (number != 0)
        tr_flet_write_counted(scratch, tr_slice_of(self->id), tr_buf_slice(&page),
                              tr_resume_taken(self), number);
    else
        tr_flet_write_register(scratch, tr_slice_of(self->id), tr_buf_slice(&page), (tr_slice){0});
    tr_buf_done(&page);
    if (is_too_big(self, scratch->size))
        return false;
    return send_answer(self, number);
}
