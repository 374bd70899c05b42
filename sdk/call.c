#include "sdk/call.h"

#include <stdlib.h>
#include <string.h>

#include "actors/core.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/must.h"
#include "sdk/handler.h"
#include "sdk/sessions.h"
#include "troupe/err.h"
#include "wire/reader.h"
#include "wire/writer.h"

void tr_call_free(tr_call *self)
{
    if (self == NULL)
        return;
    tr_scope_clear(&self->scope);
    tr_buf_done(&self->data);
    tr_buf_done(&self->key);
    tr_buf_done(&self->text);
    tr_buf_done(&self->state);
    tr_free(self->event);
    if (self->session != NULL)
        tr_session_unref(self->session);
    tr_free(self);
}

// --- on the session's thread ----------------------------------------------------------------------

static void unlink_call(tr_call *self)
{
    tr_session *session = self->session;
    if (self->previous != NULL)
        self->previous->next = self->next;
    else
        session->calls = self->next;
    if (self->next != NULL)
        self->next->previous = self->previous;
    session->call_count--;
    if (self->listener != NULL)
        self->listener->running--;
}

static void run_coroutine(void *arg)
{
    tr_call *self = arg;
    tr_scope_swap(&self->scope);
    self->handler->run(self);
    tr_scope_swap(NULL);
    unlink_call(self);
    tr_session_wake(self->session);
    tr_call_free(self);
}

int tr_call_start(tr_call *self)
{
    tr_session *session = self->session;
    self->next = session->calls;
    if (self->next != NULL)
        self->next->previous = self;
    session->calls = self;
    session->call_count++;
    if (self->listener != NULL)
        self->listener->running++;
    // We may be in a handler ourselves: its scope is current again when the new one waits or ended.
    tr_coroutine *waiting;
    tr_scope *mine = tr_scope_swap(NULL);
    int result = tr_coroutine_start(session->sessions->core, run_coroutine, self, &waiting);
    tr_scope_swap(mine);
    if (result < 0)
        unlink_call(self);
    return result;
}

// Lets other code run until somebody resumes the coroutine: what was changed so far goes out now.
static int wait(tr_call *self, uint64_t milliseconds, bool sleeps)
{
    if (self->session->actor == NULL)
        return TR_ECANCELLED;
    tr_session_wake(self->session);
    tr_scope_swap(NULL);
    self->coroutine = tr_coroutine_current();
    int result = sleeps ? tr_coroutine_sleep(milliseconds) : tr_coroutine_suspend();
    self->coroutine = NULL;
    tr_scope_swap(&self->scope);
    if (self->session->actor == NULL)
        return TR_ECANCELLED;
    tr_session_wake(self->session);
    return result;
}

int tr_call_sleep(tr_call *self, uint64_t milliseconds)
{
    return wait(self, milliseconds, true);
}

int tr_call_wait(tr_call *self)
{
    return wait(self, 0, false);
}

// --- page changes as messages ---------------------------------------------------------------------

static bool carries_nodes(enum tr_change_what what)
{
    return what == TR_CHANGE_ADD || what == TR_CHANGE_INSERT || what == TR_CHANGE_REPLACE ||
           what == TR_CHANGE_CHILDREN || what == TR_CHANGE_PUT;
}

static void encode_value(tr_buf *out, const tr_change *change)
{
    if (carries_nodes(change->what)) {
        tr_write_array(out, change->node_count);
        for (uint32_t i = 0; i < change->node_count; i++)
            tr_node_encode(change->nodes[i], tr_handler_name, out);
    } else if (change->value.kind == TR_VALUE_HANDLER) {
        tr_write_text(out, tr_handler_name(change->value.handler));
    } else {
        tr_value_write(out, change->value);
    }
}

int tr_call_ask_change(tr_call *self, tr_change *change, tr_buf *out_value)
{
    if (self->thread == NULL || !tr_address_is_set(self->home))
        return TR_EWRONGTHREAD;
    tr_buf value = {0};
    encode_value(&value, change);
    // No key at all and an empty key differ: the first means the page.
    tr_msg_page_change body = {
        .call = self->number,
        .what = (uint16_t)(change->what | (change->is_page ? 0x8000 : 0)),
        .key = change->key,
        .property = change->property,
        .number = change->number,
        .value = {(const char *)value.data, (uint32_t)value.size}};
    tr_message *answer = NULL;
    int result = tr_pool_ask(self->thread, self->home, TR_MSG_page_change, &body,
                             TR_ASK_DEADLINE_MS * 12, &answer);
    tr_buf_done(&value);
    for (uint32_t i = 0; i < change->node_count; i++)
        tr_node_free(change->nodes[i]);
    if (result < 0)
        return result;
    result = (int)TR_BODY(answer, answer)->status;
    if (out_value != NULL && result >= 0)
        tr_buf_append(out_value, TR_BODY(answer, answer)->value.data,
                      TR_BODY(answer, answer)->value.size);
    tr_message_free(answer);
    return result;
}

static int decode_nodes(tr_slice value, tr_change *change)
{
    tr_reader in = tr_reader_of(value);
    uint32_t count = tr_reader_array(&in);
    change->nodes = tr_calloc(count, sizeof *change->nodes);
    for (uint32_t i = 0; i < count && !in.failed; i++) {
        tr_slice bytes = tr_reader_skip(&in);
        int result = in.failed ? TR_EMALFORMED
                               : tr_node_decode(bytes, TR_CONTROLS_PER_PAGE_CAP, tr_handler_find,
                                                &change->nodes[change->node_count]);
        if (result < 0)
            return result;
        // Out of the scope, if any: from here the change owns it.
        tr_node_release(change->nodes[change->node_count++]);
    }
    return in.failed ? TR_EMALFORMED : 0;
}

static bool carries_handler(enum tr_change_what what)
{
    return what == TR_CHANGE_EVERY || what == TR_CHANGE_START || what == TR_CHANGE_SUBSCRIBE;
}

static int decode_change(const tr_msg_page_change *body, tr_change *out)
{
    *out = (tr_change){.what = (enum tr_change_what)(body->what & 0x7fff),
                       .is_page = (body->what & 0x8000) != 0,
                       .key = body->key,
                       .property = body->property,
                       .number = body->number};
    if (carries_nodes(out->what))
        return decode_nodes(body->value, out);
    tr_reader in = tr_reader_of(body->value);
    out->value = tr_value_read(&in);
    bool is_event = out->what == TR_CHANGE_SET && out->value.kind == TR_VALUE_TEXT &&
                    out->property.size > 3 && memcmp(out->property.data, "on_", 3) == 0;
    if (out->value.kind == TR_VALUE_TEXT && (is_event || carries_handler(out->what))) {
        const tr_handler *handler = tr_handler_find(out->value.slice);
        if (handler == NULL)
            return TR_ENOTFOUND;
        out->value = tr_value_handler(handler);
    }
    return in.failed ? TR_EMALFORMED : 0;
}

static tr_call *find_call(tr_session *session, uint64_t number)
{
    for (tr_call *call = session->calls; call != NULL; call = call->next)
        if (call->number == number)
            return call;
    return NULL;
}

void tr_session_on_page_change(tr_session *self, const tr_message *message)
{
    const tr_msg_page_change *body = TR_BODY(message, page_change);
    tr_buf value = {0};
    tr_change change;
    int result = decode_change(body, &change);
    tr_call *call = find_call(self, body->call);
    if (result == 0 && change.what == TR_CHANGE_BORROW_STATE && call != NULL) {
        tr_session_lend_state(self, call, message); // answers when it is free
        return;
    }
    if (result == 0)
        result = tr_session_apply(self, call, &change, &value);
    else
        for (uint32_t i = 0; i < change.node_count; i++)
            tr_node_free(change.nodes[i]);
    tr_free(change.nodes);
    // A sync handler waits at the other end; its pool thread always has room for the one answer.
    (void)tr_answer(self->sessions->core, message, .status = result,
                    .value = {(const char *)value.data, (uint32_t)value.size});
    tr_buf_done(&value);
}

// --- on a pool thread -----------------------------------------------------------------------------

int64_t tr_call_run_on_pool(tr_pool_thread *thread, const tr_message *message)
{
    const tr_msg_handler_call *body = TR_BODY(message, handler_call);
    const tr_handler *handler = tr_handler_find(body->handler);
    if (handler == NULL)
        return TR_ENOTFOUND;
    tr_call *self = tr_new(tr_call);
    self->thread = thread;
    self->home = body->call != 0 ? message->from : TR_NOWHERE;
    self->handler = handler;
    self->number = body->call;
    self->target = body->target;
    self->is_payload = body->is_payload;
    self->event = tr_copy_text(body->event.data, body->event.size);
    tr_buf_append(&self->data, body->data.data, body->data.size);
    tr_scope_swap(&self->scope);
    handler->run(self);
    tr_scope_swap(NULL);
    tr_state_release(self);
    tr_call_free(self);
    // A background handler has no call number: its place in the app's list tells which one ended.
    return body->call == 0 ? (int64_t)body->target : 0;
}
