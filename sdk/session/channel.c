#include "sdk/session/channel.h"

#include <string.h>
#include <utlist.h>

#include "base/log.h"
#include "base/mem.h"
#include "sdk/session/outgoing_packets.h"
#include "troupe/err.h"
#include "wire/flet.h"
#include "wire/reader.h"
#include "wire/writer.h"

enum { NAME_CAP_BYTES = 32 };

// A packet that waits for the browser's.
typedef struct question {
    struct question *next;
    tr_channel_answer *on_answer;
    void *arg;
} question;

typedef struct tr_channel {
    struct tr_channel *next;
    uint32_t control;
    uint32_t number;
    question *questions; // oldest first
    char name[NAME_CAP_BYTES];
} channel;

static channel **find(tr_session *session, uint32_t control, tr_slice name)
{
    channel **at = &session->channels;
    while (*at != NULL && ((*at)->control != control || !tr_slice_is(name, (*at)->name)))
        at = &(*at)->next;
    return at;
}

static void answer_all(channel *self, int result)
{
    question *one = self->questions;
    self->questions = NULL;
    while (one != NULL) {
        question *next = one->next;
        one->on_answer(one->arg, result, (tr_slice){0});
        tr_free(one);
        one = next;
    }
}

static void drop(tr_session *session, channel **at)
{
    channel *self = *at;
    *at = self->next;
    session->channel_count--;
    answer_all(self, TR_EGONE);
    tr_free(self);
}

int tr_channel_ask(tr_session *session, uint32_t control, const char *name, tr_slice payload,
                   tr_channel_answer *on_answer, void *arg)
{
    channel *self = *find(session, control, tr_slice_of(name));
    if (self == NULL)
        return TR_EUNAVAILABLE;
    tr_buf packet = {0};
    tr_flet_write_channel(&packet, self->number, payload);
    int result = tr_session_send(session, tr_packet_of(packet.data, packet.size));
    tr_buf_done(&packet);
    if (result < 0)
        return result;
    question *asked = tr_new(question);
    *asked = (question){.on_answer = on_answer, .arg = arg};
    LL_APPEND(self->questions, asked);
    return 0;
}

static void add(tr_session *session, uint32_t control, uint32_t number, tr_slice name)
{
    channel *self = tr_new(channel);
    *self = (channel){.next = session->channels, .control = control, .number = number};
    memcpy(self->name, name.data, name.size);
    session->channels = self;
    session->channel_count++;
}

static bool read_open(tr_slice data, tr_slice *out_name, uint32_t *out_number)
{
    tr_reader name = tr_reader_find(data, "channel_name");
    tr_reader id = tr_reader_find(data, "channel_id");
    *out_name = tr_reader_text(&name);
    int64_t number = tr_reader_integer(&id);
    *out_number = (uint32_t)number;
    return !id.failed && number >= 0 && number <= INT32_MAX && out_name->size != 0 &&
           out_name->size < NAME_CAP_BYTES;
}

void tr_channel_on_open(tr_session *session, uint32_t control, tr_slice data)
{
    tr_slice name = {0};
    uint32_t number;
    if (!read_open(data, &name, &number) || tr_tree_find(session->tree, control) == NULL)
        return;
    channel **at = find(session, control, name);
    if (*at != NULL)
        drop(session, at);
    if (session->channel_count >= TR_CHANNELS_PER_SESSION_CAP) {
        tr_log(TR_LOG_WARN, "event=channel_refused session=%.6s reason=count", session->id);
        return;
    }
    add(session, control, number, name);
}

void tr_channel_on_packet(tr_session *session, const tr_msg_browser_channel *packet)
{
    channel *self = session->channels;
    while (self != NULL && self->number != packet->channel)
        self = self->next;
    question *first = self != NULL ? self->questions : NULL;
    if (first == NULL)
        return;
    self->questions = first->next;
    first->on_answer(first->arg, 0, packet->payload);
    tr_free(first);
}

void tr_channels_write(const tr_session *session, tr_buf *out)
{
    tr_write_array(out, session->channel_count);
    for (const channel *at = session->channels; at != NULL; at = at->next) {
        tr_write_array(out, 3);
        tr_write_unsigned(out, at->control);
        tr_write_unsigned(out, at->number);
        tr_write_literal(out, at->name);
    }
}

int tr_channels_read(tr_session *session, tr_reader *in)
{
    uint32_t count = tr_reader_array(in);
    for (uint32_t i = 0; i < count && !in->failed; i++) {
        if (tr_reader_array(in) != 3 || session->channel_count >= TR_CHANNELS_PER_SESSION_CAP)
            return TR_EPROTOCOL;
        uint64_t control = tr_reader_unsigned(in);
        uint64_t number = tr_reader_unsigned(in);
        tr_slice name = tr_reader_text(in);
        if (in->failed || control > UINT32_MAX || number > INT32_MAX || name.size == 0 ||
            name.size >= NAME_CAP_BYTES)
            return TR_EPROTOCOL;
        add(session, (uint32_t)control, (uint32_t)number, name);
    }
    return in->failed ? TR_EPROTOCOL : 0;
}

void tr_channels_cancel(tr_session *session)
{
    for (channel *at = session->channels; at != NULL; at = at->next)
        answer_all(at, TR_ECANCELLED);
}

void tr_channels_end(tr_session *session)
{
    while (session->channels != NULL)
        drop(session, &session->channels);
}
