#include "sdk/session/deferred_events.h"

#include "troupe/err.h"
#include "wire/scan.h"
#include "wire/writer.h"

int tr_waiting_keep(tr_session *session, const tr_message *message)
{
    if (session->waiting.count >= TR_CALL_WAITING_CAP)
        return TR_EFULL;
    tr_message *copy = tr_message_new(message->shape->type, message->body);
    copy->from = message->from;
    tr_message_queue_push(&session->waiting, copy);
    return 0;
}

void tr_waiting_drop(tr_session *session)
{
    tr_message_free(tr_message_queue_pop(&session->waiting));
}

void tr_waiting_write(const tr_session *session, tr_buf *out)
{
    tr_write_array(out, session->waiting.count);
    for (const tr_message *at = session->waiting.head; at != NULL; at = at->next) {
        const tr_msg_browser_event *event = TR_BODY(at, browser_event);
        tr_write_array(out, 4);
        tr_write_unsigned(out, event->target);
        tr_write_text(out, event->name);
        tr_write_bytes(out, event->data);
        tr_write_unsigned(out, event->number);
    }
}

int tr_waiting_read(tr_session *session, tr_reader *in)
{
    uint32_t count = tr_reader_array(in);
    for (uint32_t i = 0; i < count && !in->failed; i++) {
        uint32_t fields = tr_reader_array(in);
        if (fields != 3 && fields != 4)
            return TR_EPROTOCOL;
        uint64_t target = tr_reader_unsigned(in);
        tr_slice name = tr_reader_text(in);
        tr_slice data = tr_reader_bytes(in);
        uint64_t number = fields == 4 ? tr_reader_unsigned(in) : 0;
        bool is_whole = data.size == 0 || tr_scan(data.data, data.size) == 0;
        if (in->failed || target > UINT32_MAX || number > UINT32_MAX ||
            name.size > TR_EVENT_NAME_CAP_BYTES || !is_whole)
            return TR_EPROTOCOL;
        tr_msg_browser_event event = {
            .target = (uint32_t)target, .name = name, .data = data, .number = (uint32_t)number};
        tr_message *message = tr_message_new(TR_MSG_browser_event, &event);
        int result = tr_waiting_keep(session, message);
        tr_message_free(message);
        if (result < 0)
            return result;
    }
    return in->failed ? TR_EPROTOCOL : 0;
}
