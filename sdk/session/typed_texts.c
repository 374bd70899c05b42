#include "sdk/session/typed_texts.h"

#include "sdk/session/resume.h"
#include "sdk/tree/typing.h"
#include "wire/reader.h"
#include "wire/writer.h"

static uint32_t base_of_call(const tr_call *call)
{
    bool knows_less = call->event_number != 0 && !call->has_waited &&
                      call->document == tr_resume_document(call->session);
    return knows_less ? call->event_number : TR_TYPING_NOW;
}

// The events before the oldest one whose handler has not begun.
static uint32_t base_of_view(const tr_session *self)
{
    uint32_t base = tr_resume_event(self);
    for (const tr_call *call = self->calls; call != NULL; call = call->next)
        if (call->event_number != 0 && call->began_ns == 0 && call->event_number <= base)
            base = call->event_number - 1;
    return base;
}

static uint32_t base_now(void *context, const tr_node *node, tr_prop_id prop)
{
    (void)prop;
    const tr_session *self = context;
    const tr_sessions *sessions = self->sessions;
    if (sessions->is_changing)
        return sessions->changing != NULL ? base_of_call(sessions->changing) : TR_TYPING_NOW;
    // Of a text without a handler nothing else would tell the view.
    bool is_told = tr_node_value(node, TR_PROP_ON_CHANGE).kind == TR_VALUE_HANDLER;
    return is_told ? base_of_view(self) : TR_TYPING_NOW;
}

void tr_typed_on_attach(tr_session *self, bool has_page)
{
    if (!has_page || !tr_resume_is_on(self))
        tr_tree_begin_typing(self->tree, tr_resume_is_on(self));
}

// Reports up to this one are known to all that may still change a text.
static uint32_t settled(const tr_session *self)
{
    uint32_t least = base_of_view(self);
    for (const tr_call *call = self->calls; call != NULL; call = call->next) {
        uint32_t base = base_of_call(call);
        least = base < least ? base : least;
    }
    return least;
}

void tr_typed_receive(tr_session *self, uint32_t number, uint32_t seen)
{
    tr_tree_receive_typing(self->tree, &(tr_typing_report){.number = number,
                                                           .seen = seen,
                                                           .settled = settled(self),
                                                           .base = base_now,
                                                           .session = self});
}

tr_value tr_typed_value(const tr_session *self, const tr_call *call, const tr_node *node,
                        tr_prop_id prop, tr_value now)
{
    uint32_t base = call != NULL ? base_of_call(call) : TR_TYPING_NOW;
    if (base == TR_TYPING_NOW || now.kind != TR_VALUE_TEXT)
        return now;
    return tr_value_text(tr_tree_typing_at(self->tree, node, prop, base, now.slice));
}

// The property whose text such an event tells, or 0.
static tr_prop_id told_by(const tr_node *node, tr_slice event)
{
    if (!tr_slice_is(event, "change") && !tr_slice_is(event, "submit"))
        return 0;
    tr_prop_id prop = tr_catalog_kind(node->kind)->primary_text;
    const tr_prop_info *info = prop != 0 ? tr_catalog_prop(node->kind, prop) : NULL;
    tr_value none = TR_NIL;
    return info != NULL && tr_typing_is_of(info, &none) ? prop : 0;
}

tr_message *tr_typed_event(const tr_session *self, const tr_message *message)
{
    tr_msg_browser_event event = *TR_BODY(message, browser_event);
    const tr_node *node = tr_tree_find(self->tree, event.target);
    tr_prop_id prop = node != NULL ? told_by(node, event.name) : 0;
    tr_reader in = tr_reader_of(event.data);
    if (prop == 0 || tr_reader_peek(&in) != TR_KIND_TEXT)
        return NULL;
    tr_slice told = tr_reader_text(&in);
    tr_value text = tr_node_get(node, prop);
    if (text.kind != TR_VALUE_TEXT || tr_slice_equal(told, text.slice))
        return NULL;
    tr_buf data = {0};
    tr_write_text(&data, text.slice);
    event.data = tr_buf_slice(&data);
    tr_message *copy = tr_message_new(message->shape->type, &event);
    copy->from = message->from;
    tr_buf_done(&data);
    return copy;
}
