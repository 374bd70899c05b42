#include "sdk/session/deferred_events.h"

#include "troupe/err.h"
#include "wire/scan.h"
#include "wire/writer.h"

int tr_waiting_keep(tr_session *session, const tr_message *message)
{
    if (session->waiting_count >= TR_CALL_WAITING_CAP)
        return TR_EFULL;
    tr_message *copy = tr_message_new(message->shape->type, message->body);
    copy->from = message->from;
    if (session->waiting_tail != NULL)
        session->waiting_tail->next = copy;
    else
        session->waiting = copy;
    session->waiting_tail = copy;
    session->waiting_count++;
    return 0;
}

void tr_waiting_drop(tr_session *session)
{
    tr_message *message = session->waiting;
    session->waiting = message->next;
    if (session->waiting == NULL)
        session->waiting_tail = NULL;
    session->waiting_count--;
    tr_message_free(message);
}

void tr_waiting_write(const tr_session *session, tr_buf *out)
{
    tr_write_array(out, session->waiting_count);
    for (const tr_message *at = session->waiting; at != NULL; at = at->next) {
        const tr_msg_browser_event *event = TR_BODY(at, browser_event);
        tr_write_array(out, 3);
        tr_write_unsigned(out, event->target);
        tr_write_text(out, event->name);
        tr_write_bytes(out, event->data);
    }
}

int tr_waiting_read(tr_session *session, tr_reader *in)
{
    uint32_t count = tr_reader_array(in);
    for (uint32_t i = 0; i < count && !in->failed; i++) {
        if (tr_reader_array(in) != 3)
            return TR_EPROTOCOL;
        uint64_t target = tr_reader_unsigned(in);
        tr_slice name = tr_reader_text(in);
        tr_slice data = tr_reader_bytes(in);
        bool is_whole = data.size == 0 || tr_scan(data.data, data.size) == 0;
        if (in->failed || target > UINT32_MAX || name.size > TR_EVENT_NAME_CAP_BYTES || !is_whole)
            return TR_EPROTOCOL;
        tr_msg_browser_event event = {.target = (uint32_t)target, .name = name, .data = data};
        tr_message *message = tr_message_new(TR_MSG_browser_event, &event);
        int result = tr_waiting_keep(session, message);
        tr_message_free(message);
        if (result < 0)
            return result;
    }
    return in->failed ? TR_EPROTOCOL : 0;
}
