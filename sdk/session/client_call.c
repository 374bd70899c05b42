#include "sdk/session/client_call.h"

#include <stdio.h>
#include <stdlib.h>
#include <utlist.h>

#include "actors/core/core.h"
#include "base/log.h"
#include "base/mem.h"
#include "sdk/session/outgoing_packets.h"
#include "troupe/err.h"
#include "wire/flet.h"

typedef struct tr_client_call {
    struct tr_client_call *next;
    tr_session *session;
    uint64_t number;
    uint32_t control;
    tr_client_answer *on_answer;
    void *arg;
    tr_timer deadline;
} waiting_call;

// "c" and a number: unique in the session, and shorter than Flet's ten letters.
static void write_id(char *out, size_t size, uint64_t number)
{
    snprintf(out, size, "c%llu", (unsigned long long)number);
}

static waiting_call *take(tr_session *session, waiting_call **at)
{
    waiting_call *self = *at;
    *at = self->next;
    session->client_call_count--;
    tr_timer_stop(&self->deadline);
    return self;
}

static void finish(waiting_call *self, int result, tr_slice value, tr_slice error)
{
    self->on_answer(self->arg, result, value, error);
    tr_free(self);
}

static void on_deadline(tr_timer *timer)
{
    waiting_call *self = timer->arg;
    waiting_call **at = &self->session->client_calls;
    while (*at != self)
        at = &(*at)->next;
    tr_session *session = self->session;
    finish(take(session, at), TR_ETIMEOUT, (tr_slice){0}, (tr_slice){0});
    tr_session_wake(session);
}

int tr_client_call(tr_session *session, uint32_t control, tr_slice method, tr_slice args,
                   uint64_t timeout_ms, tr_client_answer *on_answer, void *arg)
{
    if (session->actor == NULL)
        return TR_EGONE;
    if (tr_tree_find(session->tree, control) == NULL)
        return TR_ENOTFOUND;
    if (session->client_call_count >= TR_CLIENT_CALLS_CAP)
        return TR_EFULL;
    char id[24];
    write_id(id, sizeof id, ++session->next_client_call);
    tr_buf packet = {0};
    tr_flet_write_invoke(&packet, control, tr_slice_of(id), method, args);
    int result = tr_session_send(session, tr_packet_of(packet.data, packet.size));
    tr_buf_done(&packet);
    if (result < 0)
        return result;
    waiting_call *self = tr_new(waiting_call);
    *self = (waiting_call){.session = session,
                           .number = session->next_client_call,
                           .control = control,
                           .on_answer = on_answer,
                           .arg = arg};
    tr_timer_init(&self->deadline, session->sessions->core, on_deadline, self);
    if (timeout_ms != UINT64_MAX)
        tr_timer_start(&self->deadline, timeout_ms, 0);
    LL_APPEND(session->client_calls, self);
    session->client_call_count++;
    return 0;
}

void tr_client_call_forget(tr_session *session, const void *arg)
{
    for (waiting_call **at = &session->client_calls; *at != NULL; at = &(*at)->next)
        if ((*at)->arg == arg) {
            tr_free(take(session, at));
            return;
        }
}

void tr_client_call_on_result(tr_session *session, const tr_msg_browser_result *result)
{
    waiting_call **at = &session->client_calls;
    for (; *at != NULL; at = &(*at)->next) {
        char id[24];
        write_id(id, sizeof id, (*at)->number);
        if (tr_slice_is(result->call_id, id) && (*at)->control == result->target)
            break;
    }
    if (*at == NULL) {
        session->stray_answers++;
        tr_log(TR_LOG_DEBUG, "event=stray_answer session=%.6s count=%u", session->id,
               session->stray_answers);
        return;
    }
    finish(take(session, at), result->error.size != 0 ? TR_EREFUSED : 0, result->result,
           result->error);
}

void tr_client_calls_end(tr_session *session, int result)
{
    // Only those that wait now: an answer may make another call.
    waiting_call *all = session->client_calls;
    session->client_calls = NULL;
    while (all != NULL)
        finish(take(session, &all), result, (tr_slice){0}, (tr_slice){0});
}
