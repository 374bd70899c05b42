#include "sdk/session/browser_events.h"

#include <string.h>

#include "base/log.h"
#include "metrics/count.h"
#include "sdk/session/call.h"
#include "sdk/session/channel.h"
#include "sdk/session/deferred_events.h"
#include "sdk/session/durability.h"
#include "sdk/session/failure.h"
#include "sdk/session/move.h"
#include "sdk/session/open_dialogs.h"
#include "sdk/session/outgoing_packets.h"
#include "sdk/session/resume.h"
#include "sdk/session/row_window.h"
#include "sdk/session/session_timer.h"
#include "sdk/session/typed_texts.h"
#include "sdk/session/views.h"
#include "troupe/err.h"
#include "wire/reader.h"

// -- events --

// Where the event says that the browser is, or an empty slice.
static tr_slice route_in(tr_slice data)
{
    tr_reader route = tr_reader_find(data, "route");
    return tr_reader_text(&route);
}

static int start_handler(tr_session *self, const tr_msg_browser_event *event)
{
    self->sessions->taking_number = 0; // going elsewhere is not done again
    if (event->target == TR_ID_PAGE && tr_slice_is(event->name, "route_change"))
        return tr_views_on_route(self, route_in(event->data), event->data);
    if (event->target == TR_ID_PAGE && tr_slice_is(event->name, "view_pop"))
        return tr_views_on_pop(self, route_in(event->data), event->data);
    if (tr_row_windows_on_event(self, event))
        return 0;
    const tr_handler *handler = tr_tree_handler(self->tree, event->target, event->name);
    if (handler == NULL)
        return 0;
    char name[TR_EVENT_NAME_CAP_BYTES + 1];
    uint32_t size = event->name.size < sizeof name ? event->name.size : sizeof name - 1;
    memcpy(name, event->name.data, size);
    name[size] = '\0';
    self->sessions->taking_number = event->number;
    tr_resume_note_event(self, event->number);
    self->sessions->taking_runs = 0;
    int result = tr_call_start(self, handler, event->target, name, event->data, false, NULL);
    if (result < 0 && result != TR_EFULL)
        tr_failure_by_code(self, handler, event->target, result);
    return result;
}

static int start_event(tr_session *self, const tr_message *message)
{
    const tr_msg_browser_event *event = TR_BODY(message, browser_event);
    if (tr_slice_is(event->name, "data_channel_open"))
        tr_channel_on_open(self, event->target, event->data);
    self->sessions->taking = self;
    tr_calls_trace(event->trace);
    int result = start_handler(self, event);
    tr_calls_trace((tr_slice){0});
    self->sessions->taking = NULL;
    // Afterwards: the handler may look at the dialog.
    if (result != TR_EFULL && tr_slice_is(event->name, "dismiss"))
        tr_dialog_on_dismissed(self, event->target);
    return result;
}

static void keep_waiting(tr_session *self, const tr_message *message)
{
    if (tr_waiting_keep(self, message) < 0) {
        tr_count(TR_TALLY_refused_event);
        tr_log(TR_LOG_WARN, "event=browser_event_dropped session=%.6s", self->id);
        self->credit_due++;
        return;
    }
    tr_session_timer_start(self, TR_SESSION_RETRY, TR_SESSION_RETRY_MS);
}

void tr_session_start_waiting(tr_session *self)
{
    if (tr_move_is_frozen(self))
        return;
    while (self->waiting.head != NULL && start_event(self, self->waiting.head) != TR_EFULL) {
        // A connection that took the place of another has no claim to its credit.
        if (tr_address_equal(self->waiting.head->from, self->connection))
            self->credit_due++;
        tr_waiting_drop(self);
    }
    if (self->waiting.head != NULL && !tr_session_timer_is_running(self, TR_SESSION_RETRY))
        tr_session_timer_start(self, TR_SESSION_RETRY, TR_SESSION_RETRY_MS);
}

void tr_session_on_event(tr_session *self, const tr_message *message)
{
    tr_message *own = tr_typed_event(self, message);
    const tr_message *event = own != NULL ? own : message;
    if (self->waiting.head != NULL || tr_move_is_frozen(self) ||
        start_event(self, event) == TR_EFULL)
        keep_waiting(self, event);
    else
        self->credit_due++;
    tr_message_free(own);
}

void tr_session_on_update(tr_session *self, const tr_msg_browser_update *update)
{
    tr_typed_receive(self, update->number, update->seen);
    (void)tr_tree_apply_client(self->tree, update->target, update->props);
    if (update->target == TR_ID_PAGE)
        tr_dialogs_on_page_update(self, update->props);
    self->credit_due++;
}

// False: it was taken before, and is sent again since its browser could not know.
bool tr_session_take_number(tr_session *self, const tr_message *message)
{
    bool is_new = true;
    switch (message->shape->type) {
    case TR_MSG_browser_event: {
        const tr_msg_browser_event *event = TR_BODY(message, browser_event);
        is_new = tr_resume_take(self, event->number, event->seen);
        break;
    }
    case TR_MSG_browser_update: {
        const tr_msg_browser_update *update = TR_BODY(message, browser_update);
        is_new = tr_resume_take(self, update->number, update->seen);
        break;
    }
    case TR_MSG_browser_result: {
        const tr_msg_browser_result *result = TR_BODY(message, browser_result);
        is_new = tr_resume_take(self, result->number, result->seen);
        break;
    }
    case TR_MSG_browser_channel: {
        const tr_msg_browser_channel *channel = TR_BODY(message, browser_channel);
        is_new = tr_resume_take(self, channel->number, channel->seen);
        break;
    }
    default:
        return true;
    }
    if (is_new)
        tr_durable_on_taken(self);
    return is_new;
}
