#include "sdk/session/pool_call.h"

#include "base/mem.h"
#include "sdk/session/call.h"
#include "sdk/session/handler_table.h"
#include "troupe/err.h"
#include "wire/trace.h"

int64_t tr_pool_call_run(tr_pool_thread *thread, const tr_message *message)
{
    const tr_msg_handler_call *body = TR_BODY(message, handler_call);
    const tr_handler *handler = tr_handler_find(body->handler);
    if (handler == NULL)
        return TR_ENOTFOUND;
    tr_call *self = tr_new(tr_call);
    self->thread = thread;
    self->home = body->call != 0 ? message->from : TR_NOWHERE;
    self->handler = handler;
    self->scope.handler = handler;
    if (body->trace.size == TR_TRACE_CHARACTERS)
        self->scope.trace = tr_copy_text(body->trace.data, body->trace.size);
    self->number = body->call;
    self->target = body->target;
    self->is_payload = body->is_payload;
    self->document = body->document;
    self->event_number = body->number;
    self->runs = body->runs;
    self->event = tr_copy_text(body->event.data, body->event.size);
    tr_buf_append(&self->data, body->data.data, body->data.size);
    tr_buf_append(&self->payload, body->payload.data, body->payload.size);
    tr_scope_swap(&self->scope);
    handler->run(self);
    tr_state_release(self);
    tr_scope_swap(NULL);
    tr_call_free(self);
    // A background handler has no call number: its place in the app's list tells which one ended.
    return body->call == 0 ? (int64_t)body->target : 0;
}
