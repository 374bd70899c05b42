#include "sdk/session/typed_texts.h"

#include "sdk/session/resume.h"
#include "sdk/tree/typing.h"
#include "wire/reader.h"
#include "wire/writer.h"

enum { READS_CAP = 64 };

// Up to this packet of the browser's the call has read that control's text.
typedef struct text_read {
    uint32_t node;
    uint32_t number;
} text_read;

static uint32_t event_of(const tr_call *call)
{
    bool has_one = call->event_number != 0 && call->document == tr_resume_document(call->session);
    return has_one ? call->event_number : TR_TYPING_NOW;
}

static text_read *find_read(const tr_call *call, uint32_t node)
{
    text_read *rows = (text_read *)call->reads.data;
    for (size_t i = 0; i < call->reads.size / sizeof *rows; i++)
        if (rows[i].node == node)
            return &rows[i];
    return NULL;
}

static void note_read(tr_call *call, uint32_t node, uint32_t number)
{
    text_read *known = find_read(call, node);
    if (known != NULL)
        known->number = number;
    else if (call->reads.size < READS_CAP * sizeof *known)
        tr_buf_append(&call->reads, &(text_read){node, number}, sizeof *known);
}

static bool is_told(const tr_node *node)
{
    return tr_node_value(node, TR_PROP_ON_CHANGE).kind == TR_VALUE_HANDLER;
}

// What the call sets there is made of the text as it was then.
static uint32_t base_of_call(const tr_call *call, const tr_node *node)
{
    if (!call->has_waited)
        return event_of(call);
    const text_read *read = find_read(call, node->id);
    if (read != NULL)
        return read->number;
    bool may_know_more = is_told(node) || call->reads.size == READS_CAP * sizeof *read;
    return may_know_more ? TR_TYPING_NOW : event_of(call);
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
        return sessions->changing != NULL ? base_of_call(sessions->changing, node) : TR_TYPING_NOW;
    // Of a text without a handler nothing else would tell the view.
    return is_told(node) ? base_of_view(self) : TR_TYPING_NOW;
}

void tr_typed_on_attach(tr_session *self, bool has_page)
{
    if (!has_page || !tr_resume_is_on(self))
        tr_tree_begin_typing(self->tree, tr_resume_is_on(self));
}

// The oldest event whose handler runs; TR_TYPING_NOW: there is none.
static uint32_t oldest_event(const tr_session *self)
{
    uint32_t oldest = TR_TYPING_NOW;
    for (const tr_call *call = self->calls; call != NULL; call = call->next) {
        uint32_t event = event_of(call);
        oldest = event < oldest ? event : oldest;
    }
    return oldest;
}

void tr_typed_receive(tr_session *self, uint32_t number, uint32_t seen)
{
    uint32_t oldest = oldest_event(self);
    uint32_t view = base_of_view(self);
    tr_tree_receive_typing(self->tree, &(tr_typing_report){.number = number,
                                                           .seen = seen,
                                                           .settled = oldest < view ? oldest : view,
                                                           .is_worked_on = oldest != TR_TYPING_NOW,
                                                           .base = base_now,
                                                           .session = self});
}

tr_value tr_typed_read(const tr_session *self, tr_call *call, const tr_node *node, tr_prop_id prop,
                       tr_value now)
{
    uint32_t event = call != NULL ? event_of(call) : TR_TYPING_NOW;
    if (event == TR_TYPING_NOW || now.kind != TR_VALUE_TEXT)
        return now;
    tr_slice then = tr_tree_typing_at(self->tree, node, prop, event, now.slice);
    if (!call->has_waited)
        return tr_value_text(then);
    if (!tr_slice_equal(then, now.slice))
        note_read(call, node->id, tr_resume_taken(self));
    return now;
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
