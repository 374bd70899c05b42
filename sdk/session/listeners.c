#include "sdk/session/listeners.h"

#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "sdk/session/call.h"
#include "sdk/session/handler_table.h"
#include "sdk/session/outgoing_packets.h"
#include "sdk/session/session_timer.h"
#include "troupe/actors/presence.h"
#include "troupe/actors/topics.h"
#include "troupe/err.h"
#include "wire/writer.h"

static void on_beat(tr_timer *timer)
{
    tr_listener *listener = timer->arg;
    if (listener->session->is_paused)
        tr_timer_stop(&listener->timer); // until tr_session_listeners_go_on
    else if (listener->running == 0 && listener->session->move == NULL)
        (void)tr_call_start_with(
            listener->session, listener->handler,
            &(tr_call_options){.event = "interval",
                               .listener = listener,
                               .instance = listener->instance,
                               .view = listener->view,
                               .is_task = listener->instance != NULL || listener->view != 0});
}

static int call_with_payload(tr_listener *listener, const char *event, tr_slice payload)
{
    return tr_call_start_with(listener->session, listener->handler,
                              &(tr_call_options){.event = event,
                                                 .data = payload,
                                                 .is_payload = true,
                                                 .listener = listener,
                                                 .view = listener->view,
                                                 .is_task = listener->view != 0});
}

// A topic's, that of its presence, or an interval's.
static tr_listener **find_listener(tr_session *self, tr_slice topic, bool is_watch,
                                   const tr_handler *handler, const tr_instance *instance)
{
    tr_listener **at = &self->listeners;
    for (; *at != NULL; at = &(*at)->next) {
        tr_listener *one = *at;
        if (topic.size != 0
                ? one->topic != NULL && one->is_watch == is_watch && tr_slice_is(topic, one->topic)
                : one->topic == NULL && one->handler == handler && one->instance == instance)
            break;
    }
    return at;
}

static void drop_waiting(tr_listener *listener)
{
    tr_message_queue_clear(&listener->waiting);
    listener->waiting_bytes = 0;
}

static void listener_free(tr_listener *listener)
{
    tr_timer_stop(&listener->timer);
    drop_waiting(listener);
    tr_free(listener->topic);
    tr_free(listener);
}

// Calls in flight of a listener that goes away no longer count for anybody.
static void forget_listener(tr_session *self, const tr_listener *listener)
{
    for (tr_call *call = self->calls; call != NULL; call = call->next)
        if (call->listener == listener)
            call->listener = NULL;
}

static void end(tr_session *self, tr_listener **place)
{
    tr_listener *gone = *place;
    *place = gone->next;
    if (gone->topic != NULL && self->actor != NULL)
        (void)(gone->is_watch ? tr_topic_unwatch(self->actor, gone->topic)
                              : tr_topic_unsubscribe(self->actor, gone->topic));
    forget_listener(self, gone);
    listener_free(gone);
}

static tr_listener *add(tr_session *self, char *topic, bool is_watch)
{
    tr_listener *listener = tr_new(tr_listener);
    listener->session = self;
    listener->topic = topic;
    listener->is_watch = is_watch;
    tr_timer_init(&listener->timer, self->sessions->core, on_beat, listener);
    listener->next = self->listeners;
    self->listeners = listener;
    return listener;
}

// To be told of a topic, or of its presence. NULL: *out_error says why not.
static tr_listener *add_topic(tr_session *self, tr_slice topic, bool is_watch, int *out_error)
{
    char *name = tr_copy_text(topic.data, topic.size);
    *out_error =
        is_watch ? tr_topic_watch(self->actor, name) : tr_topic_subscribe(self->actor, name);
    if (*out_error == 0)
        return add(self, name, is_watch);
    tr_free(name);
    return NULL;
}

static int listen_to_topic(tr_session *self, tr_slice topic, bool is_watch,
                           const tr_handler *handler)
{
    if (self->is_painted)
        return 0;
    tr_listener **at = find_listener(self, topic, is_watch, NULL, NULL);
    int result = 0;
    if (handler == NULL) {
        if (*at != NULL)
            end(self, at);
        return 0;
    }
    tr_listener *listener = *at != NULL ? *at : add_topic(self, topic, is_watch, &result);
    if (listener != NULL)
        listener->handler = handler;
    return result;
}

int tr_session_watch(tr_session *self, tr_slice topic, const tr_handler *handler)
{
    return topic.size != 0 ? listen_to_topic(self, topic, true, handler) : TR_EINVALID;
}

int tr_session_subscribe(tr_session *self, tr_slice topic, const tr_handler *handler,
                         uint32_t queue)
{
    if (topic.size == 0)
        return TR_EINVALID;
    int result = listen_to_topic(self, topic, false, handler);
    tr_listener *listener = *find_listener(self, topic, false, NULL, NULL);
    if (result == 0 && listener != NULL)
        listener->waiting_cap = queue == 0                   ? 1
                                : queue < TR_TOPIC_QUEUE_CAP ? queue
                                                             : TR_TOPIC_QUEUE_CAP;
    return result;
}

int tr_session_listen(tr_session *self, tr_instance *instance, const tr_handler *handler,
                      uint64_t interval_ms)
{
    if (self->is_painted)
        return 0;
    tr_listener **at = find_listener(self, (tr_slice){0}, false, handler, instance);
    if (interval_ms == 0) {
        if (*at != NULL)
            end(self, at);
        return 0;
    }
    tr_listener *listener = *at != NULL ? *at : add(self, NULL, false);
    listener->handler = handler;
    listener->instance = instance;
    tr_timer_start(&listener->timer, interval_ms, interval_ms);
    return 0;
}

void tr_session_end_intervals_of(tr_session *self, const tr_instance *instance)
{
    for (tr_listener **at = &self->listeners; *at != NULL;)
        if ((*at)->instance == instance)
            end(self, at);
        else
            at = &(*at)->next;
}

void tr_session_claim_listener(tr_session *self, tr_slice topic, bool is_watch,
                               const tr_handler *handler, uint64_t view)
{
    tr_listener *listener = *find_listener(self, topic, is_watch, handler, NULL);
    if (listener != NULL && view != 0) // what is a view's stays so
        listener->view = view;
}

void tr_session_end_listeners_of(tr_session *self, uint64_t view)
{
    for (tr_listener **at = &self->listeners; *at != NULL;)
        if ((*at)->view == view)
            end(self, at);
        else
            at = &(*at)->next;
}

void tr_session_listen_to_nothing(tr_session *self)
{
    while (self->listeners != NULL)
        end(self, &self->listeners);
}

// -- events that wait for their handler --

static size_t payload_size(const tr_message *event)
{
    return TR_TYPE(event) == TR_MSG_topic_message ? tr_topic_payload(event).size : 0;
}

static void keep(tr_listener *listener, tr_message *event)
{
    tr_message_queue_push(&listener->waiting, event);
    listener->waiting_bytes += payload_size(event);
}

static tr_message *take_oldest(tr_listener *listener)
{
    tr_message *event = tr_message_queue_pop(&listener->waiting);
    listener->waiting_bytes -= payload_size(event);
    return event;
}

static void put_back(tr_listener *listener, tr_message *event)
{
    tr_message_queue_push_first(&listener->waiting, event);
    listener->waiting_bytes += payload_size(event);
}

// Of a topic, the oldest messages give way: the handler always hears the latest.
static void keep_latest(tr_listener *listener, tr_message *event)
{
    while (listener->waiting.head != NULL &&
           (listener->waiting.count >= listener->waiting_cap ||
            listener->waiting_bytes + payload_size(event) > TR_TOPIC_QUEUE_CAP_BYTES)) {
        tr_message_free(take_oldest(listener));
        // To skip is what one asks for who asks for the latest alone.
        if (listener->waiting_cap > 1 && listener->skipped++ == 0)
            tr_log(TR_LOG_WARN, "event=topic_queue_full session=%.6s topic=%s handler=%s",
                   listener->session->id,
                   tr_log_quote(listener->topic, (unsigned)strlen(listener->topic)),
                   listener->handler->name);
    }
    keep(listener, event);
}

static tr_message *share(const tr_message *message)
{
    tr_msg_topic_message body = *TR_BODY(message, topic_message);
    if (body.payload != NULL)
        tr_packet_ref(body.payload);
    return tr_message_new(TR_MSG_topic_message, &body);
}

void tr_session_on_topic(tr_session *self, const tr_message *message, bool may_start)
{
    tr_listener *listener =
        *find_listener(self, TR_BODY(message, topic_message)->topic, false, NULL, NULL);
    self->has_heard = true;
    if (listener == NULL || listener->topic == NULL)
        return;
    may_start &= !self->is_paused;
    if (listener->running == 0 && listener->waiting.head == NULL && may_start &&
        call_with_payload(listener, "message", tr_topic_payload(message)) != TR_EFULL)
        return;
    // The call may have ended the subscription.
    listener = *find_listener(self, TR_BODY(message, topic_message)->topic, false, NULL, NULL);
    if (listener != NULL) {
        keep_latest(listener, share(message));
        if (!self->is_paused)
            tr_session_timer_start(self, TR_SESSION_RETRY, TR_SESSION_RETRY_MS);
    }
}

int tr_session_hear_first(tr_session *self, tr_slice topic, tr_slice payload)
{
    tr_listener *listener = *find_listener(self, topic, false, NULL, NULL);
    return listener != NULL ? call_with_payload(listener, "message", payload) : 0;
}

// -- presence --

static tr_slice topic_of(const tr_message *event)
{
    switch (TR_TYPE(event)) {
    case TR_MSG_presence_joined:
        return TR_BODY(event, presence_joined)->topic;
    case TR_MSG_presence_left:
        return TR_BODY(event, presence_left)->topic;
    default:
        return TR_BODY(event, presence_reset)->topic;
    }
}

static int start(tr_listener *listener, const tr_message *event)
{
    const char *name = "reset";
    tr_slice meta = {0};
    if (TR_TYPE(event) == TR_MSG_topic_message) {
        name = "message";
        meta = tr_topic_payload(event);
    } else if (TR_TYPE(event) == TR_MSG_presence_joined) {
        name = "join";
        meta = TR_BODY(event, presence_joined)->meta;
    } else if (TR_TYPE(event) == TR_MSG_presence_left) {
        name = "leave";
        meta = TR_BODY(event, presence_left)->meta;
    }
    return call_with_payload(listener, name, meta);
}

static void hear(tr_listener *listener)
{
    // The handler may end the listener in its first step: one event, then look again.
    if (listener->waiting.head == NULL || listener->running != 0)
        return;
    tr_message *event = take_oldest(listener);
    tr_session *session = listener->session;
    if (start(listener, event) == TR_EFULL) {
        put_back(listener, event);
        tr_session_timer_start(session, TR_SESSION_RETRY, TR_SESSION_RETRY_MS);
        return;
    }
    tr_message_free(event);
    tr_session_wake(session);
}

void tr_session_listeners_go_on(tr_session *self)
{
    for (tr_listener *at = self->listeners; at != NULL; at = at->next)
        if (at->topic == NULL && !tr_timer_is_running(&at->timer))
            tr_timer_start(&at->timer, 0, at->timer.repeat_ms);
    tr_session_wake(self);
}

void tr_session_hear(tr_session *self)
{
    if (self->is_paused)
        return;
    for (tr_listener *at = self->listeners, *next; at != NULL; at = next) {
        next = at->next;
        if (at->waiting.head == NULL || at->running != 0)
            continue;
        hear(at);
        return; // the list may be another one now; the rest has its turn
    }
}

void tr_session_on_presence(tr_session *self, const tr_message *message)
{
    self->has_heard = true;
    tr_slice topic = topic_of(message);
    tr_listener *listener = *find_listener(self, topic, true, NULL, NULL);
    if (listener == NULL || listener->topic == NULL)
        return;
    tr_message *event = tr_message_new(TR_TYPE(message), message->body);
    if (listener->waiting.count >= TR_PRESENCE_EVENTS_CAP) {
        // Its handler is too slow: it had better ask who is there.
        drop_waiting(listener);
        tr_message_free(event);
        event = tr_message_new(TR_MSG_presence_reset, &(tr_msg_presence_reset){topic});
    }
    keep(listener, event);
    tr_session_wake(self);
}

// -- in a session's file --

static void write_waiting(const tr_listener *self, tr_buf *out)
{
    tr_write_array(out, self->is_watch ? 0 : self->waiting.count);
    for (const tr_message *at = self->waiting.head; at != NULL && !self->is_watch; at = at->next)
        tr_write_bytes(out, tr_topic_payload(at));
}

// [handler, milliseconds, topic, is it its presence, view, how many messages wait at most, those
// that do]; an interval has no topic.
void tr_session_listeners_write(const tr_session *self, tr_buf *out)
{
    uint32_t count = 0;
    for (const tr_listener *at = self->listeners; at != NULL; at = at->next)
        count += at->instance == NULL;
    tr_write_array(out, count);
    for (const tr_listener *at = self->listeners; at != NULL; at = at->next) {
        if (at->instance != NULL)
            continue; // its component sets it again
        tr_write_array(out, 7);
        tr_write_text(out, tr_handler_name(at->handler));
        tr_write_unsigned(out, at->topic == NULL ? at->timer.repeat_ms : 0);
        tr_write_literal(out, at->topic != NULL ? at->topic : "");
        tr_write_boolean(out, at->is_watch);
        tr_write_unsigned(out, at->view);
        tr_write_unsigned(out, at->waiting_cap);
        write_waiting(at, out);
    }
}

static int watch_anew(tr_session *self, tr_slice topic, const tr_handler *handler)
{
    int result = tr_session_watch(self, topic, handler);
    if (result < 0)
        return result;
    tr_msg_presence_reset reset = {topic};
    keep(*find_listener(self, topic, true, NULL, NULL),
         tr_message_new(TR_MSG_presence_reset, &reset));
    return 0;
}

static void read_waiting(tr_listener *listener, tr_reader *in)
{
    uint32_t count = tr_reader_array(in);
    for (uint32_t i = 0; i < count && !in->failed; i++) {
        tr_slice payload = tr_reader_bytes(in);
        if (listener == NULL || listener->is_watch || payload.size > TR_TOPIC_PAYLOAD_CAP_BYTES)
            continue;
        tr_msg_topic_message body = {
            .topic = tr_slice_of(listener->topic),
            .payload = payload.size != 0 ? tr_packet_of(payload.data, payload.size) : NULL};
        keep_latest(listener, tr_message_new(TR_MSG_topic_message, &body));
    }
}

static int read_listener(tr_session *self, tr_reader *in)
{
    uint32_t items = tr_reader_array(in);
    tr_slice name = tr_reader_text(in);
    uint64_t interval_ms = tr_reader_unsigned(in);
    tr_slice topic = tr_reader_text(in);
    bool is_watch = tr_reader_boolean(in);
    uint64_t view = items >= 5 ? tr_reader_unsigned(in) : 0;
    uint64_t queue = items == 7 ? tr_reader_unsigned(in) : 1;
    if (in->failed || (items != 4 && items != 5 && items != 7) ||
        (topic.size == 0) != (interval_ms != 0) || topic.size > TR_TOPIC_NAME_CAP_BYTES ||
        queue > TR_TOPIC_QUEUE_CAP)
        return TR_EPROTOCOL;
    const tr_handler *handler = tr_handler_find(name);
    int result = 0;
    if (handler == NULL) // of another version of the app
        tr_log(TR_LOG_WARN, "event=unknown_handler name=%s", tr_log_quote(name.data, name.size));
    else if (is_watch)
        result = watch_anew(self, topic, handler);
    else if (topic.size != 0)
        result = tr_session_subscribe(self, topic, handler, (uint32_t)queue);
    else
        result = tr_session_listen(self, NULL, handler, interval_ms);
    if (handler != NULL && result == 0)
        tr_session_claim_listener(self, topic, is_watch, handler, view);
    if (items == 7 && result == 0)
        read_waiting(handler != NULL && topic.size != 0 && !is_watch
                         ? *find_listener(self, topic, false, NULL, NULL)
                         : NULL,
                     in);
    return result;
}

int tr_session_listeners_read(tr_session *self, tr_reader *in)
{
    uint32_t count = tr_reader_array(in);
    for (uint32_t i = 0; i < count && !in->failed; i++) {
        int result = read_listener(self, in);
        if (result < 0)
            return result;
    }
    return in->failed ? TR_EPROTOCOL : 0;
}
