#include "sdk/session/failure.h"

#include <stdio.h>

#include "base/log.h"
#include "base/log_budget.h"
#include "base/mem.h"
#include "metrics/count.h"
#include "sdk/catalog/misuse.h"
#include "sdk/session/open_dialogs.h"
#include "sdk/session/outgoing_packets.h"
#include "troupe/controls/controls.h"
#include "troupe/err.h"
#include "wire/writer.h"

enum { REASON_CAP = 1000 };

static void log_failure(tr_session *self, const tr_handler *failed, uint32_t target,
                        tr_slice reason)
{
    uint32_t left_out;
    tr_count(TR_TALLY_handler_failed);
    if (!tr_log_may(tr_log_kind(0, failed->name, (uint32_t)strlen(failed->name)), &left_out))
        return;
    const tr_node *node = tr_tree_find(self->tree, target);
    tr_slice key = node != NULL ? tr_node_key(node) : (tr_slice){0};
    char more[48] = "";
    if (left_out != 0)
        snprintf(more, sizeof more, " left_out=%u", left_out);
    tr_log(TR_LOG_WARN, "event=handler_failed%s session=%.6s control=%s key=%s reason=%s%s",
           tr_misuse_where(failed), self->id,
           node != NULL ? tr_catalog_kind(node->kind)->wire : "none",
           tr_log_quote(key.data, key.size), tr_log_quote(reason.data, reason.size), more);
}

static bool has_notice(tr_session *self)
{
    const tr_node *dialogs = tr_tree_find(self->tree, TR_ID_DIALOGS);
    const tr_node_list *list = tr_node_children(dialogs, TR_PROP_CONTROLS);
    for (uint32_t i = 0; list != NULL && i < list->count; i++)
        if (list->at[i]->id == self->notice)
            return true;
    return false;
}

// The words are for whoever sits there; the reason is the author's.
static int show_notice(tr_session *self)
{
    if (has_notice(self))
        return 0;
    tr_node *notice = ui_snack_bar("Something went wrong. What you did may not have been done.",
                                   .show_close_icon = true);
    tr_node_release(notice);
    int result = tr_dialog_show(self, notice);
    if (result < 0)
        tr_node_free(notice);
    else
        self->notice = notice->id;
    tr_session_wake(self);
    return result;
}

static void show(tr_session *self, tr_slice text)
{
    enum tr_failures failures = self->sessions->app->failures;
    if (failures == TR_FAILURES_QUIET)
        return;
    if (failures == TR_FAILURES_PAGE || show_notice(self) < 0)
        (void)tr_session_send_crash(self, text); // no browser: the log has it
}

static void give_up(tr_session *self, tr_slice text)
{
    if (self->given_up == NULL)
        self->given_up = tr_copy_text(text.data, text.size);
    if (tr_address_is_set(self->connection))
        tr_failure_tell(self);
}

void tr_failure_tell(tr_session *self)
{
    if (self->given_up != NULL)
        (void)tr_session_send_crash(self, tr_slice_of(self->given_up));
}

// The call and the one that asked for its outcome have failed. True: it shows that itself.
static bool is_shown(tr_session *self, const tr_call *failed)
{
    tr_call *own = tr_call_find(self, failed->number);
    tr_call *asker = failed->asker != 0 ? tr_call_find(self, failed->asker) : own;
    if (own != NULL)
        own->has_failed = true;
    if (asker != NULL)
        asker->has_failed = true;
    return asker != NULL && asker->shows_failures;
}

// `call` is NULL where there is none.
static void tell(tr_session *self, const tr_handler *failed, const tr_call *call, tr_slice reason)
{
    bool needs_words = call == NULL || !is_shown(self, call);
    char text[REASON_CAP + 200];
    int size = snprintf(text, sizeof text, "%s failed: %.*s", failed->name,
                        (int)(reason.size < REASON_CAP ? reason.size : REASON_CAP), reason.data);
    tr_slice told = {text, (uint32_t)size};
    const tr_handler *handler = tr_tree_handler(self->tree, TR_ID_PAGE, TR_SLICE("error"));
    if (call != NULL && call->is_rebuild) {
        give_up(self, told);
        return;
    }
    tr_buf data = {0};
    tr_write_text(&data, told);
    bool is_heard =
        handler != NULL && handler != failed &&
        tr_call_start(self, handler, TR_ID_PAGE, "error", tr_buf_slice(&data), false, NULL) == 0;
    if (!is_heard && needs_words)
        show(self, told);
    tr_buf_done(&data);
}

void tr_failure_report(tr_session *self, const tr_call *call, tr_slice reason)
{
    log_failure(self, call->handler, call->target, reason);
    tell(self, call->handler, call, reason);
}

void tr_failure_of(tr_session *self, const tr_handler *failed, uint32_t target, tr_slice reason)
{
    log_failure(self, failed, target, reason);
    tell(self, failed, NULL, reason);
}

static const char *reason_of(int error)
{
    switch (error) {
    case TR_ETIMEOUT:
        return "it took too long";
    case TR_EGONE:
        return "the process it ran in is gone";
    case TR_EFULL:
        return "too many wait to be run";
    case TR_EUNAVAILABLE:
        return "there is no process to run it in";
    case TR_ENOTFOUND:
    case TR_EPROTOCOL:
        return "the process to run it in has another version of this app";
    default:
        return tr_err_text(error);
    }
}

void tr_failure_at_end(tr_session *self, const tr_call *call, int error)
{
    tr_failure_report(self, call, tr_slice_of(reason_of(error)));
}

void tr_failure_by_code(tr_session *self, const tr_handler *failed, uint32_t target, int error)
{
    tr_failure_of(self, failed, target, tr_slice_of(reason_of(error)));
}
