#include "sdk/moving/arrival.h"

#include "metrics/count.h"

#include <string.h>

#include "actors/core/core.h"
#include "base/log.h"
#include "sdk/session/call.h"
#include "sdk/session/component.h"
#include "sdk/session/failure.h"
#include "sdk/session/handler_table.h"
#include "sdk/session/move.h"
#include "sdk/session/renewal.h"
#include "sdk/session/resume.h"
#include "sdk/session/session.h"
#include "sdk/session/session_away.h"
#include "sdk/session/session_file.h"
#include "sdk/session/snapshots.h"
#include "sdk/session/unbegun.h"
#include "troupe/err.h"
#include "wire/reader.h"
#include "wire/writer.h"

// A handler whose event must not be lost begins anew: that has a number, or had not begun. False: it
// does not.
static bool run_again(tr_session *session, const tr_handler *handler, const tr_interrupted *what)
{
    tr_sessions *sessions = session->sessions;
    // While an app is written (troupe dev) what crashed is looked at, not done again.
    if (!what->has_event || what->runs >= TR_RUNS_CAP || sessions->builds_again)
        return false;
    tr_log(TR_LOG_INFO, "event=handler_runs_again session=%.6s handler=%s run=%u", session->id,
           handler->name, what->runs + 1);
    tr_buf event = {0};
    tr_buf_append(&event, what->event.data, what->event.size);
    tr_buf_append(&event, "", 1);
    sessions->taking = session;
    sessions->taking_number = what->number;
    sessions->taking_runs = what->runs;
    int result = tr_call_start(session, handler, what->target, (const char *)event.data, what->data,
                               false, NULL);
    sessions->taking = NULL;
    tr_buf_done(&event);
    return result == 0;
}

// A sync handler may have done half of its work, and nobody can tell: its page hears of it. An
// async one was told by its wait (TR_ECANCELLED), and what it changed then is here.
static void tell_interrupted(tr_session *session, tr_slice names)
{
    tr_reader in = tr_reader_of(names);
    uint32_t count = tr_reader_array(&in);
    tr_buf list = {0};
    for (uint32_t i = 0; i < count && !in.failed; i++) {
        tr_interrupted one;
        const tr_handler *handler = NULL;
        if (tr_interrupted_read(&in, &one))
            handler = tr_handler_find(one.handler);
        if (handler == NULL || run_again(session, handler, &one))
            continue;
        tr_log(TR_LOG_INFO, "event=handler_interrupted session=%.6s handler=%s", session->id,
               handler->name);
        if (handler->kind == TR_HANDLER_SYNC)
            tr_failure_of(session, handler, 0, TR_SLICE("the process it ran in was stopped"));
        tr_buf_printf(&list, "%s%s", list.size != 0 ? "," : "", handler->name);
    }
    const tr_handler *on_move = session->sessions->app->on_move;
    if (on_move != NULL) {
        tr_buf data = {0};
        tr_write_text(&data, tr_buf_slice(&list));
        if (tr_call_start(session, on_move, TR_ID_PAGE, "move", tr_buf_slice(&data), false, NULL) <
            0)
            tr_log(TR_LOG_WARN, "event=on_move_lost session=%.6s", session->id);
        tr_buf_done(&data);
    }
    tr_buf_done(&list);
}

static void go_on(tr_session *session, tr_slice interrupted)
{
    tell_interrupted(session, interrupted);
    if (session->sessions->builds_again)
        tr_session_renew(session);
}

static tr_session *make(tr_sessions *self, tr_slice bytes, int *out_result)
{
    tr_session_file file;
    *out_result = tr_session_file_read(bytes, &file);
    if (*out_result < 0)
        return NULL;
    tr_session *there = tr_session_find(self, file.id);
    if (there != NULL && !tr_move_give_way(there))
        *out_result = TR_EEXISTS;
    else if (self->count >= TR_SESSIONS_PER_CORE_CAP)
        *out_result = TR_EFULL;
    if (*out_result < 0)
        return NULL;
    char id[TR_SESSION_ID_SIZE + 1] = {0};
    memcpy(id, file.id.data, TR_SESSION_ID_SIZE);
    tr_session *session = tr_session_new(self, id, TR_ID_FIRST);
    if (session == NULL) {
        *out_result = TR_EFULL;
        return NULL;
    }
    *out_result = tr_session_load(session, &file);
    if (*out_result == 0)
        return session;
    tr_session_end(session);
    return NULL;
}

// As one that was used: whether it was is not in its file.
static void wait_for_browser(tr_session *session)
{
    session->is_used = true;
    tr_session_away(session);
}

int tr_session_arrive(tr_sessions *self, const tr_message *message)
{
    const tr_msg_session_move *move = TR_BODY(message, session_move);
    int result;
    tr_session *session = make(self, move->file, &result);
    if (session != NULL) {
        session->is_touched = true;   // views may be built otherwise here
        session->is_answering = true; // what was done last may not be in the store yet
        wait_for_browser(session);
        if (tr_address_is_set(move->connection))
            tr_move_arrive(session, move);
        tr_components_restore(session);
        tr_unbegun_begin(session, move->unbegun);
        go_on(session, move->interrupted);
        tr_session_wake(session);
    } else {
        tr_log(TR_LOG_WARN, "event=session_refused error=%s", tr_err_name(result));
    }
    if (result == 0)
        tr_count(TR_TALLY_session_arrived);
    (void)tr_send(self->core, tr_actor_address(self->actor), message->from, session_taken,
                  .status = result);
    return result;
}

// Nobody hears the answer any more.
static void close_prompts(tr_session *session, tr_slice prompts)
{
    tr_reader in = tr_reader_of(prompts);
    uint32_t count = tr_reader_array(&in);
    for (uint32_t i = 0; i < count && !in.failed; i++) {
        uint64_t id = tr_reader_unsigned(&in);
        tr_node *dialog =
            in.failed || id > UINT32_MAX ? NULL : tr_tree_find(session->tree, (uint32_t)id);
        if (dialog != NULL)
            (void)tr_tree_set(session->tree, dialog, TR_PROP_OPEN, tr_value_boolean(false));
    }
}

tr_session *tr_session_restore(tr_sessions *self, tr_slice bytes, int *out_result)
{
    tr_snapshot snapshot;
    *out_result = tr_snapshot_read(bytes, &snapshot);
    tr_session *session = *out_result == 0 ? make(self, snapshot.file, out_result) : NULL;
    if (session == NULL) {
        tr_log(TR_LOG_WARN, "event=session_refused error=%s", tr_err_name(*out_result));
        return NULL;
    }
    tr_log(TR_LOG_INFO, "event=session_restored session=%.6s bytes=%u", session->id, bytes.size);
    tr_count(TR_TALLY_session_restored);
    session->is_touched = true;
    tr_resume_restored(session);
    wait_for_browser(session);
    close_prompts(session, snapshot.prompts);
    tr_components_restore(session);
    go_on(session, snapshot.interrupted);
    return session;
}
