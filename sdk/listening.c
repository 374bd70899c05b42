#include "sdk/listening.h"

#include "base/mem.h"
#include "sdk/call.h"
#include "troupe/topics.h"

static void on_beat(tr_timer *timer)
{
    tr_listener *listener = timer->arg;
    if (listener->running == 0)
        (void)tr_call_start(listener->session, listener->handler, 0, "interval", (tr_slice){0},
                            false, listener);
}

static tr_listener **find_listener(tr_session *self, tr_slice topic, const tr_handler *handler)
{
    tr_listener **at = &self->listeners;
    for (; *at != NULL; at = &(*at)->next) {
        tr_listener *one = *at;
        if (topic.size != 0 ? one->topic != NULL && tr_slice_is(topic, one->topic)
                            : one->topic == NULL && one->handler == handler)
            break;
    }
    return at;
}

static void listener_free(tr_listener *listener)
{
    tr_timer_stop(&listener->timer);
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

int tr_session_listen(tr_session *self, tr_slice topic, const tr_handler *handler,
                      uint64_t interval_ms)
{
    tr_listener **at = find_listener(self, topic, handler);
    bool ends = topic.size != 0 ? handler == NULL : interval_ms == 0;
    if (ends) {
        tr_listener *gone = *at;
        if (gone == NULL)
            return 0;
        *at = gone->next;
        if (gone->topic != NULL)
            (void)tr_topic_unsubscribe(self->actor, gone->topic);
        forget_listener(self, gone);
        listener_free(gone);
        return 0;
    }
    tr_listener *listener = *at;
    if (listener == NULL) {
        char *name = topic.size != 0 ? tr_copy_text(topic.data, topic.size) : NULL;
        int result = name != NULL ? tr_topic_subscribe(self->actor, name) : 0;
        if (result < 0) {
            tr_free(name);
            return result;
        }
        listener = tr_new(tr_listener);
        listener->session = self;
        listener->topic = name;
        tr_timer_init(&listener->timer, self->sessions->core, on_beat, listener);
        *at = listener;
    }
    listener->handler = handler;
    if (interval_ms != 0)
        tr_timer_start(&listener->timer, interval_ms, interval_ms);
    return 0;
}

void tr_session_listen_to_nothing(tr_session *self)
{
    while (self->listeners != NULL) {
        tr_listener *listener = self->listeners;
        self->listeners = listener->next;
        forget_listener(self, listener);
        listener_free(listener);
    }
}

void tr_session_on_topic(tr_session *self, const tr_message *message)
{
    tr_listener *listener = *find_listener(self, TR_BODY(message, topic_message)->topic, NULL);
    if (listener != NULL && listener->topic != NULL && listener->running == 0)
        (void)tr_call_start(self, listener->handler, 0, "message",
                            tr_topic_payload(message), true, listener);
}
