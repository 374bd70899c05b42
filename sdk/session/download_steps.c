#include "sdk/session/download_steps.h"

#include <stdio.h>
#include <string.h>

#include "actors/core/core.h"
#include "actors/core/coroutine.h"
#include "base/mem.h"
#include "base/refusals.h"
#include "sdk/session/download_job.h"
#include "sdk/session/downloads.h"
#include "sdk/session/move.h"
#include "sdk/session/upload_steps.h"
#include "sdk/session/uploads.h"
#include "troupe/err.h"
#include "uploads/upload_url.h"

// -- answers --

// Who asked, and where; until it is answered.
typedef struct question {
    tr_address from;
    tr_address to;
    uint64_t correlation;
} question;

static void answer(tr_core *core, const question *asked, const tr_msg_download_piece *body)
{
    tr_message message = {.from = asked->from,
                          .to = asked->to,
                          .flags = TR_FLAG_ASK,
                          .correlation = asked->correlation};
    // One that cannot be told gives up at its deadline.
    if (tr_address_is_set(asked->from))
        (void)tr_answer_body(core, &message, TR_MSG_download_piece, body);
}

static void refuse(tr_core *core, const question *asked, int status)
{
    answer(core, asked, &(tr_msg_download_piece){.status = status});
}

static uint64_t size_of(const tr_session_download *one)
{
    if (one->kind == TR_DOWNLOAD_FROM_BYTES)
        return one->content.size;
    bool is_unknown = one->kind == TR_DOWNLOAD_FROM_SOURCE && one->length == 0;
    return is_unknown ? TR_DOWNLOAD_SIZE_UNKNOWN : one->length;
}

static void answer_facts(tr_core *core, const question *asked, const tr_session_download *one)
{
    char etag[40] = "";
    // A source cannot be begun in its middle.
    if (one->kind == TR_DOWNLOAD_FROM_BYTES)
        snprintf(etag, sizeof etag, "\"%.12s\"", one->token + TR_SESSION_ID_SIZE - 12);
    else if (one->kind == TR_DOWNLOAD_FROM_FILE)
        snprintf(etag, sizeof etag, "\"%016llx\"", (unsigned long long)one->identity);
    answer(core, asked,
           &(tr_msg_download_piece){
               .size = size_of(one), .type = tr_slice_of(one->type), .etag = tr_slice_of(etag)});
}

// -- on a pool thread, and back --

typedef struct reading {
    tr_sessions *sessions;
    question asked;
    char token[TR_SESSION_ID_SIZE + 1];
    enum tr_download_step step;
    uint64_t attempt;
    tr_buf job;
    size_t room; // bytes that may come back
} reading;

static bool is_frozen(const tr_session_download *one)
{
    return one->session != NULL && tr_move_is_frozen(one->session);
}

static void enter(tr_session_download *one, uint64_t attempt)
{
    one->state = attempt != 0 ? TR_DOWNLOAD_RUNNING : TR_DOWNLOAD_OPEN;
    one->attempt = attempt;
    one->heard_s = tr_upload_now_s();
    one->offset = 0;
    one->at.size = 0;
    tr_buf_append(&one->at, one->content.data,
                  one->kind == TR_DOWNLOAD_FROM_SOURCE ? one->content.size : 0);
    tr_session_wake(one->session);
}

static void take_facts(const reading *self, tr_session_download *one, const uint8_t *bytes)
{
    tr_download_found found;
    memcpy(&found, bytes, sizeof found);
    one->length = found.size;
    one->identity = found.identity;
    if (self->step == TR_DOWNLOAD_STEP_BEGIN)
        enter(one, self->attempt);
    answer_facts(self->sessions->core, &self->asked, one);
}

static void take_piece(const reading *self, tr_session_download *one, const uint8_t *bytes,
                       uint32_t size)
{
    const uint8_t *state = bytes + sizeof(tr_download_found);
    size_t state_size = one->kind == TR_DOWNLOAD_FROM_SOURCE ? one->at.size : 0;
    if (state_size != 0)
        memcpy(one->at.data, state, state_size);
    one->offset += size;
    answer(self->sessions->core, &self->asked,
           &(tr_msg_download_piece){.bytes = {(const char *)state + state_size, size}});
}

// What was asked is asked anew where the session is by now: nothing has changed.
static bool is_still_here(const reading *self, const tr_session_download *one)
{
    bool is_other = self->step == TR_DOWNLOAD_STEP_READ && one != NULL &&
                    (one->attempt != self->attempt || !one->is_reading);
    return one != NULL && !is_other && one->state != TR_DOWNLOAD_USED && !is_frozen(one);
}

static void take_result(const reading *self, int64_t result, const uint8_t *bytes)
{
    tr_session_download *one = tr_download_find(self->sessions, tr_slice_of(self->token));
    bool is_here = is_still_here(self, one);
    if (one != NULL)
        one->is_reading = false;
    if (!is_here)
        refuse(self->sessions->core, &self->asked, TR_EUNAVAILABLE);
    else if (result < 0)
        refuse(self->sessions->core, &self->asked, (int)result);
    else if (self->step == TR_DOWNLOAD_STEP_READ)
        take_piece(self, one, bytes, (uint32_t)result);
    else
        take_facts(self, one, bytes);
}

static void read_in_pool(void *arg)
{
    reading *self = arg;
    uint8_t *bytes = tr_alloc(self->room);
    size_t size = self->room;
    int64_t result = tr_pool_run(tr_download_job_run, self->job.data, self->job.size,
                                 TR_DOWNLOAD_READ_MS, bytes, &size);
    // Cancelled: the core thread ends, and the sessions with it.
    if (result != TR_ECANCELLED)
        take_result(self, result, bytes);
    tr_free(bytes);
    tr_buf_done(&self->job);
    tr_free(self);
}

static void start_reading(tr_sessions *sessions, const question *asked, tr_session_download *one,
                          const tr_msg_download_step *body)
{
    bool is_source = one->kind == TR_DOWNLOAD_FROM_SOURCE;
    reading *self = tr_new(reading);
    *self = (reading){.sessions = sessions,
                      .asked = *asked,
                      .step = (enum tr_download_step)body->step,
                      .attempt = body->attempt};
    memcpy(self->token, one->token, sizeof self->token);
    tr_download_job job = {.source = is_source ? one->source : NULL,
                           .is_look = self->step != TR_DOWNLOAD_STEP_READ,
                           .offset = body->offset,
                           .identity = one->identity,
                           .cap = body->cap < TR_DOWNLOAD_PIECE_BYTES ? body->cap
                                                                      : TR_DOWNLOAD_PIECE_BYTES};
    const tr_buf *content = is_source ? &one->at : &one->content;
    tr_buf_append(&self->job, &job, sizeof job);
    tr_buf_append(&self->job, content->data, content->size);
    if (!is_source)
        tr_buf_append(&self->job, "", 1);
    self->room = sizeof(tr_download_found) + content->size + job.cap;
    one->is_reading = one->is_reading || self->step == TR_DOWNLOAD_STEP_READ;
    int result = tr_coroutine_start(sessions->core, "download", read_in_pool, self, NULL);
    if (result == 0)
        return;
    if (self->step == TR_DOWNLOAD_STEP_READ)
        one->is_reading = false;
    refuse(sessions->core, asked, result);
    tr_buf_done(&self->job);
    tr_free(self);
}

// -- steps --

static bool is_alive(const tr_session_download *one)
{
    return one->state == TR_DOWNLOAD_RUNNING &&
           tr_upload_now_s() - one->heard_s < TR_DOWNLOAD_SILENCE_S;
}

// One page must not have all that a core thread takes (TR_DOWNLOADS_PER_CORE_CAP).
static bool has_room(const tr_session *session)
{
    unsigned others = 0;
    for (const tr_session_download *at = session->downloads; at != NULL; at = at->next)
        others += is_alive(at);
    return others < TR_DOWNLOADS_AT_ONCE_CAP;
}

// Its gateway asks again until another one ends. Counted once, however often.
static int wait_for_room(tr_session_download *one, uint64_t attempt)
{
    if (one->waiting != attempt)
        tr_refusal_add(TR_REFUSAL_SESSION_DOWNLOADS);
    one->waiting = attempt;
    return TR_EFULL;
}

static int may_begin(tr_session_download *one, uint64_t attempt)
{
    if (one->state == TR_DOWNLOAD_USED)
        return TR_EGONE;
    if (is_alive(one))
        return TR_EEXISTS;
    // Its reader has gone, and it cannot be asked for two pieces at once.
    if (one->kind == TR_DOWNLOAD_FROM_SOURCE && one->is_reading)
        return TR_EEXISTS;
    if (one->expires_s <= tr_upload_now_s())
        return TR_EGONE;
    return has_room(one->session) ? 0 : wait_for_room(one, attempt);
}

// LOOK or BEGIN.
static void look(tr_sessions *sessions, const question *asked, tr_session_download *one,
                 const tr_msg_download_step *body)
{
    bool is_begin = body->step == TR_DOWNLOAD_STEP_BEGIN;
    int result = is_begin                         ? may_begin(one, body->attempt)
                 : one->state == TR_DOWNLOAD_USED ? TR_EGONE
                                                  : 0;
    if (result < 0) {
        refuse(sessions->core, asked, result);
        return;
    }
    if (one->kind == TR_DOWNLOAD_FROM_FILE) {
        start_reading(sessions, asked, one, body);
        return;
    }
    if (is_begin)
        enter(one, body->attempt);
    answer_facts(sessions->core, asked, one);
}

static void read_bytes(tr_core *core, const question *asked, const tr_session_download *one,
                       const tr_msg_download_step *body)
{
    size_t left = body->offset < one->content.size ? one->content.size - body->offset : 0;
    size_t cap = body->cap < TR_DOWNLOAD_PIECE_BYTES ? body->cap : TR_DOWNLOAD_PIECE_BYTES;
    tr_slice piece = {(const char *)one->content.data + (left != 0 ? body->offset : 0),
                      (uint32_t)(left < cap ? left : cap)};
    answer(core, asked, &(tr_msg_download_piece){.bytes = piece});
}

static void read_piece(tr_sessions *sessions, const question *asked, tr_session_download *one,
                       const tr_msg_download_step *body)
{
    bool is_source = one->kind == TR_DOWNLOAD_FROM_SOURCE;
    one->heard_s = tr_upload_now_s();
    if (one->kind == TR_DOWNLOAD_FROM_BYTES)
        read_bytes(sessions->core, asked, one, body);
    // The one before is lost on its way, or goes on: a source cannot be asked twice.
    else if (is_source && (one->offset != body->offset || one->is_reading))
        refuse(sessions->core, asked, TR_EPROTOCOL);
    else
        start_reading(sessions, asked, one, body);
}

static void end(tr_sessions *sessions, const question *asked, tr_session_download *one,
                const tr_msg_download_step *body)
{
    if (one->session == NULL) {
        tr_download_forget(one);
    } else if (body->step == TR_DOWNLOAD_STEP_DONE) {
        tr_download_use_up(one);
        tr_session_wake(one->session);
    } else {
        enter(one, 0);
    }
    refuse(sessions->core, asked, 0);
}

static void take_step(tr_sessions *sessions, const question *asked, tr_session_download *one,
                      const tr_msg_download_step *body)
{
    if (is_frozen(one)) {
        refuse(sessions->core, asked, TR_EUNAVAILABLE);
        return;
    }
    bool is_look = body->step == TR_DOWNLOAD_STEP_LOOK || body->step == TR_DOWNLOAD_STEP_BEGIN;
    if (is_look && one->session != NULL) {
        look(sessions, asked, one, body);
        return;
    }
    if (one->state != TR_DOWNLOAD_RUNNING || one->attempt != body->attempt) {
        refuse(sessions->core, asked, TR_EGONE);
        return;
    }
    if (body->step == TR_DOWNLOAD_STEP_READ)
        read_piece(sessions, asked, one, body);
    else if (body->step == TR_DOWNLOAD_STEP_DONE || body->step == TR_DOWNLOAD_STEP_BROKEN)
        end(sessions, asked, one, body);
    else
        refuse(sessions->core, asked, TR_EPROTOCOL);
}

void tr_downloads_on_step(tr_sessions *sessions, const tr_message *message)
{
    const tr_msg_download_step *body = TR_BODY(message, download_step);
    question asked = {message->from, message->to, message->correlation};
    tr_session_download *one = tr_download_find(sessions, body->token);
    // Who tells that its client has gone asks nothing.
    if ((message->flags & TR_FLAG_ASK) == 0 && body->step != TR_DOWNLOAD_STEP_BROKEN)
        return;
    if (one != NULL)
        take_step(sessions, &asked, one, body);
    else
        refuse(sessions->core, &asked, tr_session_url_absence(sessions, body->token));
}
