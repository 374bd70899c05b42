#include "sdk/session/upload_steps.h"

#include <stdio.h>

#include "actors/core/core.h"
#include "base/refusals.h"
#include "sdk/session/call.h"
#include "sdk/session/move.h"
#include "sdk/session/uploads.h"
#include "troupe/err.h"
#include "uploads/upload_url.h"
#include "wire/writer.h"

enum {
    SILENCE_S = 60, // an upload that is not heard of for longer is dead
    BUSY_CAP = 400  // times that the end waits for the handler of the progress before it
};

// -- the handler --

static const char *event_of(enum tr_upload_step step)
{
    return step == TR_UPLOAD_STEP_STORED   ? "upload_stored"
           : step == TR_UPLOAD_STEP_FAILED ? "upload_failed"
                                           : "upload_progress";
}

static void write_event(const tr_session_upload *one, const tr_msg_upload_step *body, tr_buf *out)
{
    const char *folder = one->session->sessions->upload_settings->folder;
    tr_buf path = {0};
    if (body->name.size != 0)
        tr_buf_printf(&path, "%s/%.*s", folder, (int)body->name.size, body->name.data);
    char tag[24];
    snprintf(tag, sizeof tag, "%016llx", (unsigned long long)one->tag);
    tr_write_map(out, 6);
    tr_write_literal(out, "tag");
    tr_write_text(out, tr_slice_of(tag));
    tr_write_literal(out, "file_name");
    tr_write_text(out, tr_slice_of(one->name));
    tr_write_literal(out, "path");
    tr_write_text(out, tr_buf_slice(&path));
    tr_write_literal(out, "received");
    tr_write_unsigned(out, body->received);
    tr_write_literal(out, "size");
    tr_write_unsigned(out, body->size);
    tr_write_literal(out, "error");
    tr_write_text(out, body->error);
    tr_buf_done(&path);
}

static int run_handler(tr_session_upload *one, const tr_msg_upload_step *body)
{
    if (one->handler == NULL)
        return 0;
    tr_session *session = one->session;
    tr_buf data = {0};
    write_event(one, body, &data);
    int result =
        tr_call_start_with(session, one->handler,
                           &(tr_call_options){.event = event_of((enum tr_upload_step)body->step),
                                              .data = tr_buf_slice(&data),
                                              .out_number = &one->call});
    tr_buf_done(&data);
    tr_session_wake(session);
    return result;
}

// Handlers of one upload run one after the other.
static bool is_handler_busy(const tr_session_upload *one)
{
    return one->call != 0 && tr_call_find(one->session, one->call) != NULL;
}

// -- steps --

static void enter(tr_session_upload *one, enum tr_url_state state, uint64_t attempt)
{
    one->state = state;
    one->attempt = attempt;
    one->heard_s = tr_upload_now_s();
    tr_session_wake(one->session);
}

static bool is_alive(const tr_session_upload *one)
{
    bool is_under_way = one->state == TR_URL_RUNNING || one->state == TR_URL_STORING;
    return is_under_way && tr_upload_now_s() - one->heard_s < SILENCE_S;
}

// One page must not have all that a core thread takes (TR_UPLOADS_PER_CORE_CAP).
static bool has_room(const tr_session_upload *one)
{
    unsigned others = 0;
    for (const tr_session_upload *at = one->session->uploads; at != NULL; at = at->next)
        others += at != one && is_alive(at);
    return others < TR_UPLOADS_AT_ONCE_CAP;
}

// Its gateway asks again until another one ends. Counted once, however often.
static int wait_for_room(tr_session_upload *one, uint64_t attempt)
{
    if (one->waiting != attempt)
        tr_refusal_add(TR_REFUSAL_SESSION_UPLOADS);
    one->waiting = attempt;
    return TR_EFULL;
}

static int begin(tr_session_upload *one, const tr_msg_upload_step *body)
{
    if (one->state == TR_URL_STORING && is_alive(one))
        return TR_EEXISTS;
    if (one->state == TR_URL_USED || one->expires_s <= tr_upload_now_s())
        return TR_EGONE;
    if (!has_room(one))
        return wait_for_room(one, body->attempt);
    enter(one, TR_URL_RUNNING, body->attempt);
    return 0;
}

// Is this the request that the upload is given to? One that came from a file has forgotten which.
static bool is_current(tr_session_upload *one, uint64_t attempt)
{
    if (one->state == TR_URL_OPEN)
        enter(one, TR_URL_RUNNING, attempt);
    bool is_it = one->state != TR_URL_USED && one->attempt == attempt;
    if (is_it)
        one->heard_s = tr_upload_now_s();
    return is_it;
}

static int tell_progress(tr_session_upload *one, const tr_msg_upload_step *body)
{
    // A step that finds the handler at work is left out: another one is a moment away.
    if (!is_handler_busy(one))
        (void)run_handler(one, body);
    return 0;
}

// The end is told even if the handler of the progress before it never ends.
static int tell_end(tr_session_upload *one, const tr_msg_upload_step *body, enum tr_url_state state)
{
    if (is_handler_busy(one) && one->refusals < BUSY_CAP) {
        one->refusals++;
        return TR_EUNAVAILABLE;
    }
    int result = run_handler(one, body);
    if (result == TR_EFULL)
        return result;
    one->refusals = 0;
    enter(one, state, 0);
    return 0;
}

static int take_step(tr_session_upload *one, const tr_msg_upload_step *body)
{
    if (tr_move_is_frozen(one->session))
        return TR_EUNAVAILABLE;
    if (body->step == TR_UPLOAD_STEP_BEGIN)
        return begin(one, body);
    // Said twice: the answer to the first was lost.
    if (body->step == TR_UPLOAD_STEP_STORED && one->state == TR_URL_USED)
        return 0;
    if (!is_current(one, body->attempt))
        return one->state == TR_URL_USED ? TR_EGONE : TR_EFENCED;
    switch (body->step) {
    case TR_UPLOAD_STEP_PROGRESS:
        return tell_progress(one, body);
    case TR_UPLOAD_STEP_KEEP:
        enter(one, TR_URL_STORING, body->attempt);
        return 0;
    case TR_UPLOAD_STEP_STORED:
        return tell_end(one, body, TR_URL_USED);
    case TR_UPLOAD_STEP_FAILED:
        return tell_end(one, body, TR_URL_OPEN);
    default:
        return TR_EPROTOCOL;
    }
}

int tr_session_url_absence(const tr_sessions *sessions, tr_slice token)
{
    int shard = tr_session_id_shard(token);
    bool may_come = shard >= 0 && (sessions->shard_epochs[shard] == 0 ||
                                   sessions->snapshots != NULL || sessions->is_draining);
    return may_come ? TR_EUNAVAILABLE : TR_ENOTFOUND;
}

void tr_uploads_on_step(tr_sessions *sessions, const tr_message *message)
{
    const tr_msg_upload_step *body = TR_BODY(message, upload_step);
    tr_session_upload *one = tr_upload_find(sessions, body->token);
    int result = one != NULL ? take_step(one, body) : tr_session_url_absence(sessions, body->token);
    (void)tr_answer(sessions->core, message, .status = result);
}
