#include "sdk/session/unbegun.h"

#include "base/log.h"
#include "base/mem.h"
#include "sdk/session/failure.h"
#include "sdk/session/handler_table.h"
#include "sdk/session/instance.h"
#include "sdk/session/listeners.h"
#include "sdk/session/views.h"
#include "troupe/err.h"
#include "wire/reader.h"
#include "wire/scan.h"
#include "wire/writer.h"

enum { FIELDS = 8 };
enum { IS_PAYLOAD = 1, IS_TASK = 2, OUTLIVES = 4 };

bool tr_unbegun_is(const tr_call *call)
{
    return call->is_taken_back && (!call->is_by_person || call->is_payload);
}

bool tr_unbegun_is_dropped(const tr_call *call)
{
    const tr_listener *listener = call->listener;
    return call->is_taken_back && listener != NULL &&
           (listener->topic == NULL || listener->is_watch);
}

void tr_unbegun_write(const tr_call *call, tr_buf *out)
{
    bool is_topic = call->listener != NULL;
    tr_write_array(out, FIELDS);
    tr_write_literal(out, call->handler->name);
    tr_write_literal(out, call->event);
    tr_write_bytes(out, tr_buf_slice(&call->data));
    tr_write_unsigned(out, (call->is_payload ? IS_PAYLOAD : 0) | (call->is_task ? IS_TASK : 0) |
                               (call->outlives ? OUTLIVES : 0));
    tr_write_unsigned(out, call->target);
    tr_write_unsigned(out, call->instance != NULL ? call->instance->id : 0);
    tr_write_unsigned(out, call->view);
    tr_write_literal(out, is_topic ? call->listener->topic : "");
}

typedef struct unbegun {
    tr_slice handler;
    tr_slice event;
    tr_slice data;
    uint64_t flags;
    uint64_t target;
    uint64_t instance;
    uint64_t view;
    tr_slice topic;
} unbegun;

static bool read_one(tr_reader *in, unbegun *out)
{
    if (tr_reader_array(in) != FIELDS)
        return false;
    out->handler = tr_reader_text(in);
    out->event = tr_reader_text(in);
    out->data = tr_reader_bytes(in);
    out->flags = tr_reader_unsigned(in);
    out->target = tr_reader_unsigned(in);
    out->instance = tr_reader_unsigned(in);
    out->view = tr_reader_unsigned(in);
    out->topic = tr_reader_text(in);
    bool is_whole = (out->flags & IS_PAYLOAD) != 0 || out->data.size == 0 ||
                    tr_scan((const uint8_t *)out->data.data, out->data.size) == 0;
    return !in->failed && is_whole && out->target <= UINT32_MAX && out->instance <= UINT32_MAX &&
           out->event.size <= TR_EVENT_NAME_CAP_BYTES;
}

static int begin(tr_session *session, const tr_handler *handler, const unbegun *one)
{
    tr_instance *instance =
        one->instance != 0 ? tr_instance_find(session, (uint32_t)one->instance) : NULL;
    if ((one->instance != 0 && instance == NULL) ||
        (one->view != 0 && !tr_views_has(session, one->view)))
        return 0;
    if (one->topic.size != 0)
        return tr_session_hear_first(session, one->topic, one->data);
    char *event = tr_copy_text(one->event.data, one->event.size);
    int result = tr_call_start_with(session, handler,
                                    &(tr_call_options){.target = (uint32_t)one->target,
                                                       .event = event,
                                                       .data = one->data,
                                                       .is_payload = (one->flags & IS_PAYLOAD) != 0,
                                                       .is_task = (one->flags & IS_TASK) != 0,
                                                       .outlives = (one->flags & OUTLIVES) != 0,
                                                       .instance = instance,
                                                       .view = one->view});
    tr_free(event);
    return result;
}

void tr_unbegun_begin(tr_session *session, tr_slice list)
{
    if (list.size == 0 || tr_scan((const uint8_t *)list.data, list.size) != 0)
        return;
    tr_reader in = tr_reader_of(list);
    uint32_t count = tr_reader_array(&in);
    for (uint32_t i = 0; i < count && !in.failed; i++) {
        unbegun one;
        if (!read_one(&in, &one))
            return;
        const tr_handler *handler = tr_handler_find(one.handler);
        int result = handler != NULL ? begin(session, handler, &one) : 0;
        if (handler == NULL)
            tr_log(TR_LOG_WARN, "event=unknown_handler name=%s",
                   tr_log_quote(one.handler.data, one.handler.size));
        if (result < 0)
            tr_failure_by_code(session, handler, (uint32_t)one.target, result);
    }
}
